import { FetchHttpClient, FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { Cause, ConfigProvider, Effect, Exit, Fiber, identity, Layer, Schedule } from "effect"
import * as Cli from "../src/Cli.js"
import { codes } from "../src/Failure.js"
import * as Files from "../src/Files.js"
import * as Stdio from "../src/Stdio.js"

export interface Options {
  /** The environment variables. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** The width of the terminal that both streams are. Default: both are pipes. */
  readonly columns?: number | undefined
  /** The bytes of stdin. Default: it is empty. */
  readonly stdin?: ReadonlyArray<Uint8Array> | undefined
  /** The reader of stdout goes away after so many writes. Default: never. */
  readonly closesAfter?: number | undefined
  /** Answers requests. Default: the network. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Changes the file system. Default: no change. */
  readonly files?: ((files: FileSystem.FileSystem) => FileSystem.FileSystem) | undefined
}

const collecting = (options: { readonly columns?: number | undefined; readonly closesAfter?: number | undefined }) => {
  let writes = 0
  const decoder = new TextDecoder()
  const self = {
    text: "",
    isTTY: options.columns !== undefined,
    columns: options.columns,
    on: () => {},
    write: (chunk: string | Uint8Array, done: (error?: Error | null) => void) => {
      writes = writes + 1
      const isClosed = writes > (options.closesAfter ?? Infinity)
      if (!isClosed) {
        self.text = self.text + (typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }))
      }
      queueMicrotask(() => done(isClosed ? Object.assign(new Error("closed"), { code: "EPIPE" }) : null))
      return true
    }
  }
  return self
}

/** Prepares a run of the program in this process. */
const start = (args: ReadonlyArray<string>, options: Options) => {
  const { closesAfter, columns, env = {}, fetch, files = identity, stdin = [] } = options
  const stdout = collecting({ columns, closesAfter })
  const stderr = collecting({ columns })
  const stdio = Stdio.make({
    stdin: async function*() {
      yield* stdin
    },
    isTyped: options.stdin === undefined && columns !== undefined,
    stdout,
    stderr,
    variable: (name) => env[name]
  })
  const program = Cli.run(args).pipe(
    Effect.provideService(Stdio.Stdio, stdio),
    fetch === undefined ? identity : Effect.provideService(FetchHttpClient.Fetch, fetch),
    Effect.provide(Layer.effect(FileSystem.FileSystem, Effect.map(FileSystem.FileSystem, files))),
    Effect.provide(Files.layer),
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(env))))
  )
  return { program, printed: () => ({ out: stdout.text, err: stderr.text }) }
}

/** Runs the program. Gives what it prints and its exit code. */
export const run = (args: ReadonlyArray<string>, options: Options = {}) =>
  Effect.suspend(() => {
    const { printed, program } = start(args, options)
    return Effect.map(program, (code) => ({ code, ...printed() }))
  })

/** Starts the program, which runs until it is interrupted. */
export const collect = (args: ReadonlyArray<string>, options: Options = {}) =>
  Effect.gen(function*() {
    const { printed, program } = start(args, options)
    const fiber = yield* Effect.forkScoped(program)
    return {
      /** Waits until `find` finds something in the output. */
      printed: <A>(find: (printed: { readonly out: string; readonly err: string }) => A | undefined) =>
        Effect.suspend(() => Effect.fromNullable(find(printed()))).pipe(
          Effect.retry(Schedule.spaced("20 millis"))
        ),
      /** Interrupts the program. Gives its exit code. */
      ended: Effect.map(
        Fiber.interrupt(fiber),
        (exit) => Exit.isSuccess(exit) ? exit.value : Cause.isInterruptedOnly(exit.cause) ? codes.interrupted : -1
      )
    }
  })

/** A directory that is removed with the scope. */
export const directory = Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped()).pipe(
  Effect.provide(NodeContext.layer)
)
