/** Reads the rows of a window back as they came from the archive, in pages. */
import * as CallRecord from "@effect-didww/core/CallRecord"
import * as BigDecimal from "effect/BigDecimal"
import * as Chunk from "effect/Chunk"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { DestinationConflict, type DestinationError } from "../../Destination.js"
import { orTyped } from "./faults.js"
import type { Shared } from "./leases.js"
import { turn } from "./sqliteRows.js"
import { type Column, type Dialect, type RecordTable, recordTables, tags } from "./tables.js"

/** Rows of one statement. */
const pageSize = 5000

/** A row as the database gives it. */
type Cells = Readonly<Record<string, string | number | null>>

/** A table, what is selected of it, and what a row of it was. */
interface Table {
  readonly name: string
  readonly select: string
  readonly row: (cells: Cells) => CallRecord.Row
}

const columns = Schema.decodeSync(Schema.parseJson(CallRecord.Columns))
const texts = Schema.decodeSync(Schema.parseJson(Schema.Array(Schema.NullOr(Schema.String))))

const expression = ({ columnOf, isSqlite }: Dialect, column: Column): string => {
  const name = columnOf(column)
  switch (column.kind) {
    case "text":
    case "integer":
    case "seconds":
      return name
    case "money":
      // drivers make doubles of large numbers
      return `CAST(${name} AS text)`
    case "time":
      // its text would depend on the time zone of the session
      return isSqlite ? name : `CAST(extract(epoch FROM ${name}) * 1000 AS text)`
  }
}

/** A number in `extra` is one that its column could not hold. It is written as both writers write it. */
const valueOf = ({ isSqlite }: Dialect, kind: Column["kind"], text: string, isKept: boolean): unknown => {
  switch (kind) {
    case "text":
      return text
    case "time":
      return DateTime.unsafeMake(isSqlite ? text : Number(text))
    case "integer":
      return Number(text)
    case "seconds":
      return durationOf(Number(text))
    case "money":
      return isSqlite && !isKept ? BigDecimal.make(BigInt(text), 6) : BigDecimal.unsafeFromString(text)
  }
}

/** In whole milliseconds where that is exact, as core reads seconds. */
const durationOf = (seconds: number): Duration.Duration => {
  const millis = Math.round(seconds * 1000)
  return millis / 1000 === seconds ? Duration.millis(millis) : Duration.seconds(seconds)
}

const textOf = (cell: string | number | null | undefined): string => cell == null ? "" : String(cell)

const records = (dialect: Dialect, tag: (typeof tags)[number]): Table => {
  const table: RecordTable = recordTables[tag]
  return {
    name: table.name,
    select: [
      ...table.columns.map((column) => `${expression(dialect, column)} AS ${column.name}`),
      "CAST(extra AS text) AS extra"
    ]
      .join(", "),
    row: (cells) => {
      const extra: Record<string, string | null> = { ...cells.extra == null ? {} : columns(textOf(cells.extra)) }
      const record: Record<string, unknown> = { _tag: tag, extra }
      for (const { header, key, kind, name } of table.columns) {
        const cell = cells[name]
        const text = cell == null ? undefined : String(cell)
        const kept = text === undefined ? extra[header] ?? undefined : undefined
        record[key] = Option.map(
          Option.fromNullable(text ?? kept),
          (text) => valueOf(dialect, kind, text, kept !== undefined)
        )
        if (kept !== undefined) delete extra[header]
      }
      // the table of columns has all fields of the layout
      return record as unknown as CallRecord.CallRecord
    }
  }
}

const others: Table = {
  name: "other_records",
  select: "CAST(columns AS text) AS columns",
  row: (cells) => ({ _tag: "UnknownRecord", columns: columns(textOf(cells.columns)) })
}

const rejected: Table = {
  name: "rejected_rows",
  select: "CAST(lines AS text) AS lines, reason, CAST(cells AS text) AS cells",
  row: ({ cells, lines, n, reason }) => ({
    _tag: "RejectedRow",
    recordNumber: Number(n),
    lines: Number(lines),
    reason: textOf(reason),
    cells: texts(textOf(cells))
  })
}

/** Streams the rows of a window, table by table. Fails with `DestinationConflict` if somebody changed one into no row. */
export const rows = (
  { database, place }: Pick<Shared, "database" | "place">,
  pull: string
): Stream.Stream<CallRecord.Row, DestinationError> => {
  const { dialect, query, transact } = database
  const page = ({ name, row, select }: Table) => (last: number) =>
    query<Cells>(
      `SELECT CAST(row_number AS text) AS n, ${select} FROM ${dialect.named(name)}
       WHERE pull = $1::bigint AND row_number > $2::int ORDER BY row_number LIMIT ${pageSize}`,
      [pull, last]
    ).pipe(
      transact,
      orTyped(place),
      Effect.zipLeft(dialect.isSqlite ? turn : Effect.void),
      Effect.flatMap((found) =>
        Effect.try({
          try: () => {
            const next = found.length < pageSize ? Option.none() : Option.some(Number(found[found.length - 1]?.n))
            return [Chunk.unsafeFromArray(found.map(row)), next] as const
          },
          catch: () => new DestinationConflict({ place, found: `a row of ${name} that cannot be read` })
        })
      )
    )
  return Stream.flatMap(
    Stream.fromIterable([...tags.map((tag) => records(dialect, tag)), others, rejected]),
    (table) => Stream.paginateChunkEffect(0, page(table))
  )
}
