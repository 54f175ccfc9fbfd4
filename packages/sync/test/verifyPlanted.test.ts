import { type Destination, type Manifest, Verification } from "@effect-didww/sync"
import * as SqlDestination from "@effect-didww/sync/SqlDestination"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option, Schema, Stream } from "effect"
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { fill, line, noted, rowsOf } from "./filled.js"
import { directory, folder, formats } from "./kept.js"
import { databases, names } from "./sql/databases.js"
import { verified } from "./verified.js"
import { at } from "./world.js"

const day = (number: number): string => `2026-11-${String(number).padStart(2, "0")}`

const start = (number: number): number => Date.parse(day(number))

/** The calls of a day, one an hour. */
const calls = (number: number): ReadonlyArray<string> =>
  Array.from({ length: 24 }, (_, hour) => line(number * 100 + hour, start(number) + hour * 3_600_000))

/** A record that can be in two windows without being outside one: it has no time. */
const timeless = rowsOf([line(7777, start(1))]).map((row) =>
  row._tag === "CdrInRecord" ? { ...row, startedAt: Option.none(), endedAt: Option.none() } : row
)

/** Day 6 has a call of day 5, and days 7 and 8 have the same record. */
const rows = (number: number) => [
  ...rowsOf(number === 6 ? [...calls(6), line(1, start(5))] : calls(number)),
  ...([7, 8].includes(number) ? timeless : [])
]

const days = Array.from({ length: 10 }, (_, index) => index + 1)

/** A server that has another archive of one window only. */
const accounts = (manifest: Manifest.Manifest): NonNullable<Verification.Options["accounts"]> => ({
  acme: {
    stream: () => Stream.make({ id: manifest.exportId, status: "completed", url: "https://api.didww.com/a.csv.gz" }),
    describe: () => Effect.succeed({ total: Option.some(1), etag: Option.none() })
  } as never
})

/** One finding of each class. */
const expected = [
  `archiveChanged ${day(9)}`,
  `changed ${day(4)}`,
  `damaged ${day(5)}`,
  `doubled ${day(3)}`,
  `duplicate ${day(7)} ${day(8)}`,
  `late ${day(6)}`,
  `missing ${day(1)}`,
  `short ${day(2)}`,
  "stray"
]

/** Loads all days, does what the test does behind the back of the sync, and verifies. */
const planted = <E, R>(
  destination: Destination.SyncDestination,
  plant: (manifests: ReadonlyMap<number, Manifest.Manifest>) => Effect.Effect<unknown, E, R>
) =>
  Effect.gen(function*() {
    yield* at("2026-11-28T12:00:00Z")
    const manifests = new Map<number, Manifest.Manifest>()
    for (const number of days) {
      manifests.set(number, yield* fill(destination, { day: day(number), rows: rows(number) }))
    }
    yield* noted(destination, { since: day(1), success: `${day(11)}T02:00:00Z` })
    yield* plant(manifests)
    const { findings, report } = yield* verified({ destination, accounts: accounts(manifests.get(9)!) })
    const found = findings.map((each) =>
      [each.class, each.window?.key, each.other?.key].filter((part) => part !== undefined).join(" ")
    )
    assert.deepStrictEqual(found.toSorted(), expected)
    assert.deepStrictEqual(Array.from(new Set(Object.values(report.findings))), [1])
    for (const finding of findings) {
      assert.isAbove(finding.message.length * finding.remedy.length, 0)
      const json = JSON.stringify(Schema.encodeSync(Verification.Finding)(finding))
      assert.deepStrictEqual(Schema.decodeSync(Schema.parseJson(Verification.Finding))(json), finding)
    }
  })

describe.each(["ndjson", "parquet"])("verify of a directory of %s", (format) => {
  it.scoped("has one line for one finding of each class, and no other line", () =>
    Effect.gen(function*() {
      const root = yield* folder
      const destination = yield* directory(root, formats[format]!)
      const elsewhere = yield* folder
      const others = yield* directory(elsewhere, formats[format]!)
      yield* planted(destination, (manifests) =>
        Effect.gen(function*() {
          const pathOf = (number: number): string => `${root}/${manifests.get(number)?.file?.path}`
          const become = (number: number, lines: ReadonlyArray<string>) =>
            Effect.map(
              fill(others, { day: day(number), rows: rowsOf(lines) }),
              ({ file }) => copyFileSync(`${elsewhere}/${file?.path}`, pathOf(number))
            )
          rmSync(pathOf(1))
          yield* become(2, calls(2).slice(1))
          yield* become(3, [...calls(3), calls(3)[0]!])
          yield* become(4, [...calls(4).slice(1), line(1, start(4))])
          const manifest = `${root}/_didww/manifests/acme/cdr_in/date=${day(5)}.json`
          writeFileSync(manifest, readFileSync(manifest, "utf8").replace("\"records\":24", "\"records\":25"))
          writeFileSync(`${root}/account=acme/type=cdr_in/date=${day(10)}/copy`, "x")
        }))
    }), 60_000)
})

describe.each(databases)("verify of $kind", ({ kind, make }) => {
  const { of } = names(kind)

  it.scoped(
    "has one line for one finding of each class, and no other line",
    () =>
      Effect.flatMap(make, ({ client }) =>
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const calls = of("cdr_in")
          const pull = (number: number) =>
            `pull = (SELECT pull FROM ${of("windows")} WHERE window_key = '${day(number)}')`
          yield* planted(yield* SqlDestination.make(), () =>
            Effect.forEach([
              `DELETE FROM ${calls} WHERE ${pull(1)}`,
              `DELETE FROM ${of("windows")} WHERE ${pull(1)}`,
              `DELETE FROM ${calls} WHERE row_number = 5 AND ${pull(2)}`,
              `INSERT INTO ${calls} (pull, row_number) SELECT pull, 100 FROM ${calls} WHERE row_number = 1 AND ${
                pull(3)
              }`,
              `UPDATE ${calls} SET source = '1' WHERE row_number = 5 AND ${pull(4)}`,
              `UPDATE ${of("windows")} SET manifest = ${
                kind === "Postgres"
                  ? "jsonb_set(manifest, '{records}', '25')"
                  : "json_set(manifest, '$.records', 25)"
              } WHERE ${pull(5)}`,
              `INSERT INTO ${calls} (pull, row_number) VALUES (9999, 1)`
            ], (text) => sql.unsafe(text)))
        }).pipe(Effect.provide(Layer.fresh(client)))),
    60_000
  )
})
