/** The references of exports, and the requests that have them. */
import type { ExportRequest, Referenced } from "@effect-didww/core/ExportRequest"
import { createHash } from "node:crypto"
import type { Subject } from "../../Manifest.js"
import type { Callbacks } from "../../Sync.js"
import { utc } from "../calendar.js"
import { windowOf } from "../pull/subject.js"
import { auditEnding, isAudit } from "./audits.js"

/** DIDWW allows 100 characters: with 20 of a prefix, a window of another zone, an audit and 99 generations these are 97. */
const longestAccount = 24

const shortened = (account: string): string =>
  account.length <= longestAccount
    ? account
    : `${account.slice(0, longestAccount - 9)}-${createHash("sha256").update(account).digest("hex").slice(0, 8)}`

/** Names a window the same way in every run. Windows of UTC and of another zone have different names. */
export const referenceOf = (prefix: string, { account, exportType, generation, window }: Subject): string => {
  const name = windowOf(window, utc).key.replaceAll(":", "")
  const kind = isAudit(window) ? auditEnding : ""
  return `${prefix}.${shortened(account)}.${exportType}.${name}${kind}.g${generation}`
}

/** The request of a window. */
export const requestOf = (
  subject: Subject,
  externalReferenceId: string,
  callbacks: Callbacks | undefined
): ExportRequest & Referenced => ({
  exportType: subject.exportType,
  from: subject.window.from,
  to: subject.window.to,
  externalReferenceId,
  ...(callbacks !== undefined && { callback: { url: callbacks.url, method: callbacks.method ?? "post" } })
})
