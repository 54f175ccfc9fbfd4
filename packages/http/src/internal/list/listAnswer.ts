/** What an answer of the list says. */
import * as Export from "@effect-didww/core/Export"
import * as JsonApi from "@effect-didww/core/JsonApi"
import * as Protocol from "@effect-didww/core/Protocol"
import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { Page } from "../../ExportsClient.js"
import * as json from "../request/json.js"
import type * as walk from "./walk.js"

/** All rows of the page, as they came. */
export type ListAnswer = walk.Answer<Export.Export>

export const decode: json.Decode<ListAnswer> = (body) => {
  if (!Predicate.isRecord(body)) return Either.left({ path: [], expected: "an object" })
  if (!Array.isArray(body.data)) return Either.left({ path: ["data"], expected: "an array" })
  const rows: Array<Export.Export> = []
  for (const resource of body.data) {
    const row = Protocol.fromResource(resource)
    if (Either.isLeft(row)) return Either.left(json.below("data", rows.length)(row.left))
    rows.push(row.right)
  }
  return Either.right({
    rows,
    total: Option.getOrUndefined(JsonApi.totalRecords(body)),
    apiVersion: Protocol.apiVersion(body),
    hasNext: Protocol.hasLink(body, "next") ? true : Protocol.hasLink(body, "last") ? false : undefined
  })
}

/** When an export was created, in milliseconds. `undefined` if the answer does not say it. */
export const createdAtOf = ({ createdAt }: Export.Export): number | undefined =>
  createdAt == null ? undefined : DateTime.toEpochMillis(createdAt)

/** Whether there are no other pages. A link to a next page counts more than the total. */
export const isOnlyPage = ({ hasNext, rows, total }: ListAnswer): boolean =>
  hasNext !== true && (total === undefined ? hasNext === false : total <= rows.length)

/** The page as the query wants it: the server's filters may have left rows in that the client's remove. */
export const pageOf = <A>(
  { matches, select }: Protocol.QueryPlan<A>,
  { apiVersion, total }: ListAnswer,
  number: number,
  rows: ListAnswer["rows"]
): Page<A> => ({
  number,
  exports: rows.filter(matches).map(select),
  totalRecords: Option.fromNullable(total),
  apiVersion
})
