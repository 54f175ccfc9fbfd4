/** Findings in words, and what to do about them. */
import type { ExportType } from "@effect-didww/core/Export"
import * as DateTime from "effect/DateTime"
import type { Inspection } from "../../Destination.js"
import type { Manifest, Window } from "../../Manifest.js"
import type { Lost, PlannedPull, Standing } from "../../Plan.js"
import type { Finding } from "../../Verification.js"
import { windowName } from "../windowName.js"
import type { Pair } from "./duplicates.js"

/** A window of an account and a type. */
interface Named {
  readonly account: string
  readonly exportType: ExportType
  readonly window: Window
}

const named = ({ account, exportType, window }: Named): Named => ({ account, exportType, window })

const nameOf = ({ account, exportType, window }: Named): string => windowName(account, exportType, window.key)

/** The window as an argument of a command. */
const argumentOf = ({ account, exportType, window }: Named): string => `${account}/${exportType}/${window.key}`

const again = (one: Named): string => `sync pull --again ${argumentOf(one)}`

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`

/** What decides how a window is mended. */
export interface Mending {
  /** Whether DIDWW still has its records. */
  readonly canBeHad: boolean
  /** Whether the destination shows it as complete, so that a run would not load it again. */
  readonly isShown: boolean
  /** Where the data are now. */
  readonly quarantine: string | undefined
}

const messages: Readonly<Record<Inspection["status"], (place: string, name: string) => string>> = {
  intact: (place, name) => `${place} has ${name} as it was loaded`,
  missing: (place, name) => `${place} is missing. It belongs to ${name}`,
  short: (place, name) => `${place} has fewer records of ${name} than were loaded`,
  doubled: (place, name) => `${place} has more records of ${name} than were loaded`,
  changed: (place, name) => `${place} has other data of ${name} than were loaded`,
  damaged: (place, name) => `${place} cannot be read, or was changed. It belongs to ${name}`
}

/** A window whose data are not those of its manifest. */
export const ofInspection = (
  { records, subject }: Manifest,
  { place, records: found, status }: Inspection & { readonly status: Exclude<Inspection["status"], "intact"> },
  { canBeHad, isShown, quarantine }: Mending
): Finding => {
  const hasCounts = found !== undefined && found !== records
  const counts = hasCounts ? `: ${counted(found, "record")} instead of ${records}` : ""
  return {
    class: status,
    ...named(subject),
    place,
    expected: counted(records, "record"),
    ...(hasCounts && { found: counted(found, "record") }),
    ...(quarantine !== undefined && { quarantine }),
    remedy: !canBeHad
      ? "restore it from a backup, because DIDWW has deleted these records"
      : quarantine === undefined && isShown
      ? "sync verify --quarantine, then sync"
      : "sync",
    message: `${messages[status](place, nameOf(subject))}${counts}.`
  }
}

/** A window that runs should have loaded. */
export const ofMissing = ({ subject }: PlannedPull, place: string): Finding => ({
  class: "missing",
  ...named(subject),
  place,
  remedy: "sync",
  message: `${place} does not have ${nameOf(subject)}, although a run ended well after it.`
})

/** A window that DIDWW has deleted. */
export const ofLost = (lost: Lost, place: string): Finding => ({
  class: "missing",
  ...named(lost),
  place,
  remedy: `sync acknowledge ${argumentOf(lost)}`,
  message: `${place} does not have ${nameOf(lost)}, and DIDWW has deleted its records.`
})

export const ofStray = (place: string): Finding => ({
  class: "stray",
  place,
  remedy: "move it out of the destination",
  message: `${place} belongs to no window.`
})

/** A manifest that cannot be read. Nobody knows which window it is of, but by its name. */
export const ofUnreadable = (place: string): Finding => ({
  class: "damaged",
  place,
  remedy: "move it and the data of its window out of the destination, then sync",
  message: `${place} cannot be read. The window counts as missing.`
})

/** A window that differs from the audit of its month, although it was loaded after it. */
export const ofDisputed = (disputed: Standing, place: string): Finding => ({
  class: "late",
  ...named(disputed),
  place,
  remedy: again(disputed),
  message: `${nameOf(disputed)} has other rows than the export of the whole month.`
})

/** A window with calls of other times. */
export const ofOutside = ({ subject }: Manifest, column: string, first: DateTime.Utc, last: DateTime.Utc): Finding => {
  const found = `${DateTime.formatIso(first)} to ${DateTime.formatIso(last)}`
  return {
    class: "late",
    ...named(subject),
    place: column,
    expected: `${DateTime.formatIso(subject.window.from)} to ${DateTime.formatIso(subject.window.to)}`,
    found,
    remedy: again(subject),
    message: `${nameOf(subject)} has calls outside its window: ${column} is from ${found}.`
  }
}

export const ofPair = ({ first: { subject }, records, second }: Pair, place: string): Finding => {
  const other = second.subject
  return {
    class: "duplicate",
    ...named(subject),
    other: other.window,
    place,
    found: counted(records, "record"),
    remedy: `${again(subject)} ${argumentOf(other)}`,
    message: `${counted(records, "record")} of ${nameOf(subject)} ${
      records === 1 ? "is" : "are"
    } also in ${other.window.key}.`
  }
}

export const ofArchive = ({ exportId, subject }: Manifest, expected: string, found: string): Finding => ({
  class: "archiveChanged",
  ...named(subject),
  place: `export ${exportId}`,
  expected,
  found,
  remedy: again(subject),
  message: `The archive of ${nameOf(subject)} has changed since it was loaded: ${found} instead of ${expected}.`
})
