import { Account, Archive, Simulator } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import type { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from "node:fs"
import * as Database from "../src/Database.js"
import { directory, run } from "./terminal.js"

const rows = 300

/** Serves an account without exports, whose archives have unreadable rows. */
const servingRows = Effect.fnUntraced(function*(badRows: number) {
  const context = yield* Layer.build(SimulatorServer.layer({
    account: Account.make([]),
    archives: { rows, seed: 8, badRows },
    processing: { pending: 0, processing: 0 }
  }))
  const { url } = yield* Effect.provide(SimulatorServer.SimulatorServer, context)
  const simulator = yield* Effect.provide(Simulator.Simulator, context)
  const totals = Effect.map(simulator.exports, ([made]) => Archive.totals(simulator.archive(made!)))
  return { env: { DIDWW_API_KEY: "key", DIDWW_API_URL: url }, exports: simulator.exports, totals }
})

const serving = servingRows(0.02)

const october = ["pull", "--month", "2026-10", "--reference", "october", "-o"]

/** Reads the calls and the money of a source. */
const sums = (source: string) =>
  Effect.map(
    run(["stats", source, "--fields", "calls,total", "--format", "tsv"]),
    ({ out }) => out.trimEnd().split("\t").map(Number)
  )

describe("pull", () => {
  it.scopedLive("a file of every format holds each record, and reads back with the same sums", () =>
    Effect.gen(function*() {
      const account = yield* serving
      const folder = yield* directory
      for (const ending of ["csv", "csv.gz", "ndjson", "ndjson.gz", "parquet"]) {
        const path = `${folder}/october.${ending}`
        const first = yield* run([...october, path], account)
        const { bad, money } = yield* account.totals
        const total = Object.entries(money).find(([column]) => /^total/i.test(column))?.[1] ?? 0n
        assert.match(first.err, new RegExp(`^${rows - bad} records of export \\S+ in `))
        assert.match(
          first.err,
          new RegExp(`\ndidww-exports: ${bad} rows could not be read and are left out.*; see .*\\.rejected\n$`)
        )
        assert.deepStrictEqual([first.code, first.out], [0, ""])
        assert.deepStrictEqual(yield* sums(path), [rows - bad, Number(total) / 1000])
        assert.deepStrictEqual(yield* run([...october, path], account), first)
        assert.strictEqual(statSync(path).mode & 0o777, 0o600)
      }
      assert.strictEqual((yield* account.exports).length, 1)
    }))

  it.scopedLive("a folder gets a file for each window, and records and stats read the folder", () =>
    Effect.gen(function*() {
      const account = yield* serving
      const folder = `${yield* directory}/calls`
      for (const format of ["parquet", "csv.gz"]) {
        const root = `${folder}-${format}`
        const flags = format === "parquet" ? [] : ["--format", format]
        for (const month of ["2026-10", "2026-09"]) {
          const args = ["pull", "--month", month, "--reference", month, "-o", `${root}/`, ...flags]
          assert.strictEqual((yield* run(args, account)).code, 0)
        }
        assert.deepStrictEqual(readdirSync(`${root}/account=default/type=cdr_in`), ["month=2026-09", "month=2026-10"])
        assert.isTrue(existsSync(`${root}/account=default/type=cdr_in/month=2026-10/records.${format}`))
        const stats = ["stats", root, "--by", "month", "--fields", "month,calls", "--format", "tsv"]
        const { code, err, out } = yield* run(stats)
        assert.strictEqual(code, 0)
        const counts = out.trimEnd().split("\n").map((line) => Number(line.split("\t")[1]))
        assert.deepStrictEqual(out.match(/^2026-\d\d/gm), ["2026-09", "2026-10"])
        // the rows that were rejected by the pulls are counted
        const [, rejected = ""] = /(\d+) rows could not be read/.exec(err) ?? []
        assert.strictEqual(counts.reduce((sum, count) => sum + count, 0) + Number(rejected), rows * 2)
        assert.strictEqual((yield* run([...stats, "--strict"])).code, 1)
        const read = yield* run(["records", root, "--fields", "callId", "--format", "tsv"])
        assert.strictEqual(read.out.trimEnd().split("\n").length, rows * 2 - Number(rejected))
      }
      writeFileSync(`${folder}-csv.gz/account=default/type=cdr_in/stray.csv`, "not,of\na,pull\n")
      assert.strictEqual((yield* run(["records", `${folder}-csv.gz`, "--format", "ndjson", "-q"])).code, 0)
    }))

  it.scopedLive("-o - writes the records in every format as they arrive", () =>
    Effect.gen(function*() {
      const account = yield* serving
      const { code, out } = yield* run([...october, "-", "--format", "ndjson"], account)
      const { bad } = yield* account.totals
      assert.deepStrictEqual([code, out.trimEnd().split("\n").length], [0, rows - bad])
      const lines = { tsv: rows - bad, table: rows - bad + 1 }
      for (const [format, expected] of Object.entries(lines)) {
        const { out } = yield* run([...october, "-", "--format", format], account)
        assert.lengthOf(out.trimEnd().split("\n"), expected)
      }
      const json: unknown = JSON.parse((yield* run([...october, "-", "--format", "json"], account)).out)
      assert.lengthOf(Array.isArray(json) ? json : [], rows - bad)
      const fields = yield* run([...october, "-", "--fields", "callId,total", "--format", "csv"], account)
      assert.match(fields.out, /^callId,total\n/)
    }))

  for (
    const [output, format, refused] of [
      ["october.json", [], "json"],
      ["october.JSON", [], "json"],
      ["october.json.gz", [], "json.gz"],
      ["october.tsv", [], "tsv"],
      ["october.tsv.gz", [], "tsv.gz"],
      ["october.txt", [], "table"],
      ["october.txt.gz", [], "table.gz"],
      ["october.tsv", ["--format", "tsv"], "tsv"],
      ["october.csv", ["--format", "tsv"], "tsv"],
      ["october.csv.gz", ["--format", "json"], "json"],
      ["october", ["--format", "table"], "table"],
      ["october.xlsx", ["--format", "json.gz"], "json.gz"],
      ["october/", ["--format", "json"], "json"]
    ] as const
  ) {
    it.scopedLive(`${["-o", output, ...format].join(" ")} is a usage error before any request, and changes no file`, () =>
      Effect.gen(function*() {
        const account = yield* serving
        const folder = yield* directory
        const path = `${folder}/${output}`
        if (!output.endsWith("/")) writeFileSync(path, "a foreign file\n")
        const before = readdirSync(folder)
        const { code, err, out } = yield* run([...october, path, ...format], account)
        const name = refused.replace(".gz", "")
        assert.deepStrictEqual({ code, err, out }, {
          code: 2,
          err: `didww-exports: A ${output.endsWith("/") ? "folder" : "file"} of pull takes csv, csv.gz, ndjson, ` +
            `ndjson.gz or parquet, not ${refused}. For ${name} on stdout use -o - --format ${name}.\n`,
          out: ""
        })
        assert.deepStrictEqual(readdirSync(folder), before)
        if (!output.endsWith("/")) assert.strictEqual(readFileSync(path, "utf8"), "a foreign file\n")
        assert.deepStrictEqual(yield* account.exports, [])
      }))
  }

  it.scopedLive("--strict exits with 1 when a row was rejected, and keeps the complete file", () =>
    Effect.gen(function*() {
      const account = yield* serving
      const path = `${yield* directory}/october.csv`
      for (let round = 1; round <= 2; round++) {
        const { code, err } = yield* run([...october, path, "--strict"], account)
        assert.strictEqual(code, 1)
        assert.match(err, /rows could not be read and are left out/)
      }
      assert.isTrue(existsSync(path))
    }))

  it.scopedLive("an unknown ending, a foreign file and another request are refused before any request", () =>
    Effect.gen(function*() {
      const account = yield* serving
      const folder = yield* directory
      writeFileSync(`${folder}/foreign.csv`, "a,b\n")
      const refused: Readonly<Record<string, readonly [code: number, says: RegExp]>> = {
        "october.xlsx": [
          2,
          /The ending of .*october\.xlsx names no format\. Known endings: \.csv, \.csv\.gz, \.ndjson, \.ndjson\.gz and \.parquet\. /
        ],
        "october.tsv --format csv": [2, /ends like tsv, but --format says csv\. Change one of them\./],
        "foreign.csv": [1, /foreign\.csv holds a file that no pull wrote\. Nothing was changed\./],
        "foreign.csv/x.csv": [1, /Cannot write .*foreign\.csv\/x\.csv: a part of the path is not a folder\./]
      }
      for (const [name, [expected, says]] of Object.entries(refused)) {
        const { code, err } = yield* run([...october, ...`${folder}/${name}`.split(" ")], account)
        assert.strictEqual(code, expected)
        assert.match(err, says)
      }
      const fields = yield* run([...october, `${folder}/october.csv`, "--fields", "total"], account)
      assert.match(fields.err, /The files of a pull have all columns\./)
      assert.deepStrictEqual(yield* account.exports, [])
      assert.strictEqual((yield* run([...october, `${folder}/october.csv`], account)).code, 0)
      const other = ["pull", "--month", "2026-09", "--reference", "september", "-o", `${folder}/october.csv`]
      assert.strictEqual((yield* run(other, account)).code, 1)
      assert.strictEqual((yield* account.exports).length, 1)
    }))

  it.scopedLive("--keep-archive keeps the archive, which reads as the file does", () =>
    Effect.gen(function*() {
      const account = yield* serving
      const path = `${yield* directory}/october.ndjson`
      assert.strictEqual((yield* run([...october, path, "--keep-archive"], account)).code, 0)
      assert.deepStrictEqual(yield* sums(`${path}.archive`), yield* sums(path))
    }))

  it.scopedLive("--keep-archive with stdout is a usage error, before any request", () =>
    Effect.gen(function*() {
      const account = yield* serving
      const { code, err, out } = yield* run([...october, "-", "--keep-archive"], account)
      assert.deepStrictEqual([code, out], [2, ""])
      assert.include(err, "Records on stdout have no place for an archive. Use --keep-archive with -o FILE or -o DIR.")
      assert.deepStrictEqual(yield* account.exports, [])
    }))

  for (const [kept, rejected] of [[false, false], [false, true], [true, false], [true, true]] as const) {
    const has = `${kept ? "kept" : "no"} archives and ${rejected ? "rejected" : "no rejected"} rows`
    it.scopedLive(`a glob of files with ${has} counts each call once`, () =>
      Effect.gen(function*() {
        const account = yield* servingRows(rejected ? 0.02 : 0)
        const folder = yield* directory
        const september = ["pull", "--month", "2026-09", "--reference", "september", "-o"]
        const calls = new Map<string, number>()
        for (const ending of ["csv", "csv.gz", "ndjson", "ndjson.gz", "parquet"]) {
          let count = 0
          for (const command of [october, september]) {
            const path = `${folder}/${command[4]}.${ending}`
            const flags = kept ? ["--keep-archive"] : []
            assert.strictEqual((yield* run([...command, path, ...flags], account)).code, 0)
            assert.strictEqual(existsSync(`${path}.archive`), kept)
            assert.strictEqual(existsSync(`${path}.rejected`), rejected)
            count += (yield* sums(path))[0] ?? 0
          }
          calls.set(`*.${ending}`, count)
        }
        calls.set("*.gz", (calls.get("*.csv.gz") ?? 0) + (calls.get("*.ndjson.gz") ?? 0))
        for (const [glob, count] of calls) {
          const { err, out } = yield* run(["stats", `${folder}/${glob}`, "--fields", "calls", "--format", "tsv"])
          assert.strictEqual(out, `${count}\n`, glob)
          assert.notInclude(err, "could not be read", glob)
        }
      }), 60_000)
  }
})

describe("a database", () => {
  it.scopedLive("pull -o sqlite:FILE writes each record once, and says where the rejected rows are", () =>
    Effect.gen(function*() {
      const account = yield* serving
      const path = `${yield* directory}/calls.db`
      const first = yield* run([...october, `sqlite:${path}`], account)
      const { bad } = yield* account.totals
      assert.strictEqual(first.code, 0)
      assert.match(first.err, new RegExp(`^${rows - bad} records of export .*; see the table rejected_rows\n$`, "s"))
      assert.deepStrictEqual(yield* run([...october, `sqlite:${path}`], account), first)
      assert.strictEqual((yield* account.exports).length, 1)
    }))

  it.scopedLive("only its owner may read a SQLite file, also while it is written", () =>
    Effect.gen(function*() {
      const account = yield* serving
      const folder = yield* directory
      const path = `${folder}/calls.db`
      const database = yield* Effect.provide(Database.open({ _tag: "SQLite", path }), NodeContext.layer)
      assert.deepStrictEqual(yield* database.manifests, [])
      const modes = readdirSync(folder).sort().map((name) => [name, statSync(`${folder}/${name}`).mode & 0o777])
      assert.deepStrictEqual(modes, [["calls.db", 0o600], ["calls.db-shm", 0o600], ["calls.db-wal", 0o600]])
      assert.deepStrictEqual(yield* account.exports, [])
    }))

  it.scopedLive("a SQLite file that cannot be opened is refused before the request, in a sentence", () =>
    Effect.gen(function*() {
      const account = yield* serving
      const folder = yield* directory
      mkdirSync(`${folder}/calls.db-journal`)
      const unopened =
        "SQLite cannot open it, or a file beside it. Check the permissions of the file and of its folder."
      // the folder goes away before SQLite opens the file
      const vanishing = (files: FileSystem.FileSystem): FileSystem.FileSystem => ({
        ...files,
        open: (path, options) => files.open(path.endsWith("/gone/x.db") ? `${folder}/other` : path, options)
      })
      for (
        const [name, says] of [
          ["none/x.db", "Cannot open {}: no such file or folder. Check the name. The folder has to exist."],
          ["calls.db", `Cannot write {}: ${unopened}`],
          ["gone/x.db", `Cannot write {}: ${unopened}`]
        ] as const
      ) {
        const path = `${folder}/${name}`
        const { code, err } = yield* run([...october, `sqlite:${path}`], { ...account, files: vanishing })
        assert.deepStrictEqual([code, err], [1, `didww-exports: ${says.replace("{}", path)}\n`])
      }
      assert.deepStrictEqual(yield* account.exports, [])
    }))

  it.scopedLive("an address with a password is refused as an argument, and shows in no message", () =>
    Effect.gen(function*() {
      const account = yield* serving
      const pull = (output: string, env: Record<string, string> = {}) =>
        run([...october, output], { env: { ...account.env, ...env } })
      const address = "postgres://user:k3y-that-nobody-may-see@127.0.0.1:1/calls"
      const given = yield* pull(address)
      assert.strictEqual(given.code, 2)
      assert.include(given.err, "DIDWW_DATABASE_URL")
      assert.strictEqual((yield* pull("postgres")).code, 2)
      const away = yield* run([...october, "postgres", "--verbose"], {
        env: { ...account.env, DIDWW_DATABASE_URL: address }
      })
      assert.strictEqual(away.code, 1)
      assert.include(away.err, "Cannot reach postgres://127.0.0.1:1/calls (ECONNREFUSED).")
      for (const { err } of [given, away]) assert.notInclude(err, "k3y-that-nobody-may-see")
      assert.match((yield* pull("postgres", {})).err, /Set DIDWW_DATABASE_URL/)
      assert.match(
        (yield* run([...october, "sqlite:x.db", "--format", "csv"], account)).err,
        /A database takes neither --format/
      )
      assert.deepStrictEqual(yield* account.exports, [])
    }))

  it.effect("the drivers that it names are those of the workspace", () =>
    Effect.sync(() => {
      const workspace = readFileSync(new URL("../../../pnpm-workspace.yaml", import.meta.url), "utf8")
      for (const database of ["Postgres", "SQLite"] as const) {
        const { message } = new Database.NoDriver({ database, cause: undefined })
        const [, name = "", version = ""] = /npm install (\S+)@(\S+)$/.exec(message) ?? []
        assert.include(workspace, `"${name}": ${version}\n`)
      }
    }))
})

describe("parquet", () => {
  it.scopedLive("records of Parquet equal those of the archive that it was made of", () =>
    Effect.gen(function*() {
      const account = yield* serving
      const folder = yield* directory
      const archive = `${folder}/october.csv.archive`
      assert.strictEqual((yield* run([...october, `${folder}/october.csv`, "--keep-archive"], account)).code, 0)
      assert.strictEqual((yield* run(["records", archive, "-o", `${folder}/calls.parquet`])).code, 0)
      const ofParquet = yield* run(["records", `${folder}/calls.parquet`, "--format", "ndjson"])
      const ofArchive = yield* run(["records", archive, "--format", "ndjson"])
      const plain = (text: string) =>
        text.trimEnd().split("\n").map((line) =>
          JSON.parse(line, (key, value) => /^(tollFree|pstn|metered|cnamIn|total)$/.test(key) ? Number(value) : value)
        )
      assert.deepStrictEqual(plain(ofParquet.out), plain(ofArchive.out))
      const chosen = ["--fields", "startedAt,total,callId", "-o", `${folder}/some.parquet`]
      assert.strictEqual((yield* run(["records", archive, ...chosen])).code, 0)
      unlinkSync(`${folder}/calls.parquet`)
      writeFileSync(`${folder}/calls.parquet`, "PAR1 and no more")
      const damaged = yield* run(["records", `${folder}/calls.parquet`])
      assert.strictEqual(damaged.code, 1)
    }))
})
