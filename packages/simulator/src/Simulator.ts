/**
 * DIDWW's exports API, as far as the wire is documented, over an account in memory: list and get, the versions, the list
 * filters, paging, the errors, the rate limit. Time is the Clock's.
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
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Utils from "effect/Utils"
import * as Account from "./Account.js"
import type * as Fault from "./Fault.js"
import * as answers from "./internal/answers.js"
import * as authorization from "./internal/authorization.js"
import * as listing from "./internal/listing.js"
import * as tokenService from "./internal/tokens.js"
import * as window from "./internal/window.js"

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
 * What goes back; `cut`: only so many characters of the body, and then no more.
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
    readonly cut: number | undefined
  }
  | { readonly _tag: "Cut" }

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
  /** What goes wrong with a request. Default: nothing. */
  readonly faults?: ((request: Seen) => Fault.Fault | undefined) | undefined
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
export const make = (options: Options = {}): Effect.Effect<Service> =>
  Effect.sync(() => {
    const account = options.account ?? Account.generate()
    const apiVersion = options.apiVersion ?? "2022-05-10"
    const isKey = (key: string | undefined): key is string =>
      key !== undefined && key !== "" && options.apiKeys?.includes(key) !== false
    const tokens = tokenService.make({ apiVersion, isKey, tokenRateLimit: options.tokenRateLimit ?? "none" })
    const authorize = authorization.make({ apiVersion, isKey, tokens })
    const isSlowEnough = window.make(options.rateLimit ?? 20)
    const list = listing.make({
      filters: options.filters ?? "documented",
      maxPageSize: options.maxPageSize ?? 1000,
      oversize: options.oversize ?? "refuse",
      omit: new Set(options.omit ?? []),
      linksOrigin: options.linksOrigin
    })
    const seen: Array<Seen> = []
    const order = new Utils.PCGRandom(options.outOfOrder ?? 0)
    let records = account.records
    let inFlight = 0

    const respond = (request: Seen): Outcome => {
      const { pathname } = new URL(request.url)
      if (pathname === "/token") return request.method === "POST" ? tokens.mint(request) : answers.answer(404, "")
      const caller = authorize(request, pathname.endsWith(".csv.gz") ? "download" : "api")
      if (caller._tag === "Refused") return caller.outcome
      if (!isSlowEnough(caller.key, request.at)) return answers.tooManyRequests
      if (caller.scope === "read" && request.method !== "GET") return answers.insufficientScope
      records = options.moves?.(request, records) ?? records
      return list(request, caller.version, records)
    }

    const spoil = (outcome: Outcome, fault: Fault.Fault | undefined): Effect.Effect<Outcome> => {
      if (fault === undefined) return Effect.succeed(outcome)
      switch (fault._tag) {
        case "Status":
          return Effect.succeed(answers.answer(fault.status, fault.body, fault.headers))
        case "Html":
          return Effect.succeed(answers.html(fault.status))
        case "Delay":
          return Effect.delay(Effect.succeed(outcome), fault.duration)
        case "Cut":
          return Effect.succeed(
            fault.after === undefined || outcome._tag === "Cut" ? answers.cut : { ...outcome, cut: fault.after }
          )
        case "BrokenJson":
          return Effect.succeed(
            outcome._tag === "Cut" ? outcome : { ...outcome, body: outcome.body.slice(0, outcome.body.length / 2) }
          )
      }
    }

    // the others that are in flight overtake it, or not
    const turn = Effect.suspend(() =>
      options.outOfOrder === undefined ? Effect.void : Effect.repeatN(Effect.yieldNow(), order.integer(20))
    )

    return {
      account,
      records: Effect.sync(() => records),
      seen: Effect.sync(() => seen.slice()),
      revokeTokens: Effect.sync(tokens.revoke),
      handle: (incoming) =>
        Effect.acquireUseRelease(
          Effect.map(Clock.currentTimeMillis, (at) => {
            inFlight = inFlight + 1
            const request: Seen = { ...incoming, body: incoming.body ?? "", number: seen.length + 1, at, inFlight }
            seen.push(request)
            return request
          }),
          (request) =>
            turn.pipe(
              Effect.zipRight(Effect.suspend(() => spoil(respond(request), options.faults?.(request)))),
              Effect.map((outcome) => answers.withRequestId(outcome, request.number))
            ),
          () =>
            Effect.sync(() => {
              inFlight = inFlight - 1
            })
        )
    }
  })

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<Simulator> => Layer.effect(Simulator, make(options))
