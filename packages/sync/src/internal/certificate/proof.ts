/** What the text of a certificate proves by itself: hashes, tiles and totals. */
import type { Period } from "@effect-didww/core/ExportRequest"
import * as DateTime from "effect/DateTime"
import { createHash } from "node:crypto"
import type { Certificate } from "../../Certificate.js"
import { isSealed, type Manifest } from "../../Manifest.js"
import { isSame } from "../calendar.js"
import * as json from "../json.js"
import { total } from "../pull/rowsHash.js"
import { sumsOfAll } from "../pull/totals.js"

const sha256 = (...texts: ReadonlyArray<string>): string => createHash("sha256").update(texts.join("\n")).digest("hex")

type Head = Pick<Certificate, "version" | "account" | "exportType" | "month" | "from" | "to" | "settleHours">

type Link = Certificate["links"][number]

/** Chains links: each has the hash of the one before it. */
export const chained = (head: Head, links: ReadonlyArray<Omit<Link, "hash">>): ReadonlyArray<Link> => {
  let hash = startOf(head)
  return links.map((link) => {
    hash = sha256(hash, link.manifest.digest ?? "", textOf(link.verifiedAt))
    return { ...link, hash }
  })
}

const textOf = (time: DateTime.Utc | undefined): string => time === undefined ? "" : DateTime.formatIso(time)

const startOf = ({ account, exportType, from, month, settleHours, to, version }: Head): string =>
  sha256(json.canonical({ account, exportType, from, month, settleHours, to, version }))

/** The digest of a certificate. */
export const digestOf = (
  { audit, level, links, madeAt, reasons, totals, ...head }: Omit<Certificate, "digest">
): string => sha256(links.at(-1)?.hash ?? startOf(head), json.canonical({ audit, level, madeAt, reasons, totals }))

/** Whether nobody changed a certificate. */
export const isWhole = (certificate: Certificate): boolean => {
  const { digest, ...rest } = certificate
  return chained(certificate, certificate.links).every(({ hash }, index) => hash === certificate.links[index]?.hash) &&
    digest === digestOf(rest)
}

export const totalsOf = (manifests: ReadonlyArray<Manifest>): Certificate["totals"] => ({
  records: manifests.reduce((sum, { records }) => sum + records, 0),
  rejected: manifests.reduce((sum, { rejected }) => sum + rejected, 0),
  sums: sumsOfAll(manifests.map(({ sums }) => sums)),
  rowsHash: total(manifests.map(({ rowsHash }) => rowsHash))
})

/** Why an audit does not say the same as the totals. */
export const auditReasons = (
  audit: Certificate["audit"],
  { records, rejected, rowsHash }: Certificate["totals"]
): ReadonlyArray<string> => {
  if (audit === undefined) return ["the month was not audited"]
  if (audit.rows !== records + rejected) {
    return [`the export of the whole month has ${audit.rows} rows instead of ${records + rejected}`]
  }
  return audit.rowsHash === rowsHash ? [] : ["the export of the whole month has other rows"]
}

interface Tiling extends Period, Pick<Certificate, "account" | "exportType" | "settleHours"> {
  readonly isAudited: boolean
}

/** Why the manifests do not cover a month once. They come by time. */
export const tileReasons = (
  { account, exportType, from, isAudited, settleHours, to }: Tiling,
  manifests: ReadonlyArray<Manifest>
): ReadonlyArray<string> => {
  const reasons: Array<string> = []
  const gap = (start: DateTime.Utc, end: DateTime.Utc): void => {
    if (DateTime.lessThan(start, end)) {
      reasons.push(`no window has ${DateTime.formatIso(start)} to ${DateTime.formatIso(end)}`)
    }
  }
  let covered = from
  for (const manifest of manifests) {
    const { requestedAt, subject: { window, ...subject } } = manifest
    if (subject.account !== account || subject.exportType !== exportType) {
      reasons.push(`${window.key} is of ${subject.exportType} of ${subject.account}`)
    }
    if (!isSealed(manifest)) reasons.push(`the manifest of ${window.key} was changed, or has no digest`)
    if (!isOfWindow(manifest)) reasons.push(`${window.key} was requested for another period`)
    gap(covered, window.from)
    if (DateTime.lessThan(window.from, covered) || DateTime.greaterThan(window.to, to)) {
      reasons.push(`${window.key} overlaps another window or another month`)
    }
    if (!isAudited && DateTime.lessThan(requestedAt, DateTime.add(window.to, { hours: settleHours }))) {
      reasons.push(`${window.key} was requested before it had settled`)
    }
    covered = DateTime.max(covered, window.to)
  }
  gap(covered, to)
  return reasons
}

const isOfWindow = ({ request, subject: { window } }: Manifest): boolean => isSame(request, window)
