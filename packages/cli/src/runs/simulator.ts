import { Account, Callback, Fault } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Utils from "effect/Utils"
import * as CallbackSecret from "../CallbackSecret.js"
import type { Input } from "../commands/simulator.js"
import { Stdio } from "../Stdio.js"

/** What DIDWW and the network do to a client, each as often as the other. */
const kinds: ReadonlyArray<Fault.Fault> = [
  Fault.status(429, { "retry-after": "1" }),
  Fault.status(500),
  Fault.status(503, { "retry-after": "1" }),
  Fault.cut(),
  Fault.cut(1000),
  Fault.delay("2 seconds")
]

const faultsOf = (percent: number, seed: number) => {
  const random = new Utils.PCGRandom(seed)
  return (): Fault.Fault | undefined => random.integer(100) < percent ? kinds[random.integer(kinds.length)] : undefined
}

export const run = Effect.fnUntraced(function*(input: Input) {
  const stdio = yield* Stdio
  const secret = yield* CallbackSecret.get
  const server = SimulatorServer.layer({
    account: Account.generate({ size: input.size, seed: input.seed }),
    archives: { rows: input.rows, seed: input.seed },
    faults: faultsOf(input.faults, input.seed),
    callbackSecret: Option.getOrUndefined(secret),
    port: input.port,
    host: input.host
  })
  const callbacks = Option.isNone(secret) ? Layer.empty : Callback.layer.pipe(Layer.provide(FetchHttpClient.layer))
  yield* Effect.gen(function*() {
    const { url } = yield* SimulatorServer.SimulatorServer
    yield* stdio.note(
      `Serving until Ctrl-C. Try it: DIDWW_API_KEY=any DIDWW_API_URL=${url} didww-exports list --limit 3`
    )
    yield* stdio.out(`${url}\n`)
    return yield* Effect.never
  }).pipe(Effect.provide(Layer.provideMerge(callbacks, server)))
})
