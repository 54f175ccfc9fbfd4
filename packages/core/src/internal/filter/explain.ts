/** A plan as text, with the reason for each part. */
import type { ApiVersion } from "../../ApiVersion.js"
import type { ExportQuery } from "../../ExportQuery.js"
import type { QueryPlan } from "../export/query.js"
import * as data from "./data.js"
import { listFilters, parametersFor } from "./names.js"
import type { ExportFilter } from "./nodes.js"
import type { Parameter } from "./plan.js"
import { print } from "./print.js"

export const explain = (query: ExportQuery, plan: QueryPlan<unknown>, version: ApiVersion): string => {
  if (plan.filter.contradictory) {
    return `${print(query.filter ?? data.everything)}\nNothing can match: no request is sent.`
  }
  const { parameters, rest } = plan.filter
  const sent = plan.parameters.map(([name, value]) => ({
    text: `${name}=${value}`,
    why: reasonToSend(parameters.find((parameter) => name === `filter[${parameter.name}]`))
  }))
  const checked = (rest._tag === "And" ? rest.filters : [rest]).map((condition) => ({
    text: print(condition),
    why: reasonToCheck(condition, parameters, version)
  }))
  return [
    `API version ${version}`,
    "sent to the server",
    ...aligned(sent),
    ...(checked.length === 0 ? ["nothing left for the client"] : ["checked by the client", ...aligned(checked)])
  ].join("\n")
}

interface Line {
  readonly text: string
  readonly why: string
}

const aligned = (lines: ReadonlyArray<Line>): ReadonlyArray<string> => {
  const width = Math.max(...lines.map(({ text }) => text.length))
  return lines.map(({ text, why }) => `  ${text.padEnd(width)}  ${why}`.trimEnd())
}

const reasonToSend = (parameter: Parameter | undefined): string =>
  parameter?.volatile === true
    ? "only if the result fits one page: the value can change"
    : parameter?.unverified === true
    ? "documented, but a server may refuse it"
    : ""

const reasonToCheck = (
  condition: ExportFilter,
  parameters: ReadonlyArray<Parameter>,
  version: ApiVersion
): string => {
  const names = parametersFor(condition._tag)
  if (names.length === 0) return "the server has no such filter"
  if (!names.some((name) => listFilters(version).has(name))) return "this version has no such filter"
  const sent = parameters.find(({ name }) => names.includes(name))
  return sent === undefined
    ? "the server's filter cannot take this value"
    : sent.volatile
    ? "the value can change while pages are read"
    : sent.unverified
    ? "a server may ignore the filter"
    : "the server's filter is a little wider"
}
