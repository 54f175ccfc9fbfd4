/** Shows a call record as a row. */
import { CallRecord, Protocol } from "@effect-didww/core"
import * as Option from "effect/Option"
import { escaped, toJson } from "./internal/text.js"
import type { Column, Shape } from "./Rows.js"

type Tag = CallRecord.CallRecord["_tag"]

/** The columns that tell most of a call, for a table on a narrow terminal. */
const important: Readonly<Record<Tag, ReadonlyArray<string>>> = {
  CdrInRecord: ["startedAt", "source", "destinationDid", "duration", "status", "voiceInTrunk", "total", "callId"],
  CdrOutRecord: [
    "startedAt",
    "source",
    "destinationNumber",
    "callDuration",
    "status",
    "voiceOutTrunk",
    "charged",
    "callId"
  ],
  UnknownRecord: []
}

/** The columns of each layout, in the order of every format. The last one holds the columns without a field. */
const layouts: Readonly<Record<Tag, ReadonlyArray<Pick<typeof Protocol.columns.CdrInRecord[number], "key" | "kind">>>> =
  {
    CdrInRecord: [...Protocol.columns.CdrInRecord, { key: "extra", kind: "text" }],
    CdrOutRecord: [...Protocol.columns.CdrOutRecord, { key: "extra", kind: "text" }],
    UnknownRecord: []
  }

/** The names that the fields of any layout have. */
export const known: ReadonlyArray<string> = Array.from(
  new Set(Object.values(layouts).flatMap((columns) => columns.map(({ key }) => key)))
)

/** The names of a record's columns, in the order of every format. */
export const namesOf = (row: CallRecord.CallRecord): ReadonlyArray<string> =>
  row._tag === "UnknownRecord" ? Object.keys(row.columns) : keysOf(row._tag)

/** Columns that a record has no field for. */
const othersOf = (row: CallRecord.CallRecord): CallRecord.Columns =>
  row._tag === "UnknownRecord" ? row.columns : row.extra

/** The first of these names that is no column of the record, nor a field of any layout. */
export const unknownName = (
  names: ReadonlyArray<string>,
  row: CallRecord.CallRecord
): string | undefined => names.find((name) => !known.includes(name) && !Object.hasOwn(othersOf(row), name))

/** Whether two records have the same columns. */
export const isAlike = (one: CallRecord.CallRecord, other: CallRecord.CallRecord): boolean =>
  one._tag === other._tag &&
  (one._tag !== "UnknownRecord" || other._tag !== "UnknownRecord" ||
    Object.keys(one.columns).join("\n") === Object.keys(other.columns).join("\n"))

const text = (value: unknown): string | null =>
  value == null
    ? null
    : typeof value === "object"
    ? Object.keys(value).length === 0 ? null : toJson(value)
    : String(value)

/** The value of each of these columns. */
const valuesOf = (row: CallRecord.CallRecord, names: ReadonlyArray<string>): ReadonlyArray<unknown> => {
  const values: Readonly<Record<string, unknown>> = row._tag === "UnknownRecord" ? {} : CallRecord.encode(row)
  const others = othersOf(row)
  return names.map((name) => values[name] ?? others[name] ?? null)
}

const withoutMillis = (time: string): string => time.replace(/\.\d+Z$/, "Z")

const columnOf = (tag: Tag, name: string): Column<CallRecord.CallRecord> => {
  const kind = layouts[tag].find(({ key }) => key === name)?.kind
  const rank = important[tag].indexOf(name)
  return {
    name,
    rank: rank < 0 ? undefined : rank,
    kind: kind === "seconds" ? "number" : kind,
    isElastic: kind === undefined || kind === "text",
    shown: kind === "time" ? withoutMillis : undefined
  }
}

/** Shows these columns in this order. Default: the columns of the first record. */
export const shape =
  (selected: Option.Option<ReadonlyArray<string>>) =>
  (first: Option.Option<CallRecord.CallRecord>): Shape<CallRecord.CallRecord> => {
    const tag = Option.match(first, { onNone: () => "CdrInRecord" as const, onSome: ({ _tag }) => _tag })
    const names = Option.getOrElse(selected, () => Option.match(first, { onSome: namesOf, onNone: () => keysOf(tag) }))
    return {
      columns: names.map((name, rank) => ({ ...columnOf(tag, name), ...(Option.isSome(selected) && { rank }) })),
      cells: (row) => valuesOf(row, names).map(text),
      json: Option.isNone(selected)
        ? (row) => ({ ...CallRecord.encode(row) })
        : (row) => {
          const values = valuesOf(row, names)
          return Object.fromEntries(names.map((name, index) => [name, values[index] ?? null]))
        },
      // as the files of a pull have it
      line: Option.isNone(selected) ? (row) => escaped(CallRecord.toLine(row)) : undefined
    }
  }

const keysOf = (tag: Tag): ReadonlyArray<string> => layouts[tag].map(({ key }) => key)
