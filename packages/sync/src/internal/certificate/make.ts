/** Makes certificates from what a destination says of itself. */
import type { Period } from "@effect-didww/core/ExportRequest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Certificate, Level, Options } from "../../Certificate.js"
import type { DestinationError } from "../../Destination.js"
import type { Manifest } from "../../Manifest.js"
import * as calendar from "../calendar.js"
import * as states from "../sync/state.js"
import * as proof from "./proof.js"

export const make = (options: Options): Effect.Effect<Certificate, DestinationError> =>
  Effect.gen(function*() {
    const { account, destination, exportType, month } = options
    const state = yield* states.load(destination)
    const isMine = (one: { readonly account: string; readonly exportType: string }): boolean =>
      one.account === account && one.exportType === exportType
    const zone = options.zone ?? state.coverages.find(isMine)?.zone ?? calendar.utc
    const period = periodOf(month, zone)
    const manifests = (yield* destination.manifests)
      .filter(({ subject }) => isMine(subject) && calendar.isOverlapping(subject.window, period))
      .toSorted((one, other) => one.subject.window.from.epochMillis - other.subject.window.from.epochMillis)
    const found = state.audits.find((audit) => isMine(audit) && calendar.isSame(audit, period))
    const totals = proof.totalsOf(manifests)
    const audit = found && auditOf(found)
    const auditReasons = proof.auditReasons(audit, totals)
    const head = {
      version: 1 as const,
      account,
      exportType,
      month,
      ...period,
      settleHours: Duration.toHours(options.settleAfter ?? "26 hours")
    }
    const verified = state.verifications.find((one) => isMine(one) && calendar.isSame(one, period))
    const looks = manifests.map((manifest) => lookOf(manifest, verified))
    const links = manifests.map((manifest, index) => {
      const verifiedAt = looks[index]?.verifiedAt
      return { manifest, ...(verifiedAt !== undefined && { verifiedAt }) }
    })
    const tileReasons = proof.tileReasons({ ...head, isAudited: auditReasons.length === 0 }, manifests)
    const lookReasons = looks.flatMap(({ reasons }) => reasons)
    const certificate = {
      ...head,
      madeAt: yield* DateTime.now,
      level: levelOf(tileReasons, lookReasons, auditReasons),
      reasons: [...tileReasons, ...lookReasons, ...auditReasons],
      links: proof.chained(head, links),
      totals,
      ...(audit !== undefined && { audit })
    }
    return { ...certificate, digest: proof.digestOf(certificate) }
  })

/** The highest level that nothing speaks against. */
export const levelOf = (
  ofTiles: ReadonlyArray<string>,
  ofData: ReadonlyArray<string>,
  ofAudit: ReadonlyArray<string>
): Level =>
  ofTiles.length > 0 ? "incomplete" : ofData.length > 0 ? "tiled" : ofAudit.length > 0 ? "verified" : "audited"

const periodOf = (month: string, zone: DateTime.TimeZone): Period => {
  const [year = 0, number = 1] = month.split("-").map(Number)
  return { from: calendar.startOf(zone, year, number, 1), to: calendar.startOf(zone, year, number + 1, 1) }
}

const auditOf = (
  { archiveSha256, exportId, requestedAt, rows, rowsHash }: states.Audit
): NonNullable<Certificate["audit"]> => ({ exportId, requestedAt, archiveSha256, rows, rowsHash })

interface Look {
  readonly verifiedAt?: DateTime.Utc
  readonly reasons: ReadonlyArray<string>
}

/** What the ledger says of the same data. */
const lookOf = ({ digest, subject: { window } }: Manifest, verified: states.Verification | undefined): Look => {
  const found = verified?.windows.find((one) => calendar.isSame(one, window) && one.digest === digest)
  if (found === undefined) return { reasons: [`${window.key} was not verified since it was loaded`] }
  if (found.findings.length > 0) return { reasons: [`${window.key} is ${found.findings.join(", ")}`] }
  return found.comparedAt === undefined
    ? { reasons: [`${window.key} was not compared with the other windows`] }
    : { verifiedAt: found.readAt, reasons: [] }
}
