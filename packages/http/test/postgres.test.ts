import { Export } from "@effect-didww/core"
import { ExportsClient, RetryPolicy } from "@effect-didww/http"
import { Account, Archive, Fault, Simulator } from "@effect-didww/simulator"
import { SqlClient } from "@effect/sql"
import { PgClient } from "@effect/sql-pg"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Redacted } from "effect"
import { readFileSync } from "node:fs"
import { money } from "./calls.js"
import { load } from "./programs/load.js"
import { connected } from "./setup.js"

/** A database that the test may write to, such as postgres://postgres@127.0.0.1:5432/postgres. */
const url = process.env.POSTGRES_URL

const archives = { rows: 20_000, seed: 5, badRows: 0.01 }
const account = Account.generate({ size: 5, seed: 3, types: ["cdr_in"] })

const completed = Effect.gen(function*() {
  const client = yield* ExportsClient.ExportsClient
  const page = yield* client.list()
  return Option.getOrThrow(Option.fromNullable(page.exports.find(Export.isCompleted)))
})

describe("the README's program for Postgres", () => {
  it("is the program of this test", () => {
    const text = readFileSync(new URL("./programs/load.ts", import.meta.url), "utf8")
    assert.include(readFileSync(new URL("../../../README.md", import.meta.url), "utf8"), text)
  })

  if (url === undefined) {
    it("is not run, because POSTGRES_URL names no database", () => assert.isUndefined(process.env.POSTGRES_URL))
    return
  }

  let downloads = 0
  it.live(
    "stores each row once, and all of the money, although the archive breaks twice",
    () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE TABLE calls (export_id text, number int, row jsonb, PRIMARY KEY (export_id, number))`
        yield* sql`CREATE TABLE pulls (export_id text PRIMARY KEY, rows int NOT NULL)`
        const one = yield* completed
        for (const _ of [1, 2]) assert.strictEqual((yield* Effect.flip(load(one)))._tag, "CorruptArchive")
        const [between] = yield* sql<{ readonly rows: number }>`SELECT rows FROM pulls`
        assert.isAbove(between?.rows ?? 0, 0)
        assert.strictEqual(yield* load(one), archives.rows)
        // and nothing more comes of another run
        assert.strictEqual(yield* load(one), archives.rows)

        const simulator = yield* Simulator.Simulator
        const record = (yield* simulator.exports).find(({ id }) => id === one.id)
        const totals = Archive.totals(simulator.archive(Option.getOrThrow(Option.fromNullable(record))))
        const [counted] = yield* sql<{ readonly rows: number; readonly bad: number }>`
        SELECT count(*)::int AS rows, count(*) FILTER (WHERE row->>'_tag' = 'RejectedRow')::int AS bad FROM calls`
        assert.deepStrictEqual({ ...counted }, { rows: totals.rows, bad: totals.bad })
        for (const [column, field] of Object.entries(money)) {
          const [summed] = yield* sql<{ readonly sum: string }>`
          SELECT (sum((row->>${field})::numeric) * 1000)::bigint::text AS sum FROM calls`
          assert.strictEqual(BigInt(summed?.sum ?? -1), totals.money[column])
        }
      }).pipe(
        Effect.provide(connected({
          account,
          archives,
          faults: (request) =>
            request.url.endsWith(".csv.gz") && ++downloads <= 2 ? Fault.truncated(downloads * 200_000) : undefined
        })),
        Effect.provide(RetryPolicy.none),
        Effect.provide(PgClient.layer({ url: Redacted.make(url) }))
      ),
    { timeout: 120_000 }
  )
})
