/**
 * Call records as Parquet, in memory that does not grow with the file. Every file of a type has the same columns, whatever
 * the API version of its archive. So DuckDB, Spark or Polars read a directory of files as one table.
 *
 * Money is DECIMAL(18,6), times are TIMESTAMP in UTC with microseconds, durations are whole seconds in 32 bits, and
 * phone numbers are text. Columns have the names of a record's fields. `extra` has the columns without a field as JSON.
 * If a column cannot hold a number exactly, such as 1.5 seconds, it is null, and `extra` has the number by its name in
 * the header of DIDWW's CSV. `records` reads such a number back.
 * The last columns are `exportId` and `rowNumber`, the number of the row in its archive, which together identify the
 * row. A file of an unknown layout has a text column for each name in the header. Every column may be null. The
 * metadata of a file has `didww.layout`, `didww.export_id`, `didww.schema`, and `didww.api_version` if it is known.
 *
 * Import this module by its own path. Install `hyparquet-writer@0.17.0`, `hyparquet@1.31.5` and `hysnappy@1.1.1` beside
 * the package.
 *
 * @example
 * ```ts
 * import { ExportsClient } from "@effect-didww/http"
 * import * as Parquet from "@effect-didww/sync/Parquet"
 * import { FileSystem } from "@effect/platform"
 * import { Effect, Stream } from "effect"
 *
 * const save = (archived: ExportsClient.Archived, path: string) =>
 *   Effect.gen(function*() {
 *     const client = yield* ExportsClient.ExportsClient
 *     const files = yield* FileSystem.FileSystem
 *     const file = Parquet.encode(client.records(archived), {
 *       exportId: archived.id,
 *       exportType: "cdr_in",
 *       onRejected: (row) => Effect.logWarning(`Row ${row.recordNumber}: ${row.reason}`)
 *     })
 *     yield* Stream.run(file, files.sink(path))
 *   })
 * ```
 *
 * @since 0.1.0
 */
import * as CallRecord from "@effect-didww/core/CallRecord"
import type * as Export from "@effect-didww/core/Export"
import type * as PlatformError from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Stream from "effect/Stream"
import type { Format } from "./internal/file/format.js"
import * as encoder from "./internal/parquet/encoder.js"
import type { InvalidParquet } from "./internal/parquet/invalidParquet.js"
import * as reader from "./internal/parquet/reader.js"

export { InvalidParquet } from "./internal/parquet/invalidParquet.js"

/**
 * Parquet as the format of a `FileDestination`. A file that is not complete begins anew after a kill.
 *
 * @since 0.1.0
 * @category formats
 */
export const format: Format = {
  extension: "parquet",
  isResumable: false,
  isGzipped: false,
  start: ({ source, subject }) => encoder.make({ exportId: source.exportId, exportType: subject.exportType }),
  read: (path) => reader.records(path, undefined),
  count: (path) => reader.count(path)
}

/**
 * The options of `encode`.
 *
 * @since 0.1.0
 * @category models
 */
export interface EncodeOptions<E = never, R = never> {
  /** The export that the rows belong to. Default: none, for rows of several exports. Then the column is null. */
  readonly exportId?: Export.ExportId | undefined
  /** The type of the export. It decides the columns of a file without records. Default: such a file has no known layout. */
  readonly exportType?: Export.ExportType | undefined
  /** The API version that answered. Default: the file does not say it. */
  readonly apiVersion?: string | undefined
  /**
   * Runs for each row that is not in the file: the rejected rows, and records whose layout is not that of the first record.
   */
  readonly onRejected: (row: CallRecord.RejectedRow) => Effect.Effect<unknown, E, R>
}

/**
 * Encodes rows as one Parquet file. The number of a row is its place in the stream, from 1, so give all rows of the archive.
 *
 * @since 0.1.0
 * @category encoding
 */
export const encode: {
  <E2, R2>(
    options: EncodeOptions<E2, R2>
  ): <E, R>(rows: Stream.Stream<CallRecord.Row, E, R>) => Stream.Stream<Uint8Array, E | E2, R | R2>
  <E, R, E2, R2>(
    rows: Stream.Stream<CallRecord.Row, E, R>,
    options: EncodeOptions<E2, R2>
  ): Stream.Stream<Uint8Array, E | E2, R | R2>
} = dual(
  2,
  <E, R, E2, R2>(
    rows: Stream.Stream<CallRecord.Row, E, R>,
    { apiVersion, exportId, exportType, onRejected }: EncodeOptions<E2, R2>
  ): Stream.Stream<Uint8Array, E | E2, R | R2> =>
    Stream.suspend(() => {
      const { end, push } = encoder.make({ exportId, exportType })
      let count = 0
      const take = (chunk: Chunk.Chunk<CallRecord.Row>) => {
        const records: Array<CallRecord.CallRecord> = []
        const rowNumbers: Array<number> = []
        const rejected: Array<CallRecord.RejectedRow> = []
        for (const row of chunk) {
          count++
          if (row._tag === "RejectedRow") {
            rejected.push(row)
          } else {
            records.push(row)
            rowNumbers.push(count)
          }
        }
        const encoded = push({ records, rowNumbers })
        return { bytes: encoded.bytes, rejected: [...rejected, ...encoded.rejected.map(({ row }) => row)] }
      }
      return rows.pipe(
        Stream.mapChunks((chunk) => Chunk.of(take(chunk))),
        Stream.mapEffect(({ bytes, rejected }) =>
          Effect.as(Effect.forEach(rejected, onRejected, { discard: true }), Chunk.unsafeFromArray(bytes))
        ),
        Stream.flattenChunks,
        Stream.concat(Stream.suspend(() => Stream.fromIterable(end({ apiVersion }))))
      )
    })
)

/**
 * The options of `records`.
 *
 * @since 0.1.0
 * @category models
 */
export interface RecordsOptions<C extends CallRecord.Column = CallRecord.Column> {
  /**
   * Only these columns are read. The other fields are none, and `extra` is empty unless it is listed. A record of an unknown
   * layout has all its columns. Default: all columns.
   */
  readonly columns?: ReadonlyArray<C> | undefined
}

/**
 * Reads the records of a file that `encode` wrote, one row group at a time. Money has six decimal places.
 *
 * @since 0.1.0
 * @category decoding
 */
export const records = <const C extends CallRecord.Column = CallRecord.Column>(
  path: string,
  options: RecordsOptions<C> = {}
): Stream.Stream<
  Exclude<CallRecord.Selected<C>, CallRecord.RejectedRow>,
  InvalidParquet | PlatformError.PlatformError,
  FileSystem.FileSystem
> => reader.records(path, options.columns)
