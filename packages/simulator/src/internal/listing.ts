/** `GET /v3/exports` and `GET /v3/exports/{id}` over an account. */
import * as Option from "effect/Option"
import type { Record as Row } from "../Account.js"
import type { ApiVersion, FilterMode, Outcome, Seen } from "../Simulator.js"
import * as answers from "./answers.js"
import * as filtering from "./filtering.js"
import { type Parsed, parsed, refused } from "./parsed.js"

interface Options {
  readonly filters: FilterMode
  readonly maxPageSize: number
  readonly oversize: "refuse" | "clamp"
  readonly omit: ReadonlySet<string>
  readonly linksOrigin: string | undefined
}

const attributeNames = [
  "status",
  "created_at",
  "external_reference_id",
  "url",
  "callback_url",
  "callback_method",
  "export_type",
  "filters"
]

export const make = (
  options: Options
): (request: Seen, version: ApiVersion, records: ReadonlyArray<Row>) => Outcome => {
  // page after page asks for the same rows
  let last: { readonly key: string; readonly of: ReadonlyArray<Row>; readonly rows: ReadonlyArray<Row> } | undefined
  return (request, version, records) =>
    respond(options, request, version, records, (key, rows) => {
      if (last?.key !== key || last.of !== records) last = { key, of: records, rows: rows() }
      return last.rows
    })
}

type Remember = (key: string, rows: () => ReadonlyArray<Row>) => ReadonlyArray<Row>

const respond = (
  options: Options,
  request: Seen,
  version: ApiVersion,
  records: ReadonlyArray<Row>,
  remember: Remember
): Outcome => {
  const url = new URL(request.url)
  const path = /^\/v3\/exports(?:\/([^/]+))?$/.exec(url.pathname)
  if (path === null || request.method !== "GET") return answers.notFound(url.pathname)
  const fields = fieldsOf(url.searchParams.get("fields[exports]"), version)
  if (fields._tag === "Refused") return fields.outcome
  const resource = (row: Row) => ({
    id: row.id,
    type: "exports",
    attributes: attributesOf(row, version, url.origin, fields.value)
  })
  const apiVersion = options.omit.has("api_version") ? {} : { api_version: version }
  if (path[1] !== undefined) {
    const id = Option.getOrElse(Option.liftThrowable(decodeURIComponent)(path[1]), () => url.pathname)
    const row = records.find((row) => row.id === id)
    return row === undefined ? answers.notFound(id) : answers.document(200, { data: resource(row), meta: apiVersion })
  }

  const matching = filtering.matching(url.searchParams, version, options.filters)
  if (matching._tag === "Refused") return matching.outcome
  const sorting = sortingOf(url.searchParams.get("sort"), version)
  if (sorting._tag === "Refused") return sorting.outcome
  const page = pageOf(url.searchParams, options)
  if (page._tag === "Refused") return page.outcome
  const { number, size } = page.value

  const selection = Array.from(url.searchParams).filter(([name]) => name === "sort" || name.startsWith("filter["))
  const rows = remember(
    JSON.stringify([version, selection]),
    () => sorting.value(records.filter(matching.value))
  )
  return answers.document(200, {
    data: rows.slice((number - 1) * size, number * size).map(resource),
    meta: { ...(!options.omit.has("total_records") && { total_records: rows.length }), ...apiVersion },
    ...(!options.omit.has("links") && { links: linksOf(url, options.linksOrigin, number, size, rows.length) })
  })
}

const knows = (version: ApiVersion, attribute: string): boolean =>
  attributeNames.includes(attribute) &&
  (version !== "2022-05-10" || (attribute !== "external_reference_id" && attribute !== "filters"))

const fieldsOf = (text: string | null, version: ApiVersion): Parsed<ReadonlySet<string> | undefined> => {
  if (text === null) return parsed(undefined)
  const names = text.split(",")
  const unknown = names.find((name) => !knows(version, name))
  return unknown === undefined
    ? parsed(new Set(names))
    : refused("104", "Invalid field", `${unknown} is not a valid field for exports.`)
}

const attributesOf = (
  row: Row,
  version: ApiVersion,
  origin: string,
  fields: ReadonlySet<string> | undefined
): { readonly [name: string]: unknown } => {
  const isOld = version === "2022-05-10"
  const shown: { readonly [name: string]: unknown } = {
    status: isOld ? `${row.status.charAt(0).toUpperCase()}${row.status.slice(1)}` : row.status,
    created_at: row.createdAt === null ? null : new Date(row.createdAt).toISOString(),
    external_reference_id: row.externalReferenceId,
    url: row.url === null ? null : `${origin}/v3${row.url}`,
    callback_url: row.callbackUrl,
    callback_method: isOld ? row.callbackMethod?.toUpperCase() ?? null : row.callbackMethod,
    export_type: row.exportType,
    filters: row.filters,
    ...row.shows
  }
  return Object.fromEntries(
    Object.entries(shown).filter(([name, value]) =>
      value !== undefined && (fields === undefined || fields.has(name)) &&
      (!attributeNames.includes(name) || knows(version, name))
    )
  )
}

const comparisons: Readonly<Record<string, (a: Row, b: Row) => number>> = {
  status: (a, b) => compare(a.status, b.status),
  created_at: (a, b) => compare(a.createdAt ?? Infinity, b.createdAt ?? Infinity),
  external_reference_id: (a, b) => compare(a.externalReferenceId ?? "\uffff", b.externalReferenceId ?? "\uffff")
}

const compare = <A extends string | number>(a: A, b: A): number => a < b ? -1 : a > b ? 1 : 0

const sortingOf = (
  text: string | null,
  version: ApiVersion
): Parsed<(rows: ReadonlyArray<Row>) => ReadonlyArray<Row>> => {
  if (text === null) return parsed((rows) => rows)
  const criteria = text.split(",").map((name) =>
    name.startsWith("-") ? [name.slice(1), -1] as const : [name, 1] as const
  )
  const unknown = criteria.find(([name]) => !Object.hasOwn(comparisons, name) || !knows(version, name))
  if (unknown !== undefined) {
    return refused("114", "Invalid sort criteria", `${unknown[0]} is not a valid sort criteria for exports`)
  }
  const order = (a: Row, b: Row): number =>
    criteria.reduce((result, [name, sign]) => result === 0 ? sign * comparisons[name]!(a, b) : result, 0)
  return parsed((rows) => rows.slice().sort(order))
}

const pageOf = (
  parameters: URLSearchParams,
  { maxPageSize, oversize }: Options
): Parsed<{ readonly number: number; readonly size: number }> => {
  const number = parameters.get("page[number]") ?? "1"
  const size = parameters.get("page[size]") ?? "50"
  if (!/^[1-9]\d*$/.test(number)) return refused("118", "Invalid page value", `${number} is not a valid page number`)
  if (!/^[1-9]\d*$/.test(size)) return refused("118", "Invalid page value", `${size} is not a valid page size`)
  return Number(size) > maxPageSize && oversize === "refuse"
    ? refused("118", "Invalid page value", `size exceeds maximum page size of ${maxPageSize}.`)
    : parsed({ number: Number(number), size: Math.min(Number(size), maxPageSize) })
}

const linksOf = (url: URL, origin: string | undefined, number: number, size: number, total: number) => {
  const last = Math.max(1, Math.ceil(total / size))
  const link = (page: number): string => {
    const linked = new URL(url.pathname + url.search, origin ?? url.origin)
    linked.searchParams.set("page[number]", String(page))
    linked.searchParams.set("page[size]", String(size))
    return linked.href
  }
  return {
    first: link(1),
    ...(number > 1 && { prev: link(number - 1) }),
    ...(number < last && { next: link(number + 1) }),
    last: link(last)
  }
}
