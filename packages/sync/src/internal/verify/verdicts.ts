/** What verifications found in the windows, by account, type and month, as the ledger keeps it for certificates. */
import type { ExportType } from "@effect-didww/core/Export"
import type { Period } from "@effect-didww/core/ExportRequest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { DestinationError, Ledger } from "../../Destination.js"
import type { Manifest, Window } from "../../Manifest.js"
import type { Class, Finding } from "../../Verification.js"
import { isSame } from "../calendar.js"
import * as calendar from "../calendar.js"
import * as states from "../sync/state.js"
import type { Snapshot } from "./snapshot.js"

/** What a verification looked at, and what it found there. */
export interface Looked {
  readonly manifest: Manifest
  hasArchive: boolean
  hasDuplicates: boolean
  readonly findings: Set<Class>
}

const keyOf = ({ account, exportType, window }: Omit<Named, "window"> & { readonly window: Period }): string =>
  `${account} ${exportType} ${window.from.epochMillis} ${window.to.epochMillis}`

interface Named {
  readonly account: string
  readonly exportType: ExportType
  readonly window: Window
}

/** What is wrong with the data of a window, apart from what they say. */
const ofData: ReadonlyArray<Class> = ["missing", "short", "doubled", "changed", "damaged"]

/** The windows that a verification looked at. */
export class Verdicts {
  private readonly all = new Map<string, Looked>()

  look(manifest: Manifest): void {
    const key = keyOf(manifest.subject)
    this.all.set(key, { manifest, hasArchive: false, hasDuplicates: false, findings: new Set() })
  }

  /** A window that was replaced or removed while it was looked at. */
  forget({ subject }: Manifest): void {
    this.all.delete(keyOf(subject))
  }

  /** The windows that another check looked at, too. */
  mark(manifest: Manifest, check: "hasArchive" | "hasDuplicates"): void {
    const found = this.all.get(keyOf(manifest.subject))
    if (found !== undefined) found[check] = true
  }

  add({ account, class: kind, exportType, other, window }: Finding): void {
    if (account === undefined || exportType === undefined || window === undefined) return
    for (const each of other === undefined ? [window] : [window, other]) {
      this.all.get(keyOf({ account, exportType, window: each }))?.findings.add(kind)
    }
  }

  /** The windows whose data are as they were loaded. */
  intact(manifests: ReadonlyArray<Manifest>): ReadonlyArray<Manifest> {
    return manifests.filter(({ subject }) => {
      const found = this.all.get(keyOf(subject))?.findings
      return found !== undefined && !ofData.some((kind) => found.has(kind))
    })
  }

  values(): ReadonlyArray<Looked> {
    return Array.from(this.all.values())
  }
}

/** Adds what was found to what earlier verifications found, as far as the windows are the same. */
export const save = (
  ledger: Ledger,
  { state }: Snapshot,
  verdicts: Verdicts,
  at: DateTime.Utc
): Effect.Effect<void, DestinationError> => {
  const months = new Map<string, { readonly month: Named; readonly looked: Array<Looked> }>()
  for (const looked of verdicts.values()) {
    const { account, exportType, window } = looked.manifest.subject
    const { zone = calendar.utc } = state.coverages.find((one) =>
      one.account === account && one.exportType === exportType
    ) ?? {}
    const from = calendar.startOfStep(zone, window.from, "month")
    const month = { account, exportType, window: { from, to: calendar.endOfStep(zone, window.from, "month"), key: "" } }
    const found = months.get(keyOf(month))
    if (found === undefined) months.set(keyOf(month), { month, looked: [looked] })
    else found.looked.push(looked)
  }
  return Effect.forEach(months.values(), ({ looked, month: { account, exportType, window: { from, to } } }) => {
    const earlier = state.verifications.find((one) =>
      keyOf({ ...one, window: one }) === keyOf({ account, exportType, window: { from, to } })
    )?.windows ?? []
    const windows = looked.map((one) =>
      entryOf(one, earlier, at)
    )
    const names = new Set(looked.map(({ manifest }) => keyOf(manifest.subject)))
    const others = earlier.filter((window) => !names.has(keyOf({ account, exportType, window })))
    return states.save(ledger, "verifications", {
      account,
      exportType,
      from,
      to,
      windows: [...others, ...windows].toSorted((one, other) => one.from.epochMillis - other.from.epochMillis)
    })
  }, { discard: true })
}

type Entry = states.Verification["windows"][number]

/** A check that was not made leaves what an earlier one said of the same data. */
const entryOf = (
  { findings, hasArchive, hasDuplicates, manifest }: Looked,
  earlier: ReadonlyArray<Entry>,
  at: DateTime.Utc
): Entry => {
  const { digest = "", subject: { window } } = manifest
  const before = earlier.find((entry) => entry.digest === digest && isSame(entry, window))
  const isKept = (kind: Class): boolean =>
    (kind === "duplicate" && !hasDuplicates) || (kind === "archiveChanged" && !hasArchive)
  const comparedAt = hasDuplicates ? at : before?.comparedAt
  return {
    from: window.from,
    to: window.to,
    digest,
    readAt: at,
    ...(comparedAt !== undefined && { comparedAt }),
    findings: Array.from(new Set([...(before?.findings ?? []).filter(isKept), ...findings])).toSorted()
  }
}
