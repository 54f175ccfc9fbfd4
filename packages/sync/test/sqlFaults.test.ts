import { Archive } from "@effect-didww/simulator"
import * as SqlDestination from "@effect-didww/sync/SqlDestination"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { clientOf, sqlite } from "./sql/databases.js"
import { count, facts, failed, query, testOn } from "./sql/faults.js"
import { decode, load, subject } from "./sql/loads.js"

const small = decode(Archive.make({ rows: 30, seed: 1 }))

const many = decode(Archive.make({ rows: 5000, seed: 2 }))

const second = { ...subject, generation: 2 }

describe("a destination in SQLite", () => {
  const test = testOn(sqlite)

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
