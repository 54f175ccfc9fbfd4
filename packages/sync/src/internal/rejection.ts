/** Records that a destination cannot hold. */
import * as CallRecord from "@effect-didww/core/CallRecord"
import * as Protocol from "@effect-didww/core/Protocol"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** A record as a rejected row, with all its values as text. */
export const of = (
  record: CallRecord.CallRecord,
  recordNumber: number,
  reason: string
): CallRecord.RejectedRow => ({ _tag: "RejectedRow", recordNumber, lines: 1, cells: cellsOf(record), reason })

const cellsOf = (record: CallRecord.CallRecord): ReadonlyArray<string | null> => {
  if (record._tag === "UnknownRecord") return Object.values(record.columns)
  const values = new Map<string, unknown>(Object.entries(record))
  const cells = Protocol.columns[record._tag].map(({ key }) => {
    const value = values.get(key)
    return Option.isOption(value) && Option.isSome(value) ? textOf(value.value) : null
  })
  return [...cells, ...Object.values(record.extra)]
}

/** A value as text, exact. */
export const textOf = (value: unknown): string => {
  if (DateTime.isDateTime(value)) return DateTime.formatIso(value)
  if (Duration.isDuration(value)) return String(Duration.toSeconds(value))
  if (!BigDecimal.isBigDecimal(value)) return String(value)
  // without an exponent, a number of a few bytes could have a gigabyte of zeros
  return Math.abs(value.scale) > 1000 ? BigDecimal.format(value) : encodeMoney(value)
}

const encodeMoney = Schema.encodeSync(CallRecord.Money)
