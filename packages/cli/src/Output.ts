/** Writes rows and bytes to stdout or to a file. */
import type { PlatformError } from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { toJson } from "./internal/text.js"
import * as ReplacedFile from "./ReplacedFile.js"
import * as Rows from "./Rows.js"
import { type Closed, type NotWritten, Stdio } from "./Stdio.js"

export type Write = (chunk: string | Uint8Array) => Effect.Effect<void, Closed | NotWritten | PlatformError>

/** Gives `use` a function that writes to stdout, or to the file at a path. */
export const to = <A, E, R>(path: Option.Option<string>, use: (write: Write) => Effect.Effect<A, E, R>): Effect.Effect<
  A,
  E | PlatformError,
  R | Stdio | FileSystem.FileSystem
> =>
  Option.match(path, {
    onNone: (): Effect.Effect<A, E | PlatformError, R | Stdio | FileSystem.FileSystem> =>
      Effect.flatMap(Stdio, ({ out }) => use(out)),
    onSome: (path) => ReplacedFile.write(path, use)
  })

/** The format and the file that the flags name. */
export interface Options {
  readonly format: Option.Option<Rows.Format>
  readonly output: Option.Option<string>
}

/** The format of the flag, else of the file's ending, else table for a terminal and tsv for a pipe. */
export const formatOf = (options: Options): Effect.Effect<Rows.Format, never, Stdio> =>
  Effect.map(Stdio, ({ columns }) =>
    Option.getOrElse(options.format, () =>
      Option.match(options.output, {
        onNone: (): Rows.Format => columns === undefined ? "tsv" : "table",
        onSome: (path) => Rows.formats.find((format) => path.endsWith(`.${format}`)) ?? "tsv"
      })))

/** Makes a writer of rows. */
export const writer = <A>(
  options: Options,
  shape: (first: Option.Option<A>) => Rows.Shape<A>
): Effect.Effect<Rows.Writer<A>, never, Stdio> =>
  Effect.zipWith(formatOf(options), Stdio, (format, { columns, hasColor }) =>
    Rows.writer({
      shape,
      format,
      isTerminal: columns !== undefined && Option.isNone(options.output),
      columns: columns ?? 80,
      hasColor: hasColor && Option.isNone(options.output)
    }))

/** Writes one row. On a terminal each attribute has a line. */
export const one = <A>(options: Options, row: A, details: Rows.Shape<A>): Effect.Effect<
  void,
  Closed | NotWritten | PlatformError,
  Stdio | FileSystem.FileSystem
> =>
  Effect.gen(function*() {
    const format = yield* formatOf(options)
    const { hasColor } = yield* Stdio
    const { end, rows } = yield* writer(options, () => details)
    yield* to(options.output, (write) => {
      switch (format) {
        case "table":
          return write(Rows.card(details, row, hasColor && Option.isNone(options.output)))
        case "json":
          return write(`${toJson(details.json(row), 2)}\n`)
        default:
          return write(`${rows([row])}${end()}`)
      }
    })
  })
