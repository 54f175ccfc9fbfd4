import { Archive } from "@effect-didww/simulator"
import * as SqlDestination from "@effect-didww/sync/SqlDestination"
import { PgClient } from "@effect/sql-pg"
import type * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { inspect } from "node:util"
import { type Database, makePostgres, names } from "./sql/databases.js"
import { count, facts, failed, query, testOn } from "./sql/faults.js"
import { decode, load, source, subject } from "./sql/loads.js"

const small = decode(Archive.make({ rows: 30, seed: 1 }))

const many = decode(Archive.make({ rows: 5000, seed: 2 }))

const second = { ...subject, generation: 2 }

describe("a destination in Postgres", () => {
  const test = testOn(makePostgres)
  const { of } = names("Postgres")

  /** A client of another user. */
  const as = ({ url }: Database, user: { readonly username?: string; readonly password?: string }) =>
    Layer.orDie(PgClient.layer({ url: Redacted.make(Object.assign(new URL(url), user).href) }))

  const withRole = (run: (role: string) => Effect.Effect<void, unknown, SqlClient.SqlClient>) =>
    Effect.acquireUseRelease(
      Effect.sync(() => `didww_${process.pid}_${Date.now()}`),
      (role) => Effect.zipRight(query(`CREATE ROLE ${role} LOGIN`), run(role)),
      (role) => Effect.orDie(Effect.zipRight(query(`DROP OWNED BY ${role}`), query(`DROP ROLE ${role}`)))
    )

  test("reports a user who may not make tables, and works for that user once they are there", (database) =>
    withRole((role) =>
      Effect.gen(function*() {
        const other = as(database, { username: role })
        const failure = yield* Effect.flip(Effect.provide(SqlDestination.make(), other))
        assert.deepStrictEqual(facts(failure), failed("denied", "42501"))
        yield* SqlDestination.make()
        yield* query(`GRANT USAGE ON SCHEMA didww TO ${role}`)
        yield* query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA didww TO ${role}`)
        yield* Effect.provide(
          Effect.gen(function*() {
            const destination = yield* SqlDestination.make()
            yield* load(destination, small)
            yield* load(destination, many, { subject: second })
          }),
          other
        )
        assert.strictEqual(yield* count(of("calls")), many.length)
      })
    ))

  test("reports a user who may only read before it takes rows", (database) =>
    withRole((role) =>
      Effect.gen(function*() {
        yield* SqlDestination.make()
        yield* query(`GRANT USAGE ON SCHEMA didww TO ${role}`)
        yield* query(`GRANT SELECT ON ALL TABLES IN SCHEMA didww TO ${role}`)
        const opened = Effect.scoped(Effect.flatMap(SqlDestination.make(), ({ open }) => open(subject)))
        const failure = yield* Effect.flip(Effect.provide(opened, as(database, { username: role })))
        assert.deepStrictEqual(facts(failure), failed("denied", "42501"))
      })
    ))

  test("reports a read-only database before it takes rows", (database) =>
    Effect.gen(function*() {
      yield* SqlDestination.make()
      const [{ name } = {}] = yield* query("SELECT current_database() AS name")
      yield* query(`ALTER DATABASE ${String(name)} SET default_transaction_read_only = on`)
      const opened = Effect.scoped(Effect.flatMap(SqlDestination.make(), ({ open }) => open(subject)))
      const failure = yield* Effect.flip(Effect.provide(opened, Layer.fresh(database.client)))
      assert.deepStrictEqual(facts(failure), failed("denied", "25006"))
    }))

  test("reports a connection that ends, keeps the old rows, and goes on in the next run", (database) =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      yield* load(destination, small)
      const broken = Effect.scoped(Effect.gen(function*() {
        const window = yield* destination.open(second)
        yield* window.begin(source)
        yield* window.append(many.slice(0, 2000))
        // the server ends each connection but this one, time and again
        const kills = Effect.forever(Effect.delay(
          query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()`),
          "1 millis"
        ))
        yield* Effect.forkScoped(Effect.provide(kills, Layer.fresh(database.client)))
        return yield* Effect.flip(
          Effect.forever(Effect.zipRight(window.append(many.slice(2000, 2001)), Effect.yieldNow()))
        )
      }))
      const failure = yield* broken
      assert.strictEqual(facts(failure).reason, "unavailable")
      assert.strictEqual(yield* count(of("calls")), small.length)
      yield* Effect.eventually(load(destination, many, { subject: second, source: { ...source, etag: "\"2\"" } }))
      assert.strictEqual(yield* count(of("calls")), many.length)
    }))

  test("shows no password and no value of a row in its failures", (database) =>
    Effect.gen(function*() {
      const client = as(database, { password: "s3cret-word" })
      yield* Effect.provide(
        Effect.gen(function*() {
          const destination = yield* SqlDestination.make()
          // the server's message would quote the row
          yield* query(`ALTER TABLE ${of("cdr_in")} ADD CHECK (source <> 'v4lue-of-a-row')`)
          const row = { ...small[0], source: { _tag: "Some", value: "v4lue-of-a-row" } } as never
          const failure = yield* Effect.flip(load(destination, [row]))
          for (const text of [String(failure), JSON.stringify(failure), inspect(failure, { depth: 9 })]) {
            assert.notInclude(text, "v4lue-of-a-row")
            assert.notInclude(text, "s3cret-word")
          }
          assert.deepStrictEqual(facts(failure), { _tag: "DestinationFailed", reason: "other", code: "23514" })
        }),
        client
      )
    }))
})
