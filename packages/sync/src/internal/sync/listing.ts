/** The exports that exist already, by their references. */
import type * as DidwwError from "@effect-didww/core/DidwwError"
import type * as Export from "@effect-didww/core/Export"
import * as ExportFilter from "@effect-didww/core/ExportFilter"
import type { ExportRequest, Referenced } from "@effect-didww/core/ExportRequest"
import * as Protocol from "@effect-didww/core/Protocol"
import type { Service } from "@effect-didww/http/ExportsClient"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** The exports of an account by reference, oldest first. */
export type Index = ReadonlyMap<string, ReadonlyArray<Export.Export>>

/** An archive lives a month, and processing takes some time before. */
export const livesDays = 40

const indexOf = (newestFirst: ReadonlyArray<Export.Export>): Index => {
  const index = new Map<string, Array<Export.Export>>()
  for (const one of newestFirst.toReversed()) {
    const reference = one.externalReferenceId
    if (reference === undefined || reference === null) continue
    const found = index.get(reference)
    if (found === undefined) index.set(reference, [one])
    else found.push(one)
  }
  return index
}

/** Reads the list back to where archives are gone. */
export const recent = (client: Service, now: DateTime.Utc): Effect.Effect<Index, DidwwError.ListError> => {
  const earliest = DateTime.subtract(now, { days: livesDays })
  const isRecent = ({ createdAt }: Export.Export): boolean =>
    createdAt === undefined || createdAt === null || DateTime.greaterThan(createdAt, earliest)
  return client.stream({ pageSize: 1000 }).pipe(
    Stream.takeWhile(isRecent),
    Stream.runCollect,
    Effect.map((all) => indexOf(Array.from(all)))
  )
}

/** Reads the exports of one reference. */
export const byReference = (client: Service, reference: string): Effect.Effect<Index, DidwwError.ListError> =>
  client.stream({ filter: ExportFilter.externalReferenceId(reference) }).pipe(
    Stream.runCollect,
    Effect.map((all) => indexOf(Array.from(all)))
  )

/** What the list has for a request. */
export interface Found {
  /** The exports that this request made, oldest first. */
  readonly same: ReadonlyArray<Export.Export>
  /** Exports of other requests with its reference. */
  readonly others: ReadonlyArray<Export.Export>
}

export const find = (index: Index, request: ExportRequest & Referenced): Found => {
  const all = index.get(request.externalReferenceId) ?? []
  const isSame = (one: Export.Export): boolean => Protocol.differences(request, one).length === 0
  return { same: all.filter(isSame), others: all.filter((one) => !isSame(one)) }
}
