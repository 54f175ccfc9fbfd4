/** Destinations that Sync can keep, each at a place of its own. */
import type { CallRecord } from "@effect-didww/core"
import { type Destination, FileDestination, type Manifest } from "@effect-didww/sync"
import * as Parquet from "@effect-didww/sync/Parquet"
import * as SqlDestination from "@effect-didww/sync/SqlDestination"
import { NodeContext } from "@effect/platform-node"
import { Effect, Layer, type Scope } from "effect"
import { createHash } from "node:crypto"
import { temporary } from "./setup.js"
import { databases } from "./sql/databases.js"
import { manifestOf, source, subject } from "./sql/loads.js"

type Make = Effect.Effect<Destination.SyncDestination, Destination.DestinationError, Scope.Scope>

export const formats: Readonly<Record<string, FileDestination.TextFormat | FileDestination.Format>> = {
  ndjson: "ndjson",
  "ndjson.gz": "ndjson.gz",
  csv: "csv",
  "csv.gz": "csv.gz",
  parquet: Parquet.format
}

export const directory = (root: string, format: FileDestination.TextFormat | FileDestination.Format) =>
  Effect.provide(FileDestination.directory(root, { format, keepArchive: true }), NodeContext.layer)

export const folder = Effect.orDie(Effect.provide(temporary, NodeContext.layer))

export const directories = Object.entries(formats).map(([name, format]) => ({
  kind: `a directory of ${name}`,
  make: Effect.flatMap(folder, (root): Make => directory(root, format))
}))

export const places: ReadonlyArray<{ readonly kind: string; readonly make: Make }> = [
  ...directories,
  ...databases.map(({ kind, make }) => ({
    kind,
    make: Effect.flatMap(make, ({ client }) =>
      Effect.flatMap(
        Layer.build(Layer.fresh(client)),
        (context) => Effect.provide(SqlDestination.make({ lease: "1 second" }), context)
      ))
  }))
]

/** What stands for the archive. */
const archive = new TextEncoder().encode("the bytes of an archive")

/** Loads rows, and keeps an archive where the destination keeps archives. */
export const fill = (
  destination: Destination.Destination,
  rows: ReadonlyArray<CallRecord.Row>,
  of: Manifest.Subject = subject
) =>
  Effect.scoped(Effect.gen(function*() {
    const window = yield* destination.open(of)
    if (window.manifest !== undefined) return window.manifest
    yield* window.begin(source)
    if (window.keep !== undefined) yield* window.keep([archive])
    for (let at = 0; at < rows.length; at += 1000) yield* window.append(rows.slice(at, at + 1000))
    return yield* window.complete({
      ...manifestOf(of, source, rows),
      archiveSha256: createHash("sha256").update(archive).digest("hex"),
      archiveBytes: archive.length
    })
  }))
