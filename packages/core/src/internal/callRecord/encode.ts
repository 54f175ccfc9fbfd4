/** The encoding of the schema, without its checks. */
import type { Row } from "../../CallRecord.js"
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
