/**
 * Windows with suspiciously few rows. DIDWW has no failed status, so an archive that holds only its header cannot be told from
 * that of a quiet day. A second export tells: what is equal twice is confirmed.
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import type { Manifest } from "../../Manifest.js"
import { rowsOf } from "../pull/totals.js"
import type { TrackInput } from "./track.js"

const dayMillis = 86_400_000

const daysOf = ({ subject: { window } }: Manifest): number => DateTime.distance(window.from, window.to) / dayMillis

/** Fewer windows say nothing about a weekday. */
const leastWindows = 2

export const isSuspicious = (track: TrackInput, manifest: Manifest): boolean => {
  const { manifests, rules: { confirmAfter } } = track
  if (isConfirmed(manifest, confirmAfter)) return false
  const rows = rowsOf(manifest)
  // the closing audit looks at a type that never had a row
  if (rows === 0) return manifests.some((each) => rowsOf(each) > 0)
  if (daysOf(manifest) > 1.5) return false
  const { window } = manifest.subject
  const same = manifests.filter((each) => {
    // a day can be an hour longer or shorter
    const days = Math.round(DateTime.distance(each.subject.window.from, window.from) / dayMillis)
    return days !== 0 && days % 7 === 0 && Math.abs(days) <= 8 * 7 && daysOf(each) <= 1.5
  }).map(rowsOf)
  return same.length >= leastWindows && rows < median(same) / 4
}

const median = (numbers: ReadonlyArray<number>): number => {
  const sorted = numbers.toSorted((self, that) => self - that)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The generation before had the same rows, and was requested well before this one. */
const isConfirmed = (
  { previous, requestedAt, rowsHash, ...counts }: Manifest,
  confirmAfter: Duration.Duration
): boolean =>
  previous !== undefined && previous.rowsHash === rowsHash && previous.rows === rowsOf(counts) &&
  DateTime.distance(previous.requestedAt, requestedAt) >= Duration.toMillis(confirmAfter) / 2
