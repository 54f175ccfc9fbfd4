import { CallRecord } from "@effect-didww/core"
import * as SqlDestination from "@effect-didww/sync/SqlDestination"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, DateTime, Duration, Effect, FastCheck, Layer, Option } from "effect"
import { allRecordTables, postgres, sqlite } from "../src/internal/sql/tables.js"
import { databases, names } from "./sql/databases.js"
import { load, subject } from "./sql/loads.js"

// a switch for CI: RUNS=1000 batches of up to 100 records
const runs = Number(process.env.RUNS ?? 20)

const rare = FastCheck.constantFrom(
  "\0",
  "\ud800",
  "\udc00x",
  "é",
  "山",
  "😀",
  "\"",
  "\\",
  "{NULL}",
  "'",
  "\n",
  "",
  "\x01"
)
const text = FastCheck.oneof(FastCheck.string({ unit: "grapheme", maxLength: 60 }), rare, FastCheck.string())

const time = FastCheck.oneof(
  FastCheck.integer({ min: Date.UTC(1970, 0), max: Date.UTC(2100, 0) }),
  FastCheck.integer({ min: new Date("0001-01-01T00:00:00Z").getTime(), max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) })
)

const money = FastCheck.tuple(
  FastCheck.oneof(FastCheck.bigInt(-10_000_000n, 10_000_000n), FastCheck.bigInt(-(10n ** 40n), 10n ** 40n)),
  FastCheck.integer({ min: -3, max: 12 })
)

const arbitraries = {
  text,
  time: time.map((millis) => DateTime.unsafeMake(millis)),
  integer: FastCheck.oneof(FastCheck.integer(), FastCheck.maxSafeInteger()),
  seconds: FastCheck.oneof(
    FastCheck.oneof(FastCheck.nat(), FastCheck.maxSafeNat()).map((seconds) => Duration.seconds(seconds)),
    FastCheck.nat().map((millis) => Duration.millis(millis))
  ),
  money: money.map(([value, scale]) => BigDecimal.make(value, scale))
}

const option = <A>(value: FastCheck.Arbitrary<A>) =>
  FastCheck.option(value, { nil: undefined }).map((value) => Option.fromNullable(value))

const columns = allRecordTables[0]!.columns

/** Records of any content, as no file has them. */
const records = FastCheck.array(
  FastCheck.record({
    ...Object.fromEntries(columns.map(({ key, kind }) => [key, option<unknown>(arbitraries[kind])])),
    extra: FastCheck.dictionary(text, FastCheck.option(text), { maxKeys: 3 })
  }),
  { minLength: 1, maxLength: 100 }
).map((all) => all.map((fields): CallRecord.Row => Object.assign(fields, { _tag: "CdrInRecord" }) as never))

const clean = (text: string): string => text.replace(/[\0\p{Surrogate}]/gu, "\ufffd")

const isInteger = (number: number): boolean => (number | 0) === number

/** A decimal number without an exponent, with the zeros of its scale. */
const decimal = ({ scale, value }: BigDecimal.BigDecimal): string => {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0") + "0".repeat(Math.max(-scale, 0))
  const text = scale > 0 ? `${digits.slice(0, -scale)}.${digits.slice(-scale)}` : digits.replace(/^0+(?=.)/, "")
  return value < 0n ? `-${text}` : text
}

describe.each(databases)("values in $kind", ({ kind, make }) => {
  const dialect = kind === "SQLite" ? sqlite : postgres("didww")

  /** What a column has of a value, as text. Nothing, if the column cannot hold it. */
  const stored = (value: unknown): string | null => {
    if (typeof value === "string") return clean(value)
    if (DateTime.isDateTime(value)) return DateTime.formatIso(value)
    if (BigDecimal.isBigDecimal(value)) {
      if (kind === "Postgres") return decimal(value)
      const micros = BigDecimal.multiply(value, BigDecimal.make(1_000_000n, 0))
      const whole = BigDecimal.scale(micros, 0)
      const isExact = BigDecimal.equals(whole, micros) && BigInt.asIntN(64, whole.value) === whole.value
      return isExact ? String(whole.value) : null
    }
    const number = Duration.isDuration(value) ? Duration.toSeconds(value) : Number(value)
    return kind === "SQLite" || isInteger(number) ? String(number) : null
  }

  it.scopedLive(
    "keeps every value that its column can hold, and the others in extra",
    () =>
      Effect.flatMap(make, (database) =>
        Effect.gen(function*() {
          const destination = yield* SqlDestination.make()
          const sql = yield* SqlClient.SqlClient
          const values = columns.map((column) => {
            const name = dialect.columnOf(column)
            // as text, a number of SQLite has 15 digits
            const isNumber = kind === "SQLite" && (column.kind === "integer" || column.kind === "seconds")
            const isTime = kind === "Postgres" && column.kind === "time"
            const value = isTime
              ? `to_char(${name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
              : isNumber
              ? name
              : `CAST(${name} AS text)`
            return `${value} AS ${column.key.toLowerCase()}`
          })
          let generation = 0
          const holds = (rows: ReadonlyArray<CallRecord.Row>) =>
            Effect.gen(function*() {
              const manifest = yield* load(destination, rows, { subject: { ...subject, generation: ++generation } })
              // two names that become one cannot both be kept
              const extras = rows.map((row) => Object.keys(row._tag === "CdrInRecord" ? row.extra : {}).map(clean))
              if (extras.every((all) => new Set(all).size === all.length)) {
                assert.strictEqual((yield* destination.inspect(manifest)).status, "intact")
              }
              const found = yield* sql.unsafe<Record<string, string | null>>(
                `SELECT ${values.join(", ")}, CAST(extra AS text) AS extra FROM ${names(kind).of("cdr_in_calls")}
               ORDER BY row_number`
              )
              assert.strictEqual(found.length, rows.length)
              rows.forEach((row, index) => {
                const kept = JSON.parse(String(found[index]?.["extra"] ?? "{}")) as object
                for (const { header, key } of columns) {
                  const option = Object.entries(row).find(([name]) => name === key)?.[1] as Option.Option<unknown>
                  const value = Option.getOrNull(Option.map(option, stored))
                  const held = found[index]?.[key.toLowerCase()] ?? null
                  assert.strictEqual(held === null ? null : String(held), value, header)
                  if (Option.isSome(option) && value === null) assert.property(kept, header)
                }
                const extra = Object.keys(row._tag === "CdrInRecord" ? row.extra : {}).map(clean)
                assert.includeMembers(Object.keys(kept), extra)
              })
            })
          const runtime = yield* Effect.runtime<never>()
          yield* Effect.promise(() =>
            FastCheck.assert(
              FastCheck.asyncProperty(records, (rows) => Effect.runPromise(Effect.provide(holds(rows), runtime))),
              { numRuns: runs, endOnFailure: true }
            )
          )
        }).pipe(Effect.provide(Layer.fresh(database.client)))),
    { timeout: 60_000 + runs * 1000 }
  )
})
