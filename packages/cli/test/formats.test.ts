import { assert, describe, it } from "@effect/vitest"
import { parse } from "csv-parse/sync"
import { Effect } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import { stripVTControlCharacters } from "node:util"
import { gunzipSync } from "node:zlib"
import { width } from "../src/internal/text.js"
import { directory, run } from "./terminal.js"

const exportId = "979c67fb-2a50-4c1e-a8de-b48bb4ca2779"

const two = ["list", "--simulator", "--limit", "2"]

const golden: Readonly<Record<string, ReadonlyArray<string>>> = {
  tsv: [
    "979c67fb-2a50-4c1e-a8de-b48bb4ca2779\tcdr_in\tcompleted\t2026-11-01T00:00:00.000Z\tinvoice-9999\thttps://api.didww.com/v3/exports/e8deb48b-b4ca-4779-a79c-67fb2a503c1e.csv.gz\t\t\t{\"from\":\"2026-10-02T00:00:00.000Z\",\"to\":\"2026-10-09T00:00:00.000Z\",\"didNumber\":\"97286259491\"}",
    "7b9c5ec2-305d-4b06-a94e-c2793cbd293d\tcdr_out\tcompleted\t2026-10-31T23:59:22.999Z\t\thttps://api.didww.com/v3/exports/694ec279-3cbd-493d-ab9c-5ec2305ddb06.csv.gz\t\t\t{\"from\":\"2026-10-01T00:00:00.000Z\",\"to\":\"2026-10-31T00:00:00.000Z\"}"
  ],
  table: [
    "ID                                    TYPE     STATUS     CREATED",
    "979c67fb-2a50-4c1e-a8de-b48bb4ca2779  cdr_in   completed  2026-11-01T00:00:00Z",
    "7b9c5ec2-305d-4b06-a94e-c2793cbd293d  cdr_out  completed  2026-10-31T23:59:22Z"
  ],
  ndjson: [
    "{\"id\":\"979c67fb-2a50-4c1e-a8de-b48bb4ca2779\",\"exportType\":\"cdr_in\",\"status\":\"completed\",\"createdAt\":\"2026-11-01T00:00:00.000Z\",\"externalReferenceId\":\"invoice-9999\",\"url\":\"https://api.didww.com/v3/exports/e8deb48b-b4ca-4779-a79c-67fb2a503c1e.csv.gz\",\"callbackUrl\":null,\"callbackMethod\":null,\"filters\":{\"from\":\"2026-10-02T00:00:00.000Z\",\"to\":\"2026-10-09T00:00:00.000Z\",\"didNumber\":\"97286259491\"}}",
    "{\"id\":\"7b9c5ec2-305d-4b06-a94e-c2793cbd293d\",\"exportType\":\"cdr_out\",\"status\":\"completed\",\"createdAt\":\"2026-10-31T23:59:22.999Z\",\"externalReferenceId\":null,\"url\":\"https://api.didww.com/v3/exports/694ec279-3cbd-493d-ab9c-5ec2305ddb06.csv.gz\",\"callbackUrl\":null,\"callbackMethod\":null,\"filters\":{\"from\":\"2026-10-01T00:00:00.000Z\",\"to\":\"2026-10-31T00:00:00.000Z\"}}"
  ],
  json: [
    "[",
    "{\"id\":\"979c67fb-2a50-4c1e-a8de-b48bb4ca2779\",\"exportType\":\"cdr_in\",\"status\":\"completed\",\"createdAt\":\"2026-11-01T00:00:00.000Z\",\"externalReferenceId\":\"invoice-9999\",\"url\":\"https://api.didww.com/v3/exports/e8deb48b-b4ca-4779-a79c-67fb2a503c1e.csv.gz\",\"callbackUrl\":null,\"callbackMethod\":null,\"filters\":{\"from\":\"2026-10-02T00:00:00.000Z\",\"to\":\"2026-10-09T00:00:00.000Z\",\"didNumber\":\"97286259491\"}},",
    "{\"id\":\"7b9c5ec2-305d-4b06-a94e-c2793cbd293d\",\"exportType\":\"cdr_out\",\"status\":\"completed\",\"createdAt\":\"2026-10-31T23:59:22.999Z\",\"externalReferenceId\":null,\"url\":\"https://api.didww.com/v3/exports/694ec279-3cbd-493d-ab9c-5ec2305ddb06.csv.gz\",\"callbackUrl\":null,\"callbackMethod\":null,\"filters\":{\"from\":\"2026-10-01T00:00:00.000Z\",\"to\":\"2026-10-31T00:00:00.000Z\"}}",
    "]"
  ],
  csv: [
    "id,exportType,status,createdAt,externalReferenceId,url,callbackUrl,callbackMethod,filters",
    "979c67fb-2a50-4c1e-a8de-b48bb4ca2779,cdr_in,completed,2026-11-01T00:00:00.000Z,invoice-9999,https://api.didww.com/v3/exports/e8deb48b-b4ca-4779-a79c-67fb2a503c1e.csv.gz,,,\"{\"\"from\"\":\"\"2026-10-02T00:00:00.000Z\"\",\"\"to\"\":\"\"2026-10-09T00:00:00.000Z\"\",\"\"didNumber\"\":\"\"97286259491\"\"}\"",
    "7b9c5ec2-305d-4b06-a94e-c2793cbd293d,cdr_out,completed,2026-10-31T23:59:22.999Z,,https://api.didww.com/v3/exports/694ec279-3cbd-493d-ab9c-5ec2305ddb06.csv.gz,,,\"{\"\"from\"\":\"\"2026-10-01T00:00:00.000Z\"\",\"\"to\"\":\"\"2026-10-31T00:00:00.000Z\"\"}\""
  ]
}

const ofCsv = (text: string): ReadonlyArray<Record<string, string>> =>
  parse(text, { columns: true, relax_column_count: false })

describe("formats", () => {
  for (const [format, lines] of Object.entries(golden)) {
    it.live(`${format} of two exports`, () =>
      Effect.gen(function*() {
        const { code, out } = yield* run([...two, "--format", format])
        assert.deepStrictEqual({ code, lines: out.split("\n") }, { code: 0, lines: [...lines, ""] })
      }))
  }

  it.live("a table fits its terminal, and shows the reference only where it fits", () =>
    Effect.gen(function*() {
      for (const columns of [40, 80, 200]) {
        const { out } = yield* run(["list", "--simulator", "--limit", "50"], { columns })
        const lines = stripVTControlCharacters(out).trimEnd().split("\n")
        assert.strictEqual(lines.length, 51)
        assert.isTrue(lines.every((line) => width(line) <= columns))
        assert.strictEqual(lines[0]?.includes("REFERENCE"), columns === 200)
      }
    }))

  it.live("a terminal of 0 columns, which has no size, shows the table of 80 columns", () =>
    Effect.gen(function*() {
      for (const args of [["list", "--limit", "5"], ["stats", exportId, "--by", "type"]]) {
        const { out } = yield* run([...args, "--simulator"], { columns: 0 })
        assert.strictEqual(out, (yield* run([...args, "--simulator"], { columns: 80 })).out)
      }
    }))

  it.scopedLive("columns are aligned by the width that a terminal shows", () =>
    Effect.gen(function*() {
      const { out } = yield* run(["records", exportId, "--simulator", "--limit", "30"], { columns: 200 })
      const [header = "", ...rows] = stripVTControlCharacters(out).trimEnd().split("\n")
      const at = width(header.slice(0, header.indexOf("TOTAL")))
      const wide = rows.filter((row) => /[\u3000-\uffdc]/.test(row))
      assert.isAtLeast(wide.length, 1)
      for (const row of rows) {
        const total = Array.from(row.matchAll(/ \d+\.\d{3}( |$)/g), ({ index }) => width(row.slice(0, index + 1)))
        assert.include(total, at)
      }
    }))

  it.scopedLive("ndjson of an export and csv of its archive hold the same rows", () =>
    Effect.gen(function*() {
      const archive = `${yield* directory}/calls.csv.gz`
      assert.strictEqual((yield* run(["download", exportId, "--simulator", "-o", archive])).code, 0)
      const ndjson = yield* run(["records", exportId, "--simulator", "--format", "ndjson"])
      const csv = yield* run(["records", archive, "--format", "csv"])
      const rows: ReadonlyArray<Record<string, unknown>> = ndjson.out.trimEnd().split("\n").map((line) =>
        JSON.parse(line)
      )
      assert.strictEqual(rows.length, 1000)
      assert.deepStrictEqual(
        // ndjson leaves out what is none, and the empty columns without a field
        ofCsv(csv.out).map((row) => Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== ""))),
        rows.map(({ _tag, ...row }) =>
          Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)]))
        )
      )
      assert.strictEqual((yield* run(["records", archive, "--format", "ndjson"])).out, ndjson.out)
    }))

  it.scopedLive("the ending of a file decides its format, and the file equals the output on stdout", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      for (const format of ["tsv", "ndjson", "json", "csv"]) {
        const { code, out } = yield* run([...two, "-o", `${folder}/exports.${format}`], { columns: 80 })
        assert.deepStrictEqual([code, out], [0, ""])
        assert.strictEqual(
          readFileSync(`${folder}/exports.${format}`, "utf8"),
          [...golden[format]!, ""].join("\n")
        )
      }
      assert.strictEqual(readdirSync(folder).length, 4)
    }))

  it.live("an ending that names no format is a usage error, before any request", () =>
    Effect.gen(function*() {
      const commands = [
        ["list"],
        ["show", exportId],
        ["create", "--month", "2026-10"],
        ["ensure", "--month", "2026-10", "--reference", "october"],
        ["wait", exportId],
        ["records", exportId],
        ["stats", exportId]
      ]
      for (const command of commands) {
        for (const name of ["exports.xlsx", "exports", "csv", "exports.csv.zip", "exports.gz"]) {
          // without a key: a request would fail with another code
          const { code, err } = yield* run([...command, "-o", name])
          assert.strictEqual(code, 2)
          assert.include(
            err,
            `The ending of ${name} names no format. Known endings: .txt, .txt.gz, .tsv, .tsv.gz, .csv, .csv.gz, ` +
              ".ndjson, .ndjson.gz, .json, .json.gz and .parquet. Or use --format."
          )
        }
      }
      const refused: Readonly<Record<string, RegExp>> = {
        "exports.csv --format json": /exports\.csv ends like csv, but --format says json\./,
        "exports.parquet.gz": /names no format/,
        "exports.gz --format parquet": /A file of parquet is compressed already\. Leave out \.gz\./
      }
      for (const [flags, says] of Object.entries(refused)) {
        const { code, err } = yield* run(["list", "-o", ...flags.split(" ")])
        assert.strictEqual(code, 2)
        assert.match(err, says)
      }
      const shown = yield* run(["list", "--format", "parquet"], { columns: 80 })
      assert.strictEqual(shown.code, 2)
      assert.include(shown.err, "Refusing to write parquet to the terminal. Use -o FILE.")
    }))

  it.scopedLive("--format gives a file of any name its format, and .gz compresses it", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      assert.strictEqual((yield* run([...two, "--format", "csv", "-o", `${folder}/exports.txt2`])).code, 0)
      assert.strictEqual((yield* run([...two, "--format", "csv", "-o", `${folder}/exports.gz`])).code, 0)
      assert.strictEqual(readFileSync(`${folder}/exports.txt2`, "utf8"), [...golden.csv!, ""].join("\n"))
      assert.strictEqual(String(gunzipSync(readFileSync(`${folder}/exports.gz`))), [...golden.csv!, ""].join("\n"))
    }))

  it.live("-o - is stdout", () =>
    Effect.gen(function*() {
      for (const [format, lines] of Object.entries(golden)) {
        assert.strictEqual((yield* run([...two, "--format", format, "-o", "-"])).out, [...lines, ""].join("\n"))
      }
      assert.match((yield* run([...two, "-o", "-"], { columns: 80 })).out, /^\S*ID /)
    }))

  it.live("--fields chooses the columns and their order in every format, and --header names those of tsv", () =>
    Effect.gen(function*() {
      const chosen = (format: string, fields: string) =>
        Effect.map(run([...two, "--fields", fields, "--format", format, "--header"]), ({ out }) => out)
      assert.strictEqual(
        yield* chosen("tsv", "status,id"),
        `status\tid\ncompleted\t${exportId}\ncompleted\t7b9c5ec2-305d-4b06-a94e-c2793cbd293d\n`
      )
      assert.strictEqual((yield* chosen("csv", "status,exportType")).split("\n")[1], `${exportId},completed,cdr_in`)
      assert.strictEqual((yield* chosen("tsv", "id")).split("\n")[1], exportId)
      assert.strictEqual(
        (yield* chosen("ndjson", "status,id")).split("\n")[0],
        `{"status":"completed","id":"${exportId}"}`
      )
      assert.match(yield* chosen("table", "status,id"), /^STATUS +ID\n/)
      const shown = yield* run(["show", exportId, "--simulator", "--fields", "status,id", "--format", "json"])
      assert.deepStrictEqual(JSON.parse(shown.out), { status: "completed", id: exportId })
    }))

  it.live("every format has the columns of records in one order, and --fields another one", () =>
    Effect.gen(function*() {
      const records = (...flags: ReadonlyArray<string>) =>
        Effect.map(run(["records", exportId, "--simulator", "--limit", "1", "--header", ...flags]), ({ out }) => out)
      const csv = (yield* records("--format", "csv")).split("\n")[0]?.split(",") ?? []
      assert.deepStrictEqual([csv[0], csv.at(-2), csv.at(-1)], ["startedAt", "callId", "extra"])
      assert.deepStrictEqual((yield* records("--format", "tsv")).split("\n")[0]?.split("\t"), csv)
      const json = Object.keys(JSON.parse(yield* records("--format", "ndjson"))).filter((name) => name !== "_tag")
      assert.deepStrictEqual(json, csv.filter((name) => json.includes(name)))
      assert.strictEqual(
        (yield* records("--format", "tsv", "--fields", "total,status")).split("\n")[0],
        "total\tstatus"
      )
      const unknown = yield* run(["records", exportId, "--simulator", "--fields", "total,price"])
      assert.strictEqual(unknown.code, 2)
      assert.match(unknown.err, /Unknown column price\. Known columns: startedAt, connectedAt, /)
    }))

  it.live("an empty list is valid output in every format", () =>
    Effect.gen(function*() {
      for (
        const [format, expected] of [["tsv", ""], ["table", ""], ["ndjson", ""], ["json", "[]\n"], [
          "csv",
          "id,status\n"
        ]]
      ) {
        const args = ["list", "--simulator", "--where", "nothing", "--fields", "status", "--format", format!]
        assert.strictEqual((yield* run(args)).out, expected)
      }
    }))
})
