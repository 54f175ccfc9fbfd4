/** Serves the simulator. */
import { Account, Callback, Fault } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as CallbackSecret from "../CallbackSecret.js"
import * as Network from "../Network.js"
import * as Serving from "../Serving.js"
import { Stdio } from "../Stdio.js"

export interface Input {
  readonly port: number
  readonly host: string
  readonly size: number
  readonly seed: number
  readonly rows: number
  readonly faults: number
}

export const run = Effect.fnUntraced(function*(input: Input) {
  const stdio = yield* Stdio
  const secret = yield* CallbackSecret.get
  const server = SimulatorServer.layer({
    account: Account.generate({ size: input.size, seed: input.seed }),
    archives: { rows: input.rows, seed: input.seed },
    faults: Fault.atRandom({ percent: input.faults, seed: input.seed }),
    callbackSecret: Option.getOrUndefined(secret),
    port: input.port,
    host: input.host
  })
  const callbacks = Option.isNone(secret) ? Layer.empty : Callback.layer.pipe(Layer.provide(Network.layer))
  yield* Effect.gen(function*() {
    const { url } = yield* SimulatorServer.SimulatorServer
    yield* stdio.note(
      `Serving until Ctrl-C. Try it: DIDWW_API_KEY=any DIDWW_API_URL=${url} didww-exports list --limit 3`
    )
    yield* stdio.out(`${url}\n`)
    return yield* Effect.never
  }).pipe(
    Effect.provide(Layer.provideMerge(callbacks, server)),
    Effect.catchTag("ServeError", Serving.notListening(input))
  )
})
