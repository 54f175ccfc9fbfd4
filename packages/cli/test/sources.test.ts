import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { gunzipSync, gzipSync } from "node:zlib"
import { directory, run } from "./terminal.js"

const header = "Date/Time Start (UTC),Status,Destination DID,Duration (sec),Total (USD),Call ID"

/** The CSV of an archive with so many calls from a number on. */
const archive = (first: number, count: number) =>
  [
    header,
    ...Array.from(
      { length: count },
      (_, index) => `2026-10-01 08:00:00,Answered,442071838750,60,0.010,call-${first + index}`
    )
  ].join("\n")

const outbound = [
  "Date/Time Start (UTC),Status,Destination Number,Call Duration (sec),Charged (USD),Call ID",
  "2026-10-01 08:00:00,Answered,14155550100,60,0.010,out-1"
].join("\n")

const ids = (count: number, first = 1) => Array.from({ length: count }, (_, index) => `call-${first + index}`)

/** Reads records, and gives their call ids. */
const callIds = (args: ReadonlyArray<string>, stdin?: ReadonlyArray<Uint8Array>) =>
  Effect.map(run(["records", ...args, "--fields", "callId", "--format", "tsv"], { stdin }), ({ code, err, out }) => {
    assert.strictEqual(code, 0, err)
    return out === "" ? [] : out.trimEnd().split("\n")
  })

describe("sources", () => {
  it.scopedLive("the content of a file decides its kind, and not its name", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      writeFileSync(`${folder}/one.dat`, gzipSync(archive(1, 3)))
      writeFileSync(`${folder}/two.gz`, archive(1, 3))
      for (const name of ["one.dat", "two.gz"]) assert.deepStrictEqual(yield* callIds([`${folder}/${name}`]), ids(3))
      for (const ending of ["ndjson", "csv", "ndjson.gz", "csv.gz"]) {
        const path = `${folder}/written.${ending}`
        assert.strictEqual((yield* run(["records", `${folder}/one.dat`, "-o", path])).code, 0)
        execFileSync("mv", [path, `${folder}/renamed`])
        assert.deepStrictEqual(yield* callIds([`${folder}/renamed`]), ids(3))
      }
    }))

  it.scopedLive("several files, a pattern and stdin are read one after the other", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      for (const day of [1, 2, 10]) {
        mkdirSync(`${folder}/2026-10-${String(day).padStart(2, "0")}`)
        writeFileSync(`${folder}/2026-10-${String(day).padStart(2, "0")}/calls.csv.gz`, gzipSync(archive(day, 1)))
      }
      const all = ["call-1", "call-2", "call-10"]
      assert.deepStrictEqual(yield* callIds([`${folder}/*/*.gz`]), all)
      assert.deepStrictEqual(yield* callIds([`${folder}/**/*.csv.gz`]), all)
      assert.deepStrictEqual(
        yield* callIds([`${folder}/2026-10-10/calls.csv.gz`, "-", `${folder}/2026-10-0[12]/*`], [
          Buffer.from(archive(7, 2))
        ]),
        ["call-10", "call-7", "call-8", "call-1", "call-2"]
      )
      assert.deepStrictEqual(yield* callIds([`${folder}/*/*.gz`, "--limit", "2"]), all.slice(0, 2))
    }))

  it.live("stdin is read in pieces of any size, compressed or not", () =>
    Effect.gen(function*() {
      const csv = Buffer.from(archive(1, 3))
      const zipped = gzipSync(csv)
      for (const bytes of [csv, zipped]) {
        assert.deepStrictEqual(yield* callIds(["-"], Array.from(bytes, (byte) => Uint8Array.of(byte))), ids(3))
      }
      assert.deepStrictEqual(yield* callIds(["-"], []), [])
    }))

  it.scopedLive("a pipe that is no regular file is read", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      writeFileSync(`${folder}/calls.csv`, archive(1, 2))
      execFileSync("mkfifo", [`${folder}/pipe`])
      const writing = Effect.promise(() =>
        import("node:child_process").then(({ spawn }) =>
          spawn("sh", ["-c", `cat ${folder}/calls.csv > ${folder}/pipe`], { stdio: "ignore" })
        )
      )
      yield* writing
      assert.deepStrictEqual(yield* callIds([`${folder}/pipe`]), ids(2))
    }))

  it.scopedLive("a file that holds no records is named, with what it holds", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      const found: Readonly<Record<string, RegExp>> = {
        "[\n{}\n]\n": /holds a JSON array instead of call records\./,
        "a\tb\n1\t2\n": /holds tab-separated lines instead of call records\./,
        "a letter\n": /holds other text instead of call records\./
      }
      for (const [text, says] of Object.entries(found)) {
        writeFileSync(`${folder}/other`, text)
        const { code, err, out } = yield* run(["records", `${folder}/other`])
        assert.deepStrictEqual([code, out], [2, ""])
        assert.match(err, says)
      }
      writeFileSync(`${folder}/cut.gz`, gzipSync(archive(1, 3)).subarray(0, 40))
      const cut = yield* run(["records", `${folder}/cut.gz`])
      assert.strictEqual(cut.code, 1)
      assert.include(cut.err, `This is ${folder}/cut.gz.`)
      assert.match((yield* run(["records", `${folder}/none.csv`])).err, /Cannot read .*none\.csv: no such file/)
      assert.match((yield* run(["records", `${folder}/*.none`])).err, /No file matches .*\*\.none\./)
      assert.match((yield* run(["records", folder])).err, /is a folder that no pull wrote\. Name its files/)
      assert.match((yield* run(["records", "-", "-"])).err, /Give - only once/)
      assert.match((yield* run(["records", "-"], { columns: 80 })).err, /Refusing to read records from the terminal/)
      assert.match((yield* run(["records"])).err, /records needs FILE\|DIR\|ID\./)
    }))

  it.scopedLive("records of two layouts become ndjson, and one table only by the columns of both", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      writeFileSync(`${folder}/in.csv`, archive(1, 2))
      writeFileSync(`${folder}/out.csv`, outbound)
      const both = ["records", `${folder}/in.csv`, `${folder}/out.csv`]
      for (const format of ["csv", "tsv", "table"]) {
        const { code, err } = yield* run([...both, "--format", format])
        assert.strictEqual(code, 1)
        assert.include(err, `Cannot write inbound calls and outbound calls as one ${format}`)
      }
      assert.deepStrictEqual(yield* callIds(both.slice(1)), ["call-1", "call-2", "out-1"])
      const { out } = yield* run([...both, "--format", "ndjson"])
      assert.strictEqual(out.trimEnd().split("\n").length, 3)
      writeFileSync(`${folder}/both.ndjson`, out)
      assert.deepStrictEqual(yield* callIds([`${folder}/both.ndjson`]), ["call-1", "call-2", "out-1"])
    }))

  it.scopedLive("a record stays the same through ndjson and csv, with its unknown columns", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      writeFileSync(
        `${folder}/calls.csv`,
        [
          `${header},Note,"A ""second"" one"`,
          "2026-10-01 08:00:00,Answered,442071838750,60,0.0100,c-1,,\"\"",
          "2026-10-01 08:00:00,\"Bu\nsy, \"\"x\"\"\",+442071838750,,,c-2,naïve 電話,b"
        ].join("\n")
      )
      const direct = yield* run(["records", `${folder}/calls.csv`, "--format", "ndjson"])
      assert.strictEqual(direct.code, 0)
      for (const format of ["ndjson", "csv"]) {
        const again = `${folder}/again.${format}`
        assert.strictEqual((yield* run(["records", `${folder}/calls.csv`, "-o", again])).code, 0)
        assert.strictEqual((yield* run(["records", again, "--format", "ndjson"])).out, direct.out)
      }
    }))

  it.scopedLive("--strict exits with 1 when a row could not be read, and the readable ones are written", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      const path = `${folder}/calls.csv`
      writeFileSync(path, `${archive(1, 2)}\n2026-10-01 08:00:00,Answered\n`)
      writeFileSync(`${folder}/fine.csv`, archive(3, 1))
      const said = /1 row could not be read and is left out; the first is row 3: /
      for (const flags of [[], ["--strict"]]) {
        const { code, err, out } = yield* run(["records", path, ...flags])
        assert.strictEqual(code, flags.length)
        assert.match(err, said)
        assert.strictEqual(out.trimEnd().split("\n").length, 2)
      }
      assert.strictEqual((yield* run(["records", `${folder}/fine.csv`, "--strict"])).code, 0)
      assert.match((yield* run(["records", `${folder}/fine.csv`, path])).err, /the first is row 3 of \S*calls\.csv: /)
    }))

  it.scopedLive("a line of ndjson that cannot be read is rejected, and the others are read", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      const path = `${folder}/calls.ndjson`
      const line = (callId: string) => JSON.stringify({ _tag: "CdrInRecord", callId })
      const rejected = { _tag: "RejectedRow", recordNumber: 9, lines: 1, cells: ["a"], reason: "It has one cell." }
      writeFileSync(
        path,
        [line("c-1"), "{\"_tag\":", line("c-2"), JSON.stringify(rejected), "{\"_tag\":\"Other\"}", line("c-3"), ""]
          .join("\n")
      )
      const { err, out } = yield* run(["records", path, "--fields", "callId", "--format", "tsv"])
      assert.strictEqual(out, "c-1\nc-2\nc-3\n")
      assert.match(err, /3 rows could not be read and are left out; the first is row 2: The line must be a record/)
    }))

  it.scopedLive("a name that ends in .gz is compressed, and its content is that of stdout", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      writeFileSync(`${folder}/calls.csv`, archive(1, 5000))
      for (const format of ["csv", "ndjson", "json", "tsv"]) {
        const path = `${folder}/all.${format}.gz`
        assert.strictEqual((yield* run(["records", `${folder}/calls.csv`, "-o", path])).code, 0)
        const { out } = yield* run(["records", `${folder}/calls.csv`, "--format", format, "-o", "-"])
        assert.strictEqual(String(gunzipSync(readFileSync(path))), out)
      }
    }))
})
