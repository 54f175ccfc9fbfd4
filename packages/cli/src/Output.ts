/** Writes rows and bytes to stdout, or to a file that is either complete or absent. */
import { type PlatformError, SystemError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Rows from "./Rows.js"
import { type Closed, type NotWritten, Stdio } from "./Stdio.js"

export type Write = (chunk: string | Uint8Array) => Effect.Effect<void, Closed | NotWritten | PlatformError>

const encoder = new TextEncoder()

/**
 * Gives `use` a function that writes. A file is written under another name beside its place, and renamed once all of it
 * is on disk.
 */
export const to = <A, E, R>(path: Option.Option<string>, use: (write: Write) => Effect.Effect<A, E, R>): Effect.Effect<
  A,
  E | PlatformError,
  R | Stdio | FileSystem.FileSystem
> =>
  Option.match(path, {
    onNone: (): Effect.Effect<A, E | PlatformError, R | Stdio | FileSystem.FileSystem> =>
      Effect.flatMap(Stdio, ({ out }) => use(out)),
    onSome: (path) =>
      Effect.gen(function*() {
        const files = yield* FileSystem.FileSystem
        // the target of a link, so that the link stays a link
        const target = yield* Effect.orElseSucceed(files.realPath(path), () => path)
        const there = yield* Effect.option(files.stat(target))
        // a pipe or a device cannot be replaced, so it is written directly
        if (Option.isSome(there) && there.value.type !== "File") {
          return yield* Effect.scoped(Effect.flatMap(files.open(target, { flag: "a" }), filling(use, path)))
        }
        const beside = `${target}.${process.pid}-${yield* Clock.currentTimeMillis}.part`
        // the new file has the permissions of the old one
        const guarded = Option.match(there, {
          onNone: () => Effect.void,
          onSome: ({ mode }) => files.chmod(beside, mode & 0o777)
        })
        return yield* Effect.scoped(Effect.flatMap(
          Effect.mapError(files.open(beside, { flag: "wx" }), about(path)),
          (file) => guarded.pipe(Effect.andThen(filling(use, path)(file)), Effect.tap(() => file.sync))
        )).pipe(
          Effect.tap(() => files.rename(beside, target)),
          Effect.onError(() => Effect.ignore(files.remove(beside)))
        )
      })
  })

/** Names the path that the user gave, not the one beside it. */
const about = (path: string) => (error: PlatformError): PlatformError =>
  error._tag === "SystemError" ? new SystemError({ ...error, pathOrDescriptor: path }) : error

const filling =
  <A, E, R>(use: (write: Write) => Effect.Effect<A, E, R>, path: string) =>
  (file: FileSystem.File): Effect.Effect<A, E, R> =>
    use((chunk) =>
      // platform reports an empty write as a full disk
      chunk.length === 0
        ? Effect.void
        : Effect.mapError(file.writeAll(typeof chunk === "string" ? encoder.encode(chunk) : chunk), about(path))
    )

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
          return write(`${JSON.stringify(details.json(row), null, 2)}\n`)
        default:
          return write(`${rows([row])}${end()}`)
      }
    })
  })
