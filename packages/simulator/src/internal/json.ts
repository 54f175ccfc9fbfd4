/** JSON as it arrives: of any shape. */
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"

export type JsonObject = { readonly [name: string]: unknown }

export const isObject = (value: unknown): value is JsonObject => Predicate.isRecord(value)

/** `undefined` for a text that is no JSON object. */
export const parseObject: (text: string) => JsonObject | undefined = (text) =>
  Option.liftThrowable((text: string): unknown => JSON.parse(text))(text).pipe(
    Option.filter(isObject),
    Option.getOrUndefined
  )
