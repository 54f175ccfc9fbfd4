/** The names of conditions on the wire, and the filters of `GET /exports` that each version has for them. */
import type { ApiVersion } from "../../ApiVersion.js"
import { attributes } from "../attributes.js"
import { filters, period } from "../filters.js"
import { type ListFilter, type ListFilters, many } from "./listFilter.js"
import type { ExportFilter } from "./nodes.js"

type Tag = ExportFilter["_tag"]

interface Named {
  readonly name: string
  readonly listFilters: ListFilters
}

/** The id is no attribute. */
const id: Named = { name: "id", listFilters: { "2026-04-16": many, "2026-11-19": many } }

const conditions = {
  Id: id,
  ExportType: attributes.exportType,
  Status: attributes.status,
  ExternalReferenceId: attributes.externalReferenceId,
  CreatedAt: attributes.createdAt,
  From: period.from,
  To: period.to,
  DidNumber: filters.cdr_in.didNumber,
  VoiceOutTrunkId: filters.cdr_out.voiceOutTrunkId
} satisfies { readonly [T in Tag]?: Named }

/** The tag of a condition on something that has a name. */
export type NamedTag = keyof typeof conditions

export const nameOf = (tag: NamedTag): string => conditions[tag].name

const isNamed = (tag: Tag): tag is NamedTag => Object.hasOwn(conditions, tag)

/** The names of the parameters of a filter: two for a range. */
const parametersOf = ({ name }: Named, { values }: ListFilter): ReadonlyArray<string> =>
  values === "range" ? [`${name}_gteq`, `${name}_lteq`] : [name]

/** The list filters of a version, by the names of their parameters. */
export const listFilters = (version: ApiVersion): ReadonlyMap<string, ListFilter> => byVersion[version]

const collect = (version: ApiVersion): ReadonlyMap<string, ListFilter> =>
  new Map(
    Object.values<Named>(conditions).flatMap((named) => {
      const filter = named.listFilters[version]
      return filter === undefined ? [] : parametersOf(named, filter).map((name) => [name, filter] as const)
    })
  )

const byVersion: Readonly<Record<ApiVersion, ReadonlyMap<string, ListFilter>>> = {
  "2022-05-10": collect("2022-05-10"),
  "2026-04-16": collect("2026-04-16"),
  "2026-11-19": collect("2026-11-19")
}

/** The parameters by which some version says a condition; none, if no version does. */
export const parametersFor = (tag: Tag): ReadonlyArray<string> => {
  if (!isNamed(tag)) return []
  const named: Named = conditions[tag]
  return Array.from(new Set(Object.values(named.listFilters).flatMap((filter) => parametersOf(named, filter))))
}
