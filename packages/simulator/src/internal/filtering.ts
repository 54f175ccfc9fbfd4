/** The list's filters, by API version and mode. */
import type { StoredExport } from "../Account.js"
import type { ApiVersion, FilterMode } from "../Simulator.js"
import { type Parsed, parsed, refused } from "./parsed.js"

type Condition = (stored: StoredExport) => boolean

interface Filter {
  /** `undefined` for a value that this filter does not accept. */
  readonly read: (value: string) => Condition | undefined
  readonly acceptsBlank?: boolean
  /** Documented, but not part of the OpenAPI description. */
  readonly isDisputed?: boolean
}

type Filters = Readonly<Record<string, Filter>>

const list = (of: (stored: StoredExport) => string, known?: ReadonlyArray<string>): Filter => ({
  read: (value) => {
    const values = value.split(",")
    if (known !== undefined && values.some((value) => !known.includes(value))) return undefined
    return (stored) => values.includes(of(stored))
  }
})

const created = (holds: (at: number, bound: number) => boolean): Filter => ({
  read: (value) => {
    const bound = Date.parse(value)
    return Number.isNaN(bound) ? undefined : (stored) => stored.createdAt !== null && holds(stored.createdAt, bound)
  }
})

/** Looks at the filters of the request that created an export. Requests by year and month never match. */
const requested = (name: string, types: ReadonlyArray<string>): Filter => ({
  acceptsBlank: name !== "from" && name !== "to",
  isDisputed: true,
  read: (value) => (stored) =>
    stored.filters !== null && !Object.hasOwn(stored.filters, "year") && types.includes(stored.exportType) &&
    (stored.filters[name] ?? "") === value
})

const filters: Readonly<Record<ApiVersion, Filters>> = {
  "2022-05-10": {},
  "2026-04-16": {
    id: list((stored) => stored.id),
    external_reference_id: { read: (value) => (stored) => stored.externalReferenceId === value },
    from: requested("from", ["cdr_in", "cdr_out"]),
    to: requested("to", ["cdr_in", "cdr_out"]),
    did_number: requested("did_number", ["cdr_in"]),
    "voice_out_trunk.id": requested("voice_out_trunk.id", ["cdr_out"])
  },
  "2026-11-19": {
    id: list((stored) => stored.id),
    export_type: list((stored) => stored.exportType, ["cdr_in", "cdr_out", "sms_in", "sms_out"]),
    status: list((stored) => stored.status, ["pending", "processing", "completed"]),
    external_reference_id: { read: (value) => (stored) => stored.externalReferenceId === value },
    created_at_gteq: created((at, bound) => at >= bound),
    created_at_lteq: created((at, bound) => at <= bound)
  }
}

/** Reads every `filter[...]` of the query. An export matches if all of them hold. */
export const matching = (parameters: URLSearchParams, version: ApiVersion, mode: FilterMode): Parsed<Condition> => {
  const conditions: Array<Condition> = []
  for (const [parameter, value] of parameters) {
    const name = /^filter\[(.*)\]$/.exec(parameter)?.[1]
    if (name === undefined) continue
    const filter = Object.hasOwn(filters[version], name) ? filters[version][name] : undefined
    if (filter === undefined || (filter.isDisputed === true && mode !== "documented")) {
      if (mode === "ignoring") continue
      return refused("102", "Filter not allowed", `${name} is not allowed.`)
    }
    const condition = value === "" && filter.acceptsBlank !== true ? undefined : filter.read(value)
    if (condition === undefined) {
      return refused("107", "Invalid filter value", `${value} is not a valid value for ${name}.`)
    }
    conditions.push(condition)
  }
  return parsed((stored) => conditions.every((condition) => condition(stored)))
}
