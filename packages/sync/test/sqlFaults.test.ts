import { Archive } from "@effect-didww/simulator"
import type { Destination } from "@effect-didww/sync"
import * as SqlDestination from "@effect-didww/sync/SqlDestination"
import { PgClient } from "@effect/sql-pg"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, type Scope } from "effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { inspect } from "node:util"
import { clientOf, type Database, databases, names, postgresUrl } from "./sql/databases.js"
import { decode, load, source, subject } from "./sql/loads.js"

const small = decode(Archive.make({ rows: 30, seed: 1 }))

const many = decode(Archive.make({ rows: 5000, seed: 2 }))

const query = (text: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<Record<string, unknown>>(text))

const count = (table: string) =>
  Effect.map(query(`SELECT CAST(count(*) AS text) AS n FROM ${table}`), ([row]) => Number(row?.["n"]))

const second = { ...subject, generation: 2 }

interface Facts {
  readonly _tag: string
  readonly reason?: string | undefined
  readonly code?: string | undefined
}

const facts = (error: Destination.DestinationError): Facts => {
  const { _tag } = error
  return _tag === "DestinationFailed" ? { _tag, reason: error.reason, code: error.code } : { _tag }
}

const failed = (reason: string, code: string): Facts => ({ _tag: "DestinationFailed", reason, code })

const testOn = (kind: Database["kind"]) => {
  const found = databases.find((database) => database.kind === kind)
  return <E>(
    name: string,
    run: (database: Database) => Effect.Effect<void, E, SqlClient.SqlClient | Scope.Scope>
  ): void => {
    if (found === undefined) return
    it.scopedLive(
      name,
      () => Effect.flatMap(found.make, (database) => Effect.provide(run(database), Layer.fresh(database.client)))
    )
  }
}

describe("a destination in SQLite", () => {
  const test = testOn("SQLite")

  test("reports a full disk, keeps the old rows, and goes on when there is space", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      yield* load(destination, small)
      const [{ page_count: pages } = {}] = yield* query("PRAGMA page_count")
      yield* query(`PRAGMA max_page_count = ${Number(pages) + 20}`)
      const failure = yield* Effect.flip(load(destination, many, { subject: second }))
      assert.deepStrictEqual(facts(failure), failed("full", "SQLITE_FULL"))
      assert.strictEqual(yield* count("calls"), small.length)
      yield* query("PRAGMA max_page_count = 1000000")
      yield* load(destination, many, { subject: second })
      assert.strictEqual(yield* count("calls"), many.length)
    }))

  test("reports too little free space before it takes rows, frees the window, and answers for a complete one", () =>
    Effect.gen(function*() {
      const full = yield* SqlDestination.make({ freeSpace: Number.MAX_SAFE_INTEGER })
      const failure = yield* Effect.flip(Effect.scoped(full.open(subject)))
      assert.deepStrictEqual(facts(failure), failed("full", "ENOSPC"))
      const destination = yield* SqlDestination.make()
      const manifest = yield* load(destination, small)
      assert.deepStrictEqual((yield* full.open(subject)).manifest, manifest)
    }))

  test("reports a database that it may not write to before it takes rows", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      yield* query("PRAGMA query_only = 1")
      const failure = yield* Effect.flip(Effect.scoped(destination.open(subject)))
      assert.deepStrictEqual(facts(failure), failed("denied", "SQLITE_READONLY"))
    }))

  test("reports a file that another program writes to as in use", (database) =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      const held = Effect.scoped(Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const connection = yield* sql.reserve
        yield* connection.executeUnprepared("BEGIN IMMEDIATE", [], undefined)
        assert.strictEqual((yield* Effect.flip(Effect.scoped(destination.open(subject))))._tag, "DestinationInUse")
        yield* connection.executeUnprepared("ROLLBACK", [], undefined)
      }))
      yield* Effect.provide(held, Layer.fresh(database.client))
      const next = Effect.flatMap(SqlDestination.make(), (destination) => load(destination, small))
      yield* Effect.provide(next, Layer.fresh(database.client))
    }))

  it.scopedLive("leaves a file alone that is no database", () =>
    Effect.gen(function*() {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(`${tmpdir()}/didww-`)),
        (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
      )
      writeFileSync(`${folder}/notes.txt`, "notes ".repeat(200))
      const failure = yield* Effect.flip(
        Effect.provide(SqlDestination.make(), clientOf(`file://${folder}/notes.txt`))
      )
      assert.strictEqual(failure._tag, "DestinationConflict")
      assert.include(failure.message, "something that is not a SQLite database")
    }))
})

describe("a destination in Postgres", () => {
  const test = testOn("Postgres")
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

  if (postgresUrl === undefined) {
    it("is not tested, because POSTGRES_URL names no server", () => assert.isUndefined(process.env.POSTGRES_URL))
  }

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
