/** Writes rows and bytes to stdout or to a file. */
import type { PlatformError } from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Usage } from "./Failure.js"
import * as Format from "./Format.js"
import * as gzip from "./internal/gzip.js"
import { toJson } from "./internal/text.js"
import * as ReplacedFile from "./ReplacedFile.js"
import * as Rows from "./Rows.js"
import { type Closed, type NotWritten, Stdio } from "./Stdio.js"

/** The format cannot hold a value. */
export class NotHeld extends Data.TaggedError("NotHeld")<{ readonly format: Format.Format }> {
  override get message(): string {
    return `A value does not fit ${this.format}, which holds money with six decimal places. Use another --format.`
  }
}

export type WriteError = Closed | NotWritten | PlatformError

export type Write = (chunk: string | Uint8Array) => Effect.Effect<void, WriteError>

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

/** What the flags say about the rows that a command writes. */
export interface Options extends Format.Options {
  /** Whether tab-separated lines begin with the names of the columns. */
  readonly header: boolean
}

/** How a command writes its rows. */
export interface Chosen extends Format.Chosen {
  readonly hasHeader: boolean
}

/** Chooses how rows are written. A command does so before it does anything else. */
export const choose = (options: Options): Effect.Effect<Chosen, Usage, Stdio> =>
  Effect.map(Format.choose(options), (chosen) => ({ ...chosen, hasHeader: options.header }))

/** Whether rows go to a terminal. */
export const isShown = ({ path }: Pick<Chosen, "path">): Effect.Effect<boolean, never, Stdio> =>
  Effect.map(Stdio, ({ columns }) => columns !== undefined && Option.isNone(path))

/** Like `to`, and compresses what is written if the file's name says so. */
export const bytes = <A, E, R>({ isCompressed, path }: Chosen, use: (write: Write) => Effect.Effect<A, E, R>) =>
  to(path, (write) => isCompressed ? gzip.compressing(write, use) : use(write))

/** Writes many rows at a time. */
export type WriteRows<A> = (rows: ReadonlyArray<A>) => Effect.Effect<void, WriteError | NotHeld>

/** Gives `use` a function that writes rows. The first row makes the shape, if there is one. */
export const rows = <A, B, E, R>(
  chosen: Chosen,
  shape: (first: Option.Option<A>) => Rows.Shape<A>,
  use: (write: WriteRows<A>) => Effect.Effect<B, E, R>
) =>
  Effect.gen(function*() {
    const { columns = 80, hasColor } = yield* Stdio
    const isTerminal = yield* isShown(chosen)
    const { format, hasHeader } = chosen
    const writer = format === "parquet"
      // most runs do not load it
      ? (yield* Effect.promise(() => import("./internal/parquet.js"))).writer(shape)
      : Rows.writer({ shape, format, hasHeader, isTerminal, columns, hasColor: hasColor && isTerminal })
    const made = (make: () => string | Uint8Array) => Effect.try({ try: make, catch: () => new NotHeld({ format }) })
    return yield* bytes(chosen, (write) =>
      Effect.zipLeft(
        use((rows) => Effect.flatMap(made(() => writer.rows(rows)), write)),
        Effect.flatMap(made(() => writer.end()), write)
      ))
  })

/** Writes one row. As a table each attribute has a line. */
export const one = <A>(chosen: Chosen, row: A, shape: Rows.Shape<A>) =>
  Effect.gen(function*() {
    const { hasColor } = yield* Stdio
    const isTerminal = yield* isShown(chosen)
    switch (chosen.format) {
      case "table":
        return yield* bytes(chosen, (write) => write(Rows.card(shape, row, hasColor && isTerminal)))
      case "json":
        return yield* bytes(chosen, (write) => write(`${toJson(shape.json(row), 2)}\n`))
      default:
        return yield* rows(chosen, () => shape, (write) => write([row]))
    }
  })
