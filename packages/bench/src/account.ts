/** The exports that every contender reads: varied, some of them in the odd shapes that the wire is known for. */
import { Account } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"

export const account = Account.generate({ size: 10_000, seed: 1, odd: true, types: ["cdr_in", "cdr_out", "sms_in"] })

/** The address of the server that the bench runs; of one in this process where there is none. */
export const serverUrl: Effect.Effect<string, never, Scope.Scope> = Effect.suspend(() => {
  const running = process.env.BENCH_SERVER
  return running === undefined
    ? Layer.build(SimulatorServer.layer({ account, rateLimit: "none" })).pipe(
      Effect.map((context) => Context.get(context, SimulatorServer.SimulatorServer).url),
      Effect.orDie
    )
    : Effect.succeed(running)
})
