/**
 * Reads the body of a JSON answer as text, in bounded memory: a server may send more than memory holds, or little that
 * decompresses to as much.
 */
import type * as Protocol from "@effect-didww/core/Protocol"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import { GunzipError } from "../archive/gunzipError.js"
import * as webEngine from "../archive/webEngine.js"
import * as pull from "../pull.js"

/** The bounds in bytes. A refusal says little. */
export const bounds = { success: 2 ** 26, refusal: 2 ** 20 } as const

/** What a success with a longer body lacks. */
export const tooLarge: Protocol.Mismatch = { path: [], expected: "a document of at most 64 MiB" }

/** The rest of a longer body is read only while no other one of the client is. The largest page of DIDWW is shorter. */
const few = 2 ** 21

export type Failure = HttpClientError.ResponseError | GunzipError

/**
 * Fails with `too large` behind the bound, and drops the rest of the body with its connection. `turn` has one permit for all
 * long bodies of a client.
 */
export const read = (
  response: HttpClientResponse.HttpClientResponse,
  bound: number,
  turn: Effect.Semaphore
): Effect.Effect<string, Failure> =>
  Effect.suspend(() => {
    const length = lengthOf(response.headers)
    // platform's own way to read a text costs less, and has no bound
    return length !== undefined && length <= Math.min(few, bound) ? response.text : Effect.acquireUseRelease(
      Scope.make(),
      (scope) =>
        Effect.flatMap(
          opened(response, scope),
          // a body is closed only after somebody began to read it
          (source) => textOf(source, scope, length !== undefined && length > bound ? 0 : bound, turn)
        ),
      // a body that was cut complains once more when it is closed
      (scope) => Effect.catchAllCause(Scope.close(scope, Exit.void), () => Effect.void)
    )
  })

/** The length of an encoded body says nothing: most clients decode it themselves. */
const lengthOf = (headers: Readonly<Record<string, string>>): number | undefined => {
  const length = headers["content-length"] ?? ""
  return /^\d+$/.test(length) && encodingOf(headers) === undefined ? Number(length) : undefined
}

/** The encoding that an answer names, unless it names none. */
export const encodingOf = (headers: Readonly<Record<string, string>>): string | undefined => {
  const encoding = headers["content-encoding"]?.trim().toLowerCase()
  return encoding === undefined || /^(?:|none|identity)$/.test(encoding) ? undefined : encoding
}

type Source<E> = pull.Pull<Uint8Array, E>

/** The source of an answer's body. The body that is missing altogether ends at once. */
const opened = (
  { stream }: HttpClientResponse.HttpClientResponse,
  scope: Scope.Scope
): Effect.Effect<Source<HttpClientError.ResponseError>> =>
  Effect.map(
    Scope.extend(pull.fromStream(stream), scope),
    Effect.mapError(Option.filter(({ reason }) => reason !== "EmptyBody"))
  )

/** Decompresses a body that begins as gzip does, whatever the headers say: JSON never begins so. */
const textOf = <E>(
  source: Source<E>,
  scope: Scope.Scope,
  bound: number,
  turn: Effect.Semaphore
): Effect.Effect<string, E | GunzipError> =>
  Effect.gen(function*() {
    const { all, isGzip } = yield* beginning(source)
    const text: Text = { decoder: new TextDecoder(), decoded: "", size: 0 }
    if (isGzip) {
      const plain = yield* Scope.extend(pull.fromStream(webEngine.web(pull.toStream(Effect.succeed(all)))), scope)
      yield* turn.withPermits(1)(gather(plain, text, bound, bound))
    } else if (!(yield* gather(all, text, few, bound))) {
      yield* turn.withPermits(1)(gather(all, text, bound, bound))
    }
    return text.decoded
  })

/** Reads the first two bytes, and gives them back with the rest. */
const beginning = <E>(source: Source<E>) =>
  Effect.gen(function*() {
    let first: ReadonlyArray<Uint8Array> = []
    let hasEnded = false
    while (!hasEnded && first.length < 2) {
      const batch = yield* unlessEnded(source)
      hasEnded = Option.isNone(batch)
      first = [...first, ...Option.getOrElse(batch, () => [])].filter(({ length }) => length > 0)
      if (first.some(({ length }) => length > 1)) break
    }
    const [one, two] = first.flatMap((bytes) => Array.from(bytes.subarray(0, 2)))
    let isGiven = false
    const all: Source<E> = Effect.suspend(() => {
      if (isGiven) return hasEnded ? Effect.fail(Option.none()) : source
      isGiven = true
      return Effect.succeed(first)
    })
    return { all, isGzip: one === 0x1f && two === 0x8b }
  })

/** `None` at the end. */
const unlessEnded = <A, E>(source: pull.Pull<A, E>): Effect.Effect<Option.Option<ReadonlyArray<A>>, E> =>
  Effect.catchAll(Effect.asSome(source), Option.match({ onNone: () => Effect.succeedNone, onSome: Effect.fail }))

interface Text {
  readonly decoder: TextDecoder
  decoded: string
  /** Bytes. */
  size: number
}

/** Adds to the text: true at the end of the body, false as soon as there are more bytes than `most`. */
const gather = <E>(
  source: Source<E>,
  text: Text,
  most: number,
  bound: number
): Effect.Effect<boolean, E | GunzipError> =>
  Effect.gen(function*() {
    while (text.size <= most) {
      const batch = yield* unlessEnded(source)
      if (Option.isNone(batch)) {
        text.decoded += text.decoder.decode()
        return true
      }
      for (const bytes of batch.value) {
        text.size += bytes.length
        // a batch of decompressed bytes may be a thousand times as large as those that came
        if (text.size > bound) return yield* new GunzipError({ reason: "too large" })
        text.decoded += text.decoder.decode(bytes, { stream: true })
      }
    }
    return false
  })
