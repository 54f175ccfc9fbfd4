/**
 * The exports that the simulator serves. Generate them from a seed, or give them one by one.
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
import * as dates from "./internal/dates.js"
import * as holdings from "./internal/holdings.js"
import * as randoms from "./internal/random.js"
import * as uuid from "./internal/uuid.js"
import type { ApiVersion } from "./Simulator.js"

/**
 * The types of exports that DIDWW makes.
 *
 * @since 0.1.0
 * @category models
 */
export type ExportType = "cdr_in" | "cdr_out" | "sms_in" | "sms_out"

/**
 * An export as the account stores it. The API version that answers decides how the answer shows it.
 *
 * @since 0.1.0
 * @category models
 */
export interface StoredExport {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly createdAt: number | null
  readonly status: "pending" | "processing" | "completed"
  /** One of DIDWW's types, or any other text. */
  readonly exportType: ExportType | (string & {})
  readonly externalReferenceId: string | null
  /** The path of the archive below the API's base URL. `null` until the export is completed. */
  readonly url: string | null
  readonly callbackUrl: string | null
  readonly callbackMethod: "get" | "post" | null
  /** The filters of the request that created it. Before 2026-04-16 they are `year`, `month` and `day`. */
  readonly filters: { readonly [name: string]: unknown } | null
  /**
   * When the export is completed, in milliseconds since 1970. The simulator deletes it one month later. Default: unknown,
   * and the export stays.
   */
  readonly completedAt?: number | undefined
  /**
   * The API version of the request that created it, which decides the columns of its archive. Default: 2022-05-10 if its
   * filters have a year, else 2026-04-16.
   */
  readonly apiVersion?: ApiVersion | undefined
  /** Attributes that answers show in place of the usual ones, or beside them. `undefined` leaves one out. */
  readonly shows?: { readonly [name: string]: unknown } | undefined
}

/**
 * The exports of one account, in order of creation.
 *
 * @since 0.1.0
 * @category models
 */
export interface Account {
  readonly exports: ReadonlyArray<StoredExport>
}

/**
 * Makes an account of these exports. Give them in order of creation.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (exports: Iterable<StoredExport>): Account => ({ exports: Array.from(exports) })

/**
 * How to generate an account.
 *
 * @since 0.1.0
 * @category models
 */
export interface GenerateOptions {
  /** How many exports the account has. Default: 100. */
  readonly size?: number | undefined
  /** The same seed gives the same account. Default: 0. */
  readonly seed?: number | undefined
  /** The types to choose from. Default: `cdr_in` and `cdr_out`. */
  readonly types?: ReadonlyArray<string> | undefined
  /** When the newest export was created, in milliseconds since 1970. Default: 2026-11-01. */
  readonly until?: number | undefined
  /**
   * Adds everything odd that the API is known to answer: other spellings, legacy filters, equal and missing times,
   * missing and unknown attributes. Default: false.
   */
  readonly odd?: boolean | undefined
}

const day = 86_400_000

const november = Date.UTC(2026, 10, 1)

/**
 * Generates an account from a seed.
 *
 * @since 0.1.0
 * @category constructors
 */
export const generate = (options: GenerateOptions = {}): Account => {
  const size = options.size ?? 100
  const random = randoms.make(options.seed ?? 0)
  const types = options.types ?? ["cdr_in", "cdr_out"]
  const step = 37_001
  let createdAt = (options.until ?? november) - size * step
  return make(Array.from({ length: size }, (_, index) => {
    createdAt = createdAt + (options.odd === true && randoms.chance(random, 10) ? 0 : step)
    const stored = generated(random, randoms.pick(random, types), createdAt, index)
    return options.odd === true ? oddly(random, stored) : stored
  }))
}

const generated = (random: randoms.Random, exportType: string, createdAt: number, index: number): StoredExport => {
  const { chance, pick } = randoms
  const status = chance(random, 80) ? "completed" : chance(random, 50) ? "processing" : "pending"
  const from = Math.floor(createdAt / day) * day - 30 * day
  const hasCallback = chance(random, 20)
  const hex = uuid.hexDigits(random)
  return {
    id: uuid.fromHex(hex),
    createdAt,
    status,
    exportType,
    externalReferenceId: chance(random, 40) ? `invoice-${index}` : null,
    url: status === "completed" ? uuid.archivePath(hex) : null,
    callbackUrl: hasCallback ? "https://example.com/didww" : null,
    callbackMethod: hasCallback ? pick(random, ["get", "post"] as const) : null,
    filters: {
      from: dates.format(from),
      to: dates.format(from + pick(random, [1, 7, 30]) * day),
      ...(chance(random, 60) && narrowed(random, exportType))
    }
  }
}

const narrowed = (random: randoms.Random, exportType: string): { readonly [name: string]: unknown } => {
  const number = randoms.pick(random, holdings.didNumbers)
  switch (exportType) {
    case "cdr_in":
      return { did_number: number }
    case "cdr_out":
      return { "voice_out_trunk.id": randoms.pick(random, holdings.trunkIds) }
    default:
      return exportType.startsWith("sms_")
        ? {
          destination_address_cont: number,
          "sms_trunk.id": randoms.pick(random, [holdings.trunkIds[0], holdings.trunkIds])
        }
        : { tag: number }
  }
}

/** The same export in one of the odd ways that the API is known for. */
const oddly = (random: randoms.Random, stored: StoredExport): StoredExport => {
  const isCall = stored.exportType === "cdr_in" || stored.exportType === "cdr_out"
  switch (random.below(9)) {
    case 0:
      return {
        ...stored,
        shows: { status: capitalized(stored.status), callback_method: stored.callbackMethod?.toUpperCase() ?? null }
      }
    case 1:
      return { ...stored, createdAt: null }
    case 2:
      return {
        ...stored,
        shows: { external_reference_id: undefined, callback_url: undefined, callback_method: undefined }
      }
    case 3:
      return { ...stored, shows: { retention_days: 31, status: stored.status.toUpperCase() } }
    case 4:
      return isCall ? { ...stored, filters: { year: 2026, month: 3, ...numeric(stored) } } : stored
    case 5:
      return isCall ? { ...stored, filters: { year: "2026", month: "03", day: "07", ...numeric(stored) } } : stored
    case 6:
      return { ...stored, filters: null, shows: { filters: undefined } }
    case 7:
      return { ...stored, exportType: "fax_in", filters: { ...stored.filters, pages: [1, 2] } }
    default:
      return {
        ...stored,
        externalReferenceId: randoms.pick(random, ["a,b", " padded ", "\"quoted\"", "", "ünïcode & more"])
      }
  }
}

const numeric = (stored: StoredExport): { readonly [name: string]: unknown } => {
  const number = stored.filters?.did_number
  return number === undefined ? {} : { did_number: Number(number) }
}

const capitalized = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

/**
 * How the exports of an account change between requests.
 *
 * @since 0.1.0
 * @category models
 */
export interface MovingOptions {
  /** The same seed gives the same changes. Default: 0. */
  readonly seed?: number | undefined
  /** The most changes before each request. Default: 3. */
  readonly changes?: number | undefined
  /** Deletes an export for each one that is created, so that the total never changes. Default: false. */
  readonly constantTotal?: boolean | undefined
}

/**
 * Creates, deletes and updates exports between requests, for the simulator's option `moves`. Any export can be deleted,
 * not only the oldest.
 *
 * @since 0.1.0
 * @category movement
 */
export const moving = (
  options: MovingOptions = {}
): (_: unknown, exports: ReadonlyArray<StoredExport>) => ReadonlyArray<StoredExport> => {
  // a stream of its own: `generate` with the same seed makes other ids
  const random = randoms.make(options.seed ?? 0, 1)
  let created = 0
  const create = (exports: Array<StoredExport>): void => {
    const last = exports.reduce((last, { createdAt }) => Math.max(last, createdAt ?? 0), november)
    created = created + 1
    exports.push(generated(random, "cdr_in", last + 1000, created))
  }
  const remove = (exports: Array<StoredExport>): void => {
    if (exports.length === 0) return
    // often the newest, so that some exports exist for one request only
    exports.splice(randoms.chance(random, 20) ? exports.length - 1 : random.below(exports.length), 1)
  }
  const proceed = (exports: Array<StoredExport>): void => {
    const index = random.below(Math.max(exports.length, 1))
    const stored = exports[index]
    if (stored === undefined) return
    exports[index] = { ...stored, status: randoms.pick(random, ["processing", "completed"] as const) }
  }
  return (_, exports) => {
    const changes = random.below((options.changes ?? 3) + 1)
    if (changes === 0) return exports
    const next = exports.slice()
    for (let change = 0; change < changes; change++) {
      const kind = random.below(3)
      if (kind === 2) proceed(next)
      else if (options.constantTotal === true) {
        remove(next)
        create(next)
      } else if (kind === 1) create(next)
      else remove(next)
    }
    return next
  }
}
