/**
 * DIDWW's exports API, as far as the wire is documented, over an account in memory: list, get, create and update, the
 * versions, the list filters, paging, the errors, the rate limit, the token service, the archives and the callbacks. Time
 * is the Clock's.
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
 * @since 0.1.0
 * @category models
 */
export type ApiVersion = "2022-05-10" | "2026-04-16" | "2026-11-19"

/**
 * What the list does with filters where documentation and practice disagree. `documented`: as documented. `strict`: only
 * those that the OpenAPI description has, the others are refused. `ignoring`: the others change nothing.
 *
 * @since 0.1.0
 * @category models
 */
export type FilterMode = "documented" | "strict" | "ignoring"

/**
 * What a bearer token lets one do: all, or only read.
 *
 * @since 0.1.0
 * @category models
 */
export type TokenScope = "full" | "read"

/**
 * A request as it arrived.
 *
 * @since 0.1.0
 * @category models
 */
export interface Seen {
  /** From 1. */
  readonly number: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly method: string
  /** Absolute. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
  /** Requests that were being answered as it arrived, itself included. */
  readonly inFlight: number
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Request {
  readonly method: string
  /** Absolute. */
  readonly url: string
  /** Their names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Default: empty. */
  readonly body?: string | undefined
}

/**
 * The connection goes, before or in the middle of an answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface Cut {
  readonly _tag: "Cut"
}

/**
 * What goes back. Without a `content-length` a streamed answer has no length that is known before its end.
 *
 * @since 0.1.0
 * @category models
 */
export type Outcome =
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
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Default: 100 generated exports. */
  readonly account?: Account.Account | undefined
  /** The keys that are let in. Default: any. */
  readonly apiKeys?: ReadonlyArray<string> | undefined
  /** The account's own version: asking for an older one changes nothing. Default: 2022-05-10. */
  readonly apiVersion?: ApiVersion | undefined
  /** Default: `documented`. */
  readonly filters?: FilterMode | undefined
  /** Default: 1000. */
  readonly maxPageSize?: number | undefined
  /** What happens to a larger page size. Default: `refuse`. */
  readonly oversize?: "refuse" | "clamp" | undefined
  /** Requests of one key in any second, or `none`. Default: 20. */
  readonly rateLimit?: number | "none" | undefined
  /** Token requests of one key in any second, or `none`; the rate limit does not count them. Default: `none`. */
  readonly tokenRateLimit?: number | "none" | undefined
  /** Parts of a list's answer that are left out. Default: none. */
  readonly omit?: ReadonlyArray<"total_records" | "api_version" | "links"> | undefined
  /** The origin that links name. Default: the one that was called. */
  readonly linksOrigin?: string | undefined
  /** The exports as a request finds them, from those that the one before left. Default: nothing moves. */
  readonly moves?:
    | ((request: Seen, records: ReadonlyArray<Account.Record>) => ReadonlyArray<Account.Record>)
    | undefined
  /** A seed: requests that are in flight together are evaluated in an order of their own. Default: as they arrive. */
  readonly outOfOrder?: number | undefined
  /**
   * How long an export that is ordered here is pending, and then processing. Those of the account stay as they are
   * given. Default: a second and two.
   */
  readonly processing?:
    | {
      readonly pending?: Duration.DurationInput | undefined
      readonly processing?: Duration.DurationInput | undefined
    }
    | undefined
  /** What is in the archives. Default: 1000 good rows. */
  readonly archives?: ArchiveOptions | undefined
  /** Signs the callbacks; without it there are none. */
  readonly callbackSecret?: Redacted.Redacted | undefined
  /** What goes wrong with a request. Default: nothing. */
  readonly faults?: ((request: Seen) => Fault.Fault | undefined) | undefined
}

/**
 * Archives of over 1,500,000 rows are compressed as they are sent: of unknown length, only from the beginning, and never
 * damaged. All others are compressed once, and kept.
 *
 * @since 0.1.0
 * @category models
 */
export interface ArchiveOptions extends Omit<Archive.RecordOptions, "rows"> {
  /** Default: 1000. */
  readonly rows?: number | ((record: Account.Record) => number) | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** As it was in the beginning. */
  readonly account: Account.Account
  /** The exports that there are now, in order of creation. */
  readonly records: Effect.Effect<ReadonlyArray<Account.Record>>
  readonly handle: (request: Request) => Effect.Effect<Outcome>
  /** Every request so far, those to the token service too. */
  readonly seen: Effect.Effect<ReadonlyArray<Seen>>
  /** Every token given so far is refused from now on. */
  readonly revokeTokens: Effect.Effect<void>
  /** What a download of this export holds. */
  readonly archive: (record: Account.Record) => Archive.Archive
  /** The exports that are ordered from now on. */
  readonly orders: Effect.Effect<Queue.Dequeue<Account.Record>, never, Scope.Scope>
  /** The callbacks that have fallen due, each as its first attempt is. */
  readonly callbacks: Effect.Effect<ReadonlyArray<Callback.Callback>>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Simulator extends Context.Tag("@effect-didww/simulator/Simulator")<Simulator, Service>() {}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<Service> => service.make(options)

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<Simulator> => Layer.effect(Simulator, make(options))
