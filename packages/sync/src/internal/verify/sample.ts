/** The windows of a sample: the same ones all day, and all windows within as many days as there are parts. */
import * as DateTime from "effect/DateTime"
import type { Manifest } from "../../Manifest.js"
import type { Sample } from "../../Verification.js"

const day = 86_400_000

/** Spreads windows over the parts, so that no part has all Sundays. */
const hash = (text: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}

export const isIn = (sample: Sample | undefined, now: DateTime.Utc) => ({ subject }: Manifest): boolean => {
  if (sample === undefined) return true
  const parts = Math.max(1, Math.floor(sample.of))
  const today = Math.floor(DateTime.toEpochMillis(now) / day)
  const { account, exportType, window } = subject
  return (hash(`${account} ${exportType} ${window.key}`) + today) % parts < sample.part
}
