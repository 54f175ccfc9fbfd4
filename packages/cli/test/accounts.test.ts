import { ExportsClient } from "@effect-didww/http"
import { Error as PlatformError, type FileSystem } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { inspect } from "node:util"
import * as Accounts from "../src/Accounts.js"
import * as Client from "../src/Client.js"
import { program } from "../src/commands/program.js"
import * as Files from "../src/Files.js"
import * as Stdio from "../src/Stdio.js"
import { bytes, home, other, printing, recording, run, secret, serving } from "./accounts.js"

const production = "https://api.didww.com"
const sandbox = "https://sandbox-api.didww.com"

describe("the file of accounts", () => {
  it.scopedLive("a file that others can read is refused with the command that mends it", () =>
    Effect.gen(function*() {
      for (const mode of [0o644, 0o640, 0o620, 0o601]) {
        const { accounts, env, file, write } = yield* home
        write(accounts({ acme: { key: secret } }), mode)
        for (const args of [["list"], ["auth", "status"], ["auth", "logout", "acme"], ["auth", "login"]]) {
          const { code, err } = yield* run(args, { env, stdin: bytes(secret) })
          assert.strictEqual(code, 1)
          assert.include(err, `other users can read or change it: chmod 600 ${file}`)
        }
      }
    }))

  const broken: ReadonlyArray<readonly [content: unknown, says: string]> = [
    ["", "line 1, column 1: expected JSON here"],
    [
      `{\n  "version": 1,\n  "accounts": { "acme": { "key": "${secret}", } }\n}`,
      "line 3, column 61: expected JSON here"
    ],
    [`{ "version": 1, "accounts": { "acme": { "key": ${secret} } } }`, "line 1, column 48: expected JSON here"],
    [[], "line 1: must be an object with version and accounts"],
    [{ version: 2, accounts: {} }, "version: must be 1"],
    [{ accounts: {} }, "version: must be 1"],
    [{ version: 1 }, "accounts: must hold the accounts by their names"],
    [{ version: 1, accounts: {}, default: secret }, "default: unknown setting"],
    [
      { version: 1, accounts: { Acme: { key: secret } } },
      "accounts.Acme: the name of an account has lower-case letters"
    ],
    [{ version: 1, accounts: { acme: secret } }, "accounts.acme: an account has either key or keyCommand"],
    [{ version: 1, accounts: { acme: {} } }, "accounts.acme: an account has either key or keyCommand"],
    [
      { version: 1, accounts: { acme: { key: secret, keyCommand: [other] } } },
      "accounts.acme: an account has either key or keyCommand"
    ],
    [
      { version: 1, accounts: { acme: { key: secret, environment: "sandbox", apiUrl: "https://didww.example" } } },
      "accounts.acme: an account has either key or keyCommand, and at most one of environment and apiUrl"
    ],
    [{ version: 1, accounts: { acme: { key: `${secret} ` } } }, "accounts.acme.key: must be an API key"],
    [{ version: 1, accounts: { acme: { key: 1 } } }, "accounts.acme.key: must be an API key"],
    [{ version: 1, accounts: { acme: { keyCommand: secret } } }, "accounts.acme.keyCommand: must be a list of texts"],
    [{ version: 1, accounts: { acme: { keyCommand: [] } } }, "accounts.acme.keyCommand"],
    [{ version: 1, accounts: { acme: { keyCommand: ["pass", ""] } } }, "accounts.acme.keyCommand.1: must be a list"],
    [{ version: 1, accounts: { acme: { key: secret, apiKey: secret } } }, "accounts.acme.apiKey: unknown setting"],
    [
      { version: 1, accounts: { acme: { key: secret, environment: secret } } },
      "accounts.acme.environment: must be production or sandbox"
    ],
    [
      { version: 1, accounts: { acme: { key: secret, apiUrl: `https://u:${secret}@didww.example` } } },
      "accounts.acme.apiUrl: must be an http or https URL without user, query or fragment"
    ],
    [
      { version: 1, accounts: { acme: { key: secret, apiVersion: "1" } } },
      "accounts.acme.apiVersion: must be 2022-05-10, 2026-04-16 or 2026-11-19"
    ]
  ]
  it.scopedLive("a broken file is refused with the place of the first fault, and is left as it is", () =>
    Effect.gen(function*() {
      const { env, file, write } = yield* home
      for (const [content, says] of broken) {
        write(content)
        const before = readFileSync(file, "utf8")
        for (const args of [["list"], ["list", "--verbose"], ["auth", "login", "--no-check"]]) {
          const { code, err } = yield* run(args, { env, stdin: bytes(other) })
          assert.strictEqual(code, 1)
          assert.include(err, `Cannot use ${file}: ${says}`)
        }
        assert.strictEqual(readFileSync(file, "utf8"), before)
      }
    }))

  it.scopedLive("a login creates its new file for the owner only, and a full disk leaves the old one", () =>
    Effect.gen(function*() {
      const { env, file, folder, write } = yield* home
      write({ version: 1, accounts: { acme: { key: secret } } })
      const before = readFileSync(file, "utf8")
      const modes: Array<number | undefined> = []
      const full = (files: FileSystem.FileSystem): FileSystem.FileSystem => ({
        ...files,
        open: (path, options) => {
          if (path.endsWith(".part")) modes.push(options?.mode)
          return Effect.map(files.open(path, options), (opened) => ({
            ...opened,
            writeAll: (buffer) =>
              path.endsWith(".part")
                ? Effect.fail(
                  new PlatformError.SystemError({
                    reason: "Unknown",
                    module: "FileSystem",
                    method: "writeAll",
                    cause: { code: "ENOSPC" }
                  })
                )
                : opened.writeAll(buffer)
          }))
        }
      })
      const login = (home: string) =>
        run(["auth", "login", "b", "--no-check"], { env: { HOME: home }, stdin: bytes(other), files: full })
      const { code, err } = yield* login(env.HOME)
      assert.deepStrictEqual([code, err.includes("no space is left on the device")], [1, true])
      assert.strictEqual(readFileSync(file, "utf8"), before)
      yield* login(`${folder}/fresh`)
      assert.deepStrictEqual(modes, [0o600, 0o600])
      assert.deepStrictEqual(readdirSync(`${folder}/fresh/.config/didww`), [])
    }))

  it.scopedLive("a command with a key in the variables or with --simulator reads no file", () =>
    Effect.gen(function*() {
      const { env, write } = yield* home
      write("broken", 0o644)
      assert.strictEqual((yield* run(["list", "--simulator", "--limit", "1"], { env })).code, 0)
      const { asked, fetch } = recording()
      assert.strictEqual((yield* run(["list"], { env: { ...env, DIDWW_API_KEY: "key" }, fetch })).code, 3)
      assert.deepStrictEqual(asked, [[production, "key"]])
    }))
})

describe("the account of a command", () => {
  const accounts = {
    acme: { environment: "sandbox", key: secret },
    default: { key: other },
    proxy: { apiUrl: "https://didww.example/v3", keyCommand: printing(`${secret}\n`) }
  }
  const choices: ReadonlyArray<
    readonly [
      args: ReadonlyArray<string>,
      env: Record<string, string>,
      saved: Partial<typeof accounts>,
      asked: readonly [origin: string, key: string]
    ]
  > = [
    [[], {}, accounts, [production, other]],
    [[], {}, { acme: accounts.acme }, [sandbox, secret]],
    [[], { DIDWW_API_KEY: " " }, { acme: accounts.acme }, [sandbox, secret]],
    [[], { DIDWW_API_KEY: "key" }, accounts, [production, "key"]],
    [[], { DIDWW_API_KEY: "key", DIDWW_ENV: "sandbox" }, accounts, [sandbox, "key"]],
    [["--account", "acme"], {}, accounts, [sandbox, secret]],
    [["--account", "proxy"], {}, accounts, ["https://didww.example", secret]],
    [["--account", "acme"], { DIDWW_API_KEY: "key" }, accounts, [sandbox, secret]],
    [
      ["--account", "acme"],
      { DIDWW_ENV: "production", DIDWW_API_URL: "https://example.com", DIDWW_TOKEN_URL: "https://example.com" },
      accounts,
      [sandbox, secret]
    ],
    [["--account", "default"], { DIDWW_API_KEY: "key", DIDWW_ENV: "sandbox" }, accounts, [production, other]],
    [["--account", "default", "--env", "sandbox"], {}, accounts, [sandbox, other]],
    [["--env", "production"], {}, { acme: accounts.acme }, [production, secret]]
  ]
  it.scopedLive("--account wins over the variables, the variables over the file, and --env over both", () =>
    Effect.gen(function*() {
      const { env, write } = yield* home
      for (const [args, variables, saved, expected] of choices) {
        write({ version: 1, accounts: saved })
        const { asked, fetch } = recording()
        const { code } = yield* run(["list", ...args], { env: { ...env, ...variables }, fetch })
        assert.deepStrictEqual([code, asked[0]], [3, expected], [...args, JSON.stringify(variables)].join(" "))
      }
    }))

  it.scopedLive("an unknown account and an account that nothing chooses are usage errors", () =>
    Effect.gen(function*() {
      const { env, write } = yield* home
      const none = yield* run(["list", "--account", "acme"], { env })
      assert.deepStrictEqual([none.code, none.err.includes("Save it with didww-exports auth login acme.")], [2, true])
      write({ version: 1, accounts: { acme: accounts.acme, proxy: accounts.proxy } })
      const several = yield* run(["list"], { env })
      assert.deepStrictEqual([several.code, several.out], [2, ""])
      assert.include(several.err, "Several accounts are saved. Use --account with acme or proxy.")
      const unknown = yield* run(["list", "--account", "toString"], { env })
      assert.strictEqual(unknown.code, 2)
      assert.include(unknown.err, "Unknown account toString. Known accounts: acme, proxy.")
    }))

  it.scopedLive("a variable of the address without a key uses no saved account", () =>
    Effect.gen(function*() {
      const { env, write } = yield* home
      write({ version: 1, accounts })
      const { asked, fetch } = recording()
      const { code, err } = yield* run(["list"], { env: { ...env, DIDWW_ENV: "sandbox" }, fetch })
      assert.deepStrictEqual([code, asked], [3, []])
      assert.include(err, "DIDWW_ENV is set, so set DIDWW_API_KEY too, or choose a saved account with --account.")
    }))

  it.scopedLive("a refused key of a saved account names the account", () =>
    Effect.gen(function*() {
      const { env, write } = yield* home
      write({ version: 1, accounts })
      const { err } = yield* run(["list", "--verbose", "--account", "acme"], { env, fetch: recording().fetch })
      assert.match(err, /^didww-exports: .*\(401\).* The key is that of the account acme\.\n/)
    }))

  it.scopedLive("--explain uses the API version of the account, and no key", () =>
    Effect.gen(function*() {
      const { env, write } = yield* home
      write({ version: 1, accounts: { old: { apiVersion: "2022-05-10", keyCommand: ["not-installed"] } } })
      const { code, out } = yield* run(["list", "--explain", "--account", "old"], { env })
      assert.deepStrictEqual([code, out.split("\n")[0]], [0, "API version 2022-05-10"])
    }))

  it.scopedLive("pull writes the name of the account into the path of the records", () =>
    Effect.gen(function*() {
      const { env, folder, write } = yield* home
      const { url } = yield* serving(secret)
      write({ version: 1, accounts: { acme: { apiUrl: url, key: secret } } })
      const { code, err } = yield* run(
        ["pull", "--month", "2026-10", "--reference", "october", "-o", `${folder}/calls/`, "--account", "acme"],
        { env }
      )
      assert.strictEqual(code, 0, err)
      assert.deepStrictEqual(readdirSync(`${folder}/calls`).toSorted(), ["_didww", "account=acme"])
    }))

  it("every command with --env takes --account too", () => {
    const names = program.commands.filter(({ flags, words }) =>
      words[0] !== "auth" && flags.some(({ name }) => name === "env")
    )
    assert.isAtLeast(names.length, 9)
    for (const { flags, words } of names) assert.isTrue(flags.some(({ name }) => name === "account"), words.join(" "))
  })
})

describe("several accounts", () => {
  const resolve = (names: ReadonlyArray<string>, env: Readonly<Record<string, string>>) =>
    Accounts.resolve(names).pipe(
      Effect.provide(Layer.merge(Files.layer, Stdio.layer)),
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(env))))
    )

  it.scopedLive("resolve gives each name once and in order, and each account has a client of its own", () =>
    Effect.gen(function*() {
      const { env, write } = yield* home
      const one = yield* serving(secret)
      const two = yield* serving(other)
      write({
        version: 1,
        accounts: { one: { apiUrl: one.url, key: secret }, two: { apiUrl: two.url, keyCommand: printing(other) } }
      })
      const accounts = yield* resolve(["two", "one", "two"], env)
      assert.deepStrictEqual(accounts.map(({ name }) => name), ["two", "one"])
      for (const account of accounts) {
        const count = Effect.flatMap(ExportsClient.ExportsClient, (client) => client.count())
        assert.strictEqual(yield* Effect.provide(count, Client.layer(account)), 3)
      }
      assert.deepStrictEqual([yield* one.requests, yield* two.requests], [1, 1])
      assert.notInclude(inspect(accounts, { depth: null }) + JSON.stringify(accounts), secret)
      assert.notInclude(inspect(accounts, { depth: null }) + JSON.stringify(accounts), other)
    }))

  it.scopedLive("resolve without names and accounts gives the account default of the variables", () =>
    Effect.gen(function*() {
      const { env } = yield* home
      const [{ name, options }] = yield* resolve([], { ...env, DIDWW_API_KEY: secret, DIDWW_ENV: "sandbox" })
      assert.deepStrictEqual([name, options.apiUrl], ["default", ExportsClient.environments.sandbox])
      assert.strictEqual((yield* Effect.flip(resolve([], env)))._tag, "NoKey")
    }))

  it.scopedLive("resolve fails for all names if one of them is unknown, and runs no key command", () =>
    Effect.gen(function*() {
      const { env, folder, write } = yield* home
      const touch = [process.execPath, "-e", `require("node:fs").writeFileSync("${folder}/ran", "")`]
      write({ version: 1, accounts: { one: { keyCommand: touch } } })
      assert.strictEqual((yield* Effect.flip(resolve(["one", "tow"], env)))._tag, "Usage")
      assert.isFalse(existsSync(`${folder}/ran`))
    }))
})
