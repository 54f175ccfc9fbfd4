/** The columns of a file: those of the table of columns, or of an unknown header, and the columns behind them. */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import type { ExportType } from "@effect-didww/core/Export"
import * as Protocol from "@effect-didww/core/Protocol"

/** The columns that each file has at its end: the export that a record came from, and its place in that archive. */
export const origin = ["exportId", "rowNumber"] as const

/** The names of partitions. DuckDB takes a value from the path where a column of the file has the same name. */
export const partitions = ["account", "type", "date", "month", "date_local", "month_local", "period"] as const

/** The layouts whose columns are known, by the type of the export. */
const tags: { readonly [Type in ExportType]?: keyof typeof Protocol.columns } = {
  cdr_in: "CdrInRecord",
  cdr_out: "CdrOutRecord"
}

export type Layout = Known | Unknown

/** The fields of a known layout. `extra` follows them. */
export interface Known {
  readonly _tag: keyof typeof Protocol.columns
  readonly columns: (typeof Protocol.columns)[keyof typeof Protocol.columns]
}

/** Text by the names of the header. */
export interface Unknown {
  readonly _tag: "UnknownRecord"
  readonly columns: ReadonlyArray<{
    /** In the record. */
    readonly key: string
    /** In the file. */
    readonly name: string
  }>
}

/** The layout of the first record. A file without a record has that of its type. */
export const layoutOf = (
  record: CallRecord.CallRecord | undefined,
  exportType: ExportType | undefined
): Layout => {
  const tag = record !== undefined ? record._tag : exportType === undefined ? undefined : tags[exportType]
  return tag === undefined || tag === "UnknownRecord"
    ? { _tag: "UnknownRecord", columns: named(record?._tag === "UnknownRecord" ? Object.keys(record.columns) : []) }
    : { _tag: tag, columns: Protocol.columns[tag] }
}

/** SQL does not tell upper and lower case apart. A name that is taken gets ` #2`, ` #3` or the next free number. */
const named = (keys: ReadonlyArray<string>): Unknown["columns"] => {
  const taken = new Set([...partitions, ...origin].map((name) => name.toLowerCase()))
  return keys.map((key, index) => {
    const wanted = key.trim() === "" ? `column ${index + 1}` : key
    let name = wanted
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${wanted} #${number}`
    taken.add(name.toLowerCase())
    return { key, name }
  })
}
