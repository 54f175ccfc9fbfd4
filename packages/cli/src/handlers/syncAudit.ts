/** Compares months with one export of each whole month, now. */
import { Sync } from "@effect-didww/sync"
import * as Effect from "effect/Effect"
import { NoWindow } from "../Failure.js"
import * as SyncAccounts from "../SyncAccounts.js"
import * as Syncing from "../Syncing.js"
import * as SyncTarget from "../SyncTarget.js"
import * as WindowName from "../WindowName.js"

export interface Input extends Syncing.Some {
  readonly destination: string
  readonly month: string
  readonly account: ReadonlyArray<string>
}

export const run = Effect.fnUntraced(function*(input: Input) {
  const name = yield* WindowName.read(input.month)
  const destination = yield* SyncTarget.openMade(input.destination)
  const { accounts } = yield* SyncAccounts.open(input.account)
  // windows that differ are requested again in the same run
  const isMeant = (window: WindowName.Named): boolean =>
    window.account in accounts &&
    WindowName.means(name)({ ...window, window: { ...window.window, key: window.window.key.replace(/\.audit$/, "") } })
  const asked = yield* Sync.auditAgain(destination, isMeant)
  if (asked.length === 0) {
    return yield* new NoWindow({
      name: input.month,
      known: "A month can be audited once all of its windows are complete, and until DIDWW deletes its records."
    })
  }
  yield* Syncing.runOnly({ destination, accounts }, isMeant, input)
}, Effect.scoped)
