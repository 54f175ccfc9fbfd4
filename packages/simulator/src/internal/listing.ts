/** Answers `GET /v3/exports`. */
import type { StoredExport } from "../Account.js"
import type { ApiVersion, FilterMode, Reply } from "../Simulator.js"
import * as filtering from "./filtering.js"
import { type Parsed, parsed, refused } from "./parsed.js"
import * as replies from "./replies.js"
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
  readonly exports: ReadonlyArray<StoredExport>
  readonly resource: (stored: StoredExport) => unknown
  readonly meta: { readonly [name: string]: unknown }
}

export const make = (options: Options): (request: Request) => Reply => {
  // all pages of one walk select the same exports
  let last: { readonly key: string; readonly of: Exports; readonly selected: Exports } | undefined
  return (request) =>
    respond(options, request, (key, select) => {
      if (last?.key !== key || last.of !== request.exports) last = { key, of: request.exports, selected: select() }
      return last.selected
    })
}

type Exports = ReadonlyArray<StoredExport>

type Remember = (key: string, select: () => Exports) => Exports

const respond = (
  options: Options,
  { exports, meta, resource, url, version }: Request,
  remember: Remember
): Reply => {
  const matching = filtering.matching(url.searchParams, version, options.filters)
  if (matching._tag === "Refused") return matching.reply
  const sorting = sortingOf(url.searchParams.get("sort"), version)
  if (sorting._tag === "Refused") return sorting.reply
  const page = pageOf(url.searchParams, options)
  if (page._tag === "Refused") return page.reply
  const { number, size } = page.value

  const parameters = Array.from(url.searchParams).filter(([name]) => name === "sort" || name.startsWith("filter["))
  const selected = remember(
    JSON.stringify([version, parameters]),
    () => sorting.value(exports.filter(matching.value))
  )
  return replies.document(200, {
    data: selected.slice((number - 1) * size, number * size).map(resource),
    meta: { ...(!options.omit.has("total_records") && { total_records: selected.length }), ...meta },
    ...(!options.omit.has("links") && { links: linksOf(url, options.linksOrigin, number, size, selected.length) })
  })
}

const comparisons: Readonly<Record<string, (a: StoredExport, b: StoredExport) => number>> = {
  status: (a, b) => compare(a.status, b.status),
  created_at: (a, b) => compare(a.createdAt ?? Infinity, b.createdAt ?? Infinity),
  external_reference_id: (a, b) => compare(a.externalReferenceId ?? "\uffff", b.externalReferenceId ?? "\uffff")
}

const compare = <A extends string | number>(a: A, b: A): number => a < b ? -1 : a > b ? 1 : 0

const sortingOf = (
  text: string | null,
  version: ApiVersion
): Parsed<(exports: Exports) => Exports> => {
  if (text === null) return parsed((exports) => exports)
  const criteria = text.split(",").map((name) =>
    name.startsWith("-") ? [name.slice(1), -1] as const : [name, 1] as const
  )
  const unknown = criteria.find(([name]) => !Object.hasOwn(comparisons, name) || !knows(version, name))
  if (unknown !== undefined) {
    return refused("114", "Invalid sort criteria", `${unknown[0]} is not a valid sort criteria for exports`)
  }
  const order = (a: StoredExport, b: StoredExport): number =>
    criteria.reduce((result, [name, sign]) => result === 0 ? sign * comparisons[name]!(a, b) : result, 0)
  return parsed((exports) => exports.slice().sort(order))
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
