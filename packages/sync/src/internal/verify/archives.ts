/** Asks for the archives that still exist, and compares them with the manifests. */
import type * as DidwwError from "@effect-didww/core/DidwwError"
import * as Export from "@effect-didww/core/Export"
import * as ExportFilter from "@effect-didww/core/ExportFilter"
import type { Archived, Service } from "@effect-didww/http/ExportsClient"
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { createHash } from "node:crypto"
import type { Manifest } from "../../Manifest.js"
import { livesDays } from "../sync/listing.js"
import { mostIds } from "../sync/watch.js"

/** What an archive is, beside what it was. */
export interface Difference {
  readonly manifest: Manifest
  readonly expected: string
  readonly found: string
}

/** Requests in flight at once. */
const atOnce = 4

/** The windows whose archives may still exist. */
export const candidates = (
  manifests: ReadonlyArray<Manifest>,
  account: string,
  now: DateTime.Utc
): ReadonlyArray<Manifest> => {
  const earliest = DateTime.subtract(now, { days: livesDays })
  return manifests.filter(({ requestedAt, subject }) =>
    subject.account === account && DateTime.greaterThan(requestedAt, earliest)
  )
}

/** Runs for each window whose archive exists, with how it differs, and how many there were so far. */
type Use = (manifest: Manifest, difference: Difference | undefined, number: number) => Effect.Effect<void>

/** Compares the archives of windows, as far as they exist. */
export const compare = (
  client: Service,
  manifests: ReadonlyArray<Manifest>,
  isDeep: boolean,
  use: Use
): Effect.Effect<void, DidwwError.DownloadError> =>
  Effect.suspend(() => {
    let number = 0
    const look = ([manifest, archived]: readonly [Manifest, Archived]) =>
      differenceOf(client, manifest, archived, isDeep).pipe(
        Effect.flatMap((difference) => use(manifest, difference, ++number)),
        // it was deleted meanwhile
        Effect.catchTag("NotFound", () => Effect.void)
      )
    return Effect.forEach(
      Arr.chunksOf(manifests, mostIds),
      (some) => Effect.flatMap(existing(client, some), Effect.forEach(look, { concurrency: atOnce, discard: true })),
      { discard: true }
    )
  })

/** The windows whose exports the list still has. */
const existing = (
  client: Service,
  manifests: ReadonlyArray<Manifest>
): Effect.Effect<ReadonlyArray<readonly [Manifest, Archived]>, DidwwError.ListError> => {
  const wanted = new Map(manifests.map((manifest) => [String(manifest.exportId), manifest]))
  const [first, ...others] = wanted.keys()
  if (first === undefined) return Effect.succeed([])
  let left = wanted.size
  return client.stream({ filter: ExportFilter.id(first, ...others) }).pipe(
    Stream.takeUntil(({ id }) => wanted.has(id) && --left === 0),
    Stream.filterMap((one) => {
      const manifest = wanted.get(one.id)
      return manifest !== undefined && Export.isCompleted(one)
        ? Option.some([manifest, one] as const)
        : Option.none()
    }),
    Stream.runCollect,
    Effect.map((found) => Array.from(found))
  )
}

const withoutWeakness = (etag: string): string => etag.replace(/^W\//, "")

const differenceOf = (
  client: Service,
  manifest: Manifest,
  archived: Archived,
  isDeep: boolean
): Effect.Effect<Difference | undefined, DidwwError.DownloadError> =>
  Effect.gen(function*() {
    if (isDeep) return yield* hashed(client, manifest, archived)
    const { etag, total } = yield* client.describe(archived)
    if (Option.isSome(total) && total.value !== manifest.archiveBytes) {
      return { manifest, expected: `${manifest.archiveBytes} bytes`, found: `${total.value} bytes` }
    }
    const isOther = manifest.etag !== undefined &&
      Option.exists(etag, (found) => withoutWeakness(found) !== withoutWeakness(manifest.etag ?? ""))
    // a server may give the same bytes another ETag
    return isOther ? yield* hashed(client, manifest, archived) : undefined
  })

const hashed = (
  client: Service,
  manifest: Manifest,
  archived: Archived
): Effect.Effect<Difference | undefined, DidwwError.DownloadError> =>
  Effect.gen(function*() {
    const hash = createHash("sha256")
    yield* Stream.runForEach(client.download(archived), (bytes) => Effect.sync(() => hash.update(bytes)))
    const found = hash.digest("hex")
    return found === manifest.archiveSha256
      ? undefined
      : { manifest, expected: `SHA-256 ${manifest.archiveSha256}`, found: `SHA-256 ${found}` }
  })
