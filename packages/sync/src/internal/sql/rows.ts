/** The rows of a batch by the table that they belong to. */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import type { SqlError } from "@effect/sql/SqlError"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { Column } from "./tables.js"

/** Inserts rows. Belongs in a transaction. */
export interface Writer {
  /** The first row gets this number within its pull. */
  readonly write: (pull: string, first: number, rows: ReadonlyArray<CallRecord.Row>) => Effect.Effect<void, SqlError>
}

/** A row and its number within its pull. */
export interface Numbered<A> {
  readonly number: number
  readonly row: A
}

/** A record as its columns are read. */
export interface Fields {
  readonly [key: string]: Option.Option<unknown>
}

/** A record, and the columns that have no field. */
export class Entry {
  private own: Record<string, string | null> | undefined

  constructor(readonly number: number, readonly row: Fields, private readonly given: CallRecord.Columns) {}

  /** A column cannot hold a number without changing it: the number stands in `extra` as text. */
  keep({ header }: Column, text: string): void {
    this.own ??= { ...this.given }
    this.own[header] = text
  }

  /** The columns without a field. Nothing, if there are no such columns. */
  get extra(): CallRecord.Columns | undefined {
    const columns = this.own ?? this.given
    for (const _ in columns) return columns
    return undefined
  }
}

/** A batch. A file has one layout, so few of these lists have rows. */
export interface Batch {
  readonly CdrInRecord: ReadonlyArray<Entry>
  readonly CdrOutRecord: ReadonlyArray<Entry>
  readonly others: ReadonlyArray<Numbered<CallRecord.UnknownRecord>>
  readonly rejected: ReadonlyArray<Numbered<CallRecord.RejectedRow>>
}

// the table of columns names the record's fields, each of which is an Option
const fieldsOf = (record: CallRecord.CdrInRecord | CallRecord.CdrOutRecord): Fields => record as unknown as Fields

export const sorted = (first: number, rows: ReadonlyArray<CallRecord.Row>): Batch => {
  const CdrInRecord: Array<Entry> = []
  const CdrOutRecord: Array<Entry> = []
  const others: Array<Numbered<CallRecord.UnknownRecord>> = []
  const rejected: Array<Numbered<CallRecord.RejectedRow>> = []
  rows.forEach((row, index) => {
    const number = first + index
    switch (row._tag) {
      case "CdrInRecord":
        CdrInRecord.push(new Entry(number, fieldsOf(row), row.extra))
        break
      case "CdrOutRecord":
        CdrOutRecord.push(new Entry(number, fieldsOf(row), row.extra))
        break
      case "UnknownRecord":
        others.push({ number, row })
        break
      case "RejectedRow":
        rejected.push({ number, row })
    }
  })
  return { CdrInRecord, CdrOutRecord, others, rejected }
}
