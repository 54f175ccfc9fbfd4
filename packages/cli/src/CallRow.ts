/** Shows a call record as a row. */
import { CallRecord } from "@effect-didww/core"
import * as Option from "effect/Option"
import { titleOf } from "./internal/text.js"
import type { Shape } from "./Rows.js"

/** The fields that tell most of a call, for a table on a narrow terminal. */
const important: Readonly<Record<CallRecord.CallRecord["_tag"], ReadonlyArray<string>>> = {
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

const all: Readonly<Record<CallRecord.CallRecord["_tag"], ReadonlyArray<string>>> = {
  CdrInRecord: Object.keys(CallRecord.CdrInRecord.fields),
  CdrOutRecord: Object.keys(CallRecord.CdrOutRecord.fields),
  UnknownRecord: []
}

const internal: ReadonlyArray<string> = ["_tag", "extra"]

/** The fields of a record, and the columns that the library has no field for. */
const valuesOf = (row: CallRecord.CallRecord): Readonly<Record<string, unknown>> =>
  row._tag === "UnknownRecord" ? row.columns : { ...row.extra, ...CallRecord.encode(row) }

const extraOf = (row: CallRecord.CallRecord): ReadonlyArray<string> =>
  Object.keys(row._tag === "UnknownRecord" ? row.columns : row.extra)

const times: ReadonlyArray<string> = ["startedAt", "connectedAt", "endedAt"]

const withoutMillis = (time: string): string => time.replace(/\.\d+Z$/, "Z")

const text = (value: unknown): string | null => value == null ? null : String(value)

/** The first record of a file decides the columns of all. */
export const shape = (one: Option.Option<CallRecord.CallRecord>): Shape<CallRecord.CallRecord> => {
  const tag = Option.match(one, { onNone: () => "CdrInRecord" as const, onSome: ({ _tag }) => _tag })
  const fields = all[tag].filter((name) => !internal.includes(name))
  const extra = Option.match(one, { onNone: () => [], onSome: extraOf }).filter((name) => !fields.includes(name))
  const names = [...fields, ...extra]
  const columns = [...important[tag], ...names.filter((name) => !important[tag].includes(name))]
  const line = names.includes("callId") ? ["callId", ...names.filter((name) => name !== "callId")] : names
  const textsOf = (names: ReadonlyArray<string>) => (row: CallRecord.CallRecord): ReadonlyArray<string> => {
    const values = valuesOf(row)
    return names.map((name) => text(values[name]) ?? "")
  }
  return {
    columns: columns.map((name) => ({ title: titleOf(name), isElastic: !times.includes(name) })),
    texts: (row) =>
      textsOf(columns)(row).map((text, index) => times.includes(columns[index] ?? "") ? withoutMillis(text) : text),
    line: textsOf(line),
    names,
    cells: (row) => {
      const values = valuesOf(row)
      return names.map((name) => text(values[name]))
    },
    json: CallRecord.encode
  }
}
