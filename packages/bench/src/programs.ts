/** Compiles the programs of a bench as a package is published, and runs them as child processes. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { build } from "esbuild"
import { execFile, spawn } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** The folder of this bench. */
export const here = fileURLToPath(new URL("..", import.meta.url))

/** Compiles the programs of the bench in a folder. Programs that run from source are slower: every function is wrapped. */
export const compile = (folder: string): Effect.Effect<void> =>
  Effect.promise(() =>
    build({
      entryPoints: ["contender", "serve", "grow"].map((name) => join(folder, "src", `${name}.ts`)),
      outdir: join(folder, "build"),
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node20",
      logLevel: "error",
      plugins: [{
        name: "published",
        setup: ({ onResolve }) =>
          onResolve(
            { filter: /^[^./]/ },
            ({ kind, path }) =>
              kind === "entry-point" || path.startsWith("@effect-didww/") ? undefined : { path, external: true }
          )
      }]
    })
  )

/** Starts the server and returns its address. The server stops with the scope. */
export const server = (folder: string): Effect.Effect<string, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.async<{ readonly url: string; readonly stop: () => void }>((resume) => {
        const child = spawn(process.execPath, [join(folder, "build/serve.js")], { stdio: ["pipe", "pipe", "inherit"] })
        child.stdout.once(
          "data",
          (line) => resume(Effect.succeed({ url: String(line).trim(), stop: () => child.kill() }))
        )
      }),
      ({ stop }) => Effect.sync(stop)
    ),
    ({ url }) => url
  )

/** Runs a program and returns the JSON that it prints. */
export const run = (folder: string, name: string, url: string, args: ReadonlyArray<string>): Effect.Effect<unknown> =>
  Effect.async<unknown>((resume) => {
    const child = execFile(
      process.execPath,
      [join(folder, "build", `${name}.js`), ...args],
      { env: { ...process.env, BENCH_SERVER: url }, maxBuffer: 2 ** 26 },
      (error, stdout) => resume(error === null ? Effect.sync((): unknown => JSON.parse(stdout)) : Effect.die(error))
    )
    return Effect.sync(() => child.kill())
  })
