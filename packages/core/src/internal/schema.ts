/**
 * The declarations, transformations and optional properties of this package's schemas. Effect 4 spells them differently,
 * so every schema of the package takes them from this module.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"

/**
 * The place where a value differs from the expected shape, and that shape. It never holds the value.
 *
 * @since 0.1.0
 * @category models
 */
export interface Mismatch {
  readonly path: ReadonlyArray<string | number>
  readonly expected: string
}

/** The property may be absent or null. */
export const maybe = <S extends Schema.Schema.All>(schema: S): Maybe<S> =>
  Schema.optionalWith(Schema.NullOr(schema), { exact: true })

export type Maybe<S extends Schema.Schema.All> = Schema.optionalWith<Schema.NullOr<S>, { exact: true }>

/** The property may be absent. */
export const exact = <S extends Schema.Schema.All>(schema: S): Schema.optionalWith<S, { exact: true }> =>
  Schema.optionalWith(schema, { exact: true })

/** The property is an `Option`: none is null in JSON, and may be left out of it. */
export const optionOf = <A, I>(schema: Schema.Schema<A, I>): OptionOf<A, I> =>
  Schema.optionalWith(schema, { as: "Option", nullable: true, onNoneEncoding: () => Option.some(null) })

export type OptionOf<A, I> = Schema.PropertySignature<
  ":",
  Option.Option<A>,
  never,
  "?:",
  I | null | undefined,
  false,
  never
>

/** The struct refuses a key that it does not know. */
export const strict = <Fields extends Schema.Struct.Fields>(
  struct: Schema.Struct<Fields>,
  identifier: string
): Schema.Struct<Fields> => struct.annotations({ identifier, parseOptions: { onExcessProperty: "error" } })

/** Makes arbitrary values of a declared type from those of another schema. */
export interface Samples<A, B> {
  readonly of: Schema.Schema<B>
  readonly make: (sample: B) => A
}

/** The type that a guard recognizes. */
export const declare = <A, B = never>(
  is: (input: unknown) => input is A,
  identifier: string,
  samples?: Samples<A, B>
): Schema.Schema<A> => {
  if (samples === undefined) return Schema.declare(is, { identifier })
  const check = (input: unknown, _: unknown, ast: Ast) =>
    is(input) ? Either.right(input) : Either.left(new ParseResult.Type(ast, input))
  return Schema.declare([samples.of], { decode: () => check, encode: () => check }, {
    identifier,
    arbitrary: (sample) => (fc) => sample(fc).map(samples.make)
  })
}

/** The type that a parser recognizes. The parser says where an input differs from it. */
export const declareBy = <A>(
  parse: (input: unknown) => Either.Either<A, Mismatch>,
  identifier: string
): Schema.Schema<A> => {
  const check = (input: unknown, _: unknown, ast: Ast) => Either.mapLeft(parse(input), issueAt(ast, input))
  return Schema.declare([], { decode: () => check, encode: () => check }, { identifier })
}

type Ast = ParseResult.Type["ast"]

const issueAt = (ast: Ast, actual: unknown) => ({ expected, path }: Mismatch): ParseResult.ParseIssue => {
  const issue = new ParseResult.Type(ast, actual, `Expected ${expected}`)
  const [head, ...tail] = path
  return head === undefined ? issue : new ParseResult.Pointer([head, ...tail], actual, issue)
}

/** The values of `to`, decoded from those of `from`. */
export const compose = <A, I, B, J extends A>(
  from: Schema.Schema<A, I>,
  to: Schema.Schema<B, J>
): Schema.Schema<B, I> => Schema.compose(from, to)

/** The values of `from` as those of `to`, in both directions. */
export const transform = <A, I, R, B, J, S>(
  from: Schema.Schema<A, I, R>,
  to: Schema.Schema<B, J, S>,
  functions: { readonly decode: (a: A) => J; readonly encode: (b: J) => A }
): Schema.Schema<B, I, R | S> => Schema.transform(from, to, { strict: true, ...functions })

/** Like `transform`, but each direction can refuse a value. The `Left` says what was expected instead. */
export const transformOrRefuse = <A, I, R, B, J, S>(
  from: Schema.Schema<A, I, R>,
  to: Schema.Schema<B, J, S>,
  functions: {
    readonly decode: (a: A) => Either.Either<J, string>
    readonly encode: (b: J) => Either.Either<A, string>
  }
): Schema.Schema<B, I, R | S> =>
  Schema.transformOrFail(from, to, {
    strict: true,
    decode: (a, _, ast) => Either.mapLeft(functions.decode(a), (expected) => issueAt(ast, a)({ expected, path: [] })),
    encode: (b, _, ast) => Either.mapLeft(functions.encode(b), (expected) => issueAt(ast, b)({ expected, path: [] }))
  })

/** A JSON:API document around its `data`. */
export interface Envelope<A> {
  readonly data: A
  readonly meta?: unknown
  readonly links?: unknown
}

const hasData = (input: unknown): input is Envelope<unknown> =>
  Predicate.isRecord(input) && Object.hasOwn(input, "data")

/** A document whose `data` has this schema. Every other member stays as it came, also an own `__proto__`. */
export const envelope = <A, I, R>(data: Schema.Schema<A, I, R>): Schema.Schema<Envelope<A>, Envelope<I>, R> => {
  const withData =
    <B, C, S>(parse: (data: B, options?: Options) => Effect.Effect<C, ParseResult.ParseIssue, S>) =>
    (input: Envelope<B>, options: Options): Effect.Effect<Envelope<C>, ParseResult.ParseIssue, S> =>
      Effect.mapBoth(parse(input.data, options), {
        onFailure: (issue) => new ParseResult.Pointer("data", input, issue),
        // a spread defines a key that an assignment would take for the prototype
        onSuccess: (data) => ({ ...input, data })
      })
  return Schema.transformOrFail(
    declare((input): input is Envelope<I> => hasData(input), "@effect-didww/core/Document"),
    declare((input): input is Envelope<A> => hasData(input), "@effect-didww/core/Envelope"),
    { strict: true, decode: withData(ParseResult.decode(data)), encode: withData(ParseResult.encode(data)) }
  )
}

type Options = Parameters<ReturnType<typeof ParseResult.decode>>[1]
