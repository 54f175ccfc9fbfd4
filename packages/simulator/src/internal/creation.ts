/** Checks a request to create an export, by API version and export type. */
import type { ApiVersion } from "../Simulator.js"
import * as dates from "./dates.js"
import { isObject, type JsonObject } from "./json.js"
import type { Problem } from "./replies.js"

type Check = (value: unknown) => boolean

type Keys = Readonly<Record<string, Check>>

const matches = (pattern: RegExp): Check => (value) => typeof value === "string" && pattern.test(value)

const text: Check = matches(/\S/)

const number: Check = matches(/^\d{1,15}$/)

const uuid: Check = matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i)

const oneOf = (...values: ReadonlyArray<string>): Check => (value) =>
  typeof value === "string" && values.includes(value)

const anyOf = (check: Check): Check => (value) =>
  Array.isArray(value) ? value.length > 0 && value.every(check) : check(value)

/** A whole number, or a string of digits. */
const whole = (min: number, max: number): Check => (value) =>
  (typeof value === "number" || (typeof value === "string" && /^\d+$/.test(value))) &&
  Number.isInteger(Number(value)) && Number(value) >= min && Number(value) <= max

const addresses: Keys = {
  source_address_eq: text,
  source_address_cont: text,
  destination_address_eq: text,
  destination_address_cont: text
}

const legacy: Keys = { year: whole(2000, 9999), month: whole(1, 12) }

/** The filters beside `from` and `to`. Before 2026-04-16 they are all filters. */
const keys: Readonly<Record<ApiVersion, Readonly<Record<string, Keys>>>> = {
  "2022-05-10": {
    cdr_in: { ...legacy, did_number: number },
    cdr_out: { ...legacy, day: whole(1, 31), "voice_out_trunk.id": uuid }
  },
  "2026-04-16": {
    cdr_in: { did_number: number },
    cdr_out: { "voice_out_trunk.id": uuid }
  },
  "2026-11-19": {
    cdr_in: {
      did_number: number,
      source_number: text,
      source_number_out: text,
      source_country_iso: matches(/^[A-Za-z]{2}$/)
    },
    cdr_out: { "voice_out_trunk.id": uuid, source: text, cli: text, destination: text },
    sms_in: {
      ...addresses,
      status: oneOf("Success", "Failed", "Queued"),
      trunk_type: anyOf(oneOf("SMPP SMSC", "SMPP ESME", "Email", "HTTP IN")),
      "sms_trunk.id": anyOf(uuid),
      sms_id: text
    },
    sms_out: {
      ...addresses,
      status: oneOf("Routing Error", "In Progress", "Queued", "Failed", "Success"),
      "sms_trunk.id": anyOf(uuid),
      sms_id: text,
      service_type: matches(/^(p2p|a2p)$/i),
      "sender_id_verification.id": anyOf(uuid)
    }
  }
}

/** A request to create an export, after all checks. */
export interface Creation {
  readonly exportType: string
  readonly filters: JsonObject
  readonly callbackUrl: string | null
  readonly callbackMethod: "get" | "post" | null
  readonly externalReferenceId: string | null
}

/** Reads the attributes of a request, or lists all that is wrong with them. */
export const read = (
  attributes: JsonObject,
  version: ApiVersion,
  now: number
): Creation | ReadonlyArray<Problem> => {
  const { callback_method, callback_url, export_type, external_reference_id = null } = attributes
  const known = typeof export_type === "string" && Object.hasOwn(keys[version], export_type)
    ? { exportType: export_type, keys: keys[version][export_type]! }
    : undefined
  const filters = known === undefined
    ? { filters: {}, problems: [] }
    : version === "2022-05-10"
    ? legacyFilters(attributes.filters, known.keys)
    : periodFilters(attributes.filters, known.keys, now)
  const problems = [
    ...(known !== undefined ? [] : [{
      attribute: "export_type",
      text: isBlank(export_type) ? blank : notInList
    }]),
    ...filters.problems,
    ...callbackProblems(callback_url, callback_method, version),
    ...referenceProblems(external_reference_id)
  ]
  return known === undefined || problems.length > 0 ? problems : {
    exportType: known.exportType,
    filters: filters.filters,
    callbackUrl: typeof callback_url === "string" ? callback_url : null,
    callbackMethod: typeof callback_method === "string"
      ? callback_method.toLowerCase() === "get" ? "get" : "post"
      : null,
    externalReferenceId: typeof external_reference_id === "string" ? external_reference_id : null
  }
}

export const referenceProblems = (value: unknown): ReadonlyArray<Problem> => {
  const attribute = "external_reference_id"
  if (value === null) return []
  if (typeof value !== "string") return [{ attribute, text: "is not valid" }]
  return Array.from(value).length <= 100 ? [] : [{ attribute, text: "is too long (maximum is 100 characters)" }]
}

const blank = "can't be blank"

const notInList = "is not included in the list"

const isBlank = (value: unknown): boolean =>
  value == null || (typeof value === "string" && value.trim() === "") || (Array.isArray(value) && value.length === 0)

const callbackProblems = (url: unknown, method: unknown, version: ApiVersion): ReadonlyArray<Problem> => {
  if (url == null && method == null) return []
  const methods = version === "2022-05-10" ? ["GET", "POST"] : ["get", "post"]
  return [
    ...(isBlank(url)
      ? [{ attribute: "callback_url", text: blank }]
      : typeof url === "string" && /^https?:\/\/[^\s/?#]+/i.test(url)
      ? []
      : [{ attribute: "callback_url", text: "is not valid" }]),
    ...(isBlank(method)
      ? [{ attribute: "callback_method", text: blank }]
      : oneOf(...methods)(method)
      ? []
      : [{ attribute: "callback_method", text: notInList }])
  ]
}

interface Filters {
  /** The filters as answers echo them. */
  readonly filters: JsonObject
  readonly problems: ReadonlyArray<Problem>
}

const filterProblem = (text: string): Problem => ({ attribute: "filters", text })

const legacyFilters = (sent: unknown, known: Keys): Filters => {
  if (!isObject(sent) || isBlank(sent)) return { filters: {}, problems: [filterProblem(blank)] }
  const missing = ["year", "month"].filter((name) => !Object.hasOwn(sent, name))
  return {
    filters: sent,
    problems: [...missing.map((name) => filterProblem(`${name} ${blank}`)), ...keyProblems(sent, known)]
  }
}

const periodFilters = (sent: unknown, known: Keys, now: number): Filters => {
  if (!isObject(sent)) return { filters: {}, problems: [filterProblem(blank)] }
  const { from, to, ...others } = sent
  const [start, end] = [from, to].map((value) => typeof value === "string" ? dates.parse(value) : undefined)
  const problems = [
    ...dateProblems("from", from, start, now),
    ...dateProblems("to", to, end, now),
    ...(start !== undefined && end !== undefined && start >= end ? [filterProblem("from must be before to")] : []),
    ...keyProblems(others, known)
  ]
  return {
    filters: {
      ...sent,
      ...(start !== undefined && { from: dates.format(start) }),
      ...(end !== undefined && { to: dates.format(end) })
    },
    problems
  }
}

const dateProblems = (name: string, value: unknown, at: number | undefined, now: number): ReadonlyArray<Problem> => {
  if (isBlank(value)) return [filterProblem(`${name} ${blank}`)]
  if (at === undefined) return [filterProblem(`${name} not valid`)]
  if (at < dates.monthStart(now, -2) || at >= dates.monthStart(now, 1)) {
    return [filterProblem(`${name} must be within the current and 2 previous months`)]
  }
  return at > now ? [filterProblem(`${name} must not be in the future`)] : []
}

const keyProblems = (sent: JsonObject, known: Keys): ReadonlyArray<Problem> =>
  Object.entries(sent).flatMap(([name, value]) =>
    !Object.hasOwn(known, name)
      ? [filterProblem(`${name} is not allowed`)]
      : isBlank(value)
      ? [filterProblem(`${name} ${blank}`)]
      : known[name]!(value)
      ? []
      : [filterProblem(`${name} not valid`)]
  )
