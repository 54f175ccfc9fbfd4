// The data dictionary, from the table of columns and the tables of types behind each format.
import { readFileSync } from "node:fs"
import { layouts } from "../packages/core/src/internal/columns.ts"
import { layoutOf } from "../packages/sync/src/internal/file/columns.ts"
import * as readSql from "../packages/sync/src/internal/file/readSql.ts"
import * as fields from "../packages/sync/src/internal/parquet/fields.ts"
import { postgres, recordTables, sqlite } from "../packages/sync/src/internal/sql/tables.ts"

export const path = "docs/columns.md"

const source = readFileSync("packages/core/src/internal/columns.ts", "utf8")

/** What the table's comments say of a column, without the version, which has a column of its own. */
const meaningOf = (tag, key) => {
  const table = source.slice(source.indexOf(`export const ${tag === "CdrInRecord" ? "cdrIn" : "cdrOut"} `))
  const [, comment = ""] = new RegExp(`/\\*\\* ([^\n]*) \\*/\\s+${key}: column\\(|\\b${key}: column\\(`).exec(table)
  return comment.replace(/ ?(Of|Since) \d{4}-\d\d-\d\d\./, "")
}

const kinds = {
  text: { type: "text", unit: "" },
  integer: { type: "whole number", unit: "" },
  seconds: { type: "duration", unit: "seconds" },
  money: { type: "decimal number", unit: "US dollars" },
  time: { type: "time", unit: "UTC" }
}

const parquetTypes = {
  text: "STRING",
  timestamp: "TIMESTAMP(MICROS, UTC)",
  decimal: "DECIMAL(18,6)",
  int32: "INT32"
}

const code = (text) => `\`${text}\``

/** Breaks a list into lines. */
const wrapped = (list) =>
  list.split(", '").reduce((text, entry) => {
    const line = text.slice(text.lastIndexOf("\n") + 1)
    return line.length + entry.length > 110 ? `${text},\n    '${entry}` : `${text}, '${entry}`
  })

const table = (header, rows) =>
  [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")

const section = (tag) => {
  const { columns, exportType } = layouts[tag]
  const stored = new Map(fields.of(layoutOf(undefined, exportType)).map(({ name, type }) => [name, type]))
  const { columnOf, types } = postgres("didww")
  const first = table(
    ["Header", "Key", "Meaning", "Type", "Unit", "API version"],
    Object.entries(columns).map(([key, { kind, name, versions }]) => [
      name,
      code(key),
      meaningOf(tag, key),
      kinds[kind].type,
      kinds[kind].unit,
      versions.join(", ")
    ])
  )
  const second = table(
    ["Key", "Postgres", "SQLite", "Parquet", "DuckDB, from CSV"],
    recordTables[tag].columns.map((column) => [
      code(column.key),
      code(`${columnOf(column)} ${types[column.kind]}`),
      code(`${sqlite.columnOf(column)} ${sqlite.types[column.kind]}`),
      code(parquetTypes[stored.get(column.key)]),
      code(readSql.types[column.kind])
    ])
  )
  return `## ${exportType}

${first}

### Types of ${exportType}

${second}

### DuckDB and CSV of ${exportType}

\`\`\`sql
SET TimeZone = 'UTC';
SELECT count(*), sum(${exportType === "cdr_in" ? "total" : "charged"}) FROM read_csv('*.csv', all_varchar = true,
  ${readSql.quotes},
  types = ${wrapped(readSql.typesOf(exportType))});
\`\`\`
`
}

export const text = `# Columns

<!-- Written by scripts/generate.mjs from the table of columns. Do not edit. -->

The columns of call records: their names in DIDWW's CSV, and their names and types in each format that this project writes.

* Every column may be null. Null and blank text are both null in a typed column.
* The key is the name of the field in TypeScript, in NDJSON, in typed CSV and in Parquet. SQL tables have the same name with
  underscores.
* Times in NDJSON and typed CSV are in ISO 8601, money is a plain decimal number, and durations are seconds.
* DIDWW's durations are whole seconds. A number that a column of Parquet or SQL cannot hold exactly, such as 1.5 seconds, is null
  there, and stands as text in \`extra\`, by its header.
* SQLite has no decimal numbers. A column whose name ends in \`_micros\` counts millionths of a dollar, so that \`sum\` is exact.
* Phone numbers are text, because they may begin with a zero or a plus sign.
* DIDWW documents the first ten inbound columns of version 2026-11-19. A column that this page does not list is kept as text,
  by its name, in \`extra\`: JSON in files, \`${postgres("").types.json}\` in Postgres.
* Each file has the columns \`exportId\` and \`rowNumber\` at its end: the export that a record came from, and its place in that
  archive.
* A file of an unknown layout, such as one of messages, has text columns by the names in its header. SQL keeps its records in
  the table \`other_records\`, as JSON.
* DuckDB guesses types of CSV: without \`types\`, money is a floating-point number, and phone numbers lose their zeros. A
  directory of records has a program for DuckDB in \`_didww/read.sql\`.

${section("CdrInRecord")}
${section("CdrOutRecord")}`
