/** Checks certificates against a destination. */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { Certificate, Checked } from "../../Certificate.js"
import type { DestinationError, SyncDestination } from "../../Destination.js"
import type { Manifest } from "../../Manifest.js"
import { canonical } from "../json.js"
import { confirmed, find } from "../verify/duplicates.js"
import { newest } from "../verify/snapshot.js"
import { levelOf } from "./make.js"
import * as proof from "./proof.js"

/** The bytes that the search for duplicates may use. */
const memory = 64 << 20

export const check = (
  certificate: Certificate,
  destination: SyncDestination
): Effect.Effect<Checked, DestinationError> =>
  Effect.gen(function*() {
    const { audit, links, totals } = certificate
    const manifests = links.map(({ manifest }) => manifest)
    const ofAudit = proof.auditReasons(audit, totals)
    const ofText = [
      ...(proof.isWhole(certificate) ? [] : ["the certificate was changed after it was made"]),
      ...(isMonth(certificate) ? [] : [`it is not of the whole month ${certificate.month}`]),
      ...(canonical(proof.totalsOf(manifests)) === canonical(totals)
        ? []
        : ["the totals are not those of the windows"]),
      ...proof.tileReasons({ ...certificate, isAudited: ofAudit.length === 0 }, manifests)
    ]
    const { ofData, ofTiles } = yield* dataReasons(destination, manifests)
    const reasons = [...ofText, ...ofTiles, ...ofData, ...ofAudit]
    return { level: levelOf([...ofText, ...ofTiles], ofData, ofAudit), reasons }
  })

/** No zone is further away from UTC. */
const furthestHours = 14

/** Whether a certificate is of its whole month in some zone. */
const isMonth = ({ from, month, to }: Certificate): boolean => {
  const start = DateTime.unsafeMake(`${month}-01T00:00:00Z`)
  const end = DateTime.add(start, { months: 1 })
  const isNear = (one: DateTime.Utc, other: DateTime.Utc): boolean =>
    Math.abs(DateTime.distance(one, other)) <= furthestHours * 3_600_000
  return isNear(from, start) && isNear(to, end)
}

/** Reads all data. Data that are gone leave a gap. */
const dataReasons = (destination: SyncDestination, manifests: ReadonlyArray<Manifest>) =>
  Effect.gen(function*() {
    const ofTiles: Array<string> = []
    const ofData: Array<string> = []
    const now = yield* destination.recorded
    const intact: Array<Manifest> = []
    for (const manifest of manifests) {
      const { digest, subject: { window: { key } } } = manifest
      const stored = newest(now, manifest)
      const { place, status } = yield* destination.inspect(manifest)
      if (status === "missing") ofTiles.push(`${place} of ${key} is missing`)
      else if (status !== "intact") ofData.push(`${place} of ${key} is ${status}`)
      else if (stored === undefined) ofData.push(`${key} has no manifest in ${destination.place}`)
      else if (stored.digest !== digest) ofData.push(`${key} was loaded again since the certificate was made`)
      else intact.push(manifest)
    }
    const { pairs, unread } = yield* find(destination, intact, memory)
    for (const { subject } of unread) ofData.push(`the records of ${subject.window.key} could not be read`)
    for (const { first, records, second } of yield* confirmed(destination, pairs, memory)) {
      ofData.push(`${records} records of ${first.subject.window.key} are also in ${second.subject.window.key}`)
    }
    return { ofTiles, ofData }
  })
