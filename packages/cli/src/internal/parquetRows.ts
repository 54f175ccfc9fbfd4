/** Reads the records of Parquet that this program and pulls write, a row group at a time. */
import { type CallRecord, Protocol } from "@effect-didww/core"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet"
import { snappyUncompressor } from "hysnappy"
import { ofJson } from "./ownText.js"

/** Columns that say where a row came from. */
const origins: ReadonlyArray<string> = ["exportId", "rowNumber"]

/** The decimal places of money. */
const scale = 6

type Row = Readonly<Record<string, unknown>>

/** Fails with what the reader throws, or with `undefined` if the file holds other rows. */
export const read = (
  path: string,
  { columns }: Pick<CallRecord.DecodeOptions, "columns">,
  onBytes: (count: number) => Effect.Effect<void>
): Stream.Stream<CallRecord.Row, unknown> =>
  Stream.unwrap(Effect.gen(function*() {
    const file = yield* Effect.tryPromise(() => asyncBufferFromFile(path))
    const metadata = yield* Effect.tryPromise(() => parquetMetadataAsync(file))
    const names = metadata.schema.slice(1).map(({ name }) => name)
    const wanted = columns === undefined ? names : names.filter((name) => columns.some((column) => column === name))
    const compressors = { SNAPPY: snappyUncompressor() }
    const json = jsonOf(names)
    const decode = ofJson({ columns })
    let start = 0
    const groups = metadata.row_groups.map((group) => {
      const rowStart = start
      start = start + Number(group.num_rows)
      return { rowStart, rowEnd: start, bytes: Number(group.total_compressed_size ?? group.total_byte_size) }
    })
    return Stream.fromIterable(groups).pipe(
      Stream.mapEffect(({ bytes, rowEnd, rowStart }) =>
        Effect.zipLeft(
          Effect.tryPromise(() =>
            parquetReadObjects({
              file,
              metadata,
              // a record of an unknown layout has all its columns
              ...(json.isKnown && { columns: wanted }),
              rowStart,
              rowEnd,
              compressors
            })
          ),
          onBytes(bytes)
        )
      ),
      Stream.mapChunks(Chunk.flatMap((rows) => Chunk.unsafeFromArray(decode(rows.map(json.of)))))
    )
  }))

/** Makes the JSON of a record from the columns of a file. */
const jsonOf = (names: ReadonlyArray<string>) => {
  const tag = (["CdrInRecord", "CdrOutRecord"] as const).find((tag) =>
    Protocol.columns[tag].every(({ key }) => names.includes(key))
  )
  if (tag === undefined) {
    const kept = names.filter((name) => !origins.includes(name))
    return {
      isKnown: false,
      of: (row: Row) => ({
        _tag: "UnknownRecord",
        columns: Object.fromEntries(kept.map((name) => [name, row[name] ?? null]))
      })
    }
  }
  const money = Protocol.columns[tag].filter(({ kind }) => kind === "money").map(({ key }) => key)
  const times = Protocol.columns[tag].filter(({ kind }) => kind === "time").map(({ key }) => key)
  return {
    isKnown: true,
    of: (row: Row) => {
      const json: Record<string, unknown> = { ...row, _tag: tag }
      for (const key of money) if (typeof json[key] === "number") json[key] = decimal(json[key])
      for (const key of times) if (json[key] instanceof Date) json[key] = json[key].toISOString()
      if (typeof json.extra === "string") json.extra = Option.getOrElse(parse(json.extra), () => ({}))
      return json
    }
  }
}

const parse = Option.liftThrowable((text: string): unknown => JSON.parse(text))

/** A number of millionths as text, exact below nine billion. */
const decimal = (value: number): string => value.toFixed(scale).replace(/\.?0+$/, "")
