/** Writes rows of any shape as Parquet. */
import * as Option from "effect/Option"
import type { SchemaElement } from "hyparquet"
import { ByteWriter, ParquetWriter } from "hyparquet-writer"
import type { Column, Kind, Shape, Writer } from "../Rows.js"

/** Readers work on row groups side by side, and one is held in memory. */
const rowsInGroup = 50_000

/** Decimal places of money. */
const scale = 6

const types: Readonly<Record<Kind, Partial<SchemaElement>>> = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  integer: { type: "INT64" },
  number: { type: "DOUBLE" },
  money: { type: "INT64", converted_type: "DECIMAL", precision: 18, scale },
  time: { type: "INT64", converted_type: "TIMESTAMP_MICROS" }
}

const elementOf = ({ kind = "text", name }: Column<never>): SchemaElement => ({
  name,
  repetition_type: "OPTIONAL",
  ...types[kind]
})

/** The value that a column stores for a cell. A cell that it cannot hold is not stored rounded, but makes the writer throw. */
const valueOf = (kind: Kind, cell: string | null): unknown => {
  if (cell === null) return null
  switch (kind) {
    case "text":
      return cell
    case "integer":
      return BigInt(cell)
    case "number":
      return Number(cell)
    case "money":
      return moneyOf(cell)
    case "time":
      return new Date(cell)
  }
}

/** Money in millionths. NaN if it has more decimal places. */
const moneyOf = (cell: string): bigint | number => {
  const [, sign = "", whole = "", places = ""] = /^(-?)(\d*)\.?(\d*?)0*$/.exec(cell) ?? []
  return places.length > scale ? NaN : BigInt(`${sign}${whole}${places.padEnd(scale, "0")}`)
}

/** Makes a writer, which throws for a value that Parquet cannot hold. */
export const writer = <A>(shapeOf: (first: Option.Option<A>) => Shape<A>): Writer<A> => {
  const out = new ByteWriter()
  let file: ParquetWriter | undefined
  let shape: Shape<A> | undefined
  let waiting: Array<ReadonlyArray<string | null>> = []
  const begin = (first: Option.Option<A>): Shape<A> => {
    if (shape !== undefined) return shape
    const begun = shapeOf(first)
    const schema = [{ name: "rows", num_children: begun.columns.length }, ...begun.columns.map(elementOf)]
    file = new ParquetWriter({ writer: out, schema, createdBy: "didww-exports" })
    return shape = begun
  }
  const written = (): Uint8Array => {
    const bytes = out.getBytes().slice()
    // `offset` is the position in the file, and goes on
    out.index = 0
    return bytes
  }
  const flush = (columns: Shape<A>["columns"]): void => {
    const rows = waiting
    waiting = []
    void file?.write({
      columnData: columns.map(({ kind = "text", name }, index) => ({
        name,
        data: rows.map((cells) => valueOf(kind, cells[index] ?? null))
      })),
      rowGroupSize: rowsInGroup
    })
  }
  return {
    rows: (rows) => {
      const { cells, columns } = begin(Option.fromIterable(rows))
      for (const row of rows) waiting.push(cells(row))
      if (waiting.length >= rowsInGroup) flush(columns)
      return written()
    },
    end: () => {
      flush(begin(Option.none()).columns)
      void file?.finish()
      return written()
    }
  }
}
