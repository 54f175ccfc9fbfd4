/**
 * The archive of a completed export: call records generated from a seed, as data and as the CSV that a client downloads.
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
import * as random from "./internal/random.js"
import type { ApiVersion } from "./Simulator.js"
import type * as Traffic from "./Traffic.js"

/**
 * How to generate the archive of an export.
 *
 * @since 0.1.0
 * @category models
 */
export interface ExportOptions {
  /** How many rows the archive has. Traffic decides it instead. Default: 1000. */
  readonly rows?: number | undefined
  /** The calls of which the archive has its part. Default: rows that no other archive has. */
  readonly traffic?: Traffic.Traffic | undefined
  /** The same seed gives the same archive. Default: 0. */
  readonly seed?: number | undefined
  /** The share of rows that no reader can read, from 0 to 1. Default: 0. */
  readonly badRows?: number | undefined
  /**
   * Which values are quoted: only those that need it, all except null, or all in some rows. Default: the seed decides.
   */
  readonly quoting?: "minimal" | "all" | "mixed" | undefined
}

/**
 * How to generate an archive that belongs to no export.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends ExportOptions {
  /** Default: `cdr_in`. */
  readonly exportType?: string | undefined
  /** The API version that created the export. Layouts that DIDWW does not document are invented. Default: 2026-04-16. */
  readonly apiVersion?: ApiVersion | undefined
  /** The start of the period, inclusive, in milliseconds since 1970. Default: 2026-10-01. */
  readonly from?: number | undefined
  /** The end of the period, exclusive, in milliseconds since 1970. Default: 2026-11-01. */
  readonly to?: number | undefined
  /** The called number of every row. Default: different numbers. */
  readonly didNumber?: string | undefined
  /** The trunk of every row, for `cdr_out` with traffic. Default: different trunks. */
  readonly voiceOutTrunk?: string | undefined
  /** Leaves out calls of the traffic that are recorded later, in milliseconds since 1970. Default: takes all calls. */
  readonly recordedBy?: number | undefined
}

/**
 * An archive. Its rows are generated each time they are read.
 *
 * @since 0.1.0
 * @category models
 */
export interface Archive {
  readonly columns: ReadonlyArray<string>
  /** The columns that hold money. */
  readonly money: ReadonlyArray<string>
  readonly rowCount: number
  readonly options: Options
}

/**
 * A row of an archive.
 *
 * @since 0.1.0
 * @category models
 */
export interface Row {
  /** The CSV writes `null` as an empty field and the empty string as `""`. */
  readonly cells: ReadonlyArray<string | null>
  /** What is wrong with the row: too few cells, too many, an impossible date, or money that is no number. */
  readonly bad: "short" | "long" | "date" | "money" | undefined
  /** Thousandths of a dollar, in the order of the archive's `money`. A bad row has the values it should have said. */
  readonly money: ReadonlyArray<number>
}

/**
 * Makes an archive that belongs to no export.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Archive => {
  const { columns, money } = generation.layoutOf({ options })
  return { columns, money: money.map((index) => columns[index]!), rowCount: generation.rowCountOf(options), options }
}

/**
 * Makes the archive of an export. Its rows start within the export's period. With traffic, it has the calls that were
 * recorded when the export was created. Filters other than the period, `did_number` and `voice_out_trunk.id` narrow no
 * archive.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromExport = (stored: Account.StoredExport, options: ExportOptions = {}): Archive => {
  const isLegacy = stored.filters !== null && Object.hasOwn(stored.filters, "year")
  const didNumber = String(stored.filters?.did_number ?? "")
  const voiceOutTrunk = String(stored.filters?.["voice_out_trunk.id"] ?? "")
  return make({
    ...options,
    exportType: stored.exportType,
    apiVersion: stored.apiVersion ?? (isLegacy ? "2022-05-10" : "2026-04-16"),
    ...dates.periodOf(stored.filters),
    ...(didNumber !== "" && { didNumber }),
    ...(voiceOutTrunk !== "" && { voiceOutTrunk }),
    recordedBy: stored.createdAt ?? undefined,
    seed: random.seedOf(`${options.seed ?? 0} ${stored.id}`)
  })
}

/**
 * The rows as data, in the order of the archive.
 *
 * @since 0.1.0
 * @category getters
 */
export const rows = function*(archive: Archive): Generator<Row> {
  const cursor = generation.cursor(archive)
  while (cursor.next()) yield { cells: cursor.cells.slice(), bad: cursor.bad, money: cursor.money.slice() }
}

/**
 * The CSV in pieces of many rows. The first piece begins with the header line.
 *
 * @since 0.1.0
 * @category getters
 */
export const csv = (archive: Archive): Iterable<string> => generation.csv(archive, 131_072)

/**
 * The sums over all rows of an archive.
 *
 * @since 0.1.0
 * @category models
 */
export interface Totals {
  readonly rows: number
  /** The rows that no reader can read. */
  readonly bad: number
  /** Thousandths of a dollar by column, over the rows that are not bad. */
  readonly money: Readonly<Record<string, bigint>>
}

/**
 * Adds up all rows in whole thousandths, so that nothing is rounded.
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
