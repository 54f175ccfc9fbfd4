/** Filters as text for people. */
import { exportTypeOf } from "../filters.js"
import { quote } from "../terminalText.js"
import * as wireTime from "../wireTime.js"
import { nameOf } from "./names.js"
import type { ExportFilter } from "./nodes.js"

export const print = (filter: ExportFilter): string => {
  switch (filter._tag) {
    case "Id":
    case "ExportType":
    case "Status":
    case "ExternalReferenceId": {
      const name = nameOf(filter._tag)
      const values = filter.values.map(filter._tag === "ExportType" ? typeWord : word)
      return values.length === 1 ? `${name} = ${values.join()}` : `${name} in (${values.join(", ")})`
    }
    case "CreatedAt": {
      const { gt, gte, lt, lte } = filter
      const bounds = ([[">=", gte], [">", gt], ["<=", lte], ["<", lt]] as const).flatMap(([sign, at]) =>
        at === undefined ? [] : [`${sign} ${wireTime.formatShort(at)}`]
      )
      // the name stands once: twice would read as two conditions
      const name = nameOf(filter._tag)
      const text = `${name} ${bounds.join(" and ")}`
      return bounds.length === 0 ? `has ${name}` : bounds.length === 1 ? text : `(${text})`
    }
    case "From":
    case "To":
      return `${nameOf(filter._tag)} = ${wireTime.formatShort(filter.value)}`
    case "DidNumber":
    case "VoiceOutTrunkId":
      return `${nameOf(filter._tag)} = ${word(filter.value)}`
    case "HasUrl":
      return "has url"
    case "And":
      return filter.filters.length === 0
        ? "everything"
        : filter.filters.map((part) => part._tag === "Or" ? enclosed(part) : print(part)).join(" and ")
    case "Or":
      return filter.filters.length === 0
        ? "nothing"
        : filter.filters.map((part) => part._tag === "And" ? enclosed(part) : print(part)).join(" or ")
    case "Not":
      return `not ${
        filter.filter._tag === "And" || filter.filter._tag === "Or" ? enclosed(filter.filter) : print(filter.filter)
      }`
  }
}

const enclosed = (filter: ExportFilter): string => {
  const text = print(filter)
  return text === "everything" || text === "nothing" ? text : `(${text})`
}

/** The words of the language, which are read in any letter case. */
export const keywords: ReadonlySet<string> = new Set(["and", "or", "not", "in", "has", "everything", "nothing"])

const word = (value: string): string =>
  /^[A-Za-z0-9_.:+-]+$/.test(value) && !keywords.has(value.toLowerCase()) ? value : quote(value)

// without quotes a known type in capitals would be read as that type
const typeWord = (value: string): string => {
  const known = exportTypeOf(value)
  return known === "unknown" || known === value ? word(value) : quote(value)
}
