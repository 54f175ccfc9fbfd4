/** Where the files of a window stand. */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type { Subject, Window } from "../../Manifest.js"
import type { partitions } from "./columns.js"
import { nameOf } from "./disk.js"

/** The paths of one window. Only `data` is a data file; everything that is unfinished becomes one of the others. */
export interface Place {
  /** The data file below the root of the destination. */
  readonly name: string
  readonly data: string
  readonly part: string
  readonly rejected: string
  readonly rejectedPart: string
  readonly archive: string
  readonly archivePart: string
  readonly checkpoint: string
  readonly manifest: string
  readonly lock: string
}

/** A single file has everything else beside it, under names that no glob of data finds. */
export const ofFile = (path: string): Place => ({
  name: nameOf(path),
  data: path,
  part: `${path}.part`,
  rejected: `${path}.rejected`,
  rejectedPart: `${path}.rejected.part`,
  archive: `${path}.archive`,
  archivePart: `${path}.archive.part`,
  checkpoint: `${path}.checkpoint`,
  manifest: `${path}.manifest.json`,
  lock: `${path}.lock`
})

/** The folder at the root for everything but data. */
export const own = "_didww"

/** A directory in Hive's layout has everything else below `_didww`, so that no glob of data finds it. */
export const inDirectory = (root: string, subject: Subject, extension: string): Place => {
  const { account, exportType, window } = subject
  const { name: partition, value } = partitionOf(window)
  const stem = `${account}/${exportType}/${partition}=${value}`
  const below = (folder: string, ending: string): string => `${root}/${own}/${folder}/${stem}${ending}`
  const name = `account=${account}/type=${exportType}/${partition}=${value}/records.${extension}`
  return {
    name,
    data: `${root}/${name}`,
    part: below("unfinished", `.${extension}`),
    rejected: below("rejected", ".ndjson"),
    rejectedPart: below("unfinished", ".rejected.ndjson"),
    archive: below("archives", ".csv.gz"),
    archivePart: below("unfinished", ".archive.csv.gz"),
    checkpoint: below("unfinished", ".checkpoint"),
    manifest: below("manifests", ".json"),
    lock: below("unfinished", ".lock")
  }
}

export interface Partition {
  readonly name: (typeof partitions)[number]
  readonly value: string
}

/** Windows of UTC and of another zone have different names: both in one partition would count calls twice. */
export const partitionOf = ({ from, key, to }: Window): Partition => {
  const shape = /^\d{4}-(?:0\d|1[0-2])(-[0-3]\d)?$/.exec(key)
  // a colon cannot be in a file's name everywhere
  if (shape === null) return { name: "period", value: key.replaceAll(":", "").replace(/[^\w.-]/g, "_") }
  const isDay = shape[1] !== undefined
  const isUtc = Option.exists(
    DateTime.make(`${key}${isDay ? "" : "-01"}T00:00:00Z`),
    (start) =>
      DateTime.Equivalence(from, start) &&
      DateTime.Equivalence(to, DateTime.add(start, isDay ? { days: 1 } : { months: 1 }))
  )
  return { name: `${isDay ? "date" : "month"}${isUtc ? "" : "_local"}`, value: key }
}
