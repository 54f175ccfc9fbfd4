/**
 * The archive of a completed export: call records generated from a seed, as data and as the CSV that is downloaded.
 *
 * @example
 * ```ts
 * import { Archive } from "@effect-didww/simulator"
 *
 * const archive = Archive.make({ exportType: "cdr_in", rows: 1_000_000, seed: 42, badRows: 0.001 })
 * const { bad, money, rows } = Archive.totals(archive)
 * ```
 *
 * @since 0.1.0
 */
import type * as Account from "./Account.js"
import * as dates from "./internal/dates.js"
import * as generation from "./internal/generation.js"
import * as layouts from "./internal/layouts.js"
import type { ApiVersion } from "./Simulator.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface RecordOptions {
  /** Default: 1000. */
  readonly rows?: number | undefined
  /** The same seed gives the same archive. Default: 0. */
  readonly seed?: number | undefined
  /** The part of the rows that no reader can take, from 0 to 1. Default: 0. */
  readonly badRows?: number | undefined
  /** Which values stand in quotes: those that must, all but null, or now one and now the other. Default: by the seed. */
  readonly quoting?: "minimal" | "all" | "mixed" | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options extends RecordOptions {
  /** Default: `cdr_in`. */
  readonly exportType?: string | undefined
  /** The version it was ordered with. Columns that nobody has documented are invented. Default: 2026-04-16. */
  readonly apiVersion?: ApiVersion | undefined
  /** The first second, in milliseconds since 1970. Default: 2026-10-01. */
  readonly from?: number | undefined
  /** The second after the last. Default: 2026-11-01. */
  readonly to?: number | undefined
  /** The only number called. Default: any. */
  readonly didNumber?: string | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Archive {
  readonly columns: ReadonlyArray<string>
  /** Those of the columns that hold money. */
  readonly money: ReadonlyArray<string>
  readonly rowCount: number
  readonly options: Options
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Row {
  /** `null` is written as nothing, the empty string as `""`. */
  readonly cells: ReadonlyArray<string | null>
  /** What is wrong with it: a cell too few or too many, an impossible date, money that is no number. */
  readonly bad: "short" | "long" | "date" | "money" | undefined
  /** In thousandths of a dollar, in the order of the archive's `money`; what a bad row should have said. */
  readonly money: ReadonlyArray<number>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Archive => {
  const { columns, money } = generation.layoutOf({ options })
  return { columns, money: money.map((index) => columns[index]!), rowCount: options.rows ?? 1000, options }
}

/**
 * The archive of this export, whose rows are in its range.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromRecord = (record: Account.Record, options: RecordOptions = {}): Archive => {
  const isLegacy = record.filters !== null && Object.hasOwn(record.filters, "year")
  const didNumber = String(record.filters?.did_number ?? "")
  return make({
    ...options,
    exportType: record.exportType,
    apiVersion: record.apiVersion ?? (isLegacy ? "2022-05-10" : "2026-04-16"),
    ...dates.rangeOf(record.filters),
    ...(didNumber !== "" && { didNumber }),
    seed: layouts.seedOf(`${options.seed ?? 0} ${record.id}`)
  })
}

/**
 * As data, in the order of the archive.
 *
 * @since 0.1.0
 * @category getters
 */
export const rows = function*(archive: Archive): Generator<Row> {
  const cursor = generation.cursor(archive)
  while (cursor.next()) yield { cells: cursor.cells.slice(), bad: cursor.bad, money: cursor.money.slice() }
}

/**
 * As text, in pieces of many rows; the first begins with the header line.
 *
 * @since 0.1.0
 * @category getters
 */
export const csv = (archive: Archive): Iterable<string> => generation.csv(archive, 131_072)

/**
 * @since 0.1.0
 * @category models
 */
export interface Totals {
  readonly rows: number
  /** Those that no reader can take. */
  readonly bad: number
  /** By column, in thousandths of a dollar, over the rows that are not bad. */
  readonly money: Readonly<Record<string, bigint>>
}

/**
 * What all its rows come to, without a decimal fraction on the way.
 *
 * @since 0.1.0
 * @category getters
 */
export const totals = (archive: Archive): Totals => {
  const cursor = generation.cursor(archive)
  const sums = archive.money.map(() => 0)
  let bad = 0
  while (cursor.next()) {
    if (cursor.bad !== undefined) bad = bad + 1
    else for (let index = 0; index < sums.length; index++) sums[index]! += cursor.money[index]!
  }
  return {
    rows: archive.rowCount,
    bad,
    money: Object.fromEntries(archive.money.map((column, index) => [column, BigInt(sums[index]!)]))
  }
}
