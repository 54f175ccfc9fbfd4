/** Acknowledges losses. */
import { Sync } from "@effect-didww/sync"
import * as Effect from "effect/Effect"
import { NoWindow } from "../Failure.js"
import { plural } from "../internal/text.js"
import { Stdio } from "../Stdio.js"
import * as SyncReport from "../SyncReport.js"
import * as SyncTarget from "../SyncTarget.js"
import * as WindowName from "../WindowName.js"

export interface Input {
  readonly destination: string
  readonly windows: ReadonlyArray<string>
}

export const run = Effect.fnUntraced(function*(input: Input) {
  const names = yield* Effect.forEach(input.windows, WindowName.read)
  const destination = yield* SyncTarget.openMade(input.destination)
  const { plan: { lost } } = yield* Sync.status({ destination })
  const other = names.find((name) => !lost.some(WindowName.means(name)))
  if (other !== undefined) {
    return yield* new NoWindow({
      name: other.text,
      known: lost.length === 0 ? "No window is lost." : `Lost windows: ${SyncReport.namesOf(lost)}.`
    })
  }
  const isMeant = (window: WindowName.Named): boolean => names.some((name) => WindowName.means(name)(window))
  const acknowledged = yield* Sync.acknowledge(destination, isMeant)
  const { note, out } = yield* Stdio
  yield* Effect.forEach(acknowledged, (window) => out(`${WindowName.of(window)}\n`))
  yield* note(`${plural(acknowledged.length, "lost window")} acknowledged`)
}, Effect.scoped)
