/** A plan as text, with the reasons. */
import * as ApiVersion from "../../ApiVersion.js"
import type { ExportFilter, Parameter } from "../../ExportFilter.js"
import type { Plan } from "../../ExportQuery.js"
import { wireNames } from "./plan.js"
import { print } from "./print.js"

export const explain = (filter: ExportFilter, plan: Plan<unknown>, version: ApiVersion.ApiVersion): string => {
  if (plan.filter.contradictory) return `${print(filter)}\nNothing can match: no request is sent.`
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
    "asked of the server",
    ...aligned(sent),
    ...(checked.length === 0 ? ["nothing left to check here"] : ["checked here", ...aligned(checked)])
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
    ? "only while the result fits one page: it can change meanwhile"
    : parameter?.doubtful === true
    ? "documented, but a server may refuse it"
    : ""

const reasonToCheck = (
  condition: ExportFilter,
  parameters: ReadonlyArray<Parameter>,
  version: ApiVersion.ApiVersion
): string => {
  const names = namesOf(condition)
  if (names.length === 0) return "no list filter says this"
  if (!names.some((name) => Object.hasOwn(ApiVersion.listFilters(version), name))) {
    return "no list filter of this version says this"
  }
  const sent = parameters.find(({ name }) => names.includes(name))
  return sent === undefined
    ? "this value cannot travel in a list filter"
    : sent.volatile
    ? "it can change while pages are read"
    : sent.doubtful
    ? "a server may ignore the filter"
    : "the server's filter is a little wider"
}

const namesOf = ({ _tag }: ExportFilter): ReadonlyArray<string> => {
  switch (_tag) {
    case "CreatedAt":
      return ["created_at_gteq", "created_at_lteq"]
    case "HasUrl":
    case "And":
    case "Or":
    case "Not":
      return []
    default:
      return [wireNames[_tag]]
  }
}
