import { ExportRequest } from "@effect-didww/core"
import { Credentials, ExportsClient } from "@effect-didww/http"
import { Account, Simulator } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { FileSystem } from "@effect/platform"
import { NodeContext, NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Fiber, Layer, Option, Redacted } from "effect"
import { assertWritten } from "./calls.js"
import { bundled, job } from "./processes.js"
import { generator } from "./random.js"
import { secret } from "./setup.js"

// switches for CI: WRITERS=50, and STALE=1 for stops that are longer than a lock lives
const seeds = Number(process.env.WRITERS ?? 1)
const isLong = process.env.STALE === "1"

const rows = 5000

const serving = SimulatorServer.layer({
  account: Account.make([]),
  archives: { rows, seed: 8, badRows: 0.001 },
  processing: { pending: 0, processing: 0 }
})

/** Asserts that a writer has written everything, was refused, or was killed. */
const assertEnd = (
  { code, lines }: { readonly code: unknown; readonly lines: ReadonlyArray<string> },
  seed: number
) => {
  if (code === "SIGKILL") return
  assert.strictEqual(code, 0, `seed ${seed}`)
  assert.include([["done"], ["in use"]].map(String), String(lines), `seed ${seed}`)
}

/** Two writers, each of them twice, and a last one alone. */
const round = (program: string, seed: number) =>
  Effect.scoped(Effect.gen(function*() {
    const { integer } = generator(seed)
    const { url } = yield* SimulatorServer.SimulatorServer
    // two processes that look for an export at the same moment may both create one
    const client = yield* ExportsClient.make({ credentials: Credentials.apiKey(Redacted.make(secret)), apiUrl: url })
    yield* client.ensure(
      ExportRequest.cdrIn({ ...ExportRequest.lastMonth(yield* DateTime.now), externalReferenceId: "calls" })
    )
    const simulator = yield* Simulator.Simulator
    const directory = yield* Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped())
    const start = job(program, directory, { DIDWW_API_KEY: secret, DIDWW_API_URL: url })
    const whole = Effect.flatMap(simulator.exports, ([created]) =>
      assertWritten(
        `${directory}/calls.ndjson`,
        simulator.archive(Option.getOrThrow(Option.fromNullable(created)))
      ))

    const writer = Effect.gen(function*() {
      const { continue: resume, ended, kill, stop } = yield* start
      const signaling = yield* Effect.fork(Effect.gen(function*() {
        yield* Effect.sleep(Duration.millis(300 + integer(2500)))
        yield* stop
        yield* Effect.sleep(isLong ? Duration.seconds(40 + integer(20)) : Duration.millis(integer(1000)))
        yield* resume
        yield* Effect.sleep(Duration.millis(integer(1000)))
        if (integer(2) === 0) yield* kill
      }))
      const end = yield* ended
      yield* Fiber.interrupt(signaling)
      assertEnd(end, seed)
      if (end.lines.includes("done")) yield* whole
    })
    yield* Effect.all([Effect.repeatN(writer, 1), Effect.repeatN(writer, 1)], { concurrency: 2 })

    // a writer that was killed leaves its lock
    const { ended } = yield* start
    assert.deepStrictEqual(yield* ended, { code: 0, lines: ["done"] }, `seed ${seed}`)
    yield* whole
  }))

describe("two processes that write to one file", () => {
  it.scopedLive(
    `write it whole or are refused, although they are stopped and killed (${seeds} seeds)`,
    () =>
      Effect.gen(function*() {
        const program = yield* bundled("writer")
        for (let seed = 0; seed < seeds; seed++) yield* Effect.provide(round(program, seed), Layer.fresh(serving))
      }).pipe(Effect.provide([NodeHttpClient.layerUndici, NodeContext.layer])),
    { timeout: 3_600_000 }
  )
})
