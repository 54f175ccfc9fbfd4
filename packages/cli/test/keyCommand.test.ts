import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import * as KeyCommand from "../src/KeyCommand.js"
import { home, other, printing, recording, run, secret } from "./accounts.js"
import { FastCheck, prop } from "./property.js"

/** Lists with a key that a command prints. */
const list = (keyCommand: ReadonlyArray<string>, fetch = recording().fetch, stdin = "") =>
  Effect.gen(function*() {
    const { env, write } = yield* home
    write({ version: 1, accounts: { acme: { keyCommand } } })
    return yield* run(["list", "--verbose"], { env, fetch, stdin: [new TextEncoder().encode(stdin)] })
  })

describe("a key command", () => {
  it.scopedLive("the output of a key command without white space around it is the key", () =>
    Effect.gen(function*() {
      const { asked, fetch } = recording()
      yield* list(printing(` ${secret}\r\n`), fetch)
      assert.deepStrictEqual(asked[0], ["https://api.didww.com", secret])
    }))

  it.scopedLive("a key command runs without a shell", () =>
    Effect.gen(function*() {
      const { asked, fetch } = recording()
      const echo = "process.stdout.write(process.argv[1])"
      yield* list([process.execPath, "-e", echo, "$HOME;`id`|>*"], fetch)
      assert.deepStrictEqual(asked[0]?.[1], "$HOME;`id`|>*")
    }))

  const failing: ReadonlyArray<readonly [command: ReadonlyArray<string>, says: string]> = [
    [["/nowhere/not-installed", secret], "(/nowhere/not-installed) cannot be started: no such file or folder."],
    [printing(secret, 3), "ended with exit code 3."],
    [[process.execPath, "-e", "process.kill(process.pid)", secret], "ended with signal SIGTERM."],
    [printing(""), "must print the key, and nothing else, on one line."],
    [printing(`${secret}\n${other}\n`), "must print the key, and nothing else, on one line."],
    [printing(`key: ${secret}`), "must print the key, and nothing else, on one line."],
    [
      [process.execPath, "-e", `const print = () => process.stdout.write("${secret}".repeat(1000), print); print()`],
      "must print the key, and nothing else, on one line."
    ]
  ]
  it.scopedLive("a key command that prints no key fails with the account's name, and shows no output and no argument", () =>
    Effect.gen(function*() {
      for (const [command, says] of failing) {
        const { asked, fetch } = recording()
        const { code, err } = yield* list(command, fetch)
        assert.deepStrictEqual([code, asked], [3, []])
        assert.include(err, "The key command of account acme (")
        assert.include(err, says)
      }
    }))

  it.scopedLive("a key command runs once, and again only after a 401", () =>
    Effect.gen(function*() {
      const { env, folder, write } = yield* home
      const key = `${folder}/key`
      const script = `const fs = require("node:fs"); fs.appendFileSync("${folder}/runs", "x"); ` +
        `process.stdout.write(fs.readFileSync("${key}"))`
      write({ version: 1, accounts: { acme: { keyCommand: [process.execPath, "-e", script] } } })
      writeFileSync(key, secret)
      const asked: Array<string | null> = []
      const fetch: typeof globalThis.fetch = (_, init) => {
        asked.push(new Headers(init?.headers).get("api-key"))
        // the key is replaced while the command runs
        writeFileSync(key, other)
        return Promise.resolve(
          asked.length === 1
            ? new Response("{}", { status: 401 })
            : new Response(JSON.stringify({ data: [], meta: { total_records: 0, api_version: "2026-04-16" } }))
        )
      }
      assert.strictEqual((yield* run(["list"], { env, fetch })).code, 0)
      assert.deepStrictEqual(asked, [secret, other])
      assert.strictEqual(readFileSync(`${folder}/runs`, "utf8"), "xx")
    }))

  it("parse splits a line at spaces, except in quotes", () => {
    const lines: ReadonlyArray<readonly [line: string, words: KeyCommand.KeyCommand]> = [
      ["pass show didww", ["pass", "show", "didww"]],
      ["  op  read 'op://vault/my key' ", ["op", "read", "op://vault/my key"]],
      [`a"b c"'d "e'f`, [`ab cd "ef`]],
      ["C:\\bin\\key.exe --of didww", ["C:\\bin\\key.exe", "--of", "didww"]]
    ]
    for (const [line, words] of lines) assert.deepStrictEqual(KeyCommand.parse(line), Option.some(words))
    for (const line of ["", "  ", "pass 'show", `pass "show`, "'", "''", "pass ''"]) {
      assert.isTrue(Option.isNone(KeyCommand.parse(line)), line)
    }
  })

  prop(
    "parse gives back every word that stands in quotes",
    FastCheck.array(FastCheck.stringMatching(/^[^'\0]+$/), { minLength: 1 }),
    (words) => {
      const line = words.map((word) => `'${word}'`).join(" ")
      assert.deepStrictEqual(Array.from(Option.getOrThrow(KeyCommand.parse(line))), words)
    }
  )
})
