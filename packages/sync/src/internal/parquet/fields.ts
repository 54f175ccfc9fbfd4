/**
 * The columns of a Parquet file. A known layout has one full and fixed list, whatever columns its archive has, so that all
 * files of a type can be read together. An unknown layout has a text column for each name of the header.
 */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import type * as Protocol from "@effect-didww/core/Protocol"
import type * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import type * as Option from "effect/Option"
import type { Layout } from "../file/columns.js"

/** How a column is stored. */
export type Type = "text" | "timestamp" | "decimal" | "int32"

interface Common {
  /** In the file. */
  readonly name: string
}

/** A column of text. */
export interface TextField extends Common {
  readonly type: "text"
  readonly read: (record: CallRecord.CallRecord) => string | null | undefined
}

/** A column of numbers. */
export interface NumberField extends Common {
  readonly type: "timestamp" | "decimal" | "int32"
  /** Gives the number to store, `undefined` if the record has no value, and NaN if the column cannot hold its value. */
  readonly read: (record: CallRecord.CallRecord) => number | bigint | undefined
  /** In DIDWW's CSV. */
  readonly header: string
}

export type Field = TextField | NumberField

/** The columns of a layout, without those that every file has at its end. */
export const of = (layout: Layout): ReadonlyArray<Field> =>
  layout._tag === "UnknownRecord"
    ? layout.columns.map(({ key, name }) => ({
      name,
      type: "text",
      read: (record) => record._tag === "UnknownRecord" ? record.columns[key] : undefined
    }))
    : [
      ...layout.columns.map(({ key, kind, name }) => fieldOf(key, kind, name)),
      { name: "extra", type: "text", read: extraOf }
    ]

type Kind = (typeof Protocol.columns)["CdrInRecord"][number]["kind"]

const fieldOf = (key: string, kind: Kind, name: string): Field => {
  switch (kind) {
    case "text":
      return { name: key, type: "text", read: (record) => valueOf<string>(record, key) }
    case "time":
      return {
        name: key,
        type: "timestamp",
        header: name,
        read: (record) => microsOf(valueOf<DateTime.Utc>(record, key))
      }
    case "money":
      return {
        name: key,
        type: "decimal",
        header: name,
        read: (record) => unscaledOf(valueOf<BigDecimal.BigDecimal>(record, key))
      }
    case "integer":
      return {
        name: key,
        type: "int32",
        header: name,
        read: (record) => int32Of(valueOf<number>(record, key))
      }
    case "seconds":
      return {
        name: key,
        type: "int32",
        header: name,
        read: (record) => secondsOf(valueOf<Duration.Duration>(record, key))
      }
  }
}

/** The value of a record's field. The table of columns says of which kind it is, and no type can. */
export const valueOf = <A>(record: CallRecord.CallRecord, key: string): A | undefined => {
  const option = (record as unknown as Readonly<Record<string, Option.Option<A>>>)[key]!
  return option._tag === "Some" ? option.value : undefined
}

const extraOf = (record: CallRecord.CallRecord): string | undefined => {
  if (record._tag === "UnknownRecord") return undefined
  for (const _ in record.extra) return JSON.stringify(record.extra)
  return undefined
}

const microsOf = (time: DateTime.Utc | undefined): number | bigint | undefined => {
  if (time === undefined) return undefined
  const millis = DateTime.toEpochMillis(time)
  const micros = millis * 1000
  return Number.isSafeInteger(micros) ? micros : Number.isInteger(millis) ? BigInt(millis) * 1000n : NaN
}

const int32Of = (value: number | undefined): number | undefined =>
  value === undefined || value === (value | 0) ? value : NaN

const secondsOf = (duration: Duration.Duration | undefined): number | undefined =>
  duration === undefined ? undefined : int32Of(Duration.toMillis(duration) / 1000)

/** The decimal places of money. */
export const scale = 6

const powers = [1_000_000, 100_000, 10_000, 1000, 100, 10, 1]

/** The number of millionths. */
const unscaledOf = (money: BigDecimal.BigDecimal | undefined): number | bigint | undefined => {
  if (money === undefined) return undefined
  const power = powers[money.scale]
  if (power !== undefined) {
    const unscaled = Number(money.value) * power
    if (Number.isSafeInteger(unscaled)) return unscaled
  }
  return exactly(money) ?? NaN
}

const mostUnscaled = 10n ** 18n

const exactly = (money: BigDecimal.BigDecimal): bigint | undefined => {
  const { value } = money
  if (value === 0n) return 0n
  const places = scale - money.scale
  // more zeros than the number has digits cannot be cut, and more than 18 zeros do not fit: neither is computed
  if (places > 18 || -places >= String(value).length) return undefined
  const unscaled = places >= 0 ? value * 10n ** BigInt(places) : value / 10n ** BigInt(-places)
  const isExact = places >= 0 || unscaled * 10n ** BigInt(-places) === value
  return isExact && unscaled < mostUnscaled && unscaled > -mostUnscaled ? unscaled : undefined
}
