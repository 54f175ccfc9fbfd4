/** A JSON:API document around its `data`, everything else as it came: an own key named `__proto__` too. */
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"

export interface Envelope<A> {
  readonly data: A
  readonly meta?: unknown
  readonly links?: unknown
}

const hasData = (input: unknown): input is Envelope<unknown> =>
  Predicate.isRecord(input) && Object.hasOwn(input, "data")

export const envelope = <A, I, R>(data: Schema.Schema<A, I, R>): Schema.Schema<Envelope<A>, Envelope<I>, R> => {
  const within =
    <B, C, S>(parse: (data: B, options?: ParseOptions) => Effect.Effect<C, ParseResult.ParseIssue, S>) =>
    (input: Envelope<B>, options: ParseOptions): Effect.Effect<Envelope<C>, ParseResult.ParseIssue, S> =>
      parse(input.data, options).pipe(
        Effect.mapBoth({
          onFailure: (issue) => new ParseResult.Pointer("data", input, issue),
          // by spread, which defines keys where an assignment may do more
          onSuccess: (data) => ({ ...input, data })
        })
      )
  const Raw: Schema.Schema<Envelope<I>> = Schema.declare(
    (input): input is Envelope<I> => hasData(input),
    { identifier: "@effect-didww/core/Document" }
  )
  const Typed: Schema.Schema<Envelope<A>> = Schema.declare(
    (input): input is Envelope<A> => hasData(input),
    { identifier: "@effect-didww/core/Envelope" }
  )
  return Schema.transformOrFail(Raw, Typed, {
    strict: true,
    decode: within(ParseResult.decode(data)),
    encode: within(ParseResult.encode(data))
  })
}

type ParseOptions = Parameters<ReturnType<typeof ParseResult.decode>>[1]
