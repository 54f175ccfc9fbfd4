/**
 * Inserts rows into SQLite: VALUES of up to 200 rows a statement, because the driver prepares each statement anew. It binds
 * numbers as REAL. The columns' affinity makes them integers again, exactly up to 2^53.
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { sorted, type Writer } from "./rows.js"
import { type Column, recordTables, sqlite, tags } from "./tables.js"
import type { Cleaner } from "./text.js"

const size = 200

/** Millionths of a dollar. Nothing, if they would round or overflow. */
const micros = ({ scale, value }: BigDecimal.BigDecimal): bigint | undefined => {
  const scaled = scale <= 6 ? value * 10n ** BigInt(6 - scale) : value / 10n ** BigInt(scale - 6)
  const isExact = scale <= 6 || scaled * 10n ** BigInt(scale - 6) === value
  return isExact && BigInt.asIntN(64, scaled) === scaled ? scaled : undefined
}

/** A value as the driver binds it, whose type the table of columns promises. Nothing, if the column cannot hold it. */
const bound: { readonly [K in Column["kind"]]: (value: unknown, cleaner: Cleaner) => unknown } = {
  text: (value, cleaner) => cleaner.text(value as string),
  time: (value) => new Date((value as DateTime.Utc).epochMillis).toISOString(),
  integer: (value) => value,
  seconds: (value) => Duration.toSeconds(value as Duration.Duration),
  money: (value) => micros(value as BigDecimal.BigDecimal)
}

/** The driver is synchronous: other fibers and sockets get their turn between two statements. */
export const turn = Effect.async<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})

export const make = (sql: SqlClient.SqlClient, cleaner: Cleaner): Writer => {
  const texts = new Map<string, string>()
  const statement = (table: string, columns: ReadonlyArray<string>, rows: number): string => {
    const name = `${table} ${rows}`
    const known = texts.get(name)
    if (known !== undefined) return known
    const row = `(${columns.map(() => "?").join(",")})`
    const text = `INSERT INTO ${table} (${columns.join(", ")}) VALUES ${new Array(rows).fill(row).join(",")}`
    texts.set(name, text)
    return text
  }

  const insert = <A>(
    table: string,
    names: ReadonlyArray<string>,
    list: ReadonlyArray<A>,
    add: (item: A, to: Array<unknown>) => void
  ): Effect.Effect<void, SqlError> =>
    Effect.gen(function*() {
      const columns = ["pull", "row_number", ...names]
      for (let start = 0; start < list.length; start += size) {
        const part = list.slice(start, start + size)
        const parameters: Array<unknown> = []
        for (const item of part) add(item, parameters)
        yield* sql.unsafe(statement(table, columns, part.length), parameters)
        yield* turn
      }
    })

  return {
    write: (pull, first, rows) =>
      Effect.gen(function*() {
        const batch = sorted(first, rows)
        for (const tag of tags) {
          const { columns, name } = recordTables[tag]
          yield* insert(name, [...columns.map(sqlite.columnOf), "extra"], batch[tag], (entry, to) => {
            to.push(pull, entry.number)
            for (const column of columns) {
              const option = entry.row[column.key]
              const value = option?._tag === "Some" ? bound[column.kind](option.value, cleaner) : null
              if (value === undefined && option?._tag === "Some") {
                entry.keep(column, BigDecimal.format(option.value as BigDecimal.BigDecimal))
              }
              to.push(value ?? null)
            }
            to.push(entry.extra === undefined ? null : cleaner.json(entry.extra))
          })
        }
        yield* insert("other_records", ["columns"], batch.others, ({ number, row }, to) => {
          to.push(pull, number, cleaner.json(row.columns))
        })
        yield* insert("rejected_rows", ["lines", "reason", "cells"], batch.rejected, ({ number, row }, to) => {
          to.push(pull, number, row.lines, cleaner.text(row.reason), cleaner.json(row.cells))
        })
      })
  }
}
