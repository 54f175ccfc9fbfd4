import { CallRecord } from "@effect-didww/core"
import { Archive } from "@effect-didww/simulator"
import type { Destination, Manifest } from "@effect-didww/sync"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck, Fiber, Option, type Scope, Stream } from "effect"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { directories, directory, fill, folder, formats, places } from "./kept.js"
import { decode, subject } from "./sql/loads.js"

// a switch for CI: RUNS=200
const numRuns = Number(process.env.RUNS ?? 5)

const of = (exportType: "cdr_in" | "cdr_out" | "sms_in", rows = 60, seed = 1) =>
  decode(Archive.make({ exportType, rows, seed, badRows: 0.1 }))

const rows = of("cdr_in")

const second = { ...subject, generation: 2 }

const dataOf = (root: string, { file }: Manifest.Manifest): string => `${root}/${file?.path}`

/** All files of a window: the data, the rejected rows, the archive and the manifest. */
const filesOf = (root: string): ReadonlyArray<string> =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => /^account=|^_didww\/(rejected|archives|manifests)\//.test(path))
    .map((path) => `${root}/${path}`).filter((path) => statSync(path).isFile())

/** What a verification finds: the statuses of all windows, and the strays. */
const findings = ({ inspect, recorded, strays, unreadable }: Destination.SyncDestination) =>
  Effect.gen(function*() {
    const inspections = yield* Effect.flatMap(recorded, Effect.forEach(inspect))
    const wrong = inspections.filter(({ status }) => status !== "intact").map(({ place }) => place)
    return [...wrong, ...(yield* strays), ...(yield* unreadable)]
  })

describe.each(places)("the inspection of $kind", ({ make }) => {
  const test = (
    name: string,
    run: (
      destination: Destination.SyncDestination
    ) => Effect.Effect<void, Destination.DestinationError | string | void, Scope.Scope>
  ) => it.scopedLive(name, () => Effect.flatMap(make, run), 60_000)

  test("finds windows of all layouts as they were loaded", (destination) =>
    Effect.gen(function*() {
      for (const exportType of ["cdr_in", "cdr_out", "sms_in"] as const) {
        const manifest = yield* fill(destination, of(exportType, 3000), { ...subject, exportType })
        const { records, status } = yield* destination.inspect(manifest)
        assert.deepStrictEqual({ records, status }, { records: manifest.records, status: "intact" })
      }
      assert.deepStrictEqual(yield* findings(destination), [])
      assert.strictEqual((yield* destination.recorded).length, 3)
    }))

  test("finds an empty window as it was loaded", (destination) =>
    Effect.gen(function*() {
      assert.strictEqual((yield* destination.inspect(yield* fill(destination, []))).status, "intact")
    }))

  test("inspects the generation that replaced a window", (destination) =>
    Effect.gen(function*() {
      const first = yield* fill(destination, rows)
      yield* fill(destination, of("cdr_in", 30, 2), second)
      assert.strictEqual((yield* destination.inspect(first)).status, "intact")
    }))

  test("names no window that is replaced meanwhile", (destination) =>
    Effect.gen(function*() {
      yield* fill(destination, rows)
      const replacing = yield* Effect.fork(Effect.forEach(
        [2, 3, 4, 5, 6, 7, 8],
        (generation) => fill(destination, of("cdr_in", 40 + generation, generation), { ...subject, generation })
      ))
      while (Option.isNone(yield* Fiber.poll(replacing))) {
        assert.deepStrictEqual(yield* findings(destination), [])
        // a driver of SQLite that is synchronous leaves no other fiber a turn
        yield* Effect.sleep("1 millis")
      }
      yield* Fiber.join(replacing)
    }))

  test("quarantines a window, which can be loaded again", (destination) =>
    Effect.gen(function*() {
      const manifest = yield* fill(destination, rows)
      yield* destination.quarantine(manifest)
      assert.deepStrictEqual(yield* destination.manifests, [])
      assert.deepStrictEqual(yield* destination.recorded, [])
      assert.deepStrictEqual(yield* destination.strays, [])
      assert.deepStrictEqual(
        yield* Stream.runCollect(destination.identities(manifest)).pipe(
          Effect.map(({ length }) => length),
          Effect.orElseSucceed(() => 0)
        ),
        0
      )
      const again = yield* fill(destination, rows)
      assert.deepStrictEqual(again, manifest)
      assert.strictEqual((yield* destination.inspect(again)).status, "intact")
      yield* destination.quarantine(again)
      yield* fill(destination, rows, second)
      assert.deepStrictEqual(yield* findings(destination), [])
      assert.strictEqual((yield* Effect.flip(destination.quarantine(again)))._tag, "DestinationMoved")
    }))

  test("deletes a window, and not the generation that replaced it", (destination) =>
    Effect.gen(function*() {
      const manifest = yield* fill(destination, rows)
      yield* destination.remove(manifest)
      assert.deepStrictEqual(yield* destination.recorded, [])
      assert.deepStrictEqual(yield* destination.strays, [])
      yield* destination.remove(manifest)
      const again = yield* fill(destination, rows)
      const replaced = yield* fill(destination, rows, second)
      assert.strictEqual((yield* Effect.flip(Effect.as(destination.remove(again), "removed")))._tag, "DestinationMoved")
      assert.deepStrictEqual(yield* destination.manifests, [replaced])
    }))

  test("gives each record the same identity as every other destination", (destination) =>
    Effect.gen(function*() {
      for (const exportType of ["cdr_in", "cdr_out", "sms_in"] as const) {
        const loaded = of(exportType, 100)
        const manifest = yield* fill(destination, loaded, { ...subject, exportType })
        const found = yield* Stream.runCollect(destination.identities(manifest))
        const other = yield* Effect.flatMap(folder, (root) => directory(root, "ndjson"))
        const expected = yield* Stream.runCollect(
          other.identities(yield* fill(other, loaded, { ...subject, exportType }))
        )
        assert.deepStrictEqual(sorted(found), sorted(expected))
        assert.strictEqual(found.length, loaded.filter(CallRecord.isRecord).length)
        const ids = loaded.flatMap((row) => row._tag === "CdrInRecord" ? Option.toArray(row.callId) : [])
        if (exportType === "cdr_in") {
          assert.deepStrictEqual(Array.from(found).flatMap(({ callId }) => callId ?? []).toSorted(), ids.toSorted())
        }
      }
    }))
})

const sorted = (identities: Iterable<Destination.Identity>) =>
  Array.from(identities, ({ callId, hash }) => `${hash} ${callId}`).toSorted()

describe.each(Object.entries(formats))("the inspection of a directory of %s", (_, format) => {
  const opened = Effect.gen(function*() {
    const root = yield* folder
    const destination = yield* directory(root, format)
    return { root, destination, manifest: yield* fill(destination, rows) }
  })

  it.scopedLive("tells missing, short, doubled and changed records apart", () =>
    Effect.gen(function*() {
      const { destination, manifest, root } = yield* opened
      const { data } = { data: dataOf(root, manifest) }
      const records = rows.filter(CallRecord.isRecord)
      const [first] = records.filter((row) => row._tag === "CdrInRecord")
      if (first === undefined) return assert.fail("no record")
      const changed = rows.map((row) => row === first ? { ...first, source: Option.some("+15005550006") } : row)
      const statuses: Record<string, unknown> = {}
      for (
        const [name, others] of [
          ["short", rows.filter((row) => row !== first)],
          ["doubled", [...rows, first]],
          ["changed", changed]
        ] as const
      ) {
        const elsewhere = yield* folder
        const other = yield* Effect.flatMap(directory(elsewhere, format), (to) => fill(to, others))
        writeFileSync(data, readFileSync(dataOf(elsewhere, other)))
        const { place, status } = yield* destination.inspect(manifest)
        statuses[name] = status
        assert.strictEqual(place, data)
      }
      assert.deepStrictEqual(statuses, { short: "short", doubled: "doubled", changed: "changed" })
      rmSync(data)
      assert.strictEqual((yield* destination.inspect(manifest)).status, "missing")
      assert.deepStrictEqual(yield* destination.manifests, [])
      assert.strictEqual((yield* destination.recorded).length, 1)
    }))

  it.scopedLive("names any file of a window that is removed, cut or changed in any byte", () =>
    Effect.gen(function*() {
      const { destination, root } = yield* opened
      const files = filesOf(root)
      assert.strictEqual(files.length, 4)
      const change = FastCheck.oneof(
        FastCheck.constant("remove" as const),
        FastCheck.record({ cut: FastCheck.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }) }),
        FastCheck.record({
          at: FastCheck.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
          xor: FastCheck.integer({ min: 1, max: 255 })
        })
      )
      yield* Effect.promise(() =>
        FastCheck.assert(
          FastCheck.asyncProperty(FastCheck.constantFrom(...files), change, async (path, change) => {
            const before = readFileSync(path)
            if (change === "remove") rmSync(path)
            else if ("cut" in change) writeFileSync(path, before.subarray(0, Math.floor(change.cut * before.length)))
            else {
              const at = Math.floor(change.at * before.length)
              writeFileSync(path, before.with(at, before[at]! ^ change.xor))
            }
            const found = await Effect.runPromise(findings(destination))
            writeFileSync(path, before)
            // without its manifest, nobody knows the window of the data
            const isNamed = found.includes(path) || (path.endsWith(".json") && found.length > 0)
            assert.isTrue(isNamed, `${path} ${JSON.stringify(change)} ${found.join()}`)
          }),
          { numRuns }
        )
      )
      assert.deepStrictEqual(yield* findings(destination), [])
    }), { timeout: 120_000 })
})

describe.each(directories)("the strays of $kind", ({ make }) => {
  it.scopedLive("are no files of an unfinished window", () =>
    Effect.gen(function*() {
      const destination = yield* make
      yield* Effect.scoped(Effect.gen(function*() {
        const window = yield* destination.open(subject)
        yield* window.begin({ exportId: "e" as never, etag: undefined })
        yield* window.append(rows)
        assert.deepStrictEqual(yield* destination.strays, [])
      }))
      assert.deepStrictEqual(yield* destination.strays, [])
    }))
})

describe("a directory", () => {
  it.scopedLive("does not believe a manifest that nobody sealed", () =>
    Effect.gen(function*() {
      const root = yield* folder
      const destination = yield* directory(root, "csv")
      const { digest: _, ...manifest } = yield* fill(destination, rows)
      const path = `${root}/_didww/manifests/acme/cdr_in/month=2026-10.json`
      const { digest, ...stored } = JSON.parse(readFileSync(path, "utf8"))
      assert.isString(digest)
      for (const changed of [stored, { ...stored, digest, archiveBytes: 7 }]) {
        writeFileSync(path, `${JSON.stringify(changed)}\n`)
        const [listed] = yield* destination.manifests
        if (listed === undefined) return assert.fail("no manifest is listed")
        assert.deepInclude(yield* destination.inspect(listed), { status: "damaged", place: path })
      }
      assert.strictEqual((yield* destination.inspect(manifest)).status, "damaged")
    }))

  it.scopedLive("names files that no manifest names", () =>
    Effect.gen(function*() {
      const root = yield* folder
      const destination = yield* directory(root, "csv")
      const manifest = yield* fill(destination, rows)
      const data = dataOf(root, manifest)
      const others = [`${dirname(data)}/copy.csv`, `${dirname(data)}/records.parquet`, `${root}/account=b/x.csv`]
      mkdirSync(`${root}/account=b/type=cdr_in/date=2026-01-01`, { recursive: true })
      for (const path of others) writeFileSync(path, "x")
      writeFileSync(`${root}/notes.txt`, "mine")
      assert.deepStrictEqual([...yield* destination.strays].toSorted(), others.toSorted())
    }))

  it.scopedLive("lists the other windows if a manifest cannot be read, and names that manifest", () =>
    Effect.gen(function*() {
      const root = yield* folder
      const destination = yield* directory(root, "csv")
      const broken = yield* fill(destination, rows, { ...subject, account: "broken" })
      const whole = yield* fill(destination, rows)
      const path = `${root}/_didww/manifests/broken/cdr_in/month=2026-10.json`
      writeFileSync(path, "{")
      assert.deepStrictEqual(yield* destination.manifests, [whole])
      assert.deepStrictEqual(yield* destination.strays, [dataOf(root, broken)])
      assert.deepStrictEqual(yield* destination.unreadable, [path])
      const failure = yield* Effect.flip(Effect.scoped(destination.open(broken.subject)))
      assert.strictEqual(failure._tag, "DestinationConflict")
    }))

  it.scopedLive("does not take a copy of a manifest for another window", () =>
    Effect.gen(function*() {
      const root = yield* folder
      const destination = yield* directory(root, "csv")
      const whole = yield* fill(destination, rows)
      const folderOfManifests = `${root}/_didww/manifests/acme/cdr_in`
      writeFileSync(`${folderOfManifests}/copy.json`, readFileSync(`${folderOfManifests}/month=2026-10.json`))
      assert.deepStrictEqual(yield* destination.manifests, [whole])
      assert.deepStrictEqual(yield* destination.unreadable, [`${folderOfManifests}/copy.json`])
    }))

  it.scopedLive("keeps all files of a quarantined window", () =>
    Effect.gen(function*() {
      const root = yield* folder
      const destination = yield* directory(root, "csv")
      const manifest = yield* fill(destination, rows)
      const before = filesOf(root).map((path) => readFileSync(path, "utf8")).toSorted()
      const place = yield* destination.quarantine(manifest)
      assert.isTrue(place.startsWith(`${root}/_didww/quarantine/`) && existsSync(place))
      assert.deepStrictEqual(filesOf(root), [])
      const kept = readdirSync(place)
      assert.deepStrictEqual(kept.toSorted(), ["archive.csv.gz", "manifest.json", "records.csv", "rejected.ndjson"])
      assert.deepStrictEqual(kept.map((name) => readFileSync(`${place}/${name}`, "utf8")).toSorted(), before)
    }))

  it.scopedLive("deletes all files of a window", () =>
    Effect.gen(function*() {
      const root = yield* folder
      const destination = yield* directory(root, "csv")
      yield* destination.remove(yield* fill(destination, rows))
      assert.deepStrictEqual(filesOf(root), [])
    }))

  it.scopedLive("is read whatever format the destination was made for", () =>
    Effect.gen(function*() {
      const root = yield* folder
      const manifest = yield* Effect.flatMap(directory(root, "csv.gz"), (to) => fill(to, rows))
      const other = yield* directory(root, "ndjson")
      assert.strictEqual((yield* other.inspect(manifest)).status, "intact")
      assert.strictEqual(yield* Stream.runCount(other.identities(manifest)), manifest.records)
    }))
})
