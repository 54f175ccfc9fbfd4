/**
 * The dated versions of DIDWW's API that this library speaks, and what each can do.
 *
 * @example
 * ```ts
 * import { ApiVersion } from "@effect-didww/core"
 *
 * const names = Object.keys(ApiVersion.listFilters("2026-11-19"))
 * // ["id", "export_type", "status", "external_reference_id", "created_at_gteq", "created_at_lteq"]
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A version, as `X-DIDWW-API-Version` names it. 2022-05-10 stands for the ones before it too: their exports are the same.
 *
 * @since 0.1.0
 * @category models
 */
export type ApiVersion = typeof ApiVersion.Type

/**
 * @since 0.1.0
 * @category schemas
 */
export const ApiVersion = Schema.Literal("2022-05-10", "2026-04-16", "2026-11-19").annotations({
  identifier: "@effect-didww/core/ApiVersion"
})

/**
 * The version that is asked for when nobody says another.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultVersion: ApiVersion = "2026-04-16"

/**
 * What the server does with one `filter[name]` of the list.
 *
 * @since 0.1.0
 * @category models
 */
export interface ListFilter {
  /** `many`: a comma-separated list, any of it matches. `one`: a single value. */
  readonly values: "one" | "many"
  /** A blank value is allowed, and means "has none". */
  readonly blank: boolean
  /** Documentation and practice disagree: a server may refuse or ignore it. */
  readonly doubtful: boolean
}

const one: ListFilter = { values: "one", blank: false, doubtful: false }
const many: ListFilter = { values: "many", blank: false, doubtful: false }

const listFiltersByVersion: Readonly<Record<ApiVersion, Readonly<Record<string, ListFilter>>>> = {
  "2022-05-10": {},
  "2026-04-16": {
    id: many,
    external_reference_id: one,
    from: { ...one, doubtful: true },
    to: { ...one, doubtful: true },
    did_number: { ...one, blank: true, doubtful: true },
    "voice_out_trunk.id": { ...one, blank: true, doubtful: true }
  },
  "2026-11-19": {
    id: many,
    export_type: many,
    status: many,
    external_reference_id: one,
    created_at_gteq: one,
    created_at_lteq: one
  }
}

/**
 * The filters that `GET /exports` takes under a version, by their names on the wire.
 *
 * @since 0.1.0
 * @category accessors
 */
export const listFilters = (version: ApiVersion): Readonly<Record<string, ListFilter>> => listFiltersByVersion[version]

const addresses = [
  "source_address_eq",
  "source_address_cont",
  "destination_address_eq",
  "destination_address_cont",
  "status",
  "sms_trunk.id",
  "sms_id"
]

const creationFiltersByVersion: Readonly<Record<ApiVersion, Readonly<Record<string, ReadonlyArray<string>>>>> = {
  "2022-05-10": {
    cdr_in: ["year", "month", "did_number"],
    cdr_out: ["year", "month", "day", "voice_out_trunk.id"]
  },
  "2026-04-16": {
    cdr_in: ["from", "to", "did_number"],
    cdr_out: ["from", "to", "voice_out_trunk.id"]
  },
  "2026-11-19": {
    cdr_in: ["from", "to", "did_number", "source_number", "source_number_out", "source_country_iso"],
    cdr_out: ["from", "to", "voice_out_trunk.id", "source", "cli", "destination"],
    sms_in: ["from", "to", ...addresses, "trunk_type"],
    sms_out: ["from", "to", ...addresses, "service_type", "sender_id_verification.id"]
  }
}

/**
 * The export types that `POST /exports` takes under a version, and the filters of each, by their names on the wire.
 *
 * @since 0.1.0
 * @category accessors
 */
export const creationFilters = (version: ApiVersion): Readonly<Record<string, ReadonlyArray<string>>> =>
  creationFiltersByVersion[version]
