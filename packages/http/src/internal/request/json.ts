/** Reads JSON answers as values. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Protocol from "@effect-didww/core/Protocol"
import * as Either from "effect/Either"
import * as jsonBody from "./jsonBody.js"
import { type Answer, requestIdOf } from "./send.js"

/** Makes a value of a JSON document. */
export type Decode<A> = (json: unknown) => Either.Either<A, Protocol.Mismatch>

export const parse = (answer: Answer): Either.Either<unknown, Protocol.Mismatch> =>
  answer.mismatch !== undefined ? Either.left(answer.mismatch) : Either.try({
    // node:http leaves a byte-order mark where it is
    try: (): unknown => JSON.parse(answer.text.startsWith("\ufeff") ? answer.text.slice(1) : answer.text),
    catch: () => encoded(answer) ?? { path: [], expected: "a JSON document" }
  })

/** Most clients decode the encodings that they know. Where a body is still encoded, the encoding is what is wrong. */
const encoded = ({ response: { headers }, scrub, text }: Answer): Protocol.Mismatch | undefined => {
  const encoding = jsonBody.encodingOf(headers)
  const expected = encoding === undefined
    // gzip's first byte, which no text has
    ? text.startsWith("\x1f") ? "gzip, because the body is gzipped" : undefined
    : encoding === "gzip"
    ? undefined
    : `gzip or no encoding, but not ${scrub(encoding)?.replace(/[^\w<>, -]/g, "").slice(0, 40)}`
  return expected === undefined ? undefined : { path: ["headers", "content-encoding"], expected }
}

/** Decodes the body of an answer. */
export const read = <A>(decode: Decode<A>) => (answer: Answer): Either.Either<A, DidwwError.MalformedResponse> =>
  parse(answer).pipe(
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
