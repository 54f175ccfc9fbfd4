/**
 * DIDWW's exports API over an account in memory: list, get, create, update, the API versions, the list filters, paging,
 * errors, the rate limit, the token service, archives and callbacks. It is written from DIDWW's documentation alone.
 * Its time is the Clock's.
 *
 * @example
 * ```ts
 * import { Account, Simulator } from "@effect-didww/simulator"
 *
 * const simulator = Simulator.make({
 *   account: Account.generate({ size: 250 }),
 *   filters: "strict",
 *   rateLimit: 20
 * })
 * ```
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Queue from "effect/Queue"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type * as Account from "./Account.js"
import type * as Archive from "./Archive.js"
import type * as Callback from "./Callback.js"
import type * as Fault from "./Fault.js"
import * as service from "./internal/service.js"

/**
 * The API versions that the simulator serves.
 *
 * @since 0.1.0
 * @category models
 */
export type ApiVersion = "2022-05-10" | "2026-04-16" | "2026-11-19"

/**
 * How the list treats filters on which DIDWW's sources disagree.
 *
 * - `documented`: accepts every documented filter.
 * - `strict`: accepts only the filters of the OpenAPI description, and refuses the others.
 * - `ignoring`: accepts the filters of the OpenAPI description, and ignores the others.
 *
 * @since 0.1.0
 * @category models
 */
export type FilterMode = "documented" | "strict" | "ignoring"

/**
 * What a bearer token allows: everything, or only reading.
 *
 * @since 0.1.0
 * @category models
 */
export type TokenScope = "full" | "read"

/**
 * A request for the simulator.
 *
 * @since 0.1.0
 * @category models
 */
export interface Request {
  readonly method: string
  /** An absolute URL. */
  readonly url: string
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Default: empty. */
  readonly body?: string | undefined
}

/**
 * A request as the simulator received it.
 *
 * @since 0.1.0
 * @category models
 */
export interface ReceivedRequest {
  /** Counts from 1. */
  readonly number: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly method: string
  /** An absolute URL. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
  /** How many requests were in flight when this one arrived, itself included. */
  readonly inFlight: number
}

/**
 * A cut connection, before or in the middle of an answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface Cut {
  readonly _tag: "Cut"
}

/**
 * What the simulator replies. A streamed reply without `content-length` announces no length.
 *
 * @since 0.1.0
 * @category models
 */
export type Reply =
  | {
    readonly _tag: "Answer"
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
  | {
    readonly _tag: "Streamed"
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: Stream.Stream<Uint8Array, Cut>
  }
  | Cut

/**
 * How the simulator behaves.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Default: 100 generated exports. */
  readonly account?: Account.Account | undefined
  /** The API keys that the simulator accepts. Default: every key. */
  readonly apiKeys?: ReadonlyArray<string> | undefined
  /** The account's own version. A request cannot select an older one. Default: 2022-05-10. */
  readonly apiVersion?: ApiVersion | undefined
  /** Default: `documented`. */
  readonly filters?: FilterMode | undefined
  /** Default: 1000. */
  readonly maxPageSize?: number | undefined
  /** How a larger page size is treated. Default: `refuse`. */
  readonly oversize?: "refuse" | "clamp" | undefined
  /** How many requests each key has in any second. Default: 20. */
  readonly rateLimit?: number | "none" | undefined
  /** How many token requests each key has in any second, beside its `rateLimit`. Default: `none`. */
  readonly tokenRateLimit?: number | "none" | undefined
  /** Parts of a page that the list leaves out. Default: an empty array. */
  readonly omit?: ReadonlyArray<"total_records" | "api_version" | "links"> | undefined
  /** The origin of the links in a page. Default: the origin of the request. */
  readonly linksOrigin?: string | undefined
  /** Changes the exports before each request, given the exports after the previous one. Default: no change. */
  readonly moves?:
    | ((
      request: ReceivedRequest,
      exports: ReadonlyArray<Account.StoredExport>
    ) => ReadonlyArray<Account.StoredExport>)
    | undefined
  /** A seed. The simulator evaluates requests in flight in an order of its own. Default: in order of arrival. */
  readonly outOfOrder?: number | undefined
  /**
   * How long exports that requests create are processed: all equally, or each as the function says. The exports of the
   * account keep their status.
   */
  readonly processing?: ProcessingOptions | ((stored: Account.StoredExport) => ProcessingOptions) | undefined
  /** How long after its creation the list shows an export. A request for its id finds it at once. Default: no time. */
  readonly listedAfter?: Duration.DurationInput | undefined
  /** How long an export exists after its completion. Default: one month, as DIDWW documents. */
  readonly retention?: Duration.DurationInput | undefined
  /** How to generate archives. Default: 1000 rows, and no bad ones. */
  readonly archives?: ArchiveOptions | undefined
  /** The secret that signs callbacks. Default: no secret, and no callbacks. */
  readonly callbackSecret?: Redacted.Redacted | undefined
  /** What goes wrong with a request. Default: no fault. */
  readonly faults?: ((request: ReceivedRequest) => Fault.Fault | undefined) | undefined
}

/**
 * How long an export is pending, and then processing.
 *
 * @since 0.1.0
 * @category models
 */
export interface ProcessingOptions {
  /** Default: 1 second. */
  readonly pending?: Duration.DurationInput | undefined
  /** Default: 2 seconds. */
  readonly processing?: Duration.DurationInput | undefined
}

/**
 * How to generate the archives of an account.
 *
 * An archive of more than 1,500,000 rows is compressed while it is sent: it announces no length, cannot be resumed and
 * cannot be damaged. A smaller archive is compressed once and kept.
 *
 * @since 0.1.0
 * @category models
 */
export interface ArchiveOptions extends Omit<Archive.ExportOptions, "rows"> {
  /** How many rows each archive has. Default: 1000. */
  readonly rows?: number | ((stored: Account.StoredExport) => number) | undefined
  /**
   * Which archives have only the header line, if no earlier export has the same type and period. DIDWW knows no failed
   * exports, so an empty archive can be a mistake. Default: no archive.
   */
  readonly emptyOnce?: ((stored: Account.StoredExport) => boolean) | undefined
  /** Which archives are missing: a download answers 404, although the export is still completed. Default: no archive. */
  readonly gone?: ((stored: Account.StoredExport) => boolean) | undefined
}

/**
 * A running simulator.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The account as it was at the start. */
  readonly account: Account.Account
  /** The exports that exist now, in order of creation. */
  readonly exports: Effect.Effect<ReadonlyArray<Account.StoredExport>>
  /** Replies to a request. */
  readonly handle: (request: Request) => Effect.Effect<Reply>
  /** Every request received so far, token requests included. */
  readonly received: Effect.Effect<ReadonlyArray<ReceivedRequest>>
  /** Makes every token that was minted so far invalid. */
  readonly revokeTokens: Effect.Effect<void>
  /** The archive that a download of this export gets. */
  readonly archive: (stored: Account.StoredExport) => Archive.Archive
  /** The exports that requests create from now on. */
  readonly creations: Effect.Effect<Queue.Dequeue<Account.StoredExport>, never, Scope.Scope>
  /** The callbacks that are due, each as its first attempt. */
  readonly callbacks: Effect.Effect<ReadonlyArray<Callback.Callback>>
}

/**
 * The simulator as a service.
 *
 * @since 0.1.0
 * @category tags
 */
export class Simulator extends Context.Tag("@effect-didww/simulator/Simulator")<Simulator, Service>() {}

/**
 * Makes a simulator.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<Service> => service.make(options)

/**
 * Provides a simulator.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<Simulator> => Layer.effect(Simulator, make(options))
