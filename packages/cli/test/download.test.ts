import { Archive } from "@effect-didww/simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { gzipSync } from "node:zlib"
import { directory, run } from "./terminal.js"

const env = { DIDWW_API_KEY: "key", DIDWW_RETRY_MAX_ATTEMPTS: "1" }

const document = {
  id: "e-1",
  type: "exports",
  attributes: {
    export_type: "cdr_in",
    status: "Completed",
    created_at: "2026-11-01T00:00:00.000Z",
    external_reference_id: "october",
    url: "https://api.didww.com/v3/exports/e-1.csv.gz",
    filters: { from: "2026-10-01 00:00:00", to: "2026-11-01 00:00:00" }
  }
}

/** A server of one export with this archive, whose length it does not announce. */
const serving = (archive: Uint8Array): typeof globalThis.fetch => (input) => {
  const { pathname } = new URL(String(input))
  return Promise.resolve(
    pathname.endsWith(".csv.gz")
      ? new Response(new Uint8Array(archive))
      : Response.json(
        pathname.endsWith("/exports")
          ? { data: [document], meta: { total_records: 1, api_version: "2026-04-16" } }
          : { data: document }
      )
  )
}

const csv = Array.from(Archive.csv(Archive.make({ rows: 50 }))).join("")
const whole = gzipSync(csv)

const changed = (at: number): Uint8Array => {
  const bytes = Uint8Array.from(whole)
  bytes[at] = bytes[at]! ^ 1
  return bytes
}

const broken: Readonly<Record<string, readonly [archive: Uint8Array, reason: string]>> = {
  "an empty body": [new Uint8Array(0), "truncated"],
  "one byte": [whole.subarray(0, 1), "truncated"],
  "an archive that ends before its checksum": [whole.subarray(0, -8), "truncated"],
  "an archive whose checksum is wrong": [changed(whole.length - 8), "checksum"],
  "an archive whose size is wrong": [changed(whole.length - 4), "checksum"],
  "an archive with bytes behind its end": [Buffer.concat([whole, Buffer.from("junk")]), "trailing data"],
  "a page in place of the archive": [Buffer.from("<html>Gone for maintenance</html>"), "corrupt"],
  "a CSV that is not compressed": [Buffer.from(csv), "corrupt"]
}

describe("download", () => {
  for (const [name, [archive, reason]] of Object.entries(broken)) {
    it.scopedLive(`download -o saves nothing, keeps the file that is there, and fails for ${name}`, () =>
      Effect.gen(function*() {
        const folder = yield* directory
        writeFileSync(`${folder}/old.csv.gz`, "old")
        for (const file of ["new.csv.gz", "old.csv.gz"]) {
          const { code, err } = yield* run(["download", "e-1", "-o", `${folder}/${file}`], {
            env,
            fetch: serving(archive)
          })
          assert.strictEqual(code, 1)
          assert.include(err, reason)
        }
        assert.deepStrictEqual(readdirSync(folder), ["old.csv.gz"])
        assert.strictEqual(readFileSync(`${folder}/old.csv.gz`, "utf8"), "old")
      }))

    it.live(`download into a pipe fails for ${name}`, () =>
      Effect.gen(function*() {
        const { code, err } = yield* run(["download", "e-1"], { env, fetch: serving(archive) })
        assert.strictEqual(code, 1)
        assert.include(err, reason)
      }))
  }

  it.scopedLive("download -o saves nothing when an archive without an announced length ends anywhere too early", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      for (const part of Array.from({ length: 25 }, (_, index) => index / 25)) {
        const fetch = serving(whole.subarray(0, Math.floor(whole.length * part)))
        assert.strictEqual((yield* run(["download", "e-1", "-o", `${folder}/calls.csv.gz`], { env, fetch })).code, 1)
        assert.deepStrictEqual(readdirSync(folder), [])
      }
    }))

  const sound = { "a whole archive": whole, "an archive of two members": Buffer.concat([whole, gzipSync("more\n")]) }
  for (const [name, archive] of Object.entries(sound)) {
    it.scopedLive(`download -o saves the bytes of ${name} as they are`, () =>
      Effect.gen(function*() {
        const file = `${yield* directory}/calls.csv.gz`
        const { code, err } = yield* run(["download", "e-1", "-o", file], { env, fetch: serving(archive) })
        assert.deepStrictEqual([code, existsSync(file)], [0, true])
        assert.isTrue(readFileSync(file).equals(archive))
        assert.include(err, `in ${file}`)
      }))
  }
})

describe("download -o -", () => {
  it.live("download -o - writes the archive to stdout, and refuses a terminal", () =>
    Effect.gen(function*() {
      const { code, err } = yield* run(["download", "e-1", "-o", "-"], { env, fetch: serving(whole) })
      assert.deepStrictEqual([code, err, existsSync("-")], [0, "", false])
      const shown = yield* run(["download", "e-1", "-o", "-"], { env, fetch: serving(whole), columns: 80 })
      assert.strictEqual(shown.code, 2)
    }))
})

describe("records and pull", () => {
  it.scopedLive("records and pull fail when the header has no column of the export's type", () =>
    Effect.gen(function*() {
      const file = `${yield* directory}/calls.ndjson`
      const fetch = serving(gzipSync("From,Body\n1,hi\n"))
      for (
        const args of [["records", "e-1"], ["pull", "--month", "2026-10", "--reference", "october", "-o", file]]
      ) {
        const { code, err, out } = yield* run(args, { env, fetch })
        assert.deepStrictEqual([code, out], [1, ""])
        assert.include(err, "content")
      }
    }))

  it.scopedLive("records says how many lines of the file the rejected rows took", () =>
    Effect.gen(function*() {
      const file = `${yield* directory}/calls.csv`
      const [header, first, , third] = Array.from(Archive.csv(Archive.make({ rows: 3 }))).join("").split("\n")
      writeFileSync(file, [header, first, "\"two", "lines\"", third, "one line"].join("\n"))
      const { code, err } = yield* run(["records", file])
      assert.strictEqual(code, 0)
      assert.match(err, /2 rows could not be read and are left out \(3 lines of the file\); the first is row 2: /)
    }))
})
