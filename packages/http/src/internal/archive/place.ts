/** Where this process runs, and whether another process that ran there still runs. */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"

export const Place = Schema.Struct({
  processId: Schema.Int.pipe(Schema.positive()),
  host: Schema.NonEmptyString.pipe(Schema.maxLength(255)),
  /** Where a number means the same process: one start of the system and, in a container, the container. */
  numbers: Schema.String.pipe(Schema.maxLength(255))
})

export interface Place extends Schema.Schema.Type<typeof Place> {}

/** The place of this process. `None` in a browser, and wherever a process cannot be asked whether it runs. */
export const here = (files: FileSystem.FileSystem): Effect.Effect<Option.Option<Place>> =>
  Effect.gen(function*() {
    const processId = yield* Effect.fromNullable(globalThis.process?.pid)
    // a module of Node would keep this one out of a browser
    const { hostname } = yield* Effect.fromNullable(globalThis.process.getBuiltinModule?.("node:os"))
    const host = yield* Effect.try(() => hostname())
    const namespace = yield* Effect.orElseSucceed(files.readLink("/proc/self/ns/pid"), () => "")
    const start = yield* Effect.orElseSucceed(files.readFileString("/proc/sys/kernel/random/boot_id"), () => "")
    return yield* Schema.decodeUnknown(Place)({ processId, host, numbers: `${namespace} ${start}`.trim() })
  }).pipe(Effect.option)

/** Whether a process certainly runs no more. Its number may belong to a younger process: then it seems to run. */
export const isDead = (place: Place, here: Place): boolean => {
  if (place.host !== here.host || place.numbers !== here.numbers || place.processId === here.processId) return false
  try {
    globalThis.process.kill(place.processId, 0)
    return false
  } catch (error) {
    // every other code says nothing: a process of another user cannot be signaled, but it runs
    return Predicate.hasProperty(error, "code") && error.code === "ESRCH"
  }
}
