/**
 * Waits for exports. One list request watches up to 50 of them, so that a hundred exports that take an hour cost two requests
 * every half a minute, and not two hundred.
 */
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Export from "@effect-didww/core/Export"
import * as ExportFilter from "@effect-didww/core/ExportFilter"
import type { Service } from "@effect-didww/http/ExportsClient"
import * as Arr from "effect/Array"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Callbacks } from "../../Sync.js"

export type Ready = Export.Export & Export.Completed

export interface Watch {
  /** Waits until the archive exists. Fails with `NotFound` if the export does not. */
  readonly completed: (id: Export.ExportId) => Effect.Effect<Ready, DidwwError.GetError>
}

/** Ids of one list request: the URL stays under 3 kB. */
export const mostIds = 50

const first = Duration.seconds(2)

const longest = Duration.seconds(30)

type Waiting = Map<Export.ExportId, Deferred.Deferred<Ready, DidwwError.GetError>>

/** Watches the exports of one account until the scope closes. */
export const make = (
  client: Service,
  callbacks: Callbacks | undefined
): Effect.Effect<Watch, never, Scope.Scope> =>
  Effect.gen(function*() {
    const waiting: Waiting = new Map()
    // a new export begins short waits again, and a callback ends a wait
    const added = yield* Queue.sliding<void>(1)
    const called = yield* Queue.sliding<void>(1)
    if (callbacks !== undefined) {
      yield* Effect.forkScoped(
        Stream.runForEach(callbacks.completed, (id) => waiting.has(id) ? Queue.offer(called, undefined) : Effect.void)
      )
    }
    let delay = first
    const round = Effect.gen(function*() {
      if (waiting.size === 0) yield* Queue.take(added)
      yield* Effect.raceFirst(Effect.sleep(delay), Queue.take(called))
      const before = waiting.size
      yield* Effect.forEach(Arr.chunksOf(waiting.keys(), mostIds), (ids) => look(client, waiting, ids), {
        discard: true
      })
      const isNew = Option.isSome(yield* Queue.poll(added)) || waiting.size < before
      delay = isNew ? first : Duration.min(Duration.times(delay, 1.5), longest)
    })
    yield* Effect.forkScoped(Effect.forever(round))
    return {
      completed: (id) =>
        Effect.gen(function*() {
          const known = waiting.get(id)
          const ready = known ?? (yield* Deferred.make<Ready, DidwwError.GetError>())
          if (known === undefined) waiting.set(id, ready)
          yield* Queue.offer(added, undefined)
          return yield* Effect.ensuring(Deferred.await(ready), Effect.sync(() => waiting.delete(id)))
        })
    }
  })

/** Reads some exports newest first, until all are found. */
const look = (client: Service, waiting: Waiting, ids: ReadonlyArray<Export.ExportId>): Effect.Effect<void> => {
  const wanted = new Set<string>(ids)
  const [head, ...tail] = ids
  if (head === undefined) return Effect.void
  return client.stream({ filter: ExportFilter.id(head, ...tail) }).pipe(
    Stream.mapEffect((one) =>
      Effect.suspend(() => {
        wanted.delete(one.id)
        return Export.isCompleted(one) ? end(waiting, one.id, Effect.succeed(one)) : Effect.void
      })
    ),
    Stream.takeUntil(() => wanted.size === 0),
    Stream.runDrain,
    // a new export may not be in the list yet, and a deleted one never is
    Effect.andThen(
      Effect.suspend(() =>
        Effect.forEach(ids.filter((id) => wanted.has(id)), (id) => ask(client, waiting, id), { discard: true })
      )
    ),
    Effect.catchAll((error) =>
      mayPass(error)
        ? Effect.logWarning(`The status of ${ids.length} exports is unknown: ${error.message}`)
        : Effect.forEach(ids, (id) => end(waiting, id, Effect.fail(error)), { discard: true })
    )
  )
}

/** A run waits for its exports anyway, so it waits out every failure that says nothing about them or about the key. */
const mayPass = (error: DidwwError.GetError): boolean =>
  DidwwError.isRetryable(error) ||
  error._tag === "TimedOut" || error._tag === "MalformedResponse" || error._tag === "RateLimitWaitExceeded"

const ask = (client: Service, waiting: Waiting, id: Export.ExportId): Effect.Effect<void, DidwwError.GetError> =>
  Effect.matchEffect(client.get(id), {
    onSuccess: (one) => Export.isCompleted(one) ? end(waiting, id, Effect.succeed(one)) : Effect.void,
    onFailure: (error) => error._tag === "NotFound" ? end(waiting, id, Effect.fail(error)) : Effect.fail(error)
  })

const end = (
  waiting: Waiting,
  id: Export.ExportId,
  result: Effect.Effect<Ready, DidwwError.GetError>
): Effect.Effect<void> => {
  const ready = waiting.get(id)
  waiting.delete(id)
  return ready === undefined ? Effect.void : Effect.asVoid(Deferred.complete(ready, result))
}
