/** `GET /v3/exports` over an account. */
import type { Record as Row } from "../Account.js"
import type { ApiVersion, FilterMode, Outcome } from "../Simulator.js"
import * as answers from "./answers.js"
import * as filtering from "./filtering.js"
import { type Parsed, parsed, refused } from "./parsed.js"
import { knows } from "./resource.js"

export interface Options {
  readonly filters: FilterMode
  readonly maxPageSize: number
  readonly oversize: "refuse" | "clamp"
  readonly omit: ReadonlySet<string>
  readonly linksOrigin: string | undefined
}

export interface Request {
  readonly url: URL
  readonly version: ApiVersion
  readonly records: ReadonlyArray<Row>
  readonly resource: (row: Row) => unknown
  readonly meta: { readonly [name: string]: unknown }
}

export const make = (options: Options): (request: Request) => Outcome => {
  // page after page asks for the same rows
  let last: { readonly key: string; readonly of: ReadonlyArray<Row>; readonly rows: ReadonlyArray<Row> } | undefined
  return (request) =>
    respond(options, request, (key, rows) => {
      if (last?.key !== key || last.of !== request.records) last = { key, of: request.records, rows: rows() }
      return last.rows
    })
}

type Remember = (key: string, rows: () => ReadonlyArray<Row>) => ReadonlyArray<Row>

const respond = (
  options: Options,
  { meta, records, resource, url, version }: Request,
  remember: Remember
): Outcome => {
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
    meta: { ...(!options.omit.has("total_records") && { total_records: rows.length }), ...meta },
    ...(!options.omit.has("links") && { links: linksOf(url, options.linksOrigin, number, size, rows.length) })
  })
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
