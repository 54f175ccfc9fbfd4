/** The bench's own programs, compiled as a package is published, and run as children. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { build } from "esbuild"
import { execFile, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const pathOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** What runs from sources has every function wrapped, to keep its name. */
export const compile: Effect.Effect<void> = Effect.promise(() =>
  build({
    entryPoints: ["contender", "serve", "grow"].map((name) => pathOf(`./${name}.ts`)),
    outdir: pathOf("../build"),
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "error",
    plugins: [{
      name: "published",
      setup: ({ onResolve }) =>
        onResolve({ filter: /^[^./]/ }, ({ kind, path }) =>
          kind === "entry-point" || path.startsWith("@effect-didww/") ? undefined : { path, external: true })
    }]
  })
)

/** The server's address, while the scope is open. */
export const server: Effect.Effect<string, never, Scope.Scope> = Effect.map(
  Effect.acquireRelease(
    Effect.async<{ readonly url: string; readonly stop: () => void }>((resume) => {
      const child = spawn(process.execPath, [pathOf("../build/serve.js")], { stdio: ["pipe", "pipe", "inherit"] })
      child.stdout.once(
        "data",
        (line) => resume(Effect.succeed({ url: String(line).trim(), stop: () => child.kill() }))
      )
    }),
    ({ stop }) => Effect.sync(stop)
  ),
  ({ url }) => url
)

/** What a program prints, as JSON. */
export const run = (name: string, url: string, args: ReadonlyArray<string>): Effect.Effect<unknown> =>
  Effect.async<unknown>((resume) => {
    const child = execFile(
      process.execPath,
      [pathOf(`../build/${name}.js`), ...args],
      { env: { ...process.env, BENCH_SERVER: url }, maxBuffer: 2 ** 26 },
      (error, stdout) => resume(error === null ? Effect.sync((): unknown => JSON.parse(stdout)) : Effect.die(error))
    )
    return Effect.sync(() => child.kill())
  })
