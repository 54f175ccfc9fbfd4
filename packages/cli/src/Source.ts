/** What the operands of a command name: exports, files, and stdin. */
import { Export } from "@effect-didww/core"
import type { CallRecord } from "@effect-didww/core"
import { type Destination, FileDestination } from "@effect-didww/sync"
import type * as Parquet from "@effect-didww/sync/Parquet"
import { type PlatformError, SystemError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { createReadStream } from "node:fs"
import { glob } from "tinyglobby"
import * as Content from "./Content.js"
import { Explained, Usage } from "./Failure.js"
import { type NotRead, Stdio } from "./Stdio.js"

/** No file has a name that a pattern describes. */
export class NoMatch extends Data.TaggedError("NoMatch")<{ readonly pattern: string }> {
  override get message(): string {
    return `No file matches ${this.pattern}. Check the pattern and the folder.`
  }
}

/** A source that needs no account. */
export type Local =
  | { readonly _tag: "Stdin" }
  | {
    readonly _tag: "File"
    readonly path: string
    readonly size: Option.Option<number>
    /** Rows that were rejected when the file was pulled. They are not in it. */
    readonly rejected: { readonly count: number; readonly lines: number }
  }

export type Source = Local | { readonly _tag: "Export"; readonly id: Export.ExportId }

/** Whether no source needs an account. */
export const areLocal = (sources: ReadonlyArray<Source>): sources is ReadonlyArray<Local> =>
  sources.every(({ _tag }) => _tag !== "Export")

/** The name of a source for people. */
export const nameOf = (source: Source): string => {
  switch (source._tag) {
    case "Stdin":
      return "stdin"
    case "File":
      return source.path
    case "Export":
      return `export ${source.id}`
  }
}

/** Finds the sources, in the order of the operands. The files of a pattern are in the order of their names. */
export const find = (operands: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    if (operands.filter((operand) => operand === "-").length > 1) {
      return yield* new Usage({ message: "Give - only once, because stdin can be read only once." })
    }
    const sources = yield* Effect.forEach(operands, ofOperand)
    return sources.flat()
  })

type Found = Effect.Effect<
  ReadonlyArray<Source>,
  PlatformError | NoMatch | Usage | Destination.DestinationError,
  FileSystem.FileSystem | Stdio
>

const ofOperand = (operand: string): Found =>
  Effect.gen(function*() {
    if (operand === "-") {
      const { isTyped } = yield* Stdio
      return isTyped
        ? yield* new Usage({ message: "Refusing to read records from the terminal. Pipe them in, or name a file." })
        : [{ _tag: "Stdin" as const }]
    }
    const files = yield* FileSystem.FileSystem
    const info = yield* Effect.option(files.stat(operand))
    if (Option.isSome(info)) return yield* ofPath(operand, info.value)
    if (/[*?[{]/.test(operand)) return yield* ofPattern(operand)
    // fails as reading it would
    return /[./\\]/.test(operand)
      ? yield* Effect.as(files.stat(operand), [])
      : [{ _tag: "Export" as const, id: Export.ExportId.make(operand) }]
  })

const none = { count: 0, lines: 0 }

const ofPath = (path: string, { size, type }: FileSystem.File.Info): Found =>
  type === "Directory"
    ? ofFolder(path)
    : Effect.succeed([
      { _tag: "File", path, size: type === "File" ? Option.some(Number(size)) : Option.none(), rejected: none }
    ])

/** The files of the complete windows of a folder that pulls wrote, in the order of their names. */
const ofFolder = (path: string): Found =>
  Effect.gen(function*() {
    const files = yield* FileSystem.FileSystem
    if (!(yield* files.exists(`${path}/_didww`))) {
      return yield* new Usage({
        message: `${path} is a folder that no pull wrote. Name its files, such as '${path}/*.csv.gz'.`
      })
    }
    // the manifests do not depend on the format
    const { manifests } = yield* FileDestination.directory(path, { format: "ndjson" })
    const found = (yield* manifests).flatMap(({ file, rejected, rejectedLines }): ReadonlyArray<Local> =>
      file === undefined
        ? []
        : [{
          _tag: "File",
          path: `${path}/${file.path}`,
          size: Option.some(file.bytes),
          rejected: { count: rejected, lines: rejectedLines }
        }]
    )
    return found.toSorted((one, other) => nameOf(one) < nameOf(other) ? -1 : 1)
  })

const ofPattern = (pattern: string): Found =>
  Effect.gen(function*() {
    const files = yield* FileSystem.FileSystem
    const paths = yield* Effect.orElseSucceed(
      Effect.tryPromise(() => glob(pattern, { expandDirectories: false })),
      () => []
    )
    if (paths.length === 0) return yield* new NoMatch({ pattern })
    const found = yield* Effect.forEach(paths.toSorted(), (path) =>
      Effect.flatMap(files.stat(path), (info) => ofPath(path, info)))
    return found.flat()
  })

type Rows = Stream.Stream<
  CallRecord.Row,
  PlatformError | NotRead | Content.NotRecords | Parquet.InvalidParquet | Explained,
  FileSystem.FileSystem | Stdio
>

/** The rows of a source that needs no account. `onBytes` sees how many bytes of it are read. */
export const rows = (
  source: Local,
  options: Content.Options,
  onBytes: (count: number) => Effect.Effect<void>
): Rows => {
  const name = nameOf(source)
  const bytes = Stream.tap(bytesOf(source), (chunk) => onBytes(chunk.length))
  const text = Stream.mapError(
    Content.rows(bytes, name, options),
    (error) =>
      error._tag === "CorruptArchive" ? new Explained({ cause: error, explanation: `This is ${name}.` }) : error
  )
  if (source._tag === "Stdin" || Option.isNone(source.size)) return text
  const size = source.size.value
  return Stream.unwrap(
    Effect.map(isParquet(source.path), (is): Rows => is ? parquetRows(source.path, size, options, onBytes) : text)
  )
}

const isParquet = (path: string): Effect.Effect<boolean, PlatformError, FileSystem.FileSystem> =>
  Effect.gen(function*() {
    const files = yield* FileSystem.FileSystem
    const head = yield* Stream.runCollect(files.stream(path, { bytesToRead: 4 }))
    return Buffer.concat(Array.from(head)).toString("latin1") === "PAR1"
  })

/** Its bytes count as read once its rows are. */
const parquetRows = (
  path: string,
  size: number,
  options: Content.Options,
  onBytes: (count: number) => Effect.Effect<void>
) =>
  Stream.unwrap(
    Effect.map(
      Effect.promise(() => import("@effect-didww/sync/Parquet")),
      ({ records }) =>
        Stream.concat(
          Stream.map(records(path, options), (record): CallRecord.Row => record),
          Stream.execute(onBytes(size))
        )
    )
  )

const bytesOf = (source: Local): Stream.Stream<Uint8Array, PlatformError | NotRead, FileSystem.FileSystem | Stdio> => {
  if (source._tag === "Stdin") return Stream.unwrap(Effect.map(Stdio, ({ bytes }) => bytes))
  const { path } = source
  // platform's own stream reads at a position, which a pipe has not, and its bytes live until a full garbage collection
  return Stream.suspend(() =>
    Stream.fromAsyncIterable(
      createReadStream(path),
      (cause) =>
        new SystemError({ reason: "Unknown", module: "FileSystem", method: "stream", pathOrDescriptor: path, cause })
    )
  )
}
