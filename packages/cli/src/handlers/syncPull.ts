/** Loads some windows now, and requests them once more if that is asked for. */
import { Sync } from "@effect-didww/sync"
import * as Effect from "effect/Effect"
import { NoWindow } from "../Failure.js"
import * as SyncAccounts from "../SyncAccounts.js"
import * as Syncing from "../Syncing.js"
import * as SyncTarget from "../SyncTarget.js"
import * as WindowName from "../WindowName.js"

export interface Input extends Syncing.Some {
  readonly destination: string
  readonly windows: ReadonlyArray<string>
  readonly again: boolean
  readonly account: ReadonlyArray<string>
}

export const run = Effect.fnUntraced(function*(input: Input) {
  const names = yield* Effect.forEach(input.windows, WindowName.read)
  const destination = yield* SyncTarget.openMade(input.destination)
  const { accounts } = yield* SyncAccounts.open(input.account)
  const isMeant = (window: WindowName.Named): boolean =>
    window.account in accounts && names.some((name) => WindowName.means(name)(window))
  if (input.again) yield* Sync.again(destination, isMeant)
  const { pulls } = yield* Sync.plan({ destination })
  const other = names.find((name) => !pulls.some(({ subject }) => isMeant(subject) && WindowName.means(name)(subject)))
  if (other !== undefined) {
    return yield* new NoWindow({
      name: other.text,
      known: input.again
        ? "DIDWW has deleted its records, or it has not ended, or the account is another one."
        : "It is complete or has not ended. Use --again to request a complete window once more."
    })
  }
  yield* Syncing.runOnly({ destination, accounts }, isMeant, input)
}, Effect.scoped)
