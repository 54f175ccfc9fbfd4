/** A destination in memory that `Sync` can keep, for tests of simulated time. */
import type { CallRecord } from "@effect-didww/core"
import { Destination, Manifest } from "@effect-didww/sync"
import { Effect, Stream } from "effect"
import * as rowsHash from "../src/internal/pull/rowsHash.js"

interface Kept {
  readonly manifest: Manifest.Manifest
  readonly rows: ReadonlyArray<CallRecord.Row>
}

/** What outlasts a kill. */
export interface Memory {
  readonly windows: Map<string, Kept>
  readonly parts: Map<string, { readonly source: Destination.Source; readonly rows: Array<CallRecord.Row> }>
  readonly ledger: Map<string, string>
}

export const empty = (): Memory => ({ windows: new Map(), parts: new Map(), ledger: new Map() })

const keyOf = ({ account, exportType, window }: Manifest.Subject): string =>
  `${account}/${exportType}/${window.from.epochMillis}-${window.to.epochMillis}`

/** Runs before each step that changes what is kept. A test stops a run there. */
export type Step = (name: string) => Effect.Effect<void, Destination.DestinationError>

export const make = (memory: Memory, step: Step = () => Effect.void): Destination.SyncDestination => {
  let isHeld = false
  const open = (subject: Manifest.Subject): Effect.Effect<Destination.OpenWindow> =>
    Effect.sync(() => {
      const key = keyOf(subject)
      const kept = memory.windows.get(key)
      const isComplete = kept !== undefined && kept.manifest.subject.generation >= subject.generation
      return {
        manifest: isComplete ? kept.manifest : undefined,
        begin: (source) =>
          Effect.as(step("begin"), 0).pipe(Effect.map(() => {
            const part = memory.parts.get(key)
            const isSame = part?.source.exportId === source.exportId && part.source.etag === source.etag
            if (!isSame) memory.parts.set(key, { source, rows: [] })
            return isSame ? part.rows.length : 0
          })),
        append: (rows) => Effect.map(step("append"), () => void memory.parts.get(key)?.rows.push(...rows)),
        discard: Effect.map(step("discard"), () => void memory.parts.delete(key)),
        complete: (given) =>
          Effect.map(step("complete"), () => {
            const manifest = Manifest.seal(given)
            memory.windows.set(key, { manifest, rows: memory.parts.get(key)?.rows ?? [] })
            memory.parts.delete(key)
            return manifest
          })
      }
    })
  const manifests = Effect.sync(() => Array.from(memory.windows.values(), ({ manifest }) => manifest))
  return {
    place: "memory",
    open,
    accept: (subject) => Effect.map(open(subject), ({ manifest }) => manifest),
    manifests,
    recorded: manifests,
    ledger: {
      read: (prefix) =>
        Effect.sync(() =>
          Array.from(memory.ledger, ([name, text]) => ({ name, text })).filter(({ name }) => name.startsWith(prefix))
        ),
      write: ({ name, text }) => Effect.map(step(`write ${name}`), () => void memory.ledger.set(name, text)),
      remove: (name) => Effect.map(step(`remove ${name}`), () => void memory.ledger.delete(name))
    },
    hold: Effect.as(
      Effect.acquireRelease(
        Effect.suspend(() => {
          if (isHeld) return Effect.fail(new Destination.DestinationInUse({ place: "memory" }))
          isHeld = true
          return Effect.void
        }),
        () => Effect.sync(() => (isHeld = false))
      ),
      { check: Effect.void }
    ),
    inspect: ({ subject }) => Effect.sync(() => inspected(memory.windows.get(keyOf(subject)))),
    strays: Effect.succeed([]),
    unreadable: Effect.succeed([]),
    identities: ({ subject }) =>
      Stream.fromIterable((memory.windows.get(keyOf(subject))?.rows ?? []).map((row) => ({
        hash: rowsHash.ofRow(row),
        callId: "callId" in row && row.callId._tag === "Some" ? row.callId.value : undefined
      }))),
    remove: ({ subject }) => Effect.sync(() => void memory.windows.delete(keyOf(subject))),
    quarantine: ({ subject }) => Effect.sync(() => `${memory.windows.delete(keyOf(subject))}`)
  }
}

const inspected = (kept: Kept | undefined): Destination.Inspection => {
  const place = "memory"
  if (kept === undefined) return { status: "missing", place }
  const { manifest, rows } = kept
  const hash = new rowsHash.RowsHash()
  for (const row of rows) hash.add(row)
  const records = rows.filter(({ _tag }) => _tag !== "RejectedRow").length
  if (!Manifest.isSealed(manifest)) return { status: "damaged", place }
  if (records !== manifest.records) return { status: records < manifest.records ? "short" : "doubled", place, records }
  return { status: String(hash) === manifest.rowsHash ? "intact" : "changed", place, records }
}
