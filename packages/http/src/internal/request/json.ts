/** Reads JSON answers as values. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Protocol from "@effect-didww/core/Protocol"
import * as Either from "effect/Either"
import { type Answer, requestIdOf } from "./send.js"

/** Makes a value of a JSON document. */
export type Decode<A> = (json: unknown) => Either.Either<A, Protocol.Mismatch>

export const parse = (text: string): Either.Either<unknown, Protocol.Mismatch> =>
  Either.try({ try: (): unknown => JSON.parse(text), catch: () => ({ path: [], expected: "a JSON document" }) })

/** Decodes the body of an answer. */
export const read = <A>(decode: Decode<A>) => (answer: Answer): Either.Either<A, DidwwError.MalformedResponse> =>
  parse(answer.text).pipe(
    Either.flatMap(decode),
    Either.mapLeft((mismatch) =>
      new DidwwError.MalformedResponse({
        ...answer.tried,
        requestId: requestIdOf(answer),
        path: Protocol.pathOf(mismatch),
        expected: mismatch.expected
      })
    )
  )

/** Puts a path before the path of a mismatch. */
export const below = (...path: ReadonlyArray<string | number>) => (mismatch: Protocol.Mismatch): Protocol.Mismatch => ({
  path: [...path, ...mismatch.path],
  expected: mismatch.expected
})
