import { FileDestination } from "@effect-didww/sync"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { connected, pull, read, temporary } from "./setup.js"

// a switch for CI: REPLACEMENTS=200
const replacements = Number(process.env.REPLACEMENTS ?? 10)

/** The data files as a reader's glob finds them. */
const glob = (root: string): ReadonlyArray<string> =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => /^account=[^/]*\/type=cdr_in\/date=[^/]*\/records\.ndjson\.gz$/.test(path))
    .map((path) => join(root, path))

describe("A reader", () => {
  it.scopedLive(
    `sees the old or the new calls of a window, and never a mixture, during ${replacements} replacements`,
    () =>
      Effect.gen(function*() {
        const root = yield* temporary
        const destination = yield* FileDestination.directory(root, { format: "ndjson.gz", checkpointEvery: 10 })
        yield* pull(destination)
        const counts = new Set<number>()
        let reads = 0
        const reader = yield* Effect.fork(Effect.forever(Effect.andThen(
          Effect.sync(() => {
            reads++
            const files = glob(root).map((path) => read(path))
            for (const records of files) {
              assert.strictEqual(new Set(records.map(({ exportId }) => exportId)).size, 1)
            }
            counts.add(files.reduce((sum, { length }) => sum + length, 0))
          }),
          Effect.sleep("1 millis")
        )))
        for (let generation = 2; generation <= replacements + 1; generation++) {
          yield* pull(destination, { generation }, `calls-${generation}`)
        }
        // a failure of the reader fails the test
        assert.isTrue(Exit.isInterrupted(yield* Fiber.interrupt(reader)))
        assert.isAbove(reads, replacements)
        assert.deepStrictEqual(Array.from(counts).toSorted(), [30, 70])
      }).pipe(Effect.provide(connected({
        archives: { seed: 5, rows: ({ externalReferenceId }) => /[13579]$/.test(externalReferenceId ?? "") ? 70 : 30 }
      }))),
    300_000
  )
})
