/**
 * The exports that the simulator serves: generated from a seed, or given one by one.
 *
 * @example
 * ```ts
 * import { Account } from "@effect-didww/simulator"
 *
 * const account = Account.generate({ size: 10_000, seed: 42, odd: true })
 * ```
 *
 * @since 0.1.0
 */
import * as Utils from "effect/Utils"
import * as uuid from "./internal/uuid.js"
import type { ApiVersion } from "./Simulator.js"

/**
 * @since 0.1.0
 * @category models
 */
export type ExportType = "cdr_in" | "cdr_out" | "sms_in" | "sms_out"

/**
 * One export, as the account knows it; how it looks in an answer depends on the version that answers.
 *
 * @since 0.1.0
 * @category models
 */
export interface Record {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly createdAt: number | null
  readonly status: "pending" | "processing" | "completed"
  /** One of DIDWW's, or any other. */
  readonly exportType: ExportType | (string & {})
  readonly externalReferenceId: string | null
  /** Below the API's base. */
  readonly url: string | null
  readonly callbackUrl: string | null
  readonly callbackMethod: "get" | "post" | null
  /** What it was ordered with; `year` and `month` if that was before 2026-04-16. */
  readonly filters: { readonly [name: string]: unknown } | null
  /** When it was completed, or will be: it is deleted a month later. Default: unknown, and it stays. */
  readonly completedAt?: number | undefined
  /**
   * The version that it was ordered with, which decides the columns of its archive. Default: 2022-05-10 if its filters
   * have a year, else 2026-04-16.
   */
  readonly apiVersion?: ApiVersion | undefined
  /** Attributes that its answers show in another way, or beside the others; `undefined` leaves one out. */
  readonly shows?: { readonly [name: string]: unknown } | undefined
}

/**
 * In order of creation.
 *
 * @since 0.1.0
 * @category models
 */
export interface Account {
  readonly records: ReadonlyArray<Record>
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (records: Iterable<Record>): Account => ({ records: Array.from(records) })

/**
 * @since 0.1.0
 * @category models
 */
export interface GenerateOptions {
  /** Default: 100. */
  readonly size?: number | undefined
  /** The same seed gives the same account. Default: 0. */
  readonly seed?: number | undefined
  /** Default: `cdr_in` and `cdr_out`. */
  readonly types?: ReadonlyArray<string> | undefined
  /** When the newest was created, in milliseconds. Default: 2026-11-01. */
  readonly until?: number | undefined
  /**
   * Mixed spelling, legacy filters, equal and missing times, attributes that are missing or unknown: all that the wire
   * is known for. Default: false.
   */
  readonly odd?: boolean | undefined
}

const day = 86_400_000

/**
 * @since 0.1.0
 * @category constructors
 */
export const generate = (options: GenerateOptions = {}): Account => {
  const size = options.size ?? 100
  const random = new Utils.PCGRandom(options.seed ?? 0)
  const types = options.types ?? ["cdr_in", "cdr_out"]
  const step = 37_001
  let createdAt = (options.until ?? Date.UTC(2026, 10, 1)) - size * step
  return make(Array.from({ length: size }, (_, index) => {
    createdAt = createdAt + (options.odd === true && chance(random, 10) ? 0 : step)
    const record = ordered(random, pick(random, types), createdAt, index)
    return options.odd === true ? oddly(random, record) : record
  }))
}

const ordered = (random: Utils.PCGRandom, exportType: string, createdAt: number, index: number): Record => {
  const status = chance(random, 80) ? "completed" : chance(random, 50) ? "processing" : "pending"
  const month = Math.floor(createdAt / day) * day - 30 * day
  const hasCallback = chance(random, 20)
  const hex = uuid.hexDigits(random)
  return {
    id: uuid.fromHex(hex),
    createdAt,
    status,
    exportType,
    externalReferenceId: chance(random, 40) ? `invoice-${index}` : null,
    url: status === "completed" ? uuid.fileOf(hex) : null,
    callbackUrl: hasCallback ? "https://example.com/didww" : null,
    callbackMethod: hasCallback ? pick(random, ["get", "post"] as const) : null,
    filters: {
      from: seconds(month),
      to: seconds(month + pick(random, [1, 7, 30]) * day),
      ...(chance(random, 60) && narrowed(random, exportType))
    }
  }
}

const narrowed = (random: Utils.PCGRandom, exportType: string): { readonly [name: string]: unknown } => {
  const number = `972862594${String(random.integer(100)).padStart(2, "0")}`
  switch (exportType) {
    case "cdr_in":
      return { did_number: number }
    case "cdr_out":
      return { "voice_out_trunk.id": trunks[random.integer(trunks.length)] }
    default:
      return exportType.startsWith("sms_")
        ? { destination_address_cont: number, "sms_trunk.id": pick(random, [trunks[0], trunks]) }
        : { tag: number }
  }
}

const trunks = ["457bf47d-446d-41cd-91c3-dfbda7bf0753", "21a3b5c7-0b4c-4a3e-9d52-6d3f1f0f8c11"]

/** The same export, as the API is known to show some. */
const oddly = (random: Utils.PCGRandom, record: Record): Record => {
  const isCall = record.exportType === "cdr_in" || record.exportType === "cdr_out"
  switch (random.integer(9)) {
    case 0:
      return {
        ...record,
        shows: { status: title(record.status), callback_method: record.callbackMethod?.toUpperCase() ?? null }
      }
    case 1:
      return { ...record, createdAt: null }
    case 2:
      return {
        ...record,
        shows: { external_reference_id: undefined, callback_url: undefined, callback_method: undefined }
      }
    case 3:
      return { ...record, shows: { retention_days: 31, status: record.status.toUpperCase() } }
    case 4:
      return isCall ? { ...record, filters: { year: 2026, month: 3, ...numeric(record) } } : record
    case 5:
      return isCall ? { ...record, filters: { year: "2026", month: "03", day: "07", ...numeric(record) } } : record
    case 6:
      return { ...record, filters: null, shows: { filters: undefined } }
    case 7:
      return { ...record, exportType: "fax_in", filters: { ...record.filters, pages: [1, 2] } }
    default:
      return { ...record, externalReferenceId: pick(random, ["a,b", " padded ", "\"quoted\"", "", "ünïcode & more"]) }
  }
}

const numeric = (record: Record): { readonly [name: string]: unknown } => {
  const number = record.filters?.did_number
  return number === undefined ? {} : { did_number: Number(number) }
}

const title = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

const chance = (random: Utils.PCGRandom, percent: number): boolean => random.integer(100) < percent

const pick = <A>(random: Utils.PCGRandom, values: ReadonlyArray<A>): A => values[random.integer(values.length)]!

const seconds = (millis: number): string => new Date(millis).toISOString().slice(0, 19).replace("T", " ")

/**
 * @since 0.1.0
 * @category models
 */
export interface MovingOptions {
  /** The same seed gives the same changes. Default: 0. */
  readonly seed?: number | undefined
  /** At the most so many changes before each request. Default: 3. */
  readonly changes?: number | undefined
  /** Each that comes takes one away, so that the number of exports never tells. Default: false. */
  readonly constantTotal?: boolean | undefined
}

/**
 * Exports that come, go (anywhere, not only at the far end) and change their status between requests: for `moves` of a
 * simulator.
 *
 * @since 0.1.0
 * @category movement
 */
export const moving = (
  options: MovingOptions = {}
): (_: unknown, records: ReadonlyArray<Record>) => ReadonlyArray<Record> => {
  // not the ids that `generate` makes of the same seed
  const random = new Utils.PCGRandom(options.seed ?? 0, 1)
  let created = 0
  const create = (records: Array<Record>): void => {
    const last = records.reduce((last, { createdAt }) => Math.max(last, createdAt ?? 0), Date.UTC(2026, 10, 1))
    created = created + 1
    records.push(ordered(random, "cdr_in", last + 1000, created))
  }
  const expire = (records: Array<Record>): void => {
    // often the newest, so that it was hardly there
    const index = chance(random, 20) ? records.length - 1 : Math.floor(random.number() * records.length)
    if (records.length > 0) records.splice(index, 1)
  }
  const proceed = (records: Array<Record>): void => {
    const index = Math.floor(random.number() * records.length)
    const record = records[index]
    if (record !== undefined) records[index] = { ...record, status: pick(random, ["processing", "completed"] as const) }
  }
  return (_, records) => {
    const changes = random.integer((options.changes ?? 3) + 1)
    if (changes === 0) return records
    const next = records.slice()
    for (let change = 0; change < changes; change++) {
      const kind = random.integer(3)
      if (kind === 2) proceed(next)
      else if (options.constantTotal === true) {
        expire(next)
        create(next)
      } else if (kind === 1) create(next)
      else expire(next)
    }
    return next
  }
}
