/**
 * What creates an export: a type, a range of time and filters. `from` is inclusive and `to` exclusive, both in whole
 * seconds of UTC. DIDWW's own sample, which ends at 23:59:59, loses its last second: end a month where the next begins.
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
import { InvalidExportRequest } from "./DidwwError.js"
import type { Export, Resource } from "./Export.js"
import * as calendar from "./internal/request/calendar.js"
import * as rules from "./internal/request/rules.js"
import type * as JsonApi from "./JsonApi.js"

/**
 * A range of time.
 *
 * @since 0.1.0
 * @category models
 */
export interface Range {
  /** Inclusive. */
  readonly from: DateTime.Utc
  /** Exclusive. */
  readonly to: DateTime.Utc
}

const Text = Schema.optional(Schema.String)
const Texts = Schema.optional(Schema.NonEmptyArray(Schema.String))

const common = {
  /** Inclusive. */
  from: Schema.DateTimeUtc,
  /** Exclusive. */
  to: Schema.DateTimeUtc,
  /** Whom DIDWW tells that it is done: see `Callback`. */
  callback: Schema.optional(Schema.Struct({ url: Schema.String, method: Schema.Literal("get", "post") })),
  /** A name of your own, at most 100 characters: what makes an order repeatable. Since 2026-04-16. */
  externalReferenceId: Text
}

const addresses = {
  sourceAddressEq: Text,
  sourceAddressCont: Text,
  destinationAddressEq: Text,
  destinationAddressCont: Text,
  smsTrunkId: Texts,
  smsId: Text
}

// a filter that is misspelt would order more than was meant
const strict = { parseOptions: { onExcessProperty: "error" } } as const

/**
 * @since 0.1.0
 * @category schemas
 */
export const CdrInRequest = Schema.Struct({
  exportType: Schema.Literal("cdr_in"),
  ...common,
  /** E.164 without `+` */
  didNumber: Text,
  /** This one and the next two since 2026-11-19. */
  sourceNumber: Text,
  sourceNumberOut: Text,
  sourceCountryIso: Text
}).annotations({ identifier: "@effect-didww/core/CdrInRequest", ...strict })

/**
 * @since 0.1.0
 * @category schemas
 */
export const CdrOutRequest = Schema.Struct({
  exportType: Schema.Literal("cdr_out"),
  ...common,
  voiceOutTrunkId: Text,
  /** This one and the next two since 2026-11-19. */
  source: Text,
  cli: Text,
  destination: Text
}).annotations({ identifier: "@effect-didww/core/CdrOutRequest", ...strict })

/**
 * @since 0.1.0
 * @category schemas
 */
export const SmsInRequest = Schema.Struct({
  exportType: Schema.Literal("sms_in"),
  ...common,
  ...addresses,
  status: Schema.optional(Schema.Literal("Success", "Failed", "Queued")),
  trunkType: Schema.optional(Schema.NonEmptyArray(Schema.Literal("SMPP SMSC", "SMPP ESME", "Email", "HTTP IN")))
}).annotations({ identifier: "@effect-didww/core/SmsInRequest", ...strict })

/**
 * @since 0.1.0
 * @category schemas
 */
export const SmsOutRequest = Schema.Struct({
  exportType: Schema.Literal("sms_out"),
  ...common,
  ...addresses,
  status: Schema.optional(Schema.Literal("Routing Error", "In Progress", "Queued", "Failed", "Success")),
  serviceType: Schema.optional(Schema.Literal("p2p", "a2p")),
  senderIdVerificationId: Texts
}).annotations({ identifier: "@effect-didww/core/SmsOutRequest", ...strict })

/**
 * Inbound calls.
 *
 * @since 0.1.0
 * @category models
 */
export interface CdrInRequest extends Schema.Schema.Type<typeof CdrInRequest> {}

/**
 * Outbound calls.
 *
 * @since 0.1.0
 * @category models
 */
export interface CdrOutRequest extends Schema.Schema.Type<typeof CdrOutRequest> {}

/**
 * Inbound messages, since 2026-11-19.
 *
 * @since 0.1.0
 * @category models
 */
export interface SmsInRequest extends Schema.Schema.Type<typeof SmsInRequest> {}

/**
 * Outbound messages, since 2026-11-19.
 *
 * @since 0.1.0
 * @category models
 */
export interface SmsOutRequest extends Schema.Schema.Type<typeof SmsOutRequest> {}

/**
 * @since 0.1.0
 * @category models
 */
export type ExportRequest = CdrInRequest | CdrOutRequest | SmsInRequest | SmsOutRequest

/**
 * The shape of an order, discriminated by `exportType`; an unknown key fails. The rules of DIDWW are `validate`'s.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ExportRequest = Schema.Union(CdrInRequest, CdrOutRequest, SmsInRequest, SmsOutRequest).annotations({
  identifier: "@effect-didww/core/ExportRequest"
})

/**
 * An order that can be repeated: see `ExportsClient.ensure`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Referenced {
  readonly externalReferenceId: string
}

/**
 * The order, which remembers in its type whether it has a reference.
 *
 * @since 0.1.0
 * @category models
 */
export interface Constructor<R extends ExportRequest> {
  (options: Omit<R, "exportType"> & Referenced): R & Referenced
  (options: Omit<R, "exportType">): R
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const cdrIn: Constructor<CdrInRequest> = <O extends Omit<CdrInRequest, "exportType">>(options: O) => ({
  ...options,
  exportType: "cdr_in" as const
})

/**
 * @since 0.1.0
 * @category constructors
 */
export const cdrOut: Constructor<CdrOutRequest> = <O extends Omit<CdrOutRequest, "exportType">>(options: O) => ({
  ...options,
  exportType: "cdr_out" as const
})

/**
 * @since 0.1.0
 * @category constructors
 */
export const smsIn: Constructor<SmsInRequest> = <O extends Omit<SmsInRequest, "exportType">>(options: O) => ({
  ...options,
  exportType: "sms_in" as const
})

/**
 * @since 0.1.0
 * @category constructors
 */
export const smsOut: Constructor<SmsOutRequest> = <O extends Omit<SmsOutRequest, "exportType">>(options: O) => ({
  ...options,
  exportType: "sms_out" as const
})

/**
 * The whole month before the one that `now` is in.
 *
 * @since 0.1.0
 * @category ranges
 */
export const lastMonth = (now: DateTime.Utc, options?: {
  /** Whose midnights the month begins and ends at. Default: UTC's. */
  readonly zone?: DateTime.TimeZone | undefined
}): Range => calendar.lastMonth(now, options?.zone)

/**
 * Cuts a range into calendar days or months, each of which can be ordered by itself: adjacent, in order, none empty. They
 * cover what of the range DIDWW has: the current month of UTC and the two before it, up to the last whole second. A day
 * on which a zone's clocks change has 23 or 25 hours.
 *
 * @since 0.1.0
 * @category ranges
 */
export const windows = (range: Range, step: "day" | "month", options: {
  readonly now: DateTime.Utc
  /** At whose midnights it is cut. Default: UTC's. */
  readonly zone?: DateTime.TimeZone | undefined
}): ReadonlyArray<Range> => calendar.windows(range, step, options.now, options.zone)

/**
 * The order itself, if DIDWW would take it; else every problem at once. Where the outcome depends on whose clock is right,
 * five minutes to either side, the server decides. Version 2022-05-10 orders whole months of UTC, for `cdr_out` days too;
 * a range that is none is a problem there.
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

/**
 * The body of the `POST /exports` that creates it, for an order that `validate` lets through.
 *
 * @since 0.1.0
 * @category readings
 */
export const toDocument: {
  (version: ApiVersion): (self: ExportRequest) => JsonApi.Document<Omit<Resource, "id">>
  (self: ExportRequest, version: ApiVersion): JsonApi.Document<Omit<Resource, "id">>
} = dual(2, (self: ExportRequest, version: ApiVersion): JsonApi.Document<Omit<Resource, "id">> => ({
  data: rules.toResource(self, version)
}))

/**
 * What of type, range and filters an export has otherwise than it would have been ordered, such as `exportType` or
 * `filters.to`; nothing if it is the same order. By meaning: instants, lists in any order, absent as null, and the years,
 * months and days of old versions as the ranges that they are.
 *
 * @since 0.1.0
 * @category readings
 */
export const differences: {
  (that: Export): (self: ExportRequest) => ReadonlyArray<string>
  (self: ExportRequest, that: Export): ReadonlyArray<string>
} = dual(2, rules.differences)
