/** The list's filters, by version and mode. */
import type { Record as Row } from "../Account.js"
import type { ApiVersion, FilterMode } from "../Simulator.js"
import { type Parsed, parsed, refused } from "./parsed.js"

type Condition = (row: Row) => boolean

interface Filter {
  /** `undefined`: a value that this filter does not take. */
  readonly read: (value: string) => Condition | undefined
  readonly blank?: boolean
  /** Only documented: the OpenAPI description does not have it. */
  readonly doubtful?: boolean
}

type Filters = Readonly<Record<string, Filter>>

const list = (of: (row: Row) => string, known?: ReadonlyArray<string>): Filter => ({
  read: (value) => {
    const values = value.split(",")
    if (known !== undefined && values.some((value) => !known.includes(value))) return undefined
    return (row) => values.includes(of(row))
  }
})

const created = (holds: (at: number, bound: number) => boolean): Filter => ({
  read: (value) => {
    const bound = Date.parse(value)
    return Number.isNaN(bound) ? undefined : (row) => row.createdAt !== null && holds(row.createdAt, bound)
  }
})

/** What the export was ordered with; those ordered by year and month have neither range nor numbers here. */
const ordered = (name: string, types: ReadonlyArray<string>): Filter => ({
  blank: name !== "from" && name !== "to",
  doubtful: true,
  read: (value) => (row) =>
    row.filters !== null && !Object.hasOwn(row.filters, "year") && types.includes(row.exportType) &&
    (row.filters[name] ?? "") === value
})

const filters: Readonly<Record<ApiVersion, Filters>> = {
  "2022-05-10": {},
  "2026-04-16": {
    id: list((row) => row.id),
    external_reference_id: { read: (value) => (row) => row.externalReferenceId === value },
    from: ordered("from", ["cdr_in", "cdr_out"]),
    to: ordered("to", ["cdr_in", "cdr_out"]),
    did_number: ordered("did_number", ["cdr_in"]),
    "voice_out_trunk.id": ordered("voice_out_trunk.id", ["cdr_out"])
  },
  "2026-11-19": {
    id: list((row) => row.id),
    export_type: list((row) => row.exportType, ["cdr_in", "cdr_out", "sms_in", "sms_out"]),
    status: list((row) => row.status, ["pending", "processing", "completed"]),
    external_reference_id: { read: (value) => (row) => row.externalReferenceId === value },
    created_at_gteq: created((at, bound) => at >= bound),
    created_at_lteq: created((at, bound) => at <= bound)
  }
}

/** All `filter[...]` of the query together. */
export const matching = (parameters: URLSearchParams, version: ApiVersion, mode: FilterMode): Parsed<Condition> => {
  const conditions: Array<Condition> = []
  for (const [parameter, value] of parameters) {
    const name = /^filter\[(.*)\]$/.exec(parameter)?.[1]
    if (name === undefined) continue
    const filter = Object.hasOwn(filters[version], name) ? filters[version][name] : undefined
    if (filter === undefined || (filter.doubtful === true && mode !== "documented")) {
      if (mode === "ignoring") continue
      return refused("102", "Filter not allowed", `${name} is not allowed.`)
    }
    const condition = value === "" && filter.blank !== true ? undefined : filter.read(value)
    if (condition === undefined) {
      return refused("107", "Invalid filter value", `${value} is not a valid value for ${name}.`)
    }
    conditions.push(condition)
  }
  return parsed((row) => conditions.every((condition) => condition(row)))
}
