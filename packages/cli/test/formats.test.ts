import { assert, describe, it } from "@effect/vitest"
import { parse } from "csv-parse/sync"
import { Effect } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import { stripVTControlCharacters } from "node:util"
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
        ofCsv(csv.out),
        rows.map(({ _tag, extra, ...row }) =>
          Object.fromEntries(
            Object.entries({ ...row, extra: "" }).map(([name, value]) => [name, String(value ?? "")])
          )
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
