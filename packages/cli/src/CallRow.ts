/** A call record as a row. */
import { CallRecord } from "@effect-didww/core"
import * as Option from "effect/Option"
import type { Shape } from "./Rows.js"

/** What tells most of a call, for a table as wide as its terminal. */
const first: Readonly<Record<CallRecord.CallRecord["_tag"], ReadonlyArray<string>>> = {
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

const rest: Readonly<Record<CallRecord.CallRecord["_tag"], ReadonlyArray<string>>> = {
  CdrInRecord: Object.keys(CallRecord.CdrInRecord.fields),
  CdrOutRecord: Object.keys(CallRecord.CdrOutRecord.fields),
  UnknownRecord: []
}

const own: ReadonlyArray<string> = ["_tag", "extra"]

/** Fields, and columns that the library has no field for. */
const valuesOf = (row: CallRecord.CallRecord): Readonly<Record<string, unknown>> =>
  row._tag === "UnknownRecord" ? row.columns : { ...row.extra, ...CallRecord.encode(row) }

const extraOf = (row: CallRecord.CallRecord): ReadonlyArray<string> =>
  Object.keys(row._tag === "UnknownRecord" ? row.columns : row.extra)

const times: ReadonlyArray<string> = ["startedAt", "connectedAt", "endedAt"]

const short = (time: string): string => time.replace(/\.\d+Z$/, "Z")

const text = (value: unknown): string | null => value == null ? null : String(value)

const titleOf = (name: string): string =>
  /^[a-z][A-Za-z]*$/.test(name) ? name.replace(/[A-Z]/g, (letter) => ` ${letter}`).toUpperCase() : name

/** All rows of a file have the columns of its first. */
export const shape = (one: Option.Option<CallRecord.CallRecord>): Shape<CallRecord.CallRecord> => {
  const tag = Option.match(one, { onNone: () => "CdrInRecord" as const, onSome: ({ _tag }) => _tag })
  const fields = rest[tag].filter((name) => !own.includes(name))
  const extra = Option.match(one, { onNone: () => [], onSome: extraOf }).filter((name) => !fields.includes(name))
  const names = [...fields, ...extra]
  const columns = [...first[tag], ...names.filter((name) => !first[tag].includes(name))]
  const line = names.includes("callId") ? ["callId", ...names.filter((name) => name !== "callId")] : names
  const textsOf = (names: ReadonlyArray<string>) => (row: CallRecord.CallRecord): ReadonlyArray<string> => {
    const values = valuesOf(row)
    return names.map((name) => text(values[name]) ?? "")
  }
  return {
    columns: columns.map((name) => ({ title: titleOf(name), isElastic: !times.includes(name) })),
    texts: (row) =>
      textsOf(columns)(row).map((text, index) => times.includes(columns[index] ?? "") ? short(text) : text),
    line: textsOf(line),
    names,
    cells: (row) => {
      const values = valuesOf(row)
      return names.map((name) => text(values[name]))
    },
    json: CallRecord.encode
  }
}
