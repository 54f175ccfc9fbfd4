import { ExportRequest } from "@effect-didww/core"
import { Credentials, ExportsClient, RateLimit } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { Account, SimulatorClient } from "@effect-didww/simulator"
import { FileDestination, type Manifest, Pull } from "@effect-didww/sync"
import * as Parquet from "@effect-didww/sync/Parquet"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Layer, Redacted, Schedule, Schema } from "effect"
import { spawn } from "node:child_process"
import { bundled } from "./bundle.js"
import { directory } from "./terminal.js"

// a switch for CI: ROWS=12000000 for 12 windows of 1,000,000 rows
const windows = process.env.ROWS === undefined ? 3 : 12
const rows = Math.ceil(Number(process.env.ROWS ?? 6000) / windows)

/** In MB. V8 lets the heap grow at first: 1.8 and 4 million rows both have a peak near 360 MB. */
const bound = 512

const main = bundled("src/main.ts")

/** Prints the peak of memory on stderr at the end of a process. */
const measured = "data:text/javascript," + encodeURIComponent(
  `process.on("exit", () => console.error("peak " + process.resourceUsage().maxRSS))`
)

/** Runs the program in a process of its own. Gives its lines to `onLine`, and succeeds with its peak of memory in MB. */
const run = (args: ReadonlyArray<string>, onLine: (line: string) => void) =>
  Effect.async<number>((resume) => {
    const child = spawn(process.execPath, ["--import", measured, main, ...args], {
      env: { PATH: process.env.PATH },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let rest = ""
    let err = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const lines = `${rest}${text}`.split("\n")
      rest = lines.pop() ?? ""
      lines.forEach(onLine)
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text
    })
    child.on("close", (code) => {
      const [, peak] = /^peak (\d+)$/m.exec(err) ?? []
      resume(code === 0 && peak !== undefined ? Effect.succeed(Number(peak) / 1024) : Effect.dieMessage(err))
    })
    return Effect.sync(() => child.kill())
  })

/** The windows are the days before today. */
const dayOf = (index: number): Effect.Effect<ExportRequest.Period> =>
  Effect.map(DateTime.now, (now) => {
    const to = DateTime.subtract(DateTime.startOf(now, "day"), { days: index })
    return { from: DateTime.subtract(to, { days: 1 }), to }
  })

/** Fills a folder with a file of Parquet for each window. Gives the manifests by their days. */
const fill = (root: string) =>
  Effect.gen(function*() {
    const destination = yield* FileDestination.directory(root, { format: Parquet.format })
    for (let index = 0; index < windows; index++) {
      const request = ExportRequest.cdrIn({ ...(yield* dayOf(index)), externalReferenceId: `window-${index}` })
      yield* Pull.run(request, destination, { await: { schedule: Schedule.spaced("1 millis") } })
    }
    const manifests = yield* destination.manifests
    return Object.fromEntries(manifests.map((manifest) => [manifest.subject.window.key, manifest]))
  }).pipe(
    Effect.provide(
      ExportsClient.layer({ credentials: Credentials.apiKey(Redacted.make("key")) }).pipe(
        Layer.provideMerge(SimulatorClient.layer({
          account: Account.make([]),
          archives: { rows, seed: 8, badRows: 0.001 },
          processing: { pending: 0, processing: 0 },
          rateLimit: "none"
        })),
        Layer.provideMerge(Layer.mergeAll(RateLimit.none, NodeGunzip.layer, NodeContext.layer))
      )
    )
  )

const Group = Schema.parseJson(Schema.Struct({
  trunk: Schema.NullOr(Schema.String),
  date: Schema.String,
  calls: Schema.Number,
  minutes: Schema.Number,
  total: Schema.NullOr(Schema.String)
}))

/** Reads an amount in millionths. */
const millionths = (amount: string): bigint => {
  const [whole = "", places = ""] = amount.split(".")
  return BigInt(`${whole}${places.padEnd(6, "0")}`)
}

interface Sums {
  readonly records: number
  readonly seconds: number
  readonly total: bigint
}

const ofManifests = (manifests: Readonly<Record<string, Manifest.Manifest>>): Readonly<Record<string, Sums>> =>
  Object.fromEntries(
    Object.entries(manifests).map(([day, { records, sums }]) => [
      day,
      { records, seconds: Number(sums.duration), total: millionths(sums.total ?? "") }
    ])
  )

/** Sums a folder by trunk and date with `stats`, and adds the groups of each day. */
const summed = (root: string) =>
  Effect.gen(function*() {
    const days = new Map<string, Sums>()
    const groups = new Set<string>()
    const args = ["stats", root, "--by", "trunk,date", "--format", "ndjson"]
    const peak = yield* run(args, (line) => {
      const { calls, date, minutes, total, trunk } = Schema.decodeSync(Group)(line)
      groups.add(JSON.stringify([trunk, date]))
      const before = days.get(date) ?? { records: 0, seconds: 0, total: 0n }
      days.set(date, {
        records: before.records + calls,
        seconds: before.seconds + Math.round(minutes * 60),
        total: before.total + millionths(total ?? "0")
      })
    })
    return { days: Object.fromEntries(days), groups: groups.size, peak }
  })

/** Adds up the rows of `records`. */
const added = (root: string) =>
  Effect.gen(function*() {
    let records = 0
    let total = 0n
    const args = ["records", root, "--fields", "startedAt,total", "--format", "tsv"]
    const peak = yield* run(args, (line) => {
      records = records + 1
      total = total + millionths(line.split("\t")[1] ?? "")
    })
    return { records, total, peak }
  })

describe("a folder", () => {
  it.scopedLive(
    `stats and records read ${windows} windows of ${rows} rows exactly, within ${bound} MB`,
    () =>
      Effect.gen(function*() {
        const root = yield* directory
        const expected = ofManifests(yield* fill(root))
        assert.lengthOf(Object.keys(expected), windows)
        const sums = yield* summed(root)
        assert.deepStrictEqual(sums.days, expected)
        assert.isAbove(sums.groups, windows)
        const { peak, ...read } = yield* added(root)
        assert.deepStrictEqual(read, {
          records: Object.values(expected).reduce((sum, { records }) => sum + records, 0),
          total: Object.values(expected).reduce((sum, { total }) => sum + total, 0n)
        })
        assert.isBelow(sums.peak, bound)
        assert.isBelow(peak, bound)
      }),
    { timeout: 7_200_000 }
  )
})
