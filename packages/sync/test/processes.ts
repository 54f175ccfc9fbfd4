/** Programs of this folder as processes. */
import { Deferred, Effect } from "effect"
import { spawn } from "node:child_process"
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"

/** Starts one of the programs in `programs`. It ends with the scope at the latest. */
export const program = Effect.fnUntraced(
  function*(
    name: string,
    args: ReadonlyArray<string>,
    env: Readonly<Record<string, string>>,
    cwd?: string
  ) {
    const ended = yield* Deferred.make<number | NodeJS.Signals | null, Error>()
    const path = fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url))
    let output = ""
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => {
        // the directory may have no packages
        const child = spawn(process.execPath, [
          "--import",
          createRequire(import.meta.url).resolve("tsx"),
          path,
          ...args
        ], {
          cwd,
          env: { PATH: process.env.PATH, ...env }
        })
        for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => output += text)
        child.on("error", (error) => Deferred.unsafeDone(ended, Effect.fail(error)))
        child.on("close", (code, signal) => Deferred.unsafeDone(ended, Effect.succeed(code ?? signal)))
        return child
      }),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    return {
      kill: Effect.sync(() => child.kill("SIGKILL")),
      /** How it ended, and what it printed. */
      ended: Effect.map(Effect.orDie(Deferred.await(ended)), (code) => ({ code, output }))
    }
  }
)
