import { Protocol } from "@effect-didww/core"
import { Archive } from "@effect-didww/simulator"
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { type Database, names } from "./databases.js"

/** What all rows of a column come to. */
interface Column {
  readonly count: number
  readonly sum: string | null
  readonly min: string | null
  readonly max: string | null
}

export type Columns = { readonly [key: string]: Column }

type Cell = Archive.Row["cells"][number]
type Kind = (typeof Protocol.columns)["CdrInRecord"][number]["kind"]

const time = (cell: string): string => `${cell.replace(" ", "T")}.000Z`

/** The same of the archive as it was generated: from its cells, without a decoder. Money is in millionths. */
export const ofArchive = (archive: Archive.Archive, tag: keyof typeof Protocol.columns): Columns => {
  const columns = Protocol.columns[tag].map(({ key, kind, name }) => ({ key, kind, at: archive.columns.indexOf(name) }))
  const found = columns.map(() => ({ count: 0, sum: 0n, min: "", max: "", low: Infinity, high: -Infinity }))
  const add = (index: number, kind: Kind, cell: Cell | undefined) => {
    const all = found[index]!
    if (cell === null || cell === undefined || cell === "") return
    all.count++
    if (kind === "text" || kind === "time") {
      const text = kind === "time" ? time(cell) : cell
      if (all.count === 1 || text < all.min) all.min = text
      if (all.count === 1 || text > all.max) all.max = text
      return
    }
    const number = kind === "money" ? Math.round(Number(cell) * 1_000_000) : Number(cell)
    all.sum += BigInt(number)
    all.low = Math.min(all.low, number)
    all.high = Math.max(all.high, number)
  }
  for (const row of Archive.rows(archive)) {
    if (row.bad === undefined) columns.forEach(({ at, kind }, index) => add(index, kind, row.cells[at]))
  }
  return Object.fromEntries(columns.map(({ key, kind }, index) => {
    const { count, high, low, max, min, sum } = found[index]!
    if (count === 0) return [key, { count, sum: null, min: null, max: null }]
    const isText = kind === "text" || kind === "time"
    return [
      key,
      isText ? { count, sum: null, min, max } : { count, sum: String(sum), min: String(low), max: String(high) }
    ]
  }))
}

const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const expression = (kind: Database["kind"], column: string, type: Kind): readonly [value: string, name: string] => {
  if (kind === "SQLite") return [type === "money" ? `${column}_micros` : column, column]
  switch (type) {
    case "money":
      return [`(${column} * 1000000)::bigint`, column]
    case "time":
      return [`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') COLLATE "C"`, column]
    case "text":
      return [`${column} COLLATE "C"`, column]
    default:
      return [column, column]
  }
}

/** The same of the view. */
export const ofView = (kind: Database["kind"], tag: keyof typeof Protocol.columns) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const columns = Protocol.columns[tag]
    const select = columns.flatMap(({ key, kind: type }, index) => {
      const [value] = expression(kind, snake(key), type)
      const sum = type === "text" || type === "time" ? "NULL" : `CAST(sum(${value}) AS text)`
      return [
        `count(${snake(key)}${kind === "SQLite" && type === "money" ? "_micros" : ""}) AS n${index}`,
        `${sum} AS s${index}`,
        `CAST(min(${value}) AS text) AS l${index}`,
        `CAST(max(${value}) AS text) AS h${index}`
      ]
    })
    const view = names(kind).of(tag === "CdrInRecord" ? "cdr_in_calls" : "cdr_out_calls")
    const [row] = yield* sql.unsafe<Record<string, string | null>>(`SELECT ${select.join(", ")} FROM ${view}`)
    return Object.fromEntries(columns.map(({ key }, index): [string, Column] => [key, {
      count: Number(row?.[`n${index}`]),
      sum: row?.[`s${index}`] ?? null,
      min: row?.[`l${index}`] ?? null,
      max: row?.[`h${index}`] ?? null
    }]))
  })
