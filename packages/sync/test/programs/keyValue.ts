import { CallRecord, Export } from "@effect-didww/core"
import { Destination, Manifest } from "@effect-didww/sync"
import type { KeyValueStore } from "@effect/platform"
import { Effect, Option, Schema } from "effect"

const Position = Schema.Struct({ exportId: Export.ExportId, etag: Schema.NullOr(Schema.String), rows: Schema.Int })

const Manifests = Schema.Record({ key: Schema.String, value: Manifest.Manifest })

/** A batch of rows is at the key `EXPORT/FIRST`. The batch behind it begins where it ends. */
export const make = (store: KeyValueStore.KeyValueStore): Destination.Destination => {
  const place = "the key-value store"
  const positions = store.forSchema(Position)
  const index = store.forSchema(Manifests)
  const all = Effect.map(index.get("manifests"), Option.getOrElse((): typeof Manifests.Type => ({})))
  // a failure must hold no value of a row
  const step = <A, E>(effect: Effect.Effect<A, E>) =>
    Effect.mapError(effect, () => new Destination.DestinationFailed({ place, reason: "unavailable" }))

  const open = (name: string): Omit<Destination.OpenWindow, "manifest"> => {
    let position: typeof Position.Type | undefined
    return {
      begin: ({ etag = null, exportId }) =>
        step(Effect.map(positions.get(name), (found) => {
          const isSame = Option.exists(found, (last) => last.exportId === exportId && last.etag === etag)
          position = isSame ? Option.getOrThrow(found) : { exportId, etag, rows: 0 }
          return position.rows
        })),
      append: (rows) =>
        step(Effect.gen(function*() {
          if (position === undefined) return yield* Effect.dieMessage("begin comes first")
          // the rows are there once the position says so: a kill in between loses nothing
          yield* store.set(`${position.exportId}/${position.rows}`, rows.map(CallRecord.toLine).join("\n"))
          const next = { ...position, rows: position.rows + rows.length }
          yield* positions.set(name, next)
          position = next
        })),
      discard: step(store.remove(name)),
      complete: (manifest) =>
        step(Effect.gen(function*() {
          yield* index.set("manifests", { ...(yield* all), [name]: manifest })
          return manifest
        }))
    }
  }

  return {
    place,
    open: ({ account, exportType, generation, window }) => {
      const name = `${account}/${exportType}/${window.key}`
      return Effect.map(step(all), ({ [name]: manifest }) => ({
        ...open(name),
        manifest: manifest !== undefined && manifest.subject.generation >= generation ? manifest : undefined
      }))
    },
    manifests: Effect.map(step(all), (found) => Object.values(found))
  }
}
