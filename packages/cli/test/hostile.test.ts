import { Callback as Signing } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { gzipSync } from "node:zlib"
import { directory, run } from "./terminal.js"

/** Sets the title, clears the screen, colors, hides and turns text, and begins a line. */
const evil =
  "\u001b]0;x\u0007\u001b[2J\u009b31m\u001b[32mgreen\u001b[8m\u202e\u2066\u200f\u061c\u007f\r\nforged\u2028end"

const id = `id${evil}`

const document = {
  id,
  type: "exports",
  attributes: {
    export_type: "cdr_in",
    status: "Completed",
    created_at: "2026-11-01T00:00:00.000Z",
    url: "https://api.didww.com/v3/exports/archive.csv.gz",
    callback_url: evil,
    callback_method: evil,
    external_reference_id: "evil",
    filters: { from: "2026-10-01 00:00:00", to: "2026-11-01 00:00:00", did_number: evil }
  }
}

const cell = `"${evil}"`

const csv = [
  `Date/Time Start (UTC),${cell},Source,DID,Time Connected (UTC),Disconnect initiator,Disconnect Reason`,
  `2026-10-01 00:00:00,${cell},${cell},${cell},,${cell},${cell}`,
  `never${cell},${cell},`
].join("\n")

/** A server whose every text is hostile. */
const fetch: typeof globalThis.fetch = (input, init) => {
  const { pathname, searchParams } = new URL(String(input))
  if (pathname.endsWith(".csv.gz")) return Promise.resolve(new Response(gzipSync(csv)))
  if (pathname.endsWith("/refused")) {
    return Promise.resolve(Response.json({ errors: [{ title: evil, detail: evil }] }, { status: 422 }))
  }
  const isList = pathname.endsWith("/exports") && init?.method !== "POST"
  const isFirst = (searchParams.get("page[number]") ?? "1") === "1"
  return Promise.resolve(Response.json(
    isList
      ? { data: isFirst ? [document] : [], meta: { total_records: 1, api_version: "2026-04-16" } }
      : { data: document }
  ))
}

const formats = ["table", "tsv", "ndjson", "json", "csv"]

const commands: ReadonlyArray<ReadonlyArray<string>> = [
  ...formats.flatMap((format) => [
    ["list", "--format", format],
    ["show", "x", "--format", format],
    ["records", "x", "--format", format]
  ]),
  ["list", "--fields", "callbackUrl,filters"],
  ["list", "--explain", "--where", `reference = "${evil}"`],
  ["list", "--where", `status = ${evil}`],
  ["create", "--month", "2026-10"],
  ["ensure", "--reference", "evil", "--month", "2026-10"],
  ["wait", "x"],
  ["show", "refused"],
  ["show", "refused", "--verbose"],
  ["list", `--${evil}`],
  [evil]
]

/** What the program may write to a terminal beside text: its styles, and the line of progress. */

const own = /\u001b\[(?:1|22|3[1236]|39)m|\r?\u001b\[K|\r(?=[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏])|\n|\t/g

const isObeyed = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u

const secret = "the secret of callbacks"

const env = { DIDWW_API_KEY: "key", DIDWW_RETRY_MAX_ATTEMPTS: "1", DIDWW_CALLBACK_SECRET: secret }

describe("a hostile server", () => {
  for (const args of commands) {
    it.live(`${args.join(" ").replace(evil, "EVIL")} writes nothing to a terminal that it would obey`, () =>
      Effect.gen(function*() {
        for (const variables of [env, { ...env, NO_COLOR: "1" }]) {
          const { err, out } = yield* run(args, { columns: 120, env: variables, fetch })
          assert.isAbove((out + err).length, 0)
          assert.notMatch((out + err).replaceAll(own, ""), isObeyed)
          // the server's own color, which is one of the program's, is not shown either
          assert.notInclude(out, "\u001b[32mgreen")
          assert.notMatch(out, /^forged/m)
        }
        assert.notMatch((yield* run(args, { env, fetch })).err.replaceAll("\n", ""), isObeyed)
      }))
  }

  it.scopedLive("pull and download name a hostile id and a hostile file in plain lines", () =>
    Effect.gen(function*() {
      const file = `${yield* directory}/${evil.replaceAll("/", "")}`
      for (
        const args of [
          ["pull", "--month", "2026-10", "--reference", "evil", "-o", `${file}.ndjson`],
          ["download", "x", "-o", `${file}.csv.gz`],
          ["download", "x", "-o", `${file}/missing`]
        ]
      ) {
        const { err, out } = yield* run(args, { columns: 120, env, fetch })
        assert.strictEqual(out, "")
        assert.isAbove(err.length, 0)
        assert.notMatch(err.replaceAll(own, ""), isObeyed)
        assert.notMatch(err, /^forged/m)
      }
    }))

  it.live("callback verify prints a hostile payload as JSON that a terminal does not obey", () =>
    Effect.gen(function*() {
      const url = "https://example.com/didww"
      const payload = { id, type: "exports", status: "completed", url: evil }
      const signature = yield* Signing.sign({ url, payload, secret: Redacted.make(secret) })
      const body = new URLSearchParams(payload).toString()
      const { code, out } = yield* run(["callback", "verify", "--url", url, "--signature", signature, body], { env })
      assert.strictEqual(code, 0)
      assert.notMatch(out.replaceAll("\n", ""), isObeyed)
      assert.deepInclude(JSON.parse(out), payload)
    }))

  it.live("csv and ndjson in a pipe keep every character", () =>
    Effect.gen(function*() {
      const csv = yield* run(["list", "--format", "csv"], { env, fetch })
      assert.include(csv.out, evil)
      const ndjson = yield* run(["list", "--format", "ndjson"], { env, fetch })
      assert.deepInclude(JSON.parse(ndjson.out), { id, callbackUrl: evil })
    }))
})
