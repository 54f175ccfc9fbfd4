/** Reads JSON answers as values. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import type * as JsonApi from "@effect-didww/core/JsonApi"
import * as Either from "effect/Either"
import { type Answer, requestIdOf } from "./send.js"

/** Makes a value of a JSON document. */
export type Decode<A> = (json: unknown) => Either.Either<A, JsonApi.Mismatch>

export const parse = (text: string): Either.Either<unknown, JsonApi.Mismatch> =>
  Either.try({ try: (): unknown => JSON.parse(text), catch: () => ({ path: [], expected: "a JSON document" }) })

/** Decodes the body of an answer. */
export const read = <A>(decode: Decode<A>) => (answer: Answer): Either.Either<A, DidwwError.MalformedResponse> =>
  parse(answer.text).pipe(
    Either.flatMap(decode),
    Either.mapLeft((mismatch) =>
      new DidwwError.MalformedResponse({
        ...answer.tried,
        requestId: requestIdOf(answer),
        path: DidwwError.MalformedResponse.path(mismatch),
        expected: mismatch.expected
      })
    )
  )

/** Puts a path before the path of a mismatch. */
export const below = (...path: ReadonlyArray<string | number>) => (mismatch: JsonApi.Mismatch): JsonApi.Mismatch => ({
  path: [...path, ...mismatch.path],
  expected: mismatch.expected
})
