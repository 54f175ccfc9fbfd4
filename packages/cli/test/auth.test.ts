import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs"
import { stripVTControlCharacters } from "node:util"
import { bytes, home, other, printing, run, secret, serving } from "./accounts.js"

describe("auth login", () => {
  it.scopedLive("auth login reads the key from stdin, checks it, and saves it for its owner only", () =>
    Effect.gen(function*() {
      const { env, file, folder, read } = yield* home
      const { requests, url } = yield* serving(secret)
      const login = ["auth", "login", "acme", "--api-url", url]
      const { code, err, out } = yield* run(login, { env, stdin: bytes(`  ${secret} \r\nignored\n`) })
      assert.deepStrictEqual([code, out], [0, ""])
      assert.include(err, `Saved the account acme in ${file}. DIDWW answered with API version 2026-04-16.`)
      assert.strictEqual(yield* requests, 1)
      assert.deepStrictEqual(read(), { version: 1, accounts: { acme: { apiUrl: url, key: secret } } })
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
      assert.strictEqual(statSync(`${folder}/.config/didww`).mode & 0o777, 0o700)
      assert.deepStrictEqual(readdirSync(`${folder}/.config/didww`), ["config.json"])
      assert.strictEqual((yield* run(["list"], { env })).out.trimEnd().split("\n").length, 3)
    }))

  it.scopedLive("auth login saves nothing if the check fails, unless --no-check is given", () =>
    Effect.gen(function*() {
      const { env, file, read } = yield* home
      const { url } = yield* serving(other)
      const login = ["auth", "login", "--api-url", url]
      const refused = yield* run(login, { env, stdin: bytes(secret) })
      assert.deepStrictEqual([refused.code, existsSync(file)], [3, false])
      assert.match(refused.err, /refused the credentials \(401\).* Nothing was saved\. --no-check saves/)
      assert.strictEqual((yield* run([...login, "--no-check"], { env, stdin: bytes(secret) })).code, 0)
      assert.deepStrictEqual(read(), { version: 1, accounts: { default: { apiUrl: url, key: secret } } })
    }))

  it.scopedLive("auth login replaces the key of a saved account, and keeps the settings that no flag gives", () =>
    Effect.gen(function*() {
      const { accounts, env, read, write } = yield* home
      const login = (...flags: ReadonlyArray<string>) =>
        run(["auth", "login", "acme", "--no-check", ...flags], { env, stdin: bytes(other) })
      const kept = { environment: "sandbox", keyCommand: ["pass"] }
      write(accounts({ acme: { environment: "sandbox", apiVersion: "2022-05-10", key: secret }, kept }))
      yield* login()
      assert.deepStrictEqual(
        read(),
        accounts({ acme: { environment: "sandbox", apiVersion: "2022-05-10", key: other }, kept })
      )
      yield* login("--api-url", "https://didww.example/v3", "--api-version", "2026-11-19")
      assert.deepStrictEqual(
        read(),
        accounts({ acme: { apiUrl: "https://didww.example/v3", apiVersion: "2026-11-19", key: other }, kept })
      )
      yield* login("--env", "production", "--key-command", "pass show 'didww acme'")
      assert.deepStrictEqual(
        read(),
        accounts({
          acme: { environment: "production", apiVersion: "2026-11-19", keyCommand: ["pass", "show", "didww acme"] },
          kept
        })
      )
    }))

  it.scopedLive("auth login refuses what is no key, no name and no setting", () =>
    Effect.gen(function*() {
      const { env, file } = yield* home
      const refusals: ReadonlyArray<readonly [args: ReadonlyArray<string>, stdin: string, says: RegExp]> = [
        [[], "", /Expected an API key: one line of visible characters without spaces\. Nothing was saved\./],
        [[], "\nsecond line", /Expected an API key/],
        [[], `${secret} ${other}`, /Expected an API key/],
        [[], `${secret}\u0007`, /Expected an API key/],
        [["Acme"], secret, /Acme is no name of an account\. A name has lower-case letters, digits, _ and -/],
        [["../x"], secret, /is no name of an account/],
        [["--env", "sandbox", "--api-url", "https://didww.example"], secret, /either --env or --api-url/],
        [["--api-url", `https://user:${secret}@didww.example`], secret, /--api-url takes an http or https URL/],
        [["--api-version", "latest"], secret, /--api-version takes 2022-05-10, 2026-04-16 or 2026-11-19/],
        [["--key-command", "pass 'show"], secret, /--key-command takes a program and its arguments/],
        [["--key", "x"], secret, /Unknown flag --key/]
      ]
      for (const [args, stdin, says] of refusals) {
        const { code, err } = yield* run(["auth", "login", ...args, "--no-check"], { env, stdin: bytes(stdin) })
        assert.strictEqual(code, 2, args.join(" "))
        assert.match(err, says)
      }
      assert.isFalse(existsSync(file))
    }))

  it.scopedLive("auth login says that a variable wins over the saved account", () =>
    Effect.gen(function*() {
      const { env } = yield* home
      const login = ["auth", "login", "acme", "--no-check"]
      const { err } = yield* run(login, { env: { ...env, DIDWW_API_KEY: other }, stdin: bytes(secret) })
      assert.include(err, "DIDWW_API_KEY is set, so that only commands with --account acme use this account.")
    }))

  it.live("auth login needs a home folder", () =>
    Effect.gen(function*() {
      const { code, err } = yield* run(["auth", "login", "--no-check"], { stdin: bytes(secret) })
      assert.deepStrictEqual([code, /Set HOME or XDG_CONFIG_HOME\./.test(err)], [1, true])
    }))

  it.scopedLive("the file is below an absolute XDG_CONFIG_HOME, and keeps a link to another folder", () =>
    Effect.gen(function*() {
      const { env, file, folder } = yield* home
      const login = (config: string, name: string) =>
        run(["auth", "login", name, "--no-check"], { env: { ...env, XDG_CONFIG_HOME: config }, stdin: bytes(secret) })
      yield* login(`${folder}/xdg`, "one")
      assert.isTrue(existsSync(`${folder}/xdg/didww/config.json`))
      yield* login("xdg", "two")
      assert.isTrue(existsSync(file))
      mkdirSync(`${folder}/linked/didww`, { recursive: true })
      symlinkSync(file, `${folder}/linked/didww/config.json`)
      yield* login(`${folder}/linked`, "three")
      assert.deepStrictEqual(Object.keys(JSON.parse(readFileSync(file, "utf8")).accounts), ["two", "three"])
    }))

  it.scopedLive("logins at the same time lose no account", () =>
    Effect.gen(function*() {
      const { env, read } = yield* home
      const login = (name: string) => run(["auth", "login", name, "--no-check"], { env, stdin: bytes(secret) })
      const names = ["a", "b", "c"]
      const ended = yield* Effect.forEach(names, login, { concurrency: "unbounded" })
      const saved = names.filter((_, index) => ended[index]?.code === 0)
      assert.isNotEmpty(saved)
      assert.deepStrictEqual(
        read(),
        { version: 1, accounts: Object.fromEntries(saved.map((name) => [name, { key: secret }])) }
      )
    }))
})

describe("auth logout", () => {
  it.scopedLive("auth logout removes one account, and names the known ones for an unknown name", () =>
    Effect.gen(function*() {
      const { accounts, env, read, write } = yield* home
      write(accounts({ acme: { key: secret }, kept: { key: other } }))
      const unknown = yield* run(["auth", "logout", "acmee"], { env })
      assert.strictEqual(unknown.code, 2)
      assert.include(unknown.err, "Unknown account acmee. Did you mean acme? Known accounts: acme, kept.")
      const { code, err } = yield* run(["auth", "logout", "acme"], { env })
      assert.strictEqual(code, 0)
      assert.include(err, "Its key stays valid at DIDWW until you delete it there.")
      assert.deepStrictEqual(read(), accounts({ kept: { key: other } }))
    }))
})

describe("auth status", () => {
  it.scopedLive("auth status shows environment, version, limit and fingerprint of each account, and checks its key", () =>
    Effect.gen(function*() {
      const { env, write } = yield* home
      const { requests, url } = yield* serving(secret)
      write({
        version: 1,
        accounts: {
          acme: { apiUrl: url, key: secret },
          command: { apiUrl: url, apiVersion: "2022-05-10", keyCommand: printing(secret) },
          away: { apiUrl: "http://nowhere.invalid/v3", key: other },
          broken: { environment: "sandbox", keyCommand: printing(secret, 1) },
          refused: { apiUrl: url, key: other }
        }
      })
      const rates = { DIDWW_RATE_LIMIT: "10", DIDWW_RATE_INTERVAL: "2 seconds" }
      const { code, err, out } = yield* run(["auth", "status"], { env: { ...env, ...rates } })
      const hash = (key: string) => createHash("sha256").update(key).digest("hex").slice(0, 8)
      assert.deepStrictEqual(
        out.split("\n").map((line) => line.split("\t")),
        [
          ["acme", "file", url, "2026-04-16", "10 per 2s", hash(secret), "ok"],
          ["command", "file", url, "2022-05-10", "10 per 2s", hash(secret), "ok"],
          ["away", "file", "http://nowhere.invalid/v3", "", "10 per 2s", hash(other), "unreachable"],
          ["broken", "file", "sandbox", "", "10 per 2s", "", "no key"],
          ["refused", "file", url, "", "10 per 2s", hash(other), "unauthorized"],
          [""]
        ]
      )
      assert.strictEqual(yield* requests, 3)
      assert.strictEqual(code, 1)
      assert.deepStrictEqual(
        err.trimEnd().split("\n").map((line) => line.split(" ").slice(0, 2).join(" ")),
        ["didww-exports: away:", "didww-exports: broken:", "didww-exports: refused:"]
      )
    }))

  it.scopedLive("auth status writes a table on a terminal and an array with --json, and exits with 3 for a refused key", () =>
    Effect.gen(function*() {
      const { env, write } = yield* home
      const { url } = yield* serving(secret)
      write({ version: 1, accounts: { acme: { apiUrl: url, key: secret } } })
      const table = yield* run(["auth", "status"], { env, columns: 120 })
      assert.strictEqual(table.code, 0)
      assert.match(stripVTControlCharacters(table.out), /^NAME +SOURCE +ENVIRONMENT +VERSION +LIMIT +KEY +CHECK/)
      write({ version: 1, accounts: { acme: { apiUrl: url, key: other } } })
      const { code, out } = yield* run(["auth", "status", "--json"], { env })
      assert.strictEqual(code, 3)
      assert.containSubset(JSON.parse(out), [{ name: "acme", apiVersion: null, check: "unauthorized" }])
    }))

  it.scopedLive("auth status shows the account of the variables first, and fails if there is no account", () =>
    Effect.gen(function*() {
      const { env, write } = yield* home
      const { url } = yield* serving(secret)
      const none = yield* run(["auth", "status"], { env })
      assert.deepStrictEqual([none.code, none.out, none.err.includes("auth login")], [3, "", true])
      write({ version: 1, accounts: { acme: { apiUrl: url, key: secret } } })
      const variables = { DIDWW_API_KEY: secret, DIDWW_API_URL: url }
      const { code, out } = yield* run(["auth", "status"], { env: { ...env, ...variables } })
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(
        out.trimEnd().split("\n").map((line) => line.split("\t").slice(0, 2)),
        [["default", "variables"], ["acme", "file"]]
      )
    }))
})
