import { Deferred, Effect } from "effect"
import { build } from "esbuild"
import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

export const freePort = Effect.async<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

/** A child process, and the lines that it prints. It ends with the scope at the latest. */
const running = Effect.fnUntraced(
  function*(command: string, args: ReadonlyArray<string>, onLine: (line: string) => void, options: SpawnOptions = {}) {
    const ended = yield* Deferred.make<number | NodeJS.Signals | null, Error>()
    const child = yield* Effect.acquireRelease(
      Effect.sync((): ChildProcess => {
        const child = spawn(command, args, { ...options, stdio: "pipe" })
        for (const output of [child.stdout, child.stderr]) createInterface(output).on("line", onLine)
        child.on("error", (error) => Deferred.unsafeDone(ended, Effect.fail(error)))
        child.on("close", (code, signal) => Deferred.unsafeDone(ended, Effect.succeed(code ?? signal)))
        return child
      }),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    return { child, ended: Deferred.await(ended) }
  }
)

/** An empty Redis that answers, and saves nothing. */
export const redis = Effect.fnUntraced(function*(port: number, ...options: ReadonlyArray<string>) {
  const directory = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "redis-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  )
  const ready = yield* Deferred.make<void>()
  const { child, ended } = yield* running(
    "redis-server",
    ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", directory, ...options],
    (line) => {
      if (line.includes("Ready to accept connections")) Deferred.unsafeDone(ready, Effect.void)
    }
  )
  yield* Effect.raceFirst(
    Deferred.await(ready),
    Effect.matchEffect(ended, {
      onFailure: () => Effect.dieMessage("REDIS=1 needs redis-server: apt-get install redis-server"),
      onSuccess: (code) => Effect.dieMessage(`redis-server ended with ${code}`)
    })
  )
  const signal = (name: NodeJS.Signals) => Effect.sync(() => child.kill(name))
  return {
    kill: Effect.andThen(signal("SIGKILL"), Effect.orDie(ended)),
    stop: signal("SIGSTOP"),
    continue: signal("SIGCONT")
  }
})

const pathOf = (name: string): string => fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url))

/** Starts one of the programs in `programs`. */
export const program = Effect.fnUntraced(function*(name: string, ...args: ReadonlyArray<string | number>) {
  const lines: Array<string> = []
  const ready = yield* Deferred.make<void>()
  const { child, ended } = yield* running(
    process.execPath,
    ["--import", "tsx", pathOf(name), ...args.map(String)],
    (line) => {
      if (line === "ready") Deferred.unsafeDone(ready, Effect.void)
      else lines.push(line)
    }
  )
  return {
    ready: Effect.raceFirst(
      Deferred.await(ready),
      Effect.flatMap(ended, (code) => Effect.dieMessage(`${name} ended with ${code}: ${lines.join("; ")}`))
    ),
    go: Effect.sync(() => child.stdin?.write("go\n")),
    /** What stands behind this word in the output. */
    said: (word: string) => lines.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1),
    /** How it ended, and the lines of both outputs. */
    ended: Effect.map(Effect.orDie(ended), (code) => ({ code, lines }))
  }
})

/** Makes one file of a program and all that it imports. So it starts in a fifth of the time. The file is gone with the scope. */
export const bundled = Effect.fnUntraced(function*(name: string) {
  const directory = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "bundle-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  )
  const path = join(directory, `${name}.mjs`)
  // packages in CommonJS need the function
  const require = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)"
  yield* Effect.promise(() =>
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
  return path
})

/** Starts a program in a directory and an environment of its own: one of those in `programs`, or a bundle. */
export const job = Effect.fnUntraced(function*(
  program: string,
  cwd: string,
  env: Readonly<Record<string, string>>
) {
  const lines: Array<string> = []
  // the directory has no packages
  const args = program.endsWith(".mjs")
    ? [program]
    : ["--import", createRequire(import.meta.url).resolve("tsx"), pathOf(program)]
  const { child, ended } = yield* running(process.execPath, args, (line) => lines.push(line), {
    cwd,
    env: { PATH: process.env.PATH, ...env }
  })
  const signal = (name: NodeJS.Signals) => Effect.sync(() => child.kill(name))
  return {
    kill: signal("SIGKILL"),
    stop: signal("SIGSTOP"),
    continue: signal("SIGCONT"),
    ended: Effect.map(Effect.orDie(ended), (code) => ({ code, lines }))
  }
})
