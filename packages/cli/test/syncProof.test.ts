import { Account, Traffic } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { directory, run } from "./terminal.js"

const keys = ["key-of-acme", "key-of-globex"]

/** A folder, and the program with two saved accounts. Every output is searched for their keys. */
const world = Effect.gen(function*() {
  const { url } = yield* SimulatorServer.SimulatorServer
  const home = yield* directory
  mkdirSync(`${home}/didww`)
  const accounts = Object.fromEntries(
    ["acme", "globex"].map((name, index) => [name, { apiUrl: url, key: keys[index] }])
  )
  writeFileSync(`${home}/didww/config.json`, JSON.stringify({ version: 1, accounts }), { mode: 0o600 })
  const cli = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
    Effect.tap(
      run(args, { env: { XDG_CONFIG_HOME: home, ...env } }),
      ({ err, out }) => keys.forEach((key) => assert.notInclude(`${out}${err}`, key))
    )
  return { root: `${home}/calls`, home, cli }
})

/** The month before the last one. It is whole, and was audited. */
const month = Effect.map(
  DateTime.now,
  (now) => DateTime.formatIsoDateUtc(DateTime.subtract(DateTime.startOf(now, "month"), { months: 2 })).slice(0, 7)
)

describe.concurrent("the proof of a sync", () => {
  it.scopedLive("a certificate says what is proved, and a changed file is named", () =>
    Effect.gen(function*() {
      const { cli, home, root } = yield* world
      const name = yield* month
      const sync = ["sync", root, "--types", "cdr_in", "--window", "month", "--since", name, "--format", "ndjson"]
      const ambiguous = yield* cli(sync, { DIDWW_API_KEY: "another" })
      assert.strictEqual(ambiguous.code, 2)
      assert.match(ambiguous.err, /Choose saved ones with --account/)
      const synced = yield* cli([...sync, "--account", "acme"])
      assert.strictEqual(synced.code, 0, synced.err)
      assert.match(synced.out, new RegExp(`^acme  cdr_in  ${name}  audited +equal$`, "m"))
      const audited = yield* cli(["sync", "audit", root, name, "--account", "acme"])
      assert.match(audited.err, /Exports: 1 created/)

      const file = `${home}/certificate.json`
      const certified = yield* cli(["sync", "certificate", root, `acme/cdr_in/${name}`, "-o", file])
      assert.match(certified.err, new RegExp(`^acme cdr_in ${name}: tiled, 1 windows, `, "m"))
      assert.match((yield* cli(["sync", "verify", root])).err, /archives? compared: nothing is wrong\.$/m)
      assert.strictEqual((yield* cli(["sync", "certificate", root, name, "-o", file])).code, 0)
      const checked = yield* cli(["sync", "verify", root, "--certificate", file])
      assert.deepStrictEqual(checked, {
        code: 0,
        out: `acme  cdr_in  ${name}  certified audited, holds audited\n`,
        err: ""
      })

      const data = `${root}/account=acme/type=cdr_in/month=${name}/records.ndjson`
      writeFileSync(data, readFileSync(data, "utf8").split("\n").slice(1).join("\n"))
      const found = yield* cli(["sync", "verify", root, "--offline"])
      assert.strictEqual(found.code, 1)
      assert.match(found.out, /^short +.* has fewer records /m)
      assert.include(found.out, `To mend it: sync ${root}.`)
      const json = yield* cli(["sync", "verify", root, "--offline", "--json"])
      const events = json.out.trimEnd().split("\n").map((line) => JSON.parse(line))
      assert.deepStrictEqual(events.map(({ event }) => event), ["found", "ended"])
      assert.strictEqual((yield* cli(["sync", "verify", root, "--certificate", file])).code, 1)
    }).pipe(Effect.provide(SimulatorServer.layer({
      account: Account.make([]),
      rateLimit: "none",
      processing: { pending: 0, processing: 0 },
      archives: { traffic: Traffic.make({ seed: 1, callsPerDay: 2 }) }
    }))))

  it.scopedLive("all saved accounts are kept, each with its own key", () =>
    Effect.gen(function*() {
      const { cli, root } = yield* world
      const synced = yield* cli(["sync", root, "--types", "cdr_in", "--since", "yesterday"])
      assert.strictEqual(synced.code, 1)
      assert.match(synced.out, /^acme    cdr_in  \S+  provisional /m)
      assert.match(synced.err, /^didww-exports: globex: /m)
      const records = yield* cli(["records", root, "--format", "ndjson"])
      assert.strictEqual(records.code, 0)
      assert.isAbove(records.out.split("\n").length, 1)
    }).pipe(Effect.provide(SimulatorServer.layer({
      account: Account.make([]),
      apiKeys: keys.slice(0, 1),
      rateLimit: "none",
      processing: { pending: 0, processing: 0 },
      archives: { traffic: Traffic.make({ seed: 1, callsPerDay: 2 }) }
    }))))
})
