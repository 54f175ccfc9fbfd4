/** The kinds of values that an export has: their schema in the model, and their spelling on the wire. */
import * as DateTime from "effect/DateTime"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as wireTime from "../wireTime.js"

export interface Kind<S extends Schema.Schema.All> {
  /** The value in the model. */
  readonly schema: S
  /** Gives `undefined` for a raw value that it does not understand, such as null. */
  readonly decode: (raw: unknown) => unknown
  /** Gives the canonical spelling. */
  readonly encode: (value: unknown) => unknown
  /** Whether a raw value that was understood certainly has its canonical spelling. */
  readonly isCanonical: (raw: unknown) => boolean
  /** Whether every string is its own value. */
  readonly isText: boolean
}

const identity = (value: unknown): unknown => value

const never = (): boolean => false

const kind = <S extends Schema.Schema.All>(
  schema: S,
  decode: Kind<S>["decode"],
  more?: Partial<Pick<Kind<S>, "encode" | "isCanonical" | "isText">>
): Kind<S> => ({ schema, decode, encode: identity, isCanonical: never, isText: false, ...more })

export const text = kind(Schema.String, (raw) => Predicate.isString(raw) ? raw : undefined, { isText: true })

/** An identifier. Old exports have some of them as numbers. */
export const looseText = kind(
  Schema.String,
  (raw) => Predicate.isString(raw) ? raw : Number.isSafeInteger(raw) ? String(raw) : undefined,
  { isText: true }
)

/** A phone number. Requests are sent without its `+`. */
export const phoneNumber: typeof looseText = { ...looseText }

export const lowerCase = kind(Schema.Lowercased, (raw) => Predicate.isString(raw) ? raw.toLowerCase() : undefined)

export const integer = kind(
  Schema.Int,
  (raw) => Number.isSafeInteger(raw) ? raw : Predicate.isString(raw) && /^\d{1,9}$/.test(raw) ? Number(raw) : undefined
)

export const texts = kind(
  Schema.NonEmptyArray(Schema.String),
  (raw) =>
    Predicate.isString(raw)
      ? [raw]
      : Array.isArray(raw) && raw.length > 0 && raw.every(Predicate.isString)
      ? raw
      : undefined,
  { encode: (value) => Array.isArray(value) && value.length === 1 ? value[0] : value }
)

const time = (format: (time: DateTime.Utc) => string, isCanonical: (text: string) => boolean) =>
  kind(Schema.DateTimeUtcFromSelf, (raw) => Predicate.isString(raw) ? wireTime.parse(raw) : undefined, {
    encode: (value) => DateTime.isDateTime(value) ? format(DateTime.toUtc(value)) : value,
    isCanonical: (raw) => Predicate.isString(raw) && isCanonical(raw)
  })

/** `2026-04-16T08:00:00.000Z` */
export const isoTime = time(wireTime.formatIso, wireTime.isIso)

/** `2026-04-16 08:00:00` */
export const secondsTime = time(wireTime.formatSeconds, wireTime.isSeconds)

type Words = readonly [string, ...Array<string>]

/** Some exports have a known word in another letter case. */
const wordOf = (words: Words): Kind<Schema.Schema.All>["decode"] => {
  const known = new Set<unknown>(words)
  return (raw) => {
    if (known.has(raw)) return raw
    const lower = Predicate.isString(raw) ? raw.toLowerCase() : undefined
    return known.has(lower) ? lower : undefined
  }
}

export const word = <const W extends Words>(...words: W) => kind(Schema.Literal(...words), wordOf(words))

/** Like `word`, but the model has "unknown" where the wire has no known word. */
export const wordOrUnknown = <const W extends Words>(...words: W) =>
  kind(Schema.Literal(...words, "unknown"), wordOf(words), {
    encode: (value) => value === "unknown" ? undefined : value
  })
