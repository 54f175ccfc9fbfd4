/** Answers the download of an archive: all of it, a part, or damaged bytes. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { StoredExport } from "../Account.js"
import * as Archive from "../Archive.js"
import type { Damage, Fault } from "../Fault.js"
import type { ReceivedRequest, Reply } from "../Simulator.js"
import * as dates from "./dates.js"
import * as gzip from "./gzip.js"
import * as replies from "./replies.js"

/** A larger archive is compressed while it is sent: without a length, and without ranges. */
const maxWholeRows = 1_500_000

/** How many bytes of compressed archives are kept. */
const maxKept = 256 * 1024 * 1024

type Serve = (
  request: ReceivedRequest,
  path: string,
  archive: Archive.Archive,
  fault: Fault | undefined
) => Effect.Effect<Reply>

/** The first export of each type and period. */
export interface Firsts {
  readonly add: (stored: StoredExport) => void
  readonly has: (stored: StoredExport) => boolean
}

export const firsts = (): Firsts => {
  const ids = new Map<string, string>()
  const keyOf = ({ exportType, filters }: StoredExport): string => JSON.stringify([exportType, dates.periodOf(filters)])
  return {
    add: (stored) => {
      const key = keyOf(stored)
      if (!ids.has(key)) ids.set(key, stored.id)
    },
    has: (stored) => ids.get(keyOf(stored)) === stored.id
  }
}

export const make = (): Serve => {
  const kept = new Map<string, Promise<Uint8Array>>()
  let keptBytes = 0

  const keep = async (key: string, bytes: Promise<Uint8Array>): Promise<void> => {
    keptBytes = keptBytes + (await bytes).length
    for (const [oldest, others] of kept) {
      if (keptBytes <= maxKept || oldest === key) break
      kept.delete(oldest)
      keptBytes = keptBytes - (await others).length
    }
  }

  /** Compresses an archive once. An interrupted request does not stop it, because others may wait for it. */
  const bytesOf = (path: string, archive: Archive.Archive, members: number): Promise<Uint8Array> => {
    const key = `${path} ${members}`
    const known = kept.get(key)
    if (known !== undefined) return known
    const bytes = members === 1 ? gzip.whole(Archive.csv(archive)) : inMembers(archive, members)
    kept.set(key, bytes)
    void keep(key, bytes)
    return bytes
  }

  return (request, path, archive, fault) => {
    const headers = {
      "content-type": "application/octet-stream",
      etag: `"${path.replace(/^.*\/|\.csv\.gz$/g, "")}-${archive.rowCount}-${archive.options.seed ?? 0}"`
    }
    if (archive.rowCount > maxWholeRows) {
      return Effect.succeed(replies.streamed(200, gzip.stream(() => Archive.csv(archive)), headers))
    }
    const damage = fault?._tag === "Damaged" ? fault.damage : undefined
    return Effect.map(
      Effect.promise(() => bytesOf(path, archive, damage?._tag === "Members" ? damage.count : 1)),
      (bytes) => ranged(request, damage === undefined ? bytes : damaged(bytes, damage), headers, fault)
    )
  }
}

const inMembers = async (archive: Archive.Archive, count: number): Promise<Uint8Array> => {
  const text = Array.from(Archive.csv(archive)).join("")
  const length = Math.ceil(text.length / count)
  const parts: Array<Uint8Array> = []
  // a cut inside a surrogate pair would break the UTF-8, but rows have no surrogates
  for (let index = 0; index < count; index++) {
    parts.push(await gzip.whole([text.slice(index * length, (index + 1) * length)]))
  }
  return gzip.concat(parts)
}

const damaged = (bytes: Uint8Array, damage: Damage): Uint8Array => {
  switch (damage._tag) {
    case "Truncated":
      return bytes.slice(0, damage.length)
    case "FlippedBit":
      return flipped(bytes, damage.bit)
    // the last eight bytes are the checksum and the size
    case "WrongChecksum":
      return flipped(bytes, (bytes.length - 8) * 8)
    case "WrongSize":
      return flipped(bytes, (bytes.length - 4) * 8)
    case "Trailing":
      return gzip.concat([bytes, Uint8Array.from(damage.bytes)])
    case "Members":
      return bytes
  }
}

const flipped = (bytes: Uint8Array, bit: number): Uint8Array => {
  const other = bytes.slice()
  const at = Math.floor(bit / 8) % other.length
  other[at] = other[at]! ^ 1 << bit % 8
  return other
}

const ranged = (
  request: ReceivedRequest,
  bytes: Uint8Array,
  headers: { readonly etag: string } & Readonly<Record<string, string>>,
  fault: Fault | undefined
): Reply => {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "")
  const condition = request.headers["if-range"]
  const part = (status: number, from: number, to: number, more: Readonly<Record<string, string>> = {}): Reply =>
    replies.streamed(status, slices(bytes.subarray(from, to)), {
      ...headers,
      "accept-ranges": "bytes",
      "content-length": String(to - from),
      ...more
    })
  if (
    range === null || fault?._tag === "RangeIgnored" || (condition !== undefined && condition !== headers.etag)
  ) return part(200, 0, bytes.length)
  const from = Number(range[1])
  const to = range[2] === "" ? bytes.length : Math.min(Number(range[2]) + 1, bytes.length)
  if (from >= to) return replies.answer(416, "", { "content-range": `bytes */${bytes.length}` })
  const start = fault?._tag === "RangeShifted" ? Math.min(from + fault.by, to - 1) : from
  return part(206, start, to, { "content-range": `bytes ${start}-${to - 1}/${bytes.length}` })
}

const slice = 65_536

const slices = (bytes: Uint8Array): Stream.Stream<Uint8Array> =>
  Stream.unfold(
    0,
    (at) => at < bytes.length ? Option.some([bytes.subarray(at, at + slice), at + slice]) : Option.none()
  )
