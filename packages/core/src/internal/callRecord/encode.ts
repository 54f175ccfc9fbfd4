/** The encoding of the schema, without its checks. */
import type { Columns, Row } from "../../CallRecord.js"
import { cdrIn, cdrOut } from "../columns.js"
import { cdrInJson, cdrOutJson } from "./generated.js"

export const encode = (row: Row): typeof Row.Encoded => {
  switch (row._tag) {
    case "CdrInRecord":
      return cdrInJson(row)
    case "CdrOutRecord":
      return cdrOutJson(row)
    case "UnknownRecord":
    case "RejectedRow":
      return row
  }
}

export const toLine = (row: Row): string => {
  const json = encode(row)
  if (json._tag === "UnknownRecord" || json._tag === "RejectedRow") return JSON.stringify(json)
  let line = `{"_tag":"${json._tag}"`
  // a replacer takes twice as long
  for (const key of keys[json._tag]) {
    // a key of the record's own table
    const value: string | number | null | undefined = json[key as never]
    if (value == null) continue
    line += typeof value === "string" ? `,"${key}":${JSON.stringify(value)}` : `,"${key}":${value}`
  }
  const { extra } = json
  return extra === undefined || isEmpty(extra) ? `${line}}` : `${line},"extra":${JSON.stringify(extra)}}`
}

const keys = { CdrInRecord: Object.keys(cdrIn), CdrOutRecord: Object.keys(cdrOut) }

const isEmpty = (extra: Columns): boolean => {
  for (const _ in extra) return false
  return true
}
