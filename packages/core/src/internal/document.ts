/** Members of a JSON:API document of any shape. */
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"

export const member = (value: unknown, name: string): unknown =>
  Predicate.isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined

export const apiVersion = (document: { readonly meta?: unknown }): Option.Option<string> =>
  Option.filter(
    Option.fromNullable(member(document.meta, "api_version")),
    (version): version is string => Predicate.isString(version) && /^\d{4}-\d\d-\d\d$/.test(version)
  )

export const hasLink = (document: { readonly links?: unknown }, name: "first" | "prev" | "next" | "last"): boolean =>
  Predicate.isNotNullable(member(document.links, name))
