/** What a command reads and where it writes: rows to stdout, everything else to stderr. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Stream from "effect/Stream"
import { isatty } from "node:tty"
import { fit, plain, plainLines } from "./internal/text.js"
import { meaning } from "./SystemFailure.js"

/** The reader of stdout is gone, as after `| head`. */
export class Closed extends Data.TaggedError("Closed") {}

/** Writing to stdout failed, as on a full disk. */
export class NotWritten extends Data.TaggedError("NotWritten")<{ readonly code: string }> {
  override get message(): string {
    const { advice, happened } = meaning(this.code)
    return `Cannot write to stdout: ${happened}. The output is incomplete. ${advice}`
  }
}

/** Stdin cannot be read. */
export class NotRead extends Data.TaggedError("NotRead")<{ readonly code: string }> {
  override get message(): string {
    const { advice, happened } = meaning(this.code)
    return `Cannot read stdin: ${happened}. ${advice}`
  }
}

export interface Service {
  /** The bytes of stdin. */
  readonly bytes: Stream.Stream<Uint8Array, NotRead>
  /** Whether stdin is a terminal. */
  readonly isTyped: boolean
  /** Writes to stdout, and waits until the chunk is written. On a terminal, text becomes plain but for the styles of rows. */
  readonly out: (chunk: string | Uint8Array) => Effect.Effect<void, Closed | NotWritten>
  /** Writes a line to stderr, which becomes plain. */
  readonly err: (line: string) => Effect.Effect<void>
  /** Writes a line to stderr that says what was done. Does nothing under `--quiet`. */
  readonly note: (line: string) => Effect.Effect<void>
  /** Draws a line on stderr in place of the one before, only on a terminal and not under `--quiet`. Empty removes it. */
  readonly live: (line: string) => Effect.Effect<void>
  /** Whether `live` draws. */
  readonly isLive: boolean
  /** The width of the terminal. `undefined` if stdout is no terminal. */
  readonly columns: number | undefined
  /** Whether stdout shows colors. */
  readonly hasColor: boolean
}

export class Stdio extends Context.Tag("@effect-didww/cli/Stdio")<Stdio, Service>() {}

/** Drops notes and progress. */
export const quiet = (self: Service): Service => ({
  ...self,
  note: () => Effect.void,
  live: () => Effect.void,
  isLive: false
})

/** Logs to stderr, because stdout is for rows only. */
export const logger = (self: Service): Logger.Logger<unknown, void> =>
  Logger.map(Logger.logfmtLogger, (line) => Effect.runFork(self.err(line)))

/** The part of Node's writable streams that this module uses. */
export interface Writable {
  readonly write: (chunk: string | Uint8Array, done: (error?: Error | null) => void) => boolean
  readonly on: (event: "error", listener: () => void) => unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

export interface Options {
  /** Opens stdin. It happens only for a command that reads it: a process may have none. */
  readonly stdin: () => AsyncIterable<Uint8Array>
  readonly isTyped: boolean
  readonly stdout: Writable
  readonly stderr: Writable
  /** Reads a variable: `NO_COLOR` and `TERM`. */
  readonly variable: (name: string) => string | undefined
}

/** The width of a terminal. A terminal without a size says that it has 0 columns. */
const widthOf = ({ columns = 0 }: Writable): number => columns > 0 ? columns : 80

const codeOf = (error: Error): string => "code" in error ? String(error.code) : error.name

export const make = ({ isTyped, stderr, stdin, stdout, variable }: Options): Service => {
  // the first error of a stream without a listener ends the process
  stdout.on("error", () => {})
  stderr.on("error", () => {})
  const isLive = stderr.isTTY === true && variable("TERM") !== "dumb"
  const isTerminal = stdout.isTTY === true
  const hasColor = isTerminal && (variable("NO_COLOR") ?? "") === "" && variable("TERM") !== "dumb"
  let shown = ""
  const print = (text: string): Effect.Effect<void> =>
    Effect.async<void>((resume) => {
      stderr.write(text, () => resume(Effect.void))
    })
  const erased = (): string => {
    const erase = shown === "" ? "" : "\r\u001b[K"
    shown = ""
    return erase
  }
  const err = (line: string): Effect.Effect<void> => Effect.suspend(() => print(`${erased()}${plain(line)}\n`))
  return {
    bytes: Stream.suspend(() =>
      Stream.fromAsyncIterable(stdin(), (error) => new NotRead({ code: error instanceof Error ? codeOf(error) : "" }))
    ),
    isTyped,
    out: (chunk) =>
      Effect.async((resume) => {
        // both streams show on the same terminal
        const text = isTerminal && typeof chunk === "string" ? `${erased()}${plainLines(chunk, { hasColor })}` : chunk
        stdout.write(text, (error) => {
          const code = error == null ? undefined : codeOf(error)
          resume(
            code === undefined
              ? Effect.void
              : code === "EPIPE" || code === "ERR_STREAM_DESTROYED"
              ? new Closed()
              : new NotWritten({ code })
          )
        })
      }),
    err,
    note: err,
    live: (line) =>
      Effect.suspend(() => {
        if (!isLive || line === shown) return Effect.void
        if (line === "") return print(erased())
        shown = line
        return print(`\r${fit(plain(line), widthOf(stderr) - 1)}\u001b[K`)
      }),
    isLive,
    columns: isTerminal ? Math.max(widthOf(stdout), 20) : undefined,
    hasColor
  }
}

/** The streams of the process. */
export const layer: Layer.Layer<Stdio> = Layer.sync(Stdio, () =>
  make({
    stdin: () => process.stdin,
    isTyped: isatty(0),
    stdout: process.stdout,
    stderr: process.stderr,
    variable: (name) => process.env[name]
  }))
