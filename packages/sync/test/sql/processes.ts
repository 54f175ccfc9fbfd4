import { Deferred, Effect } from "effect"
import { spawn } from "node:child_process"
import { createRequire } from "node:module"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

/** Starts one of the programs in `programs` with only these variables. It ends with the scope at the latest. */
export const start = Effect.fnUntraced(function*(name: string, env: Readonly<Record<string, string>>) {
  const ended = yield* Deferred.make<number | NodeJS.Signals | null>()
  const lines: Array<string> = []
  const path = fileURLToPath(new URL(`../programs/${name}.ts`, import.meta.url))
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, ["--import", createRequire(import.meta.url).resolve("tsx"), path], {
        env: { PATH: process.env.PATH, ...env },
        stdio: "pipe"
      })
      for (const output of [child.stdout, child.stderr]) createInterface(output).on("line", (line) => lines.push(line))
      child.on("close", (code, signal) => Deferred.unsafeDone(ended, Effect.succeed(code ?? signal)))
      return child
    }),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )
  return {
    kill: Effect.sync(() => child.kill("SIGKILL")),
    /** How it ended, and the lines of both outputs. */
    ended: Effect.map(Deferred.await(ended), (code) => ({ code, lines }))
  }
})
