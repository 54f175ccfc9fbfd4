/**
 * Records that are in two windows. A table of hashes that do not fit into the memory is split by ranges of the hash, and the
 * records are read once for each range.
 */
import * as Arr from "effect/Array"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { DestinationError, Identity, SyncDestination } from "../../Destination.js"
import type { Manifest } from "../../Manifest.js"
import { isSame, newest } from "./snapshot.js"

/** Two windows with the same records. */
export interface Pair {
  readonly first: Manifest
  readonly second: Manifest
  readonly records: number
}

/** A slot has the hash in two halves, and the number of a window. */
const slotBytes = 12

/** A table that is fuller takes longer to search. */
const fullest = 0.7

/** The hashes of one range, each with the window that had it first. No object for a record. */
class Table {
  private readonly high: Uint32Array
  private readonly low: Uint32Array
  /** From 1. 0 is a free slot. */
  private readonly window: Uint32Array
  private readonly mask: number
  private free: number

  constructor(slots: number) {
    this.high = new Uint32Array(slots)
    this.low = new Uint32Array(slots)
    this.window = new Uint32Array(slots)
    this.mask = slots - 1
    this.free = slots - 1
  }

  /** Gives the window that had the hash before, or `window` itself. */
  add(high: number, low: number, window: number): number {
    let slot = (low ^ Math.imul(high, 0x9e3779b1)) & this.mask
    while (this.window[slot] !== 0) {
      if (this.high[slot] === high && this.low[slot] === low) return this.window[slot]! - 1
      slot = (slot + 1) & this.mask
    }
    // windows that were replaced meanwhile may have more records than the table was made for. They are read again later
    if (this.free === 0) return window
    this.free--
    this.high[slot] = high
    this.low[slot] = low
    this.window[slot] = window + 1
    return window
  }
}

interface Size {
  readonly slots: number
  readonly ranges: number
}

export const sizeOf = (records: number, memory: number): Size => {
  const most = Math.max(10, Math.floor(Math.log2(memory / slotBytes)))
  const wanted = Math.max(10, Math.ceil(Math.log2(Math.max(1, records / fullest))))
  const slots = 2 ** Math.min(most, wanted)
  // ranges of random hashes are nearly of one size
  return { slots, ranges: Math.max(1, Math.ceil(records / (slots * fullest))) }
}

/** Runs before each reading of a window, as one of so many. */
export type OnRead = (manifest: Manifest, number: number, total: number) => Effect.Effect<void>

export interface Found {
  readonly pairs: ReadonlyArray<Pair>
  /** The windows that could not be read. */
  readonly unread: ReadonlySet<Manifest>
}

/** Finds the pairs of windows with the same records. Give it the windows of one account and type. */
export const find = (
  { identities }: SyncDestination,
  manifests: ReadonlyArray<Manifest>,
  memory: number,
  onRead: OnRead = () => Effect.void
): Effect.Effect<Found, DestinationError> =>
  Effect.gen(function*() {
    const { ranges, slots } = sizeOf(manifests.reduce((sum, { records }) => sum + records, 0), memory)
    const counts = new Map<number, number>()
    const unread = new Set<Manifest>()
    for (let range = 0; range < ranges; range++) {
      const table = new Table(slots)
      const add = (window: number) => ({ hash }: Identity): void => {
        const high = Number(hash >> 32n)
        if (Math.floor(high * ranges / 0x100000000) !== range) return
        const before = table.add(high, Number(hash & 0xffffffffn), window)
        const pair = before * manifests.length + window
        if (before !== window) counts.set(pair, (counts.get(pair) ?? 0) + 1)
      }
      for (const [window, manifest] of manifests.entries()) {
        yield* onRead(manifest, range * manifests.length + window + 1, ranges * manifests.length)
        yield* Stream.runForEachChunk(
          identities(manifest),
          (chunk) => Effect.sync(() => Chunk.toReadonlyArray(chunk).forEach(add(window)))
        ).pipe(
          // a sync replaces it, or nobody can read its format
          Effect.catchTag("DestinationConflict", () => Effect.sync(() => unread.add(manifest)))
        )
      }
    }
    const pairs = Array.from(counts, ([pair, records]) => ({
      first: manifests[Math.floor(pair / manifests.length)]!,
      second: manifests[pair % manifests.length]!,
      records
    }))
    return { pairs, unread }
  })

/** A sync that replaces the same window so often has time to be verified later. */
const mostRounds = 5

/** Reads pairs again of which a window was replaced meanwhile. */
export const confirmed = (
  destination: SyncDestination,
  pairs: ReadonlyArray<Pair>,
  memory: number,
  rounds = mostRounds
): Effect.Effect<ReadonlyArray<Pair>, DestinationError> =>
  Effect.gen(function*() {
    if (pairs.length === 0 || rounds === 0) return []
    const now = yield* destination.recorded
    const isCurrent = (manifest: Manifest): boolean => {
      const found = newest(now, manifest)
      return found !== undefined && isSame(found, manifest)
    }
    const [moved, same] = Arr.partition(pairs, ({ first, second }) => isCurrent(first) && isCurrent(second))
    const again = yield* Effect.forEach(moved, ({ first, second }) => {
      const both = [newest(now, first), newest(now, second)].filter((one) => one !== undefined)
      return both.length < 2 ? Effect.succeed([]) : Effect.map(find(destination, both, memory), ({ pairs }) => pairs)
    })
    return [...same, ...yield* confirmed(destination, again.flat(), memory, rounds - 1)]
  })
