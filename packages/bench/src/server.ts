/** The simulator in a process of its own: its address is the first line of stdout. Ends with its stdin. */
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import * as Effect from "effect/Effect"
import { account } from "./account.js"

const serving = Effect.gen(function*() {
  const { url } = yield* SimulatorServer.SimulatorServer
  process.stdout.write(`${url}\n`)
  yield* Effect.async<void>((resume) => {
    process.stdin.resume().on("end", () => resume(Effect.void))
  })
})

Effect.runPromise(Effect.provide(serving, SimulatorServer.layer({ account, rateLimit: "none" })))
