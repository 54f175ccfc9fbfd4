import { Account, Fault, type Simulator, Traffic } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { FileDestination } from "@effect-didww/sync"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { existsSync, readdirSync } from "node:fs"
import { directory, run } from "./terminal.js"

const key = "key-that-nobody-may-see"

const traffic = Traffic.make({ seed: 1, callsPerDay: 20 })

const options: Simulator.Options = {
  account: Account.make([]),
  rateLimit: "none",
  processing: { pending: 0, processing: 0 },
  archives: { traffic }
}

/** A folder, and the program with a key. Every output is searched for the key. */
const world = Effect.gen(function*() {
  const { url } = yield* SimulatorServer.SimulatorServer
  const root = `${yield* directory}/calls`
  const cli = (...args: ReadonlyArray<string>) =>
    Effect.tap(
      run(args, { env: { DIDWW_API_KEY: key, DIDWW_API_URL: url } }),
      ({ err, out }) => assert.notInclude(`${out}${err}`, key)
    )
  return { root, cli, url }
})

const dayOf = (daysAgo: number) =>
  Effect.map(
    DateTime.now,
    (now) => DateTime.formatIsoDateUtc(DateTime.subtract(DateTime.startOf(now, "day"), { days: daysAgo }))
  )

/** How many calls a day has. */
const callsOf = (exportType: string, day: string): number =>
  Traffic.totals(traffic, { exportType, from: Date.parse(day), to: Date.parse(day) + 86_400_000 }).rows

const parsed = (out: string): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  out.trimEnd().split("\n").map((line): Readonly<Record<string, unknown>> => JSON.parse(line))

const served = (more: Partial<Simulator.Options> = {}) => Effect.provide(SimulatorServer.layer({ ...options, ...more }))

describe.concurrent("sync", () => {
  it.scopedLive("keeps the records in a folder, and finds nothing to do the second time", () =>
    Effect.gen(function*() {
      const { cli, root } = yield* world
      const first = yield* cli("sync", root, "--since", "3d-ago")
      assert.strictEqual(first.code, 0, first.err)
      const days = yield* Effect.forEach([1, 2, 3], dayOf)
      const lines = first.out.trimEnd().split("\n").map((line) => line.split(/ {2,}/).slice(0, 5).join(" ")).toSorted()
      assert.deepStrictEqual(
        lines,
        days.flatMap((day, index) =>
          ["cdr_in", "cdr_out"].map((exportType) =>
            `default ${exportType} ${day} ${index === 0 ? "provisional" : "complete"} ${callsOf(exportType, day)} rows`
          )
        ).toSorted()
      )
      assert.match(first.err, /^6 windows with \d+ records loaded\. Exports: 6 created, 0 adopted, 0 wasted\.$/m)
      const second = yield* cli("sync", root)
      assert.match(second.err, /^Nothing to load\. Exports: 0 created, 0 adopted, 0 wasted\.$/m)
      assert.deepStrictEqual([second.code, second.out], [0, ""])

      const stats = yield* cli("stats", root, "--by", "type,date", "--fields", "type,date,calls", "--format", "tsv")
      assert.deepStrictEqual(
        stats.out.trimEnd().split("\n"),
        ["cdr_in", "cdr_out"].flatMap((exportType) =>
          days.toReversed().map((day) => `${exportType}\t${day}\t${callsOf(exportType, day)}`)
        )
      )
      const status = yield* cli("sync", "status", root)
      assert.strictEqual(status.code, 0)
      assert.match(status.out, new RegExp(`^default\tcdr_in\t${days[0]} 00:00\t0\t1\t1\t0\t0\t0\t0\t$`, "m"))
      const verified = yield* cli("sync", "verify", root)
      assert.deepStrictEqual([verified.code, verified.out], [0, ""])
      assert.match(verified.err, /^6 windows read, 6 archives compared: nothing is wrong\.$/m)
    }).pipe(served()))

  it.scopedLive("pull --again replaces a window, and prune deletes old ones without a loss", () =>
    Effect.gen(function*() {
      const { cli, root } = yield* world
      yield* cli("sync", root, "--since", "3d-ago", "--types", "cdr_in", "--format", "ndjson", "-q")
      const day = yield* dayOf(2)
      const complete = yield* cli("sync", "pull", root, `cdr_in/${day}`)
      assert.strictEqual(complete.code, 4)
      assert.match(complete.err, /Use --again to request a complete window once more\.$/m)
      const again = yield* cli("sync", "pull", root, `cdr_in/${day}`, "--again")
      assert.match(again.out, new RegExp(`^default  cdr_in  ${day}  replaced `))
      assert.match(again.err, /Exports: 1 created, 0 adopted, 0 wasted/)

      const refused = yield* cli("sync", "prune", root, "--older-than", "1d")
      assert.strictEqual(refused.code, 2)
      assert.match(refused.err, /Add --yes to delete 2 windows with \d+ records/)
      const pruned = yield* cli("sync", "prune", root, "--older-than", "1d", "--yes")
      assert.deepStrictEqual([pruned.code, pruned.err], [0, "2 windows deleted\n"])
      assert.deepStrictEqual(
        readdirSync(`${root}/account=default/type=cdr_in`).filter((name) =>
          existsSync(`${root}/account=default/type=cdr_in/${name}/records.ndjson`)
        ),
        [`date=${yield* dayOf(1)}`]
      )
      const status = yield* cli("sync", "status", root)
      assert.deepStrictEqual([status.code, status.err.includes("lost")], [0, false])
      assert.strictEqual((yield* cli("sync", root, "--format", "csv")).code, 2)
    }).pipe(served()))

  it.scopedLive("--json writes an object for each event", () =>
    Effect.gen(function*() {
      const { cli, root } = yield* world
      const { code, err, out } = yield* cli("sync", root, "--since", "yesterday", "--types", "cdr_in", "--json")
      assert.deepStrictEqual([code, err], [0, ""])
      const events = parsed(out)
      const [first, ...others] = events
      assert.deepStrictEqual(Object.keys(first ?? {}), ["event", "at", "windows", "audits", "isUrgent", "lost"])
      assert.deepStrictEqual(
        others.map(({ event }) => event).filter((event) => event !== "loading"),
        ["requested", "ready", "committed", "ended"]
      )
      const window = yield* dayOf(1)
      const { at, exportId, file, rejected, archiveBytes, ...committed } = events.find(({ event }) =>
        event === "committed"
      ) ?? {}
      assert.deepStrictEqual(committed, {
        event: "committed",
        account: "default",
        type: "cdr_in",
        window,
        generation: 1,
        reason: "missing",
        late: 0,
        records: callsOf("cdr_in", window)
      })
      assert.isTrue([at, exportId].every((value) => typeof value === "string"))
      assert.isTrue([rejected, archiveBytes].every((value) => typeof value === "number"))
      assert.isObject(file)
    }).pipe(served()))

  it.scopedLive("exits with 3 if the key is refused", () =>
    Effect.gen(function*() {
      const { cli, root } = yield* world
      const { code, err } = yield* cli("sync", root, "--since", "yesterday")
      assert.strictEqual(code, 3)
      assert.match(err, /^didww-exports: default: /m)
    }).pipe(served({ apiKeys: ["another"] })))

  it.scopedLive("exits with 6 if exports are not ready, and with 1 if a window fails", () =>
    Effect.gen(function*() {
      const { cli, root } = yield* world
      const waiting = yield* cli("sync", root, "--since", "yesterday", "--types", "cdr_in", "--wait", "1s")
      assert.strictEqual(waiting.code, 6)
      assert.match(waiting.err, /^didww-exports: 1 export is not ready: default\/cdr_in\//m)
      const failed = yield* cli("sync", root, "--types", "cdr_in,cdr_out", "--wait", "1s")
      assert.strictEqual(failed.code, 1)
      assert.match(failed.out, /^default  cdr_out  \S+ +failed /m)
      assert.match(failed.err, /^didww-exports: default\/cdr_out\/\S+: /m)
    }).pipe(served({
      processing: { pending: "1 hour", processing: 0 },
      faults: ({ body, method }) => method === "POST" && body.includes("cdr_out") ? Fault.status(422) : undefined
    })))

  it.scopedLive("leaves the work to another run, unless that run has completed nothing for long", () =>
    Effect.gen(function*() {
      const { cli, root } = yield* world
      const destination = yield* FileDestination.directory(root, { format: "ndjson" })
      yield* destination.hold
      const stuck = yield* cli("sync", root, "--since", "yesterday")
      assert.strictEqual(stuck.code, 1)
      assert.match(stuck.err, /is in use by process \d+ .* It has completed nothing yet\.$/m)
      const at = DateTime.formatIso(yield* DateTime.now)
      yield* destination.ledger.write({ name: "successes/last", text: JSON.stringify({ at }) })
      const active = yield* cli("sync", root, "--since", "yesterday")
      assert.strictEqual(active.code, 0)
      assert.match(active.err, /^Another run is active, and does the work\./m)
    }).pipe(Effect.provide(NodeContext.layer), served()))

  it.scopedLive("status reports losses until they are acknowledged", () =>
    Effect.gen(function*() {
      const { cli, root } = yield* world
      const destination = yield* FileDestination.directory(root, { format: "ndjson" })
      const now = yield* DateTime.now
      const month = DateTime.startOf(DateTime.subtract(now, { months: 3 }), "month")
      const coverage = {
        account: "acme",
        exportType: "cdr_in",
        from: DateTime.formatIso(month),
        window: "day",
        zone: "UTC"
      }
      yield* destination.ledger.write({ name: "coverages/acme/cdr_in", text: JSON.stringify(coverage) })
      const name = DateTime.formatIsoDateUtc(month).slice(0, 7)
      const before = yield* cli("sync", "status", root)
      assert.strictEqual(before.code, 1)
      assert.match(before.err, new RegExp(`\\d+ windows are lost, .*: acme/cdr_in/${name}-01, `))
      assert.match(before.err, /^didww-exports: No run has succeeded yet\.$/m)
      const acknowledged = yield* cli("sync", "acknowledge", root, `acme/cdr_in/${name}`)
      assert.strictEqual(acknowledged.code, 0)
      assert.match(acknowledged.out, new RegExp(`^acme/cdr_in/${name}-01$`, "m"))
      assert.notInclude((yield* cli("sync", "status", root)).err, "lost, because")
      const json = yield* cli("sync", "status", root, "--json", "--account", "globex")
      assert.deepStrictEqual(JSON.parse(json.out).tracks, [])
      assert.strictEqual((yield* cli("sync", "acknowledge", root, "2020-01-01")).code, 4)
    }).pipe(Effect.provide(NodeContext.layer), served()))

  it.scopedLive("a name that cannot be used is a usage error", () =>
    Effect.gen(function*() {
      const { cli, root } = yield* world
      const usage = (pattern: RegExp, ...args: ReadonlyArray<string>) =>
        Effect.map(cli(...args), ({ code, err }) => {
          assert.strictEqual(code, 2)
          assert.match(err, pattern)
        })
      yield* usage(/No sync has written .* yet/, "sync", "status", root)
      yield* usage(
        /Unknown command sync statsu\. Did you mean status\? For a folder, use \.\/statsu\./,
        "sync",
        "statsu"
      )
      yield* usage(/--types takes all, or cdr_in, /, "sync", root, "--types", "calls")
      yield* usage(/--older-than takes an age such as 13m/, "sync", "prune", root, "--older-than", "soon")
      yield* usage(/A database takes neither --format nor --keep-archive/, "sync", "postgres", "--format", "csv")
      yield* usage(/DIDWW_DATABASE_URL/, "sync", "postgres://user:word@host/calls")
      assert.isFalse(existsSync(root))
    }).pipe(served()))
})
