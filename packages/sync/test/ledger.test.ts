import { type Destination, FileDestination } from "@effect-didww/sync"
import * as SqlDestination from "@effect-didww/sync/SqlDestination"
import { NodeContext } from "@effect/platform-node"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Exit, Fiber, Layer, Schedule, Scope, TestClock } from "effect"
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { temporary } from "./setup.js"
import { databases } from "./sql/databases.js"

type Kept = Pick<Destination.SyncDestination, "ledger" | "hold">

interface Place {
  /** Opens the same place as another process would. */
  readonly open: Effect.Effect<Kept, Destination.DestinationError, Scope.Scope>
}

const directory = Effect.map(Effect.provide(temporary, NodeContext.layer), (root): Place => ({
  open: Effect.provide(FileDestination.directory(root, { format: "csv" }), NodeContext.layer)
}))

const places = [
  { kind: "a directory", make: directory },
  ...databases.map(({ kind, make }) => ({
    kind,
    make: Effect.map(make, ({ client }): Place => ({
      open: Effect.flatMap(
        Layer.build(Layer.fresh(client)),
        (context) => Effect.provide(SqlDestination.make({ lease: "1 second" }), context)
      )
    }))
  }))
]

describe.each(places)("the ledger of $kind", ({ make }) => {
  const test = (
    name: string,
    run: (place: Place) => Effect.Effect<void, Destination.DestinationError | Destination.Hold, Scope.Scope>
  ) => it.scopedLive(name, () => Effect.flatMap(make, run))

  test("reads its documents by the beginning of their names, in order", ({ open }) =>
    Effect.gen(function*() {
      const { ledger } = yield* open
      assert.deepStrictEqual(yield* ledger.read(""), [])
      const names = [
        "intents/acme/cdr_in/2026-10-02",
        "audits/a_b",
        "intents/acme/cdr_in/2026-10-01",
        "intents/b/x",
        "audits/axb"
      ]
      for (const name of names) yield* ledger.write({ name, text: `of ${name}` })
      const other = (yield* open).ledger
      const read = (prefix: string) => Effect.map(other.read(prefix), (found) => found.map(({ name }) => name))
      assert.deepStrictEqual(yield* read(""), names.toSorted())
      assert.deepStrictEqual(yield* read("intents/acme/"), [names[2], names[0]])
      assert.deepStrictEqual(yield* read("intents/acme/cdr_in/2026-10-02"), [names[0]])
      assert.deepStrictEqual(yield* read("audits/a_"), ["audits/a_b"])
      assert.deepStrictEqual(yield* read("in"), [names[2], names[0], names[3]])
      assert.deepStrictEqual(yield* read("absent/"), [])
    }))

  test("replaces and removes a document", ({ open }) =>
    Effect.gen(function*() {
      const { ledger } = yield* open
      yield* ledger.write({ name: "a/b", text: "one" })
      yield* ledger.write({ name: "a/b", text: "two, longer\n{\"x\": \"Zoë 😀\"}" })
      assert.deepStrictEqual(yield* ledger.read("a"), [{ name: "a/b", text: "two, longer\n{\"x\": \"Zoë 😀\"}" }])
      yield* ledger.remove("a/b")
      yield* ledger.remove("a/b")
      assert.deepStrictEqual(yield* ledger.read(""), [])
    }))

  test("refuses a name that leads elsewhere", ({ open }) =>
    Effect.gen(function*() {
      const { ledger } = yield* open
      for (const name of ["../a", "a/../../b", "/a", "a//b", "", "a/", "a:b"]) {
        const exit = yield* Effect.exit(ledger.write({ name, text: "x" }))
        assert.isTrue(Exit.isFailure(exit) && exit.cause._tag === "Die", name)
      }
    }))

  test("has one writer at a time", ({ open }) =>
    Effect.gen(function*() {
      const [first, second] = [yield* open, yield* open]
      const scope = yield* Scope.make()
      const { check } = yield* Scope.extend(first.hold, scope)
      yield* check
      const failure = yield* Effect.flip(Effect.scoped(second.hold))
      assert.strictEqual(failure._tag, "DestinationInUse")
      assert.include(failure.message, `process ${process.pid}`)
      yield* check
      yield* Scope.close(scope, Exit.void)
      yield* Effect.flatMap(second.hold, ({ check }) => check)
    }))
})

describe("the ledger of a directory", () => {
  it.scopedLive("is readable by its owner only, and ignores what a kill left behind", () =>
    Effect.gen(function*() {
      const root = yield* temporary
      const { ledger } = yield* FileDestination.directory(root, { format: "csv" })
      yield* ledger.write({ name: "a/b", text: "x" })
      const folder = `${root}/_didww/ledger/a`
      assert.deepStrictEqual(readdirSync(folder), ["b.json"])
      assert.strictEqual(statSync(`${folder}/b.json`).mode & 0o777, 0o600)
      writeFileSync(`${folder}/c.json.next`, "half")
      assert.deepStrictEqual(yield* ledger.read(""), [{ name: "a/b", text: "x" }])
    }).pipe(Effect.provide(NodeContext.layer)))

  it.scoped("gets a new writer within two minutes after the last one was killed in another container", () =>
    Effect.gen(function*() {
      const root = yield* temporary
      const { hold } = yield* FileDestination.directory(root, { format: "csv" })
      const now = DateTime.formatIso(yield* DateTime.now)
      mkdirSync(`${root}/_didww`)
      writeFileSync(
        `${root}/_didww/sync.lock`,
        JSON.stringify({
          version: 1,
          owner: "0123456789abcdef0123456789abcdef",
          since: now,
          renewed: now,
          place: { host: "another", numbers: "pid:[1]", processId: process.pid }
        })
      )
      assert.strictEqual((yield* Effect.flip(Effect.scoped(hold)))._tag, "DestinationInUse")
      const next = yield* Effect.fork(
        Effect.retry(Effect.scoped(Effect.flatMap(hold, ({ check }) => check)), Schedule.spaced("1 second"))
      )
      let seconds = 0
      while ((yield* Fiber.poll(next))._tag === "None" && seconds < 120) {
        yield* TestClock.adjust("1 second")
        // the file system works in real time
        yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 5)))
        seconds++
      }
      assert.isBelow(seconds, 120)
      yield* Fiber.join(next)
    }).pipe(Effect.provide(NodeContext.layer)))
})

describe.each(databases)("the writer of $kind", ({ kind, make }) => {
  const table = kind === "Postgres" ? "didww.writers" : "writers"
  const query = (text: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(text))

  it.scopedLive("loses its lease when it hangs, and another one takes over", () =>
    Effect.flatMap(make, ({ client }) =>
      Effect.gen(function*() {
        const first = yield* SqlDestination.make({ lease: "1 second" })
        const hung = yield* first.hold
        // as if the process had hung: its lease ended, and it renews nothing for a moment
        yield* query(`UPDATE ${table} SET expires = 1`)
        const second = yield* SqlDestination.make({ lease: "1 second" })
        const taken = yield* second.hold
        assert.strictEqual((yield* Effect.flip(hung.check))._tag, "DestinationMoved")
        yield* taken.check
      }).pipe(Effect.provide(Layer.fresh(client)))))
})
