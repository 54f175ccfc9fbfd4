/** Shows the sums of a group of calls as a row. */
import { Summary } from "@effect-didww/sync"
import * as BigDecimal from "effect/BigDecimal"
import * as Option from "effect/Option"
import type { Column, Kind, Shape } from "./Rows.js"
import * as Sparkline from "./Sparkline.js"

/** The sums of a group. */
export interface StatRow {
  readonly group: Summary.Group
  /** The calls of each day, for a sparkline. */
  readonly days: ReadonlyMap<string, number>
  /** Whether these are the sums of all groups. */
  readonly isTotal: boolean
}

/** A column of sums. */
interface Sum {
  readonly name: string
  readonly kind: Kind
  /** In a table, with the unit. */
  readonly title: string
  /** What a narrow table leaves out last has the lowest rank. */
  readonly rank: number
  readonly json: (group: Summary.Group) => unknown
  /** The text in a table. */
  readonly shown: (group: Summary.Group) => string
}

const grouped = new Intl.NumberFormat("en-US")

const rounded = (value: Option.Option<number>, places: number): number | null =>
  Option.match(value, { onNone: () => null, onSome: (value) => Number(value.toFixed(places)) })

const fixed = (value: Option.Option<number>, places: number): string =>
  Option.match(value, {
    onNone: () => "",
    onSome: (value) => value.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places })
  })

const percents = (group: Summary.Group): Option.Option<number> => Option.map(Summary.asr(group), (share) => share * 100)

const count = (name: "calls" | "answered", rank: number): Sum => ({
  name,
  kind: "integer",
  title: name.toUpperCase(),
  rank,
  json: (group) => group[name],
  shown: (group) => grouped.format(group[name])
})

const sums: ReadonlyArray<Sum> = [
  count("calls", 0),
  count("answered", 4),
  {
    name: "asr",
    kind: "number",
    title: "ASR %",
    rank: 5,
    json: (group) => rounded(Summary.asr(group), 6),
    shown: (group) => fixed(percents(group), 1)
  },
  {
    name: "acd",
    kind: "number",
    title: "ACD s",
    rank: 6,
    json: (group) => rounded(Summary.acd(group), 3),
    shown: (group) => fixed(Summary.acd(group), 1)
  },
  {
    name: "minutes",
    kind: "number",
    title: "MINUTES",
    rank: 2,
    json: (group) => rounded(Option.some(Summary.minutes(group)), 6),
    shown: (group) => fixed(Option.some(Summary.minutes(group)), 1)
  }
]

/** The names of the sums that every summary has. */
export const names: ReadonlyArray<string> = sums.map(({ name }) => name)

/** Money with so many places, exact. */
const money = (amount: BigDecimal.BigDecimal | undefined, scale: number): string => {
  if (amount === undefined) return ""
  const { value } = BigDecimal.scale(amount, scale)
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0")
  const whole = grouped.format(BigInt(digits.slice(0, digits.length - scale)))
  return `${value < 0n ? "-" : ""}${whole}${scale === 0 ? "" : `.${digits.slice(digits.length - scale)}`}`
}

/** The least decimal places that write an amount. Parquet has more zeros than an archive. */
const scaleOf = (amount: BigDecimal.BigDecimal | undefined): number =>
  amount === undefined ? 0 : Math.max(BigDecimal.normalize(amount).scale, 0)

const moneyColumn = (name: string, place: number, rows: ReadonlyArray<StatRow>): Sum => {
  // all amounts of a column have as many places, so that their points stand below each other
  const scale = rows.reduce((most, { group }) => Math.max(most, scaleOf(group.money[name])), 0)
  const plain = (amount: BigDecimal.BigDecimal | undefined): string | null =>
    amount === undefined ? null : money(amount, scaleOf(amount)).replaceAll(",", "")
  return {
    name,
    kind: "money",
    title: `${name.toUpperCase()} USD`,
    rank: place === 0 ? 1 : 7 + place,
    json: (group) => plain(group.money[name]),
    shown: (group) => money(group.money[name], scale)
  }
}

const sumsOf = (options: Summary.Options, rows: ReadonlyArray<StatRow>): ReadonlyArray<Sum> => [
  ...sums,
  ...options.money.map((name, place) => moneyColumn(name, place, rows))
]

/** Shows sums as data. */
export const data = (options: Summary.Options, rows: ReadonlyArray<StatRow>): Shape<StatRow> => {
  const columns = sumsOf(options, rows)
  const values = ({ group }: StatRow): ReadonlyArray<readonly [string, unknown]> => [
    ...options.by.map((name) => [name, group.key[name] ?? null] as const),
    ...columns.map(({ json, name }) => [name, json(group)] as const)
  ]
  return {
    columns: [...options.by.map((name) => ({ name })), ...columns.map(({ kind, name }) => ({ name, kind }))],
    cells: (row) => values(row).map(([, value]) => value === null ? null : String(value)),
    json: (row) => Object.fromEntries(values(row))
  }
}

/** Shows sums as a table, with a sparkline of the days in so many characters at most. */
export const table = (options: Summary.Options, rows: ReadonlyArray<StatRow>, columns: number): Shape<StatRow> => {
  const first = options.by.length
  const color = ({ isTotal }: StatRow) => isTotal ? "bold" as const : undefined
  // a column of money that no group has is that of another type of calls
  const shown = sumsOf(options, rows).filter(({ name }) =>
    names.includes(name) || rows.some(({ group }) => group.money[name] !== undefined)
  )
  const span = Sparkline.spanOf(rows.flatMap(({ days }) => Array.from(days.keys())))
  const days: ReadonlyArray<Column<StatRow>> = span === undefined || span.days === 1
    ? []
    // where each row is a day, only the total has a line
    : [{ name: "days", title: "CALLS BY DAY", rank: first + (options.by.includes("date") ? 20 : 3), color }]
  return {
    columns: [
      ...options.by.map((name, rank): Column<StatRow> => ({ name, rank, isElastic: true, color })),
      ...shown.map(({ kind, name, rank, title }): Column<StatRow> => ({
        name,
        title,
        kind,
        rank: first + rank,
        color
      })),
      ...days
    ],
    cells: ({ days: counts, group, isTotal }) => [
      ...options.by.map((name, place) => isTotal ? place === 0 ? "TOTAL" : "" : group.key[name] ?? "(none)"),
      ...shown.map(({ shown }) => shown(group)),
      ...(days.length === 0 || span === undefined ? [] : [Sparkline.draw(counts, span, columns)])
    ],
    json: ({ group }) => ({ ...group.key })
  }
}
