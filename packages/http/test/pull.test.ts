import { Account, Simulator } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Option, Schedule } from "effect"
import { assertWritten } from "./calls.js"
import { job } from "./processes.js"
import { generator } from "./random.js"
import { secret } from "./setup.js"

// switches for CI: ROWS=1000000 KILLS=20
const rows = Number(process.env.ROWS ?? 5000)
const kills = Number(process.env.KILLS ?? 1)

// a row takes about so many bytes in the file
const bytesPerRow = 650

/** The program, in a directory of its own. */
const program = Effect.gen(function*() {
  const { url } = yield* SimulatorServer.SimulatorServer
  const fs = yield* FileSystem.FileSystem
  const directory = yield* fs.makeTempDirectoryScoped()
  const run = job("pull", directory, { DIDWW_API_KEY: secret, DIDWW_API_URL: url })
  const file = Effect.map(fs.readDirectory(directory), (names) =>
    Option.map(
      Option.fromNullable(names.find((name) => name.endsWith(".ndjson"))),
      (name) => `${directory}/${name}`
    ))
  return { run, file }
})

const sizeOf = (path: Option.Option<string>) =>
  Option.match(path, {
    onNone: () => Effect.succeed(0),
    onSome: (path) =>
      Effect.map(Effect.flatMap(FileSystem.FileSystem, (fs) => fs.stat(path)), ({ size }) => Number(size))
  })

/** Holds the end to this: there is one export, and each of its rows is in the file once. */
const assertPulled = (path: Option.Option<string>) =>
  Effect.gen(function*() {
    const simulator = yield* Simulator.Simulator
    const records = yield* simulator.exports
    assert.strictEqual(records.length, 1)
    const archive = simulator.archive(records[0]!)
    assert.strictEqual(archive.rowCount, rows)
    yield* assertWritten(Option.getOrThrow(path), archive)
  })

const serving = SimulatorServer.layer({
  account: Account.make([]),
  archives: { rows, seed: 8, badRows: 0.001 },
  processing: { pending: 0, processing: "1 second" }
})

describe("A program with a file of records", () => {
  it.scopedLive(`writes ${rows} rows`, () =>
    Effect.gen(function*() {
      const { file, run } = yield* program
      const { ended } = yield* run
      assert.deepStrictEqual(yield* ended, { code: 0, lines: [] })
      yield* assertPulled(yield* file)
    }).pipe(Effect.provide(serving), Effect.provide(NodeContext.layer)), { timeout: 600_000 })

  it.scopedLive(
    `writes each of ${rows} rows of one export once, when it is killed at ${kills} places and run again`,
    () =>
      Effect.gen(function*() {
        const { file, run } = yield* program
        const random = generator(Number(process.env.SEED ?? 1))
        const places = Array.from({ length: kills }, () => random.integer(rows * bytesPerRow)).toSorted((a, b) => a - b)
        for (const [round, place] of places.entries()) {
          const { ended, kill } = yield* run
          // some runs are killed before the first row, the others at this size of the file
          const moment = round % 5 === 0
            ? Effect.sleep(Duration.millis(random.integer(3000)))
            : Effect.repeat(Effect.flatMap(file, sizeOf), {
              until: (size) => size >= place,
              schedule: Schedule.spaced("20 millis")
            })
          const killed = yield* Effect.fork(Effect.andThen(moment, kill))
          yield* ended
          yield* Fiber.interrupt(killed)
        }
        assert.strictEqual((yield* Effect.flatMap(run, ({ ended }) => ended)).code, 0)
        yield* assertPulled(yield* file)
      }).pipe(Effect.provide(serving), Effect.provide(NodeContext.layer)),
    { timeout: 1_800_000 }
  )
})
