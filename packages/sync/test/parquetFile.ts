/** Parquet files as the tests read them: by hyparquet, which is not what wrote them. */
import { Protocol } from "@effect-didww/core"
import { parquetMetadata, parquetReadObjects } from "hyparquet"
import { readFileSync } from "node:fs"

const kinds = new Map(Protocol.columns.CdrInRecord.map(({ key, kind }) => [key, kind]))

/** Without zeros at its end. */
export const trimmed = (money: string): string => money.includes(".") ? money.replace(/\.?0+$/, "") : money

const moneyOf = (millionths: bigint): string => {
  const digits = String(millionths).padStart(7, "0")
  return trimmed(`${digits.slice(0, -6)}.${digits.slice(-6)}`)
}

const valueOf = (key: string, value: unknown): unknown => {
  if (key === "rowNumber") return Number(value)
  if (typeof value !== "bigint") return value
  return kinds.get(key) === "time" ? new Date(Number(value / 1000n)).toISOString() : moneyOf(value)
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })

/** The stored values: times in microseconds and money in millionths as bigints. */
export const readStored = (
  buffer: ArrayBuffer,
  range?: { readonly rowStart: number; readonly rowEnd: number }
): Promise<ReadonlyArray<Record<string, unknown>>> => {
  const metadata = parquetMetadata(buffer)
  return parquetReadObjects({
    ...range,
    file: { byteLength: buffer.byteLength, slice: (start, end) => buffer.slice(start, end) },
    // hyparquet's own parser drops a byte order mark
    parsers: { stringFromBytes: (bytes) => utf8.decode(bytes) },
    metadata: {
      ...metadata,
      // without these, hyparquet makes doubles and dates of the numbers
      schema: metadata.schema.map(({ converted_type, logical_type, ...element }) =>
        element.type === "INT64"
          ? element
          : { ...element, converted_type: converted_type!, logical_type: logical_type! }
      )
    }
  })
}

/** The records of a file of inbound calls, without nulls. Money has no zeros at its end. */
export const readParquet = async (path: string): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> => {
  const rows = await readStored(new Uint8Array(readFileSync(path)).buffer)
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).filter(([, value]) => value != null).map(([key, value]) => [key, valueOf(key, value)])
    )
  )
}
