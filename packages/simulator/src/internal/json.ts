/** JSON of any shape, as a request brings it. */
import * as Option from "effect/Option"

export type JsonObject = { readonly [name: string]: unknown }

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Parses a JSON object. `undefined` for any other text. */
export const parseObject: (text: string) => JsonObject | undefined = (text) =>
  Option.liftThrowable((text: string): unknown => JSON.parse(text))(text).pipe(
    Option.filter(isObject),
    Option.getOrUndefined
  )
