import { Account, Simulator } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { assert } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import * as terminal from "./terminal.js"

export const secret = "k3y-that-nobody-may-see"

export const other = "an0ther-k3y"

/** Runs the program. Its output never shows a key. */
export const run = (args: ReadonlyArray<string>, options: terminal.Options = {}) =>
  Effect.tap(terminal.run(args, options), ({ err, out }) =>
    Effect.sync(() => {
      for (const key of [secret, other]) assert.notInclude(out + err, key)
    }))

export const bytes = (text: string) => [new TextEncoder().encode(text)]

/** A home folder. */
export const home = Effect.map(terminal.directory, (folder) => {
  const file = `${folder}/.config/didww/config.json`
  return {
    folder,
    file,
    env: { HOME: folder },
    read: (): unknown => JSON.parse(readFileSync(file, "utf8")),
    /** Writes the file as a user might. */
    write: (content: unknown, mode = 0o600) => {
      mkdirSync(`${folder}/.config/didww`, { recursive: true })
      writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content))
      chmodSync(file, mode)
    },
    accounts: (accounts: unknown) => ({ version: 1, accounts })
  }
})

/** Serves an account for these keys. */
export const serving = (...apiKeys: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const context = yield* Layer.build(
      SimulatorServer.layer({
        account: Account.generate({ size: 3 }),
        apiKeys,
        archives: { rows: 3 },
        processing: { pending: 0, processing: 0 }
      })
    )
    const { url } = yield* Effect.provide(SimulatorServer.SimulatorServer, context)
    const simulator = yield* Effect.provide(Simulator.Simulator, context)
    return { url, requests: Effect.map(simulator.received, (received) => received.length) }
  })

/** Answers each request with 401, and notes where it went with which key. */
export const recording = () => {
  const asked: Array<readonly [origin: string, key: string | null]> = []
  const fetch: typeof globalThis.fetch = (url, init) => {
    asked.push([new URL(String(url)).origin, new Headers(init?.headers).get("api-key")])
    return Promise.resolve(new Response("{}", { status: 401 }))
  }
  return { asked, fetch }
}

/** A command that prints a text. */
export const printing = (text: string, exitCode = 0) => [
  process.execPath,
  "-e",
  `process.stdout.write(${JSON.stringify(text)}); process.exitCode = ${exitCode}`
]
