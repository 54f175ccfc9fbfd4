/** The program with which DuckDB reads a directory: one view for each type, with the type of each column. */
import type { ExportType } from "@effect-didww/core/Export"
import type * as Protocol from "@effect-didww/core/Protocol"
import { layoutOf } from "./columns.js"

type Kind = (typeof Protocol.columns)["CdrInRecord"][number]["kind"]

/** The types of typed CSV in DuckDB. Money and seconds are exact. */
export const types: { readonly [K in Kind]: string } = {
  text: "VARCHAR",
  integer: "INTEGER",
  seconds: "DECIMAL(18,6)",
  money: "DECIMAL(18,6)",
  time: "TIMESTAMPTZ"
}

const origin = { exportId: "VARCHAR", rowNumber: "BIGINT" }

/** Values of paths are text, although they look like numbers and dates. */
const hive = (partition: string): string =>
  "hive_partitioning = true, hive_types = " + struct({
    account: "VARCHAR",
    type: "VARCHAR",
    [partition]: partition.startsWith("date") ? "DATE" : "VARCHAR"
  })

const struct = (columns: Readonly<Record<string, string>>): string =>
  `{${Object.entries(columns).map(([name, type]) => `'${name}': '${type}'`).join(", ")}}`

const columnsOf = (type: string): Readonly<Record<string, string>> => {
  const layout = layoutOf(undefined, type as ExportType)
  return layout._tag === "UnknownRecord" ? origin : {
    ...Object.fromEntries(layout.columns.map(({ key, kind }) => [key, types[kind]])),
    extra: "JSON",
    ...origin
  }
}

/** The `types` of `read_csv` for the files of an export type. */
export const typesOf = (type: ExportType): string => struct(columnsOf(type))

/** The CSV that these files hold. */
export const quotes = String
  .raw`header = true, delim = ',', quote = '"', escape = '"', new_line = '\n', allow_quoted_nulls = false`

const source = (type: string, partition: string, format: string): string | undefined => {
  const glob = `'account=*/type=${type}/${partition}=*/records.${format}'`
  const columns = columnsOf(type)
  switch (/^[a-z]*/.exec(format)?.[0]) {
    case "parquet":
      return `read_parquet(${glob}, union_by_name = true, ${hive(partition)})`
    case "csv":
      // a column without a type is text. Without this, phone numbers lose their zeros
      return `read_csv([${glob}, '${headerPath(type, partition)}'], union_by_name = true, all_varchar = true, types = ${
        struct(columns)
      }, ${quotes}, ` +
        `${hive(partition)})`
    case "ndjson":
      return `read_json(${glob}, format = 'newline_delimited', columns = ${
        struct({ _tag: "VARCHAR", ...columns, columns: "JSON" })
      }, ${hive(partition)})`
    default:
      return undefined
  }
}

/**
 * A CSV of a header alone. `read_csv` refuses to give a type to a column that no file has, and all files of a type may have an
 * unknown layout.
 */
const headerPath = (type: string, partition: string): string =>
  `_didww/columns/account=none/type=${type}/${partition}=${
    partition.startsWith("date") ? "1970-01-01" : "none"
  }/records.csv`

/** The files beside the program that it reads, with the text of each. */
export const headers = (
  kinds: ReadonlyArray<string>,
  format: string
): ReadonlyArray<{ readonly path: string; readonly text: string }> =>
  format.startsWith("csv")
    ? kinds.map((kind) => {
      const [type = "", partition = ""] = partsOf(kind)
      return { path: headerPath(type, partition), text: `${Object.keys(columnsOf(type)).join(",")}\n` }
    })
    : []

const partsOf = (kind: string): ReadonlyArray<string> => kind.replace(/^type=/, "").split("/")

/** The kinds of windows that the directory has, such as `type=cdr_in/date`. */
export const make = (kinds: ReadonlyArray<string>, format: string): string => {
  const views = new Map<string, Array<string>>()
  for (const kind of kinds) {
    const [type = "", partition = ""] = partsOf(kind)
    const from = source(type, partition, format)
    if (from !== undefined) views.set(type, [...views.get(type) ?? [], `SELECT * FROM ${from}`])
  }
  return [
    "-- Reads these records with DuckDB. Run it in this directory: duckdb -init _didww/read.sql",
    "SET TimeZone = 'UTC';",
    ...Array.from(
      views,
      ([type, selects]) => `CREATE OR REPLACE VIEW ${type} AS\n  ${selects.join("\n  UNION ALL BY NAME\n  ")};`
    )
  ].join("\n") + "\n"
}
