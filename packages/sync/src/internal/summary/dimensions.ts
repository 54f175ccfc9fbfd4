/** The dimensions of a summary: the columns of text and integers, and those that are derived from columns. */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import * as Protocol from "@effect-didww/core/Protocol"
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as calendar from "./calendar.js"

export type Call = CallRecord.CdrInRecord | CallRecord.CdrOutRecord

type KeyOf<R, A> = { readonly [K in keyof R]: R[K] extends Option.Option<A> ? K : never }[keyof R]

type ColumnOf<A> = KeyOf<CallRecord.CdrInRecord, A> | KeyOf<CallRecord.CdrOutRecord, A>

/** The dimensions that are no columns, and the columns behind them. */
const derived = {
  type: [],
  trunk: ["voiceInTrunk", "voiceOutTrunk"],
  country: ["sourceCountry", "destinationCountry"],
  month: ["startedAt"],
  date: ["startedAt"],
  hour: ["startedAt"]
} as const

type Derived = keyof typeof derived

export type Dimension = Derived | ColumnOf<string | number>

export type MoneyColumn = ColumnOf<BigDecimal.BigDecimal>

type Kind = (typeof Protocol.columns)["CdrInRecord"][number]["kind"]

const keysOf = (...kinds: ReadonlyArray<Kind>): ReadonlyArray<string> =>
  Array.from(
    new Set(
      Object.values(Protocol.columns).flatMap((columns) =>
        columns.filter(({ kind }) => kinds.includes(kind)).map(({ key }) => key)
      )
    )
  )

/** All dimensions, the derived ones first. */
// the table of columns says the keys as text
export const all = [...Object.keys(derived), ...keysOf("text", "integer")] as ReadonlyArray<Dimension>

export const money = keysOf("money") as ReadonlyArray<MoneyColumn>

const integers = keysOf("integer")

const isDerived = (dimension: Dimension): dimension is Derived => Object.hasOwn(derived, dimension)

/** The columns that a dimension reads. */
export const columnsOf = (dimension: Dimension): ReadonlyArray<CallRecord.Column> =>
  isDerived(dimension) ? derived[dimension] : [dimension]

const textOf = (value: Option.Option<string>): string | null => Option.isSome(value) ? value.value : null

/** A cell of any column. The other layout may lack the column. */
interface Cells {
  readonly [key: string]: Option.Option<string | number> | undefined
}

/** Makes a reader of the value that a call has in a dimension. */
export const reader = (dimension: Dimension, zone: DateTime.TimeZone): (call: Call) => string | null => {
  switch (dimension) {
    case "type":
      return (call) => call._tag === "CdrInRecord" ? "cdr_in" : "cdr_out"
    case "trunk":
      return (call) => textOf(call._tag === "CdrInRecord" ? call.voiceInTrunk : call.voiceOutTrunk)
    case "country":
      return (call) => textOf(call._tag === "CdrInRecord" ? call.sourceCountry : call.destinationCountry)
    case "month":
    case "date":
    case "hour": {
      const name = calendar.namer(dimension, zone)
      return ({ startedAt }) => Option.isSome(startedAt) ? name(startedAt.value) : null
    }
    default:
      return (call) => {
        // a dimension that is not derived is a column of text or integers
        const cell = (call as unknown as Cells)[dimension]
        return cell === undefined || Option.isNone(cell) ? null : String(cell.value)
      }
  }
}

type Amount = Option.Option<BigDecimal.BigDecimal>

/** A column of money. `index` is its position in the options. */
export interface AmountColumn {
  readonly index: number
  readonly read: (call: Call) => Amount
}

/** The columns of money that a layout has. */
export const amountColumns = (tag: Call["_tag"], money: ReadonlyArray<MoneyColumn>): ReadonlyArray<AmountColumn> =>
  money.flatMap((column, index) => {
    // the layout has the column
    const read = (call: Call): Amount => (call as unknown as { readonly [key: string]: Amount })[column]!
    return Protocol.columns[tag].some(({ key }) => key === column) ? [{ index, read }] : []
  })

/** Compares the values of a dimension: integers by size, texts by code units, nothing last. */
export const compare = (dimension: Dimension, left: string | null, right: string | null): number => {
  if (left === right) return 0
  if (left === null || right === null) return left === null ? 1 : -1
  return integers.includes(dimension) ? Number(left) - Number(right) : left < right ? -1 : 1
}
