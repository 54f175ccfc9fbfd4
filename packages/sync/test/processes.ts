/** Programs of this folder as processes. */
import { Deferred, Effect } from "effect"
import { build } from "esbuild"
import { spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll } from "vitest"

const pathOf = (name: string): string => fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url))

/** Bundles one of the programs in `programs` before the tests of a file, so that it starts in a third of the time. */
export const bundled = (name: string): string => {
  const path = join(tmpdir(), `didww-${randomUUID()}.mjs`)
  // packages in CommonJS need the function
  const require = "import { createRequire as r } from 'node:module'; const require = r(import.meta.url)"
  beforeAll(() =>
    build({
      entryPoints: [pathOf(name)],
      outfile: path,
      bundle: true,
      platform: "node",
      format: "esm",
      banner: { js: require },
      logLevel: "error"
    })
  )
  afterAll(() => rmSync(path, { force: true }))
  return path
}

/** Starts one of the programs in `programs`, or a bundle. It ends with the scope at the latest. */
export const program = Effect.fnUntraced(
  function*(
    name: string,
    args: ReadonlyArray<string>,
    env: Readonly<Record<string, string>>,
    cwd?: string
  ) {
    const ended = yield* Deferred.make<number | NodeJS.Signals | null, Error>()
    // the directory may have no packages
    const program = name.endsWith(".mjs")
      ? [name]
      : ["--import", createRequire(import.meta.url).resolve("tsx"), pathOf(name)]
    let output = ""
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => {
        const child = spawn(process.execPath, [...program, ...args], { cwd, env: { PATH: process.env.PATH, ...env } })
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
