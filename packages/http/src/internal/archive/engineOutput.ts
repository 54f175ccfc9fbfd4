/** Where what comes out of an engine waits until somebody asks. */
import * as Effect from "effect/Effect"
import { GunzipError, type Output } from "../../Gunzip.js"
import * as gunzipFailure from "./gunzipError.js"

export interface Outlet {
  /** The engine begins with bytes. */
  readonly begin: (bytes: Uint8Array) => void
  readonly give: (bytes: Uint8Array) => void
  /** The engine is done with what it began. */
  readonly done: () => void
  readonly fail: (cause: unknown) => void
  readonly pull: Effect.Effect<Output, GunzipError>
}

export const make = (): Outlet => {
  const first = gunzipFailure.start()
  let bytes: Array<Uint8Array> = []
  let isDone = true
  let failure: GunzipError | undefined
  let wake = () => {}

  const taken = (): Effect.Effect<Output, GunzipError> => {
    if (failure !== undefined) return Effect.fail(failure)
    const output = { bytes, isDone }
    bytes = []
    return Effect.succeed(output)
  }

  return {
    begin: (compressed) => {
      first.push(compressed)
      isDone = false
    },
    give: (plain) => {
      bytes.push(plain)
      wake()
    },
    done: () => {
      isDone = true
      wake()
    },
    fail: (cause) => {
      failure ??= new GunzipError({ reason: gunzipFailure.reasonOf(cause, first) })
      wake()
    },
    pull: Effect.suspend(() =>
      isDone || bytes.length > 0 || failure !== undefined
        ? taken()
        : Effect.async<Output, GunzipError>((resume) => {
          wake = () => {
            wake = () => {}
            // what else the engine says at once is part of it
            resume(Effect.suspend(taken))
          }
          return Effect.sync(() => {
            wake = () => {}
          })
        })
    )
  }
}

/** All that comes out until the engine is done. */
export const rest = (pull: Outlet["pull"]): Effect.Effect<ReadonlyArray<Uint8Array>, GunzipError> =>
  Effect.flatMap(
    pull,
    ({ bytes, isDone }) => isDone ? Effect.succeed(bytes) : Effect.map(rest(pull), (more) => [...bytes, ...more])
  )
