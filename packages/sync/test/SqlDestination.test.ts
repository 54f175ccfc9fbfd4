import { CallRecord, Export } from "@effect-didww/core"
import { Archive } from "@effect-didww/simulator"
import { Manifest } from "@effect-didww/sync"
import * as SqlDestination from "@effect-didww/sync/SqlDestination"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Fiber, Layer, Option, type Scope } from "effect"
import { type Database, databases, names } from "./sql/databases.js"
import { ofArchive, ofView } from "./sql/expected.js"
import { decode, load, manifestOf, source, subject } from "./sql/loads.js"

// a switch for CI: ROWS=1000000
const rows = Number(process.env.ROWS ?? 5000)

const small = decode(Archive.make({ rows: 30, seed: 1 }))

const other = decode(Archive.make({ rows: 20, seed: 2 }))

const november = {
  from: subject.window.to,
  to: DateTime.unsafeMake("2026-12-01T00:00:00Z"),
  key: "2026-11"
}

const firstOfOctober: typeof subject = {
  ...subject,
  window: { from: subject.window.from, to: DateTime.unsafeMake("2026-10-02T00:00:00Z"), key: "2026-10-01" }
}

const query = (text: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe<Record<string, unknown>>(text)).pipe(
    Effect.map((rows) => rows.map((row) => ({ ...row })))
  )

const count = (table: string) =>
  Effect.map(query(`SELECT CAST(count(*) AS text) AS n FROM ${table}`), ([row]) => Number(row?.["n"]))

describe.each(databases)("a destination in $kind", ({ kind, make }) => {
  const { micros, of } = names(kind)

  /** A test with a database and a client of it. */
  const test = <E>(
    name: string,
    run: (database: Database) => Effect.Effect<void, E, SqlClient.SqlClient | Scope.Scope>
  ) =>
    it.scopedLive(
      name,
      () => Effect.flatMap(make, (database) => Effect.provide(run(database), Layer.fresh(database.client))),
      { timeout: Math.max(30_000, rows) }
    )

  for (const [exportType, tag] of [["cdr_in", "CdrInRecord"], ["cdr_out", "CdrOutRecord"]] as const) {
    test(`holds all of ${rows} rows of ${exportType}: count, sum, min and max of each column`, () =>
      Effect.gen(function*() {
        const destination = yield* SqlDestination.make()
        const archive = Archive.make({ exportType, rows, seed: 7, badRows: 0.01 })
        const totals = Archive.totals(archive)
        yield* load(destination, decode(archive), { subject: { ...subject, exportType }, size: 3000 })
        assert.deepStrictEqual(yield* ofView(kind, tag), ofArchive(archive, tag))
        assert.strictEqual(yield* count(of("calls")), totals.rows - totals.bad)
        assert.strictEqual(yield* count(of("rejected_rows")), totals.bad)
      }))
  }

  test("keeps leading zeros, plus signs, exact money and columns without a field", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      const header = "Date/Time Start (UTC),Status,Destination DID,Source,Total (USD),Duration (sec),Strange"
      yield* load(
        destination,
        CallRecord.decode(
          [
            header,
            "2026-10-01 00:00:01,ok,+00123,007,0.010,1,x",
            "2026-10-01 00:00:02,ok,1,1,-12345678901.123456,2147483647,",
            "9999-12-31 23:59:59,ok,1,1,,0,\"\""
          ].join("\n")
        )
      )
      const found = yield* query(
        `SELECT destination_did AS did, source, CAST(total${micros} AS text) AS total, duration,
           CAST(extra AS text) AS extra FROM ${of("cdr_in_calls")} ORDER BY row_number`
      )
      const money = kind === "SQLite" ? ["10000", "-12345678901123456"] : ["0.010", "-12345678901.123456"]
      const json = (text: string) => kind === "SQLite" ? text : text.replace(":", ": ")
      assert.deepStrictEqual(found, [
        { did: "+00123", source: "007", total: money[0], duration: 1, extra: json("{\"Strange\":\"x\"}") },
        { did: "1", source: "1", total: money[1], duration: 2147483647, extra: json("{\"Strange\":null}") },
        { did: "1", source: "1", total: null, duration: 0, extra: json("{\"Strange\":\"\"}") }
      ])
    }))

  test("keeps a number that its column cannot hold in extra", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      const header = "Date/Time Start (UTC),Status,Destination DID,Total (USD),Duration (sec)"
      yield* load(destination, CallRecord.decode(`${header}\n2026-10-01 00:00:01,ok,1,0.0000001,4000000000`))
      const [row] = yield* query(
        `SELECT CAST(total${micros} AS text) AS total, CAST(duration AS text) AS duration, CAST(extra AS text) AS extra
         FROM ${of("cdr_in_calls")}`
      )
      const { duration, extra, total } = row ?? {}
      assert.deepStrictEqual(
        [total, duration, JSON.parse(String(extra))],
        kind === "SQLite"
          ? [null, "4000000000", { "Total (USD)": "0.0000001" }]
          : ["0.0000001", null, { "Duration (sec)": "4000000000" }]
      )
    }))

  test("replaces NUL and lone surrogates, and the manifest counts the texts", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      const [first] = CallRecord.decode(
        "Date/Time Start (UTC),Status,Destination DID,Source Name,X\n2026-10-01 00:00:01,o\0k,1,Zoë 😀,\\u0000"
      )
      const lone = {
        ...small[0],
        status: Option.some("ok"),
        sourceName: Option.some("a\ud800b"),
        extra: { "k\0": "\udfff" }
      }
      const rows = Option.toArray(Option.fromNullable(first)).concat(lone as CallRecord.Row)
      const { replacedTexts } = yield* load(destination, rows, { size: 1 })
      assert.strictEqual(replacedTexts, 4)
      assert.deepStrictEqual(
        yield* query(`SELECT status, source_name FROM ${of("cdr_in_calls")} ORDER BY row_number`),
        [{ status: "o\ufffdk", source_name: "Zoë 😀" }, { status: "ok", source_name: "a\ufffdb" }]
      )
      const extras = yield* query(`SELECT CAST(extra AS text) AS extra FROM ${of("cdr_in_calls")} ORDER BY row_number`)
      assert.deepStrictEqual(extras.map(({ extra }) => JSON.parse(String(extra))), [
        { X: "\\u0000" },
        { "k\ufffd": "\ufffd" }
      ])
    }))

  test("keeps records of another layout as JSON, and rejected rows with their cells", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      const archive = Archive.make({ exportType: "sms_in", rows: 50, seed: 3, badRows: 0.2 })
      const totals = Archive.totals(archive)
      yield* load(destination, decode(archive), { subject: { ...subject, exportType: "sms_in" } })
      const expected = [...Archive.rows(archive)]
      const rejected = decode(archive).filter(CallRecord.isRejected)
      assert.isAbove(rejected.length, 0)
      assert.isAtMost(rejected.length, totals.bad)
      const stored = yield* query(
        `SELECT row_number, CAST(columns AS text) AS columns FROM ${of("other_records")} ORDER BY row_number`
      )
      assert.strictEqual(stored.length, totals.rows - rejected.length)
      for (const { columns, row_number } of stored) {
        const { cells } = expected[Number(row_number) - 1]!
        const entries = archive.columns.map((name, index) => [name, cells[index]] as const)
        assert.deepStrictEqual(JSON.parse(String(columns)), Object.fromEntries(entries))
      }
      const cells = yield* query(
        `SELECT row_number, reason, CAST(cells AS text) AS cells FROM ${of("rejected_rows")} ORDER BY row_number`
      )
      assert.deepStrictEqual(
        cells.map(({ cells, reason, row_number }) => ({ row_number, reason, cells: JSON.parse(String(cells)) })),
        rejected.map(({ cells, reason, recordNumber }) => ({ row_number: recordNumber, reason, cells }))
      )
    }))

  test("keeps calls with the same call id", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      const [first] = small
      yield* load(destination, [first!, first!, first!])
      assert.strictEqual(yield* count(of("calls")), 3)
    }))

  test("shows a window when it is complete, and not before", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      const window = yield* destination.open(subject)
      assert.strictEqual(yield* window.begin(source), 0)
      yield* window.append(small)
      assert.strictEqual(yield* count(of("cdr_in")), small.length)
      assert.strictEqual(yield* count(of("calls")), 0)
      assert.deepStrictEqual(yield* destination.manifests, [])
      const manifest = Manifest.seal(manifestOf(subject, source, small))
      assert.deepStrictEqual(yield* window.complete(manifest), manifest)
      assert.strictEqual(yield* count(of("calls")), small.length)
      assert.deepStrictEqual(yield* destination.manifests, [manifest])
    }))

  test("answers with the manifest of a complete window, and takes no more rows", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      const manifest = yield* load(destination, small)
      const window = yield* destination.open(subject)
      assert.deepStrictEqual(window.manifest, manifest)
      for (const effect of [window.begin(source), window.append(small), window.discard, window.complete(manifest)]) {
        assert.strictEqual((yield* Effect.flip(effect))._tag, "DestinationMoved")
      }
      assert.strictEqual(yield* count(of("calls")), small.length)
    }))

  test("goes on behind the rows of the same archive", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      yield* Effect.scoped(Effect.gen(function*() {
        const window = yield* destination.open(subject)
        yield* window.begin(source)
        yield* window.append(small.slice(0, 10))
      }))
      const window = yield* destination.open(subject)
      assert.strictEqual(yield* window.begin(source), 10)
      yield* window.append(small.slice(10))
      yield* window.complete(manifestOf(subject, source, small))
      assert.strictEqual(yield* count(of("calls")), small.length)
    }))

  test("removes the rows of another archive, and of a damaged one", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      const window = yield* destination.open(subject)
      yield* window.begin(source)
      yield* window.append(small)
      assert.strictEqual(yield* window.begin({ ...source, etag: undefined }), 0)
      assert.strictEqual(yield* count(of("cdr_in")), 0)
      yield* window.append(small)
      yield* window.discard
      assert.strictEqual(yield* count(of("cdr_in")), 0)
      assert.strictEqual(yield* window.begin(source), 0)
      yield* window.append(other)
      yield* window.complete(manifestOf(subject, source, other))
      assert.strictEqual(yield* count(of("calls")), other.length)
    }))

  test("replaces an earlier generation, and no other window", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      const neighbors = [
        { ...subject, account: "other" },
        { ...subject, exportType: "cdr_out" as const },
        { ...subject, window: november }
      ]
      for (const neighbor of neighbors) yield* load(destination, small, { subject: neighbor })
      yield* load(destination, small)
      const second = { ...subject, generation: 2 }
      const manifest = yield* load(destination, other, { subject: second })
      assert.strictEqual(yield* count(of("cdr_in")), 3 * small.length + other.length)
      assert.strictEqual(yield* count(of("calls")), 3 * small.length + other.length)
      assert.strictEqual((yield* destination.manifests).length, 4)
      assert.deepStrictEqual((yield* destination.open(subject)).manifest, manifest)
    }))

  test("stops a run whose window a later generation replaced", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      const window = yield* destination.open(subject)
      yield* window.begin(source)
      yield* window.append(small)
      yield* load(destination, other, { subject: { ...subject, generation: 2 } })
      const failures = [window.append(small), window.complete(manifestOf(subject, source, small))]
      for (const effect of failures) assert.strictEqual((yield* Effect.flip(effect))._tag, "DestinationMoved")
      assert.strictEqual(yield* count(of("cdr_in")), other.length)
    }))

  test("refuses a manifest that counts other rows", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      const window = yield* destination.open(subject)
      yield* window.begin(source)
      yield* window.append(small)
      const failure = yield* Effect.flip(window.complete(manifestOf(subject, source, other)))
      assert.include(failure.message, "30 rows instead of 20")
      assert.strictEqual(yield* count(of("calls")), 0)
    }))

  test("reports a window that another run holds as in use", (database) =>
    Effect.gen(function*() {
      const first = yield* SqlDestination.make({ lease: "1 second", holder: "process 1 on a" })
      yield* first.open(subject)
      const second = Effect.gen(function*() {
        const destination = yield* SqlDestination.make({ lease: "1 second", holder: "process 2 on b" })
        return yield* Effect.flip(Effect.scoped(destination.open(subject)))
      })
      const failure = yield* Effect.provide(second, Layer.fresh(database.client))
      assert.strictEqual(failure._tag, "DestinationInUse")
      assert.match(failure.message, /is in use by process 1 on a\. Wait for that run, or stop it\.$/)
    }))

  test("refuses a window that overlaps a complete one, and no other", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      yield* load(destination, small)
      const { from, to } = subject.window
      const hour = { hours: 1 }
      for (
        const window of [
          firstOfOctober.window,
          { from: DateTime.subtract(from, hour), to: DateTime.add(from, hour), key: "start" },
          { from: DateTime.subtract(to, hour), to: DateTime.add(to, hour), key: "end" },
          // the same month of another time zone
          { ...subject.window, from: DateTime.subtract(from, hour), to: DateTime.subtract(to, hour) }
        ]
      ) {
        const failure = yield* Effect.flip(Effect.scoped(destination.open({ ...subject, window })))
        assert.strictEqual(failure._tag, "DestinationConflict")
        assert.include(
          failure.message,
          "holds cdr_in of acme in 2026-10, which overlaps this window. Nothing was changed."
        )
      }
      for (const neighbor of [{ ...subject, window: november }, { ...firstOfOctober, account: "other" }]) {
        yield* load(destination, small, { subject: neighbor })
      }
      assert.strictEqual(yield* count(of("calls")), 3 * small.length)
    }))

  test("reports an overlapping window that a run loads as in use", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make({ lease: "1 second", holder: "process 1 on a" })
      yield* destination.open(subject)
      const failure = yield* Effect.flip(Effect.scoped(destination.open(firstOfOctober)))
      assert.strictEqual(failure._tag, "DestinationInUse")
      assert.include(failure.message, "in use by process 1 on a.")
    }))

  // a SQLite file belongs to one process
  if (kind === "Postgres") {
    test("opens only one of two overlapping windows at the same time", (database) =>
      Effect.gen(function*() {
        const make = SqlDestination.make({ lease: "1 second" })
        const runs = yield* Effect.forEach([subject, firstOfOctober], (each) =>
          Effect.map(
            Effect.flatMap(Layer.build(Layer.fresh(database.client)), (client) => Effect.provide(make, client)),
            (destination) => (generation: number) => Effect.either(destination.open({ ...each, generation }))
          ))
        for (let generation = 1; generation <= 8; generation++) {
          const results = yield* Effect.scoped(
            Effect.forEach(runs, (open) => open(generation), { concurrency: "unbounded" })
          )
          const failures = results.flatMap((result) => result._tag === "Left" ? [result.left._tag] : [])
          assert.deepStrictEqual(failures, ["DestinationInUse"])
        }
      }))
  }

  test("stops a run that hangs once a run of an overlapping window begins", (database) =>
    Effect.gen(function*() {
      const hung = yield* SqlDestination.make({ lease: "1 hour", holder: "process 1 on a" })
      const window = yield* hung.open(subject)
      yield* window.begin(source)
      yield* window.append(small)
      yield* query(`UPDATE ${of("windows")} SET expires = 1`)
      const second = Effect.flatMap(
        SqlDestination.make({ holder: "process 2 on b" }),
        (destination) => load(destination, other, { subject: firstOfOctober })
      )
      yield* Effect.provide(second, Layer.fresh(database.client))
      for (const effect of [window.append(small), window.complete(manifestOf(subject, source, small))]) {
        assert.strictEqual((yield* Effect.flip(effect))._tag, "DestinationMoved")
      }
      assert.strictEqual(yield* count(of("calls")), other.length)
      assert.strictEqual((yield* Effect.flip(Effect.scoped(hung.open(subject))))._tag, "DestinationConflict")
    }))

  test("takes over a window whose holder hangs, and stops the holder", (database) =>
    Effect.gen(function*() {
      // a lease that this holder does not renew in time
      const hung = yield* SqlDestination.make({ lease: "1 hour", holder: "process 1 on a" })
      const window = yield* hung.open(subject)
      yield* window.begin(source)
      yield* window.append(small.slice(0, 10))
      yield* query(`UPDATE ${of("windows")} SET expires = 1`)
      const second = Effect.scoped(Effect.gen(function*() {
        const destination = yield* SqlDestination.make({ holder: "process 2 on b" })
        const window = yield* destination.open(subject)
        assert.strictEqual(yield* window.begin(source), 10)
        yield* window.append(small.slice(10, 20))
        return window
      }))
      yield* Effect.provide(second, Layer.fresh(database.client))
      const failures = [
        window.append(small.slice(10)),
        window.begin({ ...source, etag: "\"2\"" }),
        window.discard,
        window.complete(manifestOf(subject, source, small.slice(0, 10)))
      ]
      for (const effect of failures) assert.strictEqual((yield* Effect.flip(effect))._tag, "DestinationMoved")
      assert.strictEqual(yield* count(of("cdr_in")), 20)
    }))

  test("frees a window at the end of its scope, and renews its lease until then", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make({ lease: "1 second" })
      const expires = Effect.map(
        query(`SELECT CAST(expires AS text) AS expires FROM ${of("windows")}`),
        ([row]) => Number(row?.["expires"])
      )
      yield* Effect.scoped(Effect.gen(function*() {
        yield* destination.open(subject)
        const before = yield* expires
        const later = Effect.repeat(Effect.delay(expires, "20 millis"), { until: (value) => value > before })
        assert.isAbove(yield* later, before)
      }))
      assert.strictEqual(yield* expires, 0)
    }))

  test("stores all of an append or nothing when it is interrupted", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      const many = decode(Archive.make({ rows: 6000, seed: 5 }))
      const seen = new Set<number>()
      for (let wait = 0; wait < 12; wait++) {
        yield* Effect.scoped(Effect.gen(function*() {
          const window = yield* destination.open({ ...subject, generation: wait + 1 })
          yield* window.begin(source)
          const fiber = yield* Effect.fork(window.append(many))
          yield* Effect.sleep(Duration.millis(wait * 10))
          yield* Fiber.interrupt(fiber)
        }))
        const [row] = yield* query(
          `SELECT CAST(position AS text) AS position, (SELECT CAST(count(*) AS text) FROM ${of("cdr_in")} r
             WHERE r.pull = w.pull) AS stored FROM ${of("windows")} w WHERE generation = ${wait + 1}`
        )
        assert.deepStrictEqual(row, { position: row?.["position"], stored: row?.["position"] })
        seen.add(Number(row?.["position"]))
      }
      assert.isTrue(seen.has(0))
      // the client still works
      yield* load(destination, small, { subject: { ...subject, generation: 99 } })
      assert.strictEqual(yield* count(of("cdr_in")), small.length)
    }))

  test("lists manifests with everything that was stored in them", () =>
    Effect.gen(function*() {
      const destination = yield* SqlDestination.make()
      const manifest = {
        ...manifestOf(subject, { exportId: Export.ExportId.make("é'\"\\"), etag: undefined }, []),
        apiVersion: "2026-04-16",
        sums: { total: "12.340", duration: "7" },
        completedAt: DateTime.unsafeMake("2026-11-02T03:04:05.678Z")
      }
      const window = yield* destination.open(subject)
      yield* window.begin({ exportId: manifest.exportId, etag: undefined })
      yield* window.complete(manifest)
      assert.deepStrictEqual(yield* destination.manifests, [Manifest.seal(manifest)])
    }))

  test("adds columns that are missing", () =>
    Effect.gen(function*() {
      yield* SqlDestination.make()
      for (const view of ["calls", "cdr_in_calls"]) yield* query(`DROP VIEW ${of(view)}`)
      for (const column of ["source_network", `cnam_in${micros}`]) {
        yield* query(`ALTER TABLE ${of("cdr_in")} DROP COLUMN ${column}`)
      }
      const destination = yield* SqlDestination.make()
      yield* load(destination, small)
      const [row] = yield* query(
        `SELECT CAST(count(cnam_in${micros}) AS text) AS n FROM ${of("cdr_in_calls")} WHERE source_network IS NULL`
      )
      assert.strictEqual(row?.["n"], String(small.length))
    }))

  test("refuses tables of another shape, and leaves them as they are", () =>
    Effect.gen(function*() {
      if (kind === "Postgres") yield* query("CREATE SCHEMA didww")
      yield* query(`CREATE TABLE ${of("cdr_out")} (pull text, status integer)`)
      yield* query(`INSERT INTO ${of("cdr_out")} VALUES ('mine', 7)`)
      const failure = yield* Effect.flip(SqlDestination.make())
      assert.strictEqual(failure._tag, "DestinationConflict")
      assert.match(failure.message, /holds a table cdr_out without row_number; a table cdr_out with pull as text/i)
      assert.deepStrictEqual(yield* query(`SELECT * FROM ${of("cdr_out")}`), [{ pull: "mine", status: 7 }])
      yield* query(`DROP TABLE ${of("cdr_out")}`)
      yield* query(`CREATE TABLE ${of("calls")} (id integer)`)
      assert.include((yield* Effect.flip(SqlDestination.make())).message, "holds a table named calls")
      assert.strictEqual(yield* count(of("calls")), 0)
    }))

  test("names the database in its place, or what the options say", (database) =>
    Effect.gen(function*() {
      const { pathname } = new URL(database.url)
      const { place } = yield* SqlDestination.make()
      assert.strictEqual(place, kind === "Postgres" ? `postgres:${pathname.slice(1)}` : pathname)
      assert.strictEqual((yield* SqlDestination.make({ place: "here" })).place, "here")
    }))
})

describe("addressOf", () => {
  const cases = {
    "postgres://ann:s3cret@db.example.com:5432/calls": "postgres://db.example.com:5432/calls",
    "postgres://ann:s3cret@db.example.com/calls?sslpassword=s3cret": "postgres://db.example.com/calls",
    "postgres://db.example.com/calls": "postgres://db.example.com/calls",
    "postgres://ann:s3#cret@db.example.com/calls": "the database",
    "postgres://ann:12#s3cret@db.example.com/calls": "the database",
    "postgres://ann:12/s3cret@db.example.com/calls": "the database",
    "postgres://ann:s3@cret#s3cret@db.example.com/calls": "the database",
    "host=db.example.com password=s3cret": "the database"
  }
  for (const [url, address] of Object.entries(cases)) {
    it(`writes ${url.replaceAll("s3", "…")} as ${address}`, () =>
      assert.strictEqual(SqlDestination.addressOf(url), address))
  }
})
