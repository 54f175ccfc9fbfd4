/** What a command writes to: stdout for rows and nothing else, stderr for people. */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { fit, plain } from "./internal/text.js"

/** Nobody reads on, as after `| head`. */
export class Closed extends Data.TaggedError("Closed") {}

/** Stdout does not take what is written, as on a full disk. */
export class NotWritten extends Data.TaggedError("NotWritten")<{ readonly code: string }> {
  override get message(): string {
    return `Stdout takes no more (${this.code}). What was written there is not whole.`
  }
}

export interface Service {
  /** Done when it has left. */
  readonly out: (chunk: string | Uint8Array) => Effect.Effect<void, Closed | NotWritten>
  /** A line on stderr. */
  readonly err: (line: string) => Effect.Effect<void>
  /** A line on stderr that says what was done; nothing under `--quiet`. */
  readonly note: (line: string) => Effect.Effect<void>
  /** A line on stderr that is drawn over and over, on a terminal only and not under `--quiet`; empty, it is gone. */
  readonly live: (line: string) => Effect.Effect<void>
  /** Whether `live` shows. */
  readonly isLive: boolean
  /** Of the terminal that stdout is; `undefined` if it is none. */
  readonly columns: number | undefined
  /** Whether stdout may have colours. */
  readonly hasColour: boolean
}

export class Stdio extends Context.Tag("@effect-didww/cli/Stdio")<Stdio, Service>() {}

/** Without what is only nice to know. */
export const quiet = (self: Service): Service => ({
  ...self,
  note: () => Effect.void,
  live: () => Effect.void,
  isLive: false
})

/** Stdout is for rows only. */
export const logger = (self: Service): Logger.Logger<unknown, void> =>
  Logger.map(Logger.logfmtLogger, (line) => Effect.runFork(self.err(line)))

/** As far as a stream of Node's is one of ours. */
export interface Writable {
  readonly write: (chunk: string | Uint8Array, done: (error?: Error | null) => void) => boolean
  readonly on: (event: "error", listener: () => void) => unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

export interface Options {
  readonly stdout: Writable
  readonly stderr: Writable
  /** The variable of this name, for `NO_COLOR` and `TERM`. */
  readonly variable: (name: string) => string | undefined
}

const codeOf = (error: Error): string => "code" in error ? String(error.code) : error.name

export const make = ({ stderr, stdout, variable }: Options): Service => {
  // a stream that nobody listens to ends the process at its first error
  stdout.on("error", () => {})
  stderr.on("error", () => {})
  const isLive = stderr.isTTY === true && variable("TERM") !== "dumb"
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
  const err = (line: string): Effect.Effect<void> => Effect.suspend(() => print(`${erased()}${line}\n`))
  return {
    out: (chunk) =>
      Effect.async((resume) => {
        stdout.write(chunk, (error) => {
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
        return print(`\r${fit(plain(line), (stderr.columns ?? 80) - 1)}\u001b[K`)
      }),
    isLive,
    columns: stdout.isTTY === true ? Math.max(stdout.columns ?? 80, 20) : undefined,
    hasColour: stdout.isTTY === true && (variable("NO_COLOR") ?? "") === "" && variable("TERM") !== "dumb"
  }
}

/** The process's own streams. */
export const layer: Layer.Layer<Stdio> = Layer.sync(Stdio, () =>
  make({
    stdout: process.stdout,
    stderr: process.stderr,
    variable: (name) => process.env[name]
  }))
