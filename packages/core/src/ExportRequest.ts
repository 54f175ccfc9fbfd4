/**
 * Requests for exports: a type, a period and filters. `from` is inclusive and `to` exclusive, both in whole seconds of UTC.
 * End a month where the next month begins: a period that ends at 23:59:59, as in DIDWW's own sample, loses its last second.
 *
 * @example
 * ```ts
 * import { ExportRequest } from "@effect-didww/core"
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 *
 * const request = Effect.map(DateTime.now, (now) =>
 *   ExportRequest.cdrIn({ ...ExportRequest.lastMonth(now), didNumber: "972862594", externalReferenceId: "invoice-42" }))
 * ```
 *
 * @since 0.1.0
 */
import { isNonEmptyReadonlyArray } from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Schema from "effect/Schema"
import type { ApiVersion } from "./ApiVersion.js"
import { InvalidExportRequest } from "./internal/errors/request.js"
import { filters } from "./internal/filters.js"
import { options } from "./internal/properties.js"
import * as calendar from "./internal/request/calendar.js"
import * as rules from "./internal/request/rules.js"
import { strict } from "./internal/schema.js"

export { InvalidExportRequest, ReferenceConflict } from "./internal/errors/request.js"

/**
 * The time that an export covers.
 *
 * @since 0.1.0
 * @category models
 */
export interface Period {
  /** Inclusive. */
  readonly from: DateTime.Utc
  /** Exclusive. */
  readonly to: DateTime.Utc
}

const common = {
  /** Inclusive. */
  from: Schema.DateTimeUtc,
  /** Exclusive. */
  to: Schema.DateTimeUtc,
  /** The address that DIDWW calls when the export is completed: see `Callback`. Default: none. */
  callback: Schema.optional(Schema.Struct({ url: Schema.String, method: Schema.Literal("get", "post") })),
  /** A name of your own, at most 100 characters, which makes the request repeatable. Since 2026-04-16. Default: none. */
  externalReferenceId: Schema.optional(Schema.String)
}

// a misspelled filter would request more than was meant, so the structs are strict

/**
 * The schema of a request for inbound calls.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CdrInRequest = strict(
  Schema.Struct({ exportType: Schema.Literal("cdr_in"), ...common, ...options(filters.cdr_in) }),
  "@effect-didww/core/CdrInRequest"
)

/**
 * The schema of a request for outbound calls.
 *
 * @since 0.1.0
 * @category schemas
 */
export const CdrOutRequest = strict(
  Schema.Struct({ exportType: Schema.Literal("cdr_out"), ...common, ...options(filters.cdr_out) }),
  "@effect-didww/core/CdrOutRequest"
)

/**
 * The schema of a request for inbound messages.
 *
 * @since 0.1.0
 * @category schemas
 */
export const SmsInRequest = strict(
  Schema.Struct({ exportType: Schema.Literal("sms_in"), ...common, ...options(filters.sms_in) }),
  "@effect-didww/core/SmsInRequest"
)

/**
 * The schema of a request for outbound messages.
 *
 * @since 0.1.0
 * @category schemas
 */
export const SmsOutRequest = strict(
  Schema.Struct({ exportType: Schema.Literal("sms_out"), ...common, ...options(filters.sms_out) }),
  "@effect-didww/core/SmsOutRequest"
)

/**
 * A request for inbound calls.
 *
 * @since 0.1.0
 * @category models
 */
export interface CdrInRequest extends Schema.Schema.Type<typeof CdrInRequest> {}

/**
 * A request for outbound calls.
 *
 * @since 0.1.0
 * @category models
 */
export interface CdrOutRequest extends Schema.Schema.Type<typeof CdrOutRequest> {}

/**
 * A request for inbound messages. Since 2026-11-19.
 *
 * @since 0.1.0
 * @category models
 */
export interface SmsInRequest extends Schema.Schema.Type<typeof SmsInRequest> {}

/**
 * A request for outbound messages. Since 2026-11-19.
 *
 * @since 0.1.0
 * @category models
 */
export interface SmsOutRequest extends Schema.Schema.Type<typeof SmsOutRequest> {}

/**
 * A request for an export of any type.
 *
 * @since 0.1.0
 * @category models
 */
export type ExportRequest = CdrInRequest | CdrOutRequest | SmsInRequest | SmsOutRequest

/**
 * The schema of a request, by `exportType`. It refuses unknown keys. `validate` checks the rules of DIDWW.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ExportRequest = Schema.Union(CdrInRequest, CdrOutRequest, SmsInRequest, SmsOutRequest).annotations({
  identifier: "@effect-didww/core/ExportRequest"
})

/**
 * The proof that a request has a reference, so that it can be repeated: see `ExportsClient.ensure`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Referenced {
  readonly externalReferenceId: string
}

/** The type of the request remembers whether it has a reference. */
interface Constructor<R extends ExportRequest> {
  (options: Omit<R, "exportType"> & Referenced): R & Referenced
  (options: Omit<R, "exportType">): R
}

/**
 * Makes a request for inbound calls.
 *
 * @since 0.1.0
 * @category constructors
 */
export const cdrIn: Constructor<CdrInRequest> = <O extends Omit<CdrInRequest, "exportType">>(options: O) => ({
  ...options,
  exportType: "cdr_in" as const
})

/**
 * Makes a request for outbound calls.
 *
 * @since 0.1.0
 * @category constructors
 */
export const cdrOut: Constructor<CdrOutRequest> = <O extends Omit<CdrOutRequest, "exportType">>(options: O) => ({
  ...options,
  exportType: "cdr_out" as const
})

/**
 * Makes a request for inbound messages.
 *
 * @since 0.1.0
 * @category constructors
 */
export const smsIn: Constructor<SmsInRequest> = <O extends Omit<SmsInRequest, "exportType">>(options: O) => ({
  ...options,
  exportType: "sms_in" as const
})

/**
 * Makes a request for outbound messages.
 *
 * @since 0.1.0
 * @category constructors
 */
export const smsOut: Constructor<SmsOutRequest> = <O extends Omit<SmsOutRequest, "exportType">>(options: O) => ({
  ...options,
  exportType: "sms_out" as const
})

/**
 * The whole month before the month of `now`.
 *
 * @since 0.1.0
 * @category periods
 */
export const lastMonth = (now: DateTime.Utc, options?: {
  /** The zone at whose midnights the month begins and ends. Default: UTC. */
  readonly zone?: DateTime.TimeZone | undefined
}): Period => calendar.lastMonth(now, options?.zone)

/**
 * Cuts a period into calendar days or months that can be requested one by one: adjacent, in order, none empty. They cover the
 * part of the period that DIDWW has: the current month of UTC and the two months before it, up to the last whole second. A day
 * on which the clocks of the zone change has 23 or 25 hours.
 *
 * @since 0.1.0
 * @category periods
 */
export const windows = (period: Period, step: "day" | "month", options: {
  readonly now: DateTime.Utc
  /** The zone at whose midnights the period is cut. Default: UTC. */
  readonly zone?: DateTime.TimeZone | undefined
}): ReadonlyArray<Period> => calendar.windows(period, step, options.now, options.zone)

/**
 * Gives the request if DIDWW would accept it. Otherwise fails with every problem at once. If the outcome depends on whose clock
 * is right, within five minutes, the server decides. Version 2022-05-10 takes whole months of UTC, and for `cdr_out` also whole
 * days: another period is a problem there.
 *
 * @since 0.1.0
 * @category readings
 */
export const validate: {
  (version: ApiVersion): <A extends ExportRequest>(self: A) => Effect.Effect<A, InvalidExportRequest>
  <A extends ExportRequest>(self: A, version: ApiVersion): Effect.Effect<A, InvalidExportRequest>
} = dual(
  2,
  <A extends ExportRequest>(self: A, version: ApiVersion): Effect.Effect<A, InvalidExportRequest> =>
    Effect.flatMap(DateTime.now, (now) => {
      const problems = rules.problems(self, version, now)
      return isNonEmptyReadonlyArray(problems)
        ? Effect.fail(new InvalidExportRequest({ problems }))
        : Effect.succeed(self)
    })
)
