import type { CallRecord } from "@effect-didww/core"
import { ExportRequest } from "@effect-didww/core"
import { Simulator } from "@effect-didww/simulator"
import { type Destination, FileDestination, Pull } from "@effect-didww/sync"
import { Error, FileSystem } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Either, Exit, Schedule } from "effect"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { formats } from "../src/internal/file/text.js"
import { changed } from "./crashing.js"
import { connected, pull, requestCount, requestOf, temporary } from "./setup.js"

const run = connected({ archives: { rows: 50, seed: 3 } })

/** Asserts that a pull fails before it requests anything. */
const refused = (
  make: Effect.Effect<Destination.Destination, FileDestination.UnknownFormat, FileSystem.FileSystem>,
  options?: Pull.Options
) =>
  Effect.gen(function*() {
    const before = yield* requestCount
    const error = yield* Effect.flip(Effect.flatMap(make, (to) => pull(to, options)))
    assert.strictEqual(yield* requestCount, before)
    return error
  })

/** A file system on which one step fails. */
const failing = (
  change: (files: FileSystem.FileSystem, fail: Effect.Effect<never, Error.PlatformError>) => Partial<
    FileSystem.FileSystem
  >,
  code: string
) =>
  Effect.updateService(FileSystem.FileSystem, (files) =>
    FileSystem.make({
      ...files,
      ...change(
        files,
        Effect.fail(
          new Error.SystemError({
            reason: "Unknown",
            module: "FileSystem",
            method: "any",
            pathOrDescriptor: "any",
            cause: { code }
          })
        )
      )
    }))

describe("FileDestination", () => {
  it.scopedLive("refuses a name whose ending names no format, and lists the known endings", () =>
    Effect.gen(function*() {
      const error = yield* refused(FileDestination.file(`${yield* temporary}/calls.xlsx`))
      assert.strictEqual(error._tag, "UnknownFormat")
      assert.include(error.message, "Known endings: .ndjson, .ndjson.gz, .csv, .csv.gz, .parquet.")
      assert.include((yield* refused(FileDestination.file("calls.parquet"))).message, "Parquet.format")
    }).pipe(Effect.provide(run)))

  it.scopedLive("refuses a name of an account that is a number or a path", () =>
    Effect.gen(function*() {
      const make = FileDestination.directory(yield* temporary, { format: "csv" })
      for (const account of ["0042", "2026-10-01", "", "../x", "Acme"]) {
        assert.strictEqual((yield* refused(make, { account }))._tag, "InvalidAccount")
      }
    }).pipe(Effect.provide(run)))

  it.scopedLive("takes a format whatever the name is", () =>
    Effect.gen(function*() {
      const path = `${yield* temporary}/calls`
      yield* pull(yield* FileDestination.file(path, { format: "csv" }))
      assert.match(readFileSync(path, "utf8"), /^startedAt,/)
    }).pipe(Effect.provide(run)))

  it.scopedLive("refuses a file that no pull wrote, and leaves it as it is", () =>
    Effect.gen(function*() {
      const folder = yield* temporary
      for (const name of ["calls.csv", "calls.csv.part", "calls.csv.checkpoint", "calls.csv.manifest.json"]) {
        writeFileSync(`${folder}/${name}`, "mine")
        const error = yield* refused(FileDestination.file(`${folder}/calls.csv`))
        assert.strictEqual(error._tag, "DestinationConflict", name)
        assert.strictEqual(readFileSync(`${folder}/${name}`, "utf8"), "mine")
        assert.deepStrictEqual(readdirSync(folder), [name])
        rmSync(`${folder}/${name}`)
      }
    }).pipe(Effect.provide(run)))

  it.scopedLive("refuses a file that was changed after a pull wrote it", () =>
    Effect.gen(function*() {
      const path = `${yield* temporary}/calls.csv`
      const make = FileDestination.file(path)
      yield* Effect.flatMap(make, (to) => pull(to))
      writeFileSync(path, "mine")
      assert.strictEqual((yield* refused(make))._tag, "DestinationConflict")
      assert.strictEqual(readFileSync(path, "utf8"), "mine")
    }).pipe(Effect.provide(run)))

  it.scopedLive("pulls a window again if its file is gone", () =>
    Effect.gen(function*() {
      const path = `${yield* temporary}/calls.csv`
      const make = FileDestination.file(path)
      const { file } = yield* Effect.flatMap(make, (to) => pull(to))
      rmSync(path)
      assert.deepStrictEqual(yield* Effect.flatMap(make, ({ manifests }) => manifests), [])
      assert.deepStrictEqual((yield* Effect.flatMap(make, (to) => pull(to))).file, file)
    }).pipe(Effect.provide(run)))

  it.scopedLive("refuses another window in the same file", () =>
    Effect.gen(function*() {
      const make = FileDestination.file(`${yield* temporary}/calls.csv`)
      yield* Effect.flatMap(make, (to) => pull(to))
      assert.strictEqual((yield* refused(make, { account: "acme" }))._tag, "DestinationConflict")
    }).pipe(Effect.provide(run)))

  it.scopedLive("refuses a window that another run works on", () =>
    Effect.gen(function*() {
      const root = yield* temporary
      const make = FileDestination.directory(root, { format: "ndjson" })
      const request = yield* Effect.map(yesterday, requestOf)
      yield* Effect.flatMap(make, (to) => to.open(Pull.subjectOf(request)))
      const error = yield* refused(make)
      assert.strictEqual(error._tag, "DestinationInUse")
      assert.include(error.message, `process ${process.pid}`)
      // another window is free
      yield* Effect.flatMap(make, (to) => pull(to, { account: "acme" }))
    }).pipe(Effect.provide(run)))

  it.scopedLive("refuses a place that cannot be written", () =>
    Effect.gen(function*() {
      const path = `${yield* temporary}/calls.csv`
      const readOnly = failing((files, fail) => ({
        open: (path, options) => options?.flag === "r" ? files.open(path, options) : fail
      }), "EROFS")
      const error = yield* refused(readOnly(FileDestination.file(path)))
      assert.deepInclude(error, { _tag: "DestinationFailed", reason: "denied", code: "EROFS" })
    }).pipe(Effect.provide(run)))

  it.scopedLive("refuses a partition, a folder of manifests or of rejected rows that cannot be written", () =>
    Effect.gen(function*() {
      for (const folder of ["account=default", "account=default/type=cdr_in", "_didww/manifests", "_didww/rejected"]) {
        const root = yield* temporary
        mkdirSync(`${root}/${folder}`, { recursive: true })
        const isBelow = (path: string): boolean => path.startsWith(`${root}/${folder}`)
        // a user who is not root gets these failures
        const readOnly = failing((files, fail) => ({
          access: (path, options) => isBelow(path) && options?.writable === true ? fail : files.access(path, options),
          makeDirectory: (path, options) => isBelow(path) ? fail : files.makeDirectory(path, options),
          rename: (from, to) => isBelow(to) ? fail : files.rename(from, to)
        }), "EACCES")
        const error = yield* refused(readOnly(FileDestination.directory(root, { format: "csv" })))
        assert.deepInclude(error, { _tag: "DestinationFailed", reason: "denied", code: "EACCES" }, folder)
      }
    }).pipe(Effect.provide(run)))

  it.scopedLive("refuses a disk without the space that is asked for", () =>
    Effect.gen(function*() {
      const root = yield* temporary
      const make = FileDestination.directory(root, { format: "csv", freeSpace: Number.MAX_SAFE_INTEGER })
      const error = yield* refused(make)
      assert.deepInclude(error, { _tag: "DestinationFailed", reason: "full" })
    }).pipe(Effect.provide(run)))

  it.scopedLive("keeps a directory free of files and partitions if it refuses a full disk", () =>
    Effect.gen(function*() {
      const root = yield* temporary
      yield* refused(FileDestination.directory(root, { format: "csv", freeSpace: Number.MAX_SAFE_INTEGER }))
      const left = readdirSync(root, { recursive: true, withFileTypes: true })
      assert.deepStrictEqual(left.filter((entry) => entry.isFile()).map(({ name }) => name), [])
      assert.deepStrictEqual(readdirSync(root), ["_didww"])
      // the refused pull fixed no format
      yield* Effect.flatMap(FileDestination.directory(root, { format: "ndjson" }), (to) => pull(to))
      assert.deepStrictEqual(readdirSync(root), ["_didww", "account=default"])
    }).pipe(Effect.provide(run)))

  it.scopedLive("keeps the rows that were written before the disk was full, and goes on", () =>
    Effect.gen(function*() {
      const path = `${yield* temporary}/calls.csv`
      const options = { checkpointEvery: 10 }
      let left = 12_000
      const small = failing((files, fail) => ({
        open: (path, options) =>
          Effect.map(files.open(path, options), (file) =>
            path.endsWith(".part") ?
              changed(file, {
                writeAll: (bytes) => (left -= bytes.length) < 0 ? fail : file.writeAll(bytes)
              }) :
              file)
      }), "ENOSPC")
      const error = yield* Effect.flip(small(Effect.flatMap(FileDestination.file(path, options), (to) => pull(to))))
      assert.deepInclude(error, { _tag: "DestinationFailed", reason: "full", code: "ENOSPC" })
      assert.isFalse(existsSync(path))
      assert.strictEqual((yield* Effect.flatMap(FileDestination.file(path, options), (to) => pull(to))).records, 50)
    }).pipe(Effect.provide(run)))

  it.scopedLive("refuses a window that overlaps a window of another kind", () =>
    Effect.gen(function*() {
      const make = FileDestination.directory(yield* temporary, { format: "csv" })
      yield* Effect.flatMap(make, (to) => pull(to))
      const { from, to } = yield* yesterday
      const zone = DateTime.zoneMakeOffset(3_600_000)
      for (
        const period of [
          { from: DateTime.subtract(from, { hours: 1 }), to: DateTime.subtract(to, { hours: 1 }) },
          { from: DateTime.add(from, { hours: 2 }), to: DateTime.add(from, { hours: 3 }) }
        ]
      ) {
        const error = yield* Effect.flip(
          Effect.flatMap(make, (to) => Pull.run(requestOf(period, "other"), to, { zone }))
        )
        assert.strictEqual(error._tag, "DestinationConflict")
        assert.include(error.message, "overlaps this window")
      }
    }).pipe(Effect.provide(run)))

  it.scopedLive("refuses a window that overlaps a window that another run has open", () =>
    Effect.gen(function*() {
      const root = yield* temporary
      const make = FileDestination.directory(root, { format: "csv" })
      const hour = Pull.subjectOf(requestOf(yield* anHour))
      yield* Effect.scoped(Effect.gen(function*() {
        yield* Effect.flatMap(make, (to) => to.open(hour))
        const error = yield* refused(make)
        assert.strictEqual(error._tag, "DestinationInUse")
        assert.include(
          error.message,
          `period=${partOf(hour.window.key)}/records.csv is in use by process ${process.pid}`
        )
        // other accounts are free
        yield* Effect.flatMap(make, (to) => pull(to, { account: "acme" }))
      }))
      yield* Effect.flatMap(make, (to) => pull(to))
      assert.deepStrictEqual(filesIn(`${root}/_didww/unfinished`), [])
    }).pipe(Effect.provide(run)))

  it.scopedLive("lets only one of several pulls at once with overlapping windows complete", () =>
    Effect.gen(function*() {
      const make = FileDestination.directory(yield* temporary, { format: "csv" })
      const destinations = yield* Effect.all([make, make, make, make])
      const exits = yield* Effect.forEach(destinations, (to, index) =>
        Effect.either(
          index % 2 === 0
            ? pull(to, {}, "day")
            : Effect.flatMap(anHour, (period) => Pull.run(requestOf(period, "hour"), to, soon))
        ), { concurrency: "unbounded" })
      assert.isTrue(exits.some(Either.isRight))
      for (const exit of exits) {
        if (Either.isLeft(exit)) assert.match(exit.left._tag, /^Destination(InUse|Conflict)$/)
      }
      assert.strictEqual((yield* destinations[0].manifests).length, 1)
    }).pipe(Effect.provide(run)))

  it.scopedLive("lets windows at once complete if they do not overlap", () =>
    Effect.gen(function*() {
      const destination = yield* FileDestination.directory(yield* temporary, { format: "csv" })
      const { from } = yield* anHour
      yield* Effect.forEach([0, 1, 2, 3], (hours) => {
        const period = { from: DateTime.add(from, { hours }), to: DateTime.add(from, { hours: hours + 1 }) }
        return Pull.run(requestOf(period, `hour-${hours}`), destination, soon)
      }, { concurrency: "unbounded" })
      assert.strictEqual((yield* destination.manifests).length, 4)
    }).pipe(Effect.provide(run)))

  it.scopedLive("ignores the claim of a dead run on an overlapping window", () =>
    Effect.gen(function*() {
      const root = yield* temporary
      const destination = yield* FileDestination.directory(root, { format: "csv" })
      const hour = Pull.subjectOf(requestOf(yield* anHour))
      const claim = `${root}/_didww/unfinished/default/cdr_in/period=${partOf(hour.window.key)}.lock.claim`
      const text = yield* Effect.scoped(Effect.andThen(
        destination.open(hour),
        Effect.sync(() => readFileSync(claim, "utf8"))
      ))
      writeFileSync(claim, text)
      assert.strictEqual((yield* pull(destination)).records, 50)
      assert.isFalse(existsSync(claim))
    }).pipe(Effect.provide(run)))

  it.scopedLive("refuses an unfinished window once an overlapping window is complete", () =>
    Effect.gen(function*() {
      const make = FileDestination.directory(yield* temporary, { format: "csv", checkpointEvery: 1 })
      const stopped = yield* Effect.exit(
        Effect.flatMap(make, (to) => pull(to, { onProgress: () => Effect.interrupt }))
      )
      assert.isTrue(Exit.isInterrupted(stopped))
      const period = yield* anHour
      const manifest = yield* Effect.flatMap(make, (to) => Pull.run(requestOf(period, "hour"), to, soon))
      const error = yield* refused(make)
      assert.include(error.message, "overlaps this window")
      assert.deepStrictEqual(yield* Effect.flatMap(make, ({ manifests }) => manifests), [manifest])
    }).pipe(Effect.provide(run)))

  it.scopedLive("refuses a window that overlaps the commit of a dead run, which the next run of its window ends", () =>
    Effect.gen(function*() {
      const root = yield* temporary
      const make = FileDestination.directory(root, { format: "csv" })
      const dying = failing((files, fail) => ({
        rename: (from, to) => to.includes("/manifests/") ? fail : files.rename(from, to)
      }), "EIO")
      yield* Effect.flip(dying(Effect.flatMap(make, (to) => pull(to))))
      assert.lengthOf(filesIn(`${root}/account=default`), 1)
      const before = yield* requestCount
      const period = yield* anHour
      const error = yield* Effect.flip(Effect.flatMap(make, (to) => Pull.run(requestOf(period, "hour"), to, soon)))
      assert.strictEqual(error._tag, "DestinationConflict")
      assert.include(error.message, "overlaps this window")
      assert.strictEqual((yield* Effect.flatMap(make, (to) => pull(to))).records, 50)
      assert.strictEqual(yield* requestCount, before)
    }).pipe(Effect.provide(run)))

  it.scopedLive("refuses a second format in a directory", () =>
    Effect.gen(function*() {
      const root = yield* temporary
      yield* Effect.flatMap(FileDestination.directory(root, { format: "csv" }), (to) => pull(to))
      const error = yield* refused(FileDestination.directory(root, { format: "ndjson" }))
      assert.include(error.message, "files of the format csv")
    }).pipe(Effect.provide(run)))

  it.scopedLive("gets the format of one of two first pulls at once, and refuses the other one before its request", () =>
    Effect.gen(function*() {
      const root = yield* temporary
      const bothRead = yield* Effect.makeLatch()
      let reads = 0
      // both find a directory without a format before either of them goes on
      const meeting = Effect.updateService(FileSystem.FileSystem, (files) =>
        FileSystem.make({
          ...files,
          readFile: (path) =>
            path.endsWith("/destination.json") && ++reads <= 2
              ? Effect.exit(files.readFile(path)).pipe(
                Effect.zipLeft(reads === 2 ? bothRead.open : bothRead.await),
                Effect.flatten
              )
              : files.readFile(path)
        }))
      const pulls = yield* Effect.forEach(["csv", "ndjson"] as const, (format) =>
        Effect.flatMap(
          meeting(FileDestination.directory(root, { format })),
          (to) => pull(to, { account: format }, format)
        ).pipe(Effect.either), { concurrency: "unbounded" })
      assert.lengthOf(pulls.filter(Either.isRight), 1)
      const [error] = pulls.flatMap((result) => Either.isLeft(result) ? [result.left] : [])
      assert.strictEqual(error?._tag, "DestinationConflict")
      assert.match(error?.message ?? "", /files of the format (csv|ndjson)/)
      assert.lengthOf(yield* Effect.flatMap(Simulator.Simulator, ({ exports }) => exports), 1)
    }).pipe(Effect.provide(run)))

  it.scopedLive("refuses records of another request for the same window", () =>
    Effect.gen(function*() {
      const destination = yield* FileDestination.directory(yield* temporary, { format: "csv" })
      yield* pull(destination)
      const before = yield* requestCount
      const request = ExportRequest.cdrIn({ ...yield* yesterday, didNumber: "15005550006", externalReferenceId: "one" })
      const error = yield* Effect.flip(Pull.run(request, destination))
      assert.include(error.message, "other did")
      assert.strictEqual(yield* requestCount, before)
    }).pipe(Effect.provide(run)))

  it.scopedLive("names its partitions by the kind of the window, never like a column", () =>
    Effect.gen(function*() {
      const root = yield* temporary
      mkdirSync(`${root}/x`)
      const names: Array<string> = []
      const { from } = yield* yesterday
      const zone = DateTime.zoneUnsafeMakeNamed("Europe/Vienna")
      const local = (time: string) =>
        DateTime.toUtc(DateTime.unsafeMakeZoned(time, { timeZone: zone, adjustForTimeZone: true }))
      const month = DateTime.startOf(from, "month")
      for (
        const [period, options] of [
          [{ from: month, to: DateTime.add(month, { months: 1 }) }, {}],
          [{ from: local("2026-10-25T00:00:00"), to: local("2026-10-26T00:00:00") }, { zone }],
          [{ from: local("2026-10-01T00:00:00"), to: local("2026-11-01T00:00:00") }, { zone }],
          [{ from, to: DateTime.add(from, { hours: 1 }) }, {}]
        ] as const
      ) {
        const subject = Pull.subjectOf(requestOf(period), options)
        const destination = yield* FileDestination.directory(`${root}/${names.length}`, { format: "csv" })
        const below = `${root}/${names.length}/_didww/unfinished/default/cdr_in`
        yield* Effect.scoped(Effect.andThen(
          destination.open(subject),
          Effect.sync(() => names.push(...readdirSync(below).filter((name) => name.endsWith(".lock"))))
        ))
      }
      const day = DateTime.formatIsoDateUtc(from)
      assert.deepStrictEqual(names, [
        `month=${day.slice(0, 7)}.lock`,
        "date_local=2026-10-25.lock",
        "month_local=2026-10.lock",
        `period=${day}T000000Z_${day}T010000Z.lock`
      ])
    }).pipe(Effect.provide(run)))
})

const yesterday = Effect.map(DateTime.now, (now) => {
  const to = DateTime.startOf(now, "day")
  return { from: DateTime.subtract(to, { days: 1 }), to }
})

/** The first hour of yesterday. */
const anHour = Effect.map(yesterday, ({ from }) => ({ from, to: DateTime.add(from, { hours: 1 }) }))

const soon: Pull.Options = { await: { schedule: Schedule.spaced("1 millis") } }

/** The name of a window in a path. */
const partOf = (key: string): string => key.replaceAll(":", "")

const filesIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .flatMap((entry) => entry.isFile() ? [entry.name] : [])

describe("A CSV of an unknown layout", () => {
  const encode = (columns: CallRecord.Columns) => {
    const { end, push } = formats.csv.start({
      subject: { account: "a", exportType: "sms_in", generation: 1 } as never,
      source: { exportId: "e,1" as never, etag: undefined },
      isContinued: false
    })
    const { bytes } = push({ records: [{ _tag: "UnknownRecord", columns }], rowNumbers: [7] })
    const pieces = [...bytes, ...end({})]
    return pieces.map((bytes) => new TextDecoder().decode(bytes)).join("")
  }

  it("has the columns of the header, but none is called like a partition or twice", () => {
    assert.strictEqual(
      encode({ Date: "1", "ROWNUMBER": null, "rownumber #2": "", "": "a\"b", Text: "x\ny" }),
      "Date #2,ROWNUMBER #2,rownumber #2 #2,column 4,Text,exportId,rowNumber\n" +
        "1,,\"\",\"a\"\"b\",\"x\ny\",\"e,1\",7\n"
    )
  })
})
