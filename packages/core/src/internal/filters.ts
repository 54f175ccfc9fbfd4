/**
 * The filters that exports are requested with, by type, one entry for each. The model, its codec, the schemas of requests,
 * their rules and every name on the wire derive from this table.
 */
import * as Schema from "effect/Schema"
import type { ApiVersion } from "../ApiVersion.js"
import * as kinds from "./export/kinds.js"
import { type ListFilters, one } from "./filter/listFilter.js"
import { type Maybe, maybe } from "./schema.js"

/** The types that this library knows. */
export const exportTypes = ["cdr_in", "cdr_out", "sms_in", "sms_out"] as const

export type ExportType = typeof exportTypes[number]

const knownTypes: ReadonlyMap<string, ExportType> = new Map(exportTypes.map((type) => [type, type]))

/** The type that a spelling means, in any letter case. */
export const exportTypeOf = (rawType: string): ExportType | "unknown" =>
  knownTypes.get(rawType) ?? knownTypes.get(rawType.toLowerCase()) ?? "unknown"

export interface Facts {
  /** The first version that takes the filter in a request. */
  readonly since: ApiVersion
  /** The filters of the list that have the same name, by version. */
  readonly listFilters: ListFilters
}

export interface Filter<S extends Schema.Schema.All, Option extends Schema.Schema.All> extends Facts {
  readonly name: string
  readonly kind: kinds.Kind<S>
  readonly isNullable: boolean
  /** In an export. */
  readonly property: Maybe<S>
  /** In a request. */
  readonly option: Schema.optional<Option>
}

const filter = <S extends Schema.Schema.All>(
  name: string,
  kind: kinds.Kind<S>,
  { listFilters = {}, since = "2022-05-10" }: Partial<Facts> = {}
): Filter<S, S> => ({
  name,
  since,
  listFilters,
  kind,
  isNullable: true,
  property: maybe(kind.schema),
  option: Schema.optional(kind.schema)
})

/** A request can have these values only. An export can have any. */
const only = <S extends Schema.Schema.All, Option extends Schema.Schema.All>(
  option: Option,
  self: Filter<S, S>
): Filter<S, Option> => ({ ...self, option: Schema.optional(option) })

const unverified: ListFilters = { "2026-04-16": { ...one, unverified: true } }
const unverifiedOrBlank: ListFilters = { "2026-04-16": { ...one, unverified: true, blank: true } }
const recent = { since: "2026-11-19" } as const

/** The time that the records of an export cover. */
export const period = {
  /** Inclusive. */
  from: filter("from", kinds.secondsTime, { since: "2026-04-16", listFilters: unverified }),
  /** Exclusive. */
  to: filter("to", kinds.secondsTime, { since: "2026-04-16", listFilters: unverified })
}

/** The same, as versions before 2026-04-16 have it. */
export const calendar = {
  year: filter("year", kinds.integer),
  /** From 1. */
  month: filter("month", kinds.integer),
  /** From 1. Only `cdr_out`. */
  day: filter("day", kinds.integer)
}

const addresses = {
  sourceAddressEq: filter("source_address_eq", kinds.phoneNumber, recent),
  sourceAddressCont: filter("source_address_cont", kinds.phoneNumber, recent),
  destinationAddressEq: filter("destination_address_eq", kinds.phoneNumber, recent),
  destinationAddressCont: filter("destination_address_cont", kinds.phoneNumber, recent),
  smsTrunkId: filter("sms_trunk.id", kinds.texts, recent),
  smsId: filter("sms_id", kinds.looseText, recent)
}

const status = filter("status", kinds.text, recent)

/** The filters of each type, beside those of time. */
export const filters = {
  cdr_in: {
    /** The called number, E.164. */
    didNumber: filter("did_number", kinds.phoneNumber, { listFilters: unverifiedOrBlank }),
    /** Since 2026-11-19. */
    sourceNumber: filter("source_number", kinds.phoneNumber, recent),
    /** Since 2026-11-19. */
    sourceNumberOut: filter("source_number_out", kinds.phoneNumber, recent),
    /** Since 2026-11-19. */
    sourceCountryIso: filter("source_country_iso", kinds.text, recent)
  },
  cdr_out: {
    /** A UUID. */
    voiceOutTrunkId: filter("voice_out_trunk.id", kinds.looseText, { listFilters: unverifiedOrBlank }),
    /** Since 2026-11-19. */
    source: filter("source", kinds.phoneNumber, recent),
    /** Since 2026-11-19. */
    cli: filter("cli", kinds.phoneNumber, recent),
    /** Since 2026-11-19. */
    destination: filter("destination", kinds.phoneNumber, recent)
  },
  sms_in: {
    ...addresses,
    status: only(Schema.Literal("Success", "Failed", "Queued"), status),
    trunkType: only(
      Schema.NonEmptyArray(Schema.Literal("SMPP SMSC", "SMPP ESME", "Email", "HTTP IN")),
      filter("trunk_type", kinds.texts, recent)
    )
  },
  sms_out: {
    ...addresses,
    status: only(Schema.Literal("Routing Error", "In Progress", "Queued", "Failed", "Success"), status),
    serviceType: only(Schema.Literal("p2p", "a2p"), filter("service_type", kinds.lowerCase, recent)),
    senderIdVerificationId: filter("sender_id_verification.id", kinds.texts, recent)
  }
} satisfies Readonly<Record<ExportType, object>>
