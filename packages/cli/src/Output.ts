/** Where a command's rows and bytes go: to stdout, or to a file that is whole or not there. */
import { type PlatformError, SystemError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Rows from "./Rows.js"
import { type Closed, type NotWritten, Stdio } from "./Stdio.js"

export type Write = (chunk: string | Uint8Array) => Effect.Effect<void, Closed | NotWritten | PlatformError>

const encoder = new TextEncoder()

/** Gives `use` the way out. A file is written beside its place, and moved there once all of it is on the disk. */
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
        // through a link, so that the link stays
        const target = yield* Effect.orElseSucceed(files.realPath(path), () => path)
        const there = yield* Effect.option(files.stat(target))
        // a pipe or a device is written as it is, and nothing takes its place
        if (Option.isSome(there) && there.value.type !== "File") {
          return yield* Effect.scoped(Effect.flatMap(files.open(target, { flag: "a" }), filling(use, path)))
        }
        const beside = `${target}.${process.pid}-${yield* Clock.currentTimeMillis}.part`
        // whoever could not read what is there cannot read what comes
        const guarded = Option.match(there, {
          onNone: () => Effect.void,
          onSome: ({ mode }) => files.chmod(beside, mode & 0o777)
        })
        return yield* Effect.scoped(Effect.flatMap(
          Effect.mapError(files.open(beside, { flag: "wx" }), about(path)),
          (file) => guarded.pipe(Effect.zipRight(filling(use, path)(file)), Effect.zipLeft(file.sync))
        )).pipe(
          Effect.tap(() => files.rename(beside, target)),
          Effect.onError(() => Effect.ignore(files.remove(beside)))
        )
      })
  })

/** Whoever reads it knows the path that was asked for. */
const about = (path: string) => (error: PlatformError): PlatformError =>
  error._tag === "SystemError" ? new SystemError({ ...error, pathOrDescriptor: path }) : error

const filling =
  <A, E, R>(use: (write: Write) => Effect.Effect<A, E, R>, path: string) =>
  (file: FileSystem.File): Effect.Effect<A, E, R> =>
    use((chunk) =>
      // the file system takes an empty write for a full disk
      chunk.length === 0
        ? Effect.void
        : Effect.mapError(file.writeAll(typeof chunk === "string" ? encoder.encode(chunk) : chunk), about(path))
    )

interface Options {
  readonly format: Option.Option<Rows.Format>
  readonly output: Option.Option<string>
}

/** As asked for; else what the file's name ends in; else what suits who reads it. */
export const formatOf = (options: Options): Effect.Effect<Rows.Format, never, Stdio> =>
  Effect.map(Stdio, ({ columns }) =>
    Option.getOrElse(options.format, () =>
      Option.match(options.output, {
        onNone: (): Rows.Format => columns === undefined ? "tsv" : "table",
        onSome: (path) => Rows.formats.find((format) => path.endsWith(`.${format}`)) ?? "tsv"
      })))

/** What makes text of rows. */
export const writer = <A>(
  options: Options,
  shape: (first: Option.Option<A>) => Rows.Shape<A>
): Effect.Effect<Rows.Writer<A>, never, Stdio> =>
  Effect.zipWith(formatOf(options), Stdio, (format, { columns, hasColour }) =>
    Rows.writer({
      shape,
      format,
      columns: columns ?? 80,
      hasColour: hasColour && Option.isNone(options.output)
    }))

/** Writes the one row that a command is about: on a terminal all there is to say, one line for each thing. */
export const one = <A>(options: Options, row: A, details: Rows.Shape<A>): Effect.Effect<
  void,
  Closed | NotWritten | PlatformError,
  Stdio | FileSystem.FileSystem
> =>
  Effect.gen(function*() {
    const format = yield* formatOf(options)
    const { hasColour } = yield* Stdio
    const { end, rows } = yield* writer(options, () => details)
    yield* to(options.output, (write) => {
      switch (format) {
        case "table":
          return write(Rows.card(details, row, hasColour && Option.isNone(options.output)))
        case "json":
          return write(`${JSON.stringify(details.json(row), null, 2)}\n`)
        default:
          return write(`${rows([row])}${end()}`)
      }
    })
  })
