/**
 * Inserts rows into Postgres: one statement a table, each column one binary array, unnested in the select list. In FROM the
 * server first stores all arrays' elements in a table of its own, which costs half as much again.
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { BinaryArray } from "./binaryArray.js"
import { type Entry, sorted, type Writer } from "./rows.js"
import { type Column, type Dialect, type RecordTable, recordTables, tags, type Type } from "./tables.js"
import type { Cleaner } from "./text.js"

/** A statement and its arrays, which are reused. */
interface Plan {
  readonly text: string
  readonly arrays: ReadonlyArray<BinaryArray>
}

const plan = (
  cleaner: Cleaner,
  { named, types }: Dialect,
  table: string,
  columns: ReadonlyArray<readonly [name: string, type: Type]>
): Plan => {
  const all: typeof columns = [["row_number", "integer"], ...columns]
  return {
    text: `INSERT INTO ${named(table)} (pull, ${all.map(([name]) => name).join(", ")})
      SELECT $1::bigint, ${all.map(([, type], index) => `unnest($${index + 2}::${types[type]}[])`).join(", ")}`,
    arrays: all.map(([, type]) => new BinaryArray(type, cleaner))
  }
}

/** The arrays are its own: a statement's parameters live until the server has it, so each window needs a writer. */
export const make = (sql: SqlClient.SqlClient, dialect: Dialect, cleaner: Cleaner): Writer => {
  const known = ({ columns, name }: RecordTable): Plan =>
    plan(cleaner, dialect, name, [...columns.map(({ kind, name }) => [name, kind] as const), ["extra", "json"]])
  const records = { CdrInRecord: known(recordTables.CdrInRecord), CdrOutRecord: known(recordTables.CdrOutRecord) }
  const others = plan(cleaner, dialect, "other_records", [["columns", "json"]])
  const rejected = plan(cleaner, dialect, "rejected_rows", [["lines", "integer"], ["reason", "text"], [
    "cells",
    "json"
  ]])

  const insert = <A>(
    { arrays, text }: Plan,
    pull: string,
    list: ReadonlyArray<A>,
    fills: ReadonlyArray<(array: BinaryArray, list: ReadonlyArray<A>) => void>
  ): Effect.Effect<unknown, SqlError> =>
    Effect.suspend(() => {
      if (list.length === 0) return Effect.void
      const columns = arrays.map((array, index) => {
        array.begin(list.length)
        fills[index]?.(array, list)
        return array.take()
      })
      return sql.unsafe(text, [pull, ...columns])
    })

  const numbers = each<{ readonly number: number }>((array, { number }) => array.integer(number))
  const extra = each<Entry>((array, { extra }) => extra === undefined ? array.null() : array.json(cleaner.json(extra)))
  return {
    write: (pull, first, rows) =>
      Effect.gen(function*() {
        const batch = sorted(first, rows)
        for (const tag of tags) {
          const entries = batch[tag]
          const fills = recordTables[tag].columns.map((column) => (array: BinaryArray) =>
            fill[column.kind](array, column, entries)
          )
          yield* insert(records[tag], pull, entries, [numbers, ...fills, extra])
        }
        yield* insert(others, pull, batch.others, [
          numbers,
          each((array, { row }) => array.json(cleaner.json(row.columns)))
        ])
        yield* insert(rejected, pull, batch.rejected, [
          numbers,
          each((array, { row }) => array.integer(row.lines)),
          each((array, { row }) => array.text(row.reason)),
          each((array, { row }) => array.json(cleaner.json(row.cells)))
        ])
      })
  }
}

const each = <A>(add: (array: BinaryArray, item: A) => void) => (array: BinaryArray, list: ReadonlyArray<A>): void => {
  for (const item of list) add(array, item)
}

type Fill = (array: BinaryArray, column: Column, entries: ReadonlyArray<Entry>) => void

/** A column of numbers that Postgres's `integer` must hold as they are. */
const integers = <A>(numberOf: (value: A) => number): Fill => (array, column, entries) => {
  for (const entry of entries) {
    const option = entry.row[column.key]
    if (option?._tag !== "Some") {
      array.null()
      continue
    }
    const number = numberOf(option.value as A)
    if ((number | 0) === number) array.integer(number)
    else {
      array.null()
      entry.keep(column, String(number))
    }
  }
}

const values = <A>(add: (array: BinaryArray, value: A) => void): Fill => (array, { key }, entries) => {
  for (const { row } of entries) {
    const option = row[key]
    if (option?._tag === "Some") add(array, option.value as A)
    else array.null()
  }
}

/** A loop for each kind, whose type the table of columns promises. */
const fill: { readonly [K in Column["kind"]]: Fill } = {
  text: values<string>((array, text) => array.text(text)),
  time: values<DateTime.Utc>((array, { epochMillis }) => array.time(epochMillis)),
  money: values<BigDecimal.BigDecimal>((array, money) => array.money(money)),
  integer: integers<number>((value) => value),
  seconds: integers<Duration.Duration>(Duration.toSeconds)
}
