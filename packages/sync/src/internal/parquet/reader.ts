/** The records of a Parquet file on a disk, in memory that does not grow with the file. */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import type * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as decoder from "./decoder.js"
import { InvalidParquet } from "./invalidParquet.js"

/** So many rows become records at a time. */
const rowsAtOnce = 1024

type Failure = InvalidParquet | PlatformError.PlatformError

/** Opens a file, and reads its footer. */
const open = (path: string) =>
  Effect.gen(function*() {
    const files = yield* FileSystem.FileSystem
    const handle = yield* files.open(path)
    const size = Number((yield* handle.stat).size)
    const read = readOf(handle, path, size)
    const last = yield* read(Math.max(0, size - 8), size)
    const footer = decoder.footerOf(last, size)
    const file = footer === undefined ? Either.left("parquet" as const) : decoder.open(yield* read(footer, size))
    return Either.isLeft(file)
      ? yield* new InvalidParquet({ path, reason: file.left })
      : { file: file.right, read }
  })

/** The number of records by the footer. In a damaged file, a page can ask for more memory than there is. */
export const count = (path: string): Effect.Effect<number, Failure, FileSystem.FileSystem> =>
  Effect.scoped(
    Effect.map(
      open(path),
      ({ file }) => file.metadata.row_groups.reduce((sum, { num_rows: rows }) => sum + Number(rows), 0)
    )
  )

export const records = <C extends CallRecord.Column>(
  path: string,
  columns: ReadonlyArray<C> | undefined
): Stream.Stream<Exclude<CallRecord.Selected<C>, CallRecord.RejectedRow>, Failure, FileSystem.FileSystem> =>
  Stream.unwrapScoped(Effect.gen(function*() {
    const { file, read } = yield* open(path)
    const { metadata } = file
    const invalid = <A>(effect: Effect.Effect<A, Failure | decoder.Reason>): Effect.Effect<A, Failure> =>
      Effect.mapError(
        effect,
        (error) => typeof error === "string" ? new InvalidParquet({ path, reason: error }) : error
      )
    let first = 0
    return Stream.fromIterable(metadata.row_groups).pipe(
      Stream.flatMap((group) => {
        const rows = Number(group.num_rows)
        const start = first
        first += rows
        return Stream.unwrap(Effect.map(
          invalid(decoder.columnsOf(file, group, start, read, columns)),
          (values) =>
            Stream.unfoldChunkEffect(0, (from) =>
              from >= rows
                ? Effect.succeedNone
                : Effect.map(
                  invalid(decoder.recordsOf(file, values, from, Math.min(from + rowsAtOnce, rows), columns)),
                  (records) => Option.some([Chunk.unsafeFromArray(records), from + rowsAtOnce] as const)
                ))
        ))
      }),
      // the columns that are left out are none, as the type says
      (stream) => stream as Stream.Stream<Exclude<CallRecord.Selected<C>, CallRecord.RejectedRow>, Failure>
    )
  }))

/** Reads a part of a file. A file that does not have all of the part is not whole. */
const readOf = (handle: FileSystem.File, path: string, size: number): decoder.Read<Failure> => (from, to) =>
  Effect.gen(function*() {
    if (!(from >= 0 && to >= from && to <= size)) return yield* new InvalidParquet({ path, reason: "parquet" })
    const bytes = new Uint8Array(to - from)
    yield* handle.seek(FileSystem.Size(from), "start")
    for (let filled = 0; filled < bytes.length;) {
      const read = Number(yield* handle.read(bytes.subarray(filled)))
      if (read === 0) return yield* new InvalidParquet({ path, reason: "parquet" })
      filled += read
    }
    return bytes
  })
