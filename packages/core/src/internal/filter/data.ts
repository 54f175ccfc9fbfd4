/** Filters as data: equal by value, and pipeable. Only the public module knows what a filter proves. */
import * as Data from "effect/Data"
import type * as DateTime from "effect/DateTime"
import * as Pipeable from "effect/Pipeable"
import * as Predicate from "effect/Predicate"
import type { Export } from "../../Export.js"
import * as phoneNumber from "../phoneNumber.js"
import type { Bounds, ExportFilter } from "./nodes.js"

export const TypeId: unique symbol = Symbol.for("@effect-didww/core/ExportFilter")

export type TypeId = typeof TypeId

const Proto = Object.assign(Object.create(Data.Structural.prototype), Pipeable.Prototype, {
  [TypeId]: { _A: (_: never) => _ }
})

// the type parameter is a phantom: no node depends on it
const make = <A = Export>(fields: object): ExportFilter<A> => Object.assign(Object.create(Proto), fields)

export const isExportFilter = (u: unknown): u is ExportFilter => Predicate.hasProperty(u, TypeId)

export const oneOf = <A = Export>(
  _tag: "Id" | "ExportType" | "Status" | "ExternalReferenceId",
  values: ReadonlyArray<string>
): ExportFilter<A> => make({ _tag, values: Data.array(values) })

export const createdAt = <A = Export>({ gt, gte, lt, lte }: Bounds): ExportFilter<A> =>
  make({
    _tag: "CreatedAt",
    ...(gte && { gte }),
    ...(gt && { gt }),
    ...(lte && { lte }),
    ...(lt && { lt })
  })

export const valued = <A = Export>(
  _tag: "From" | "To" | "DidNumber" | "VoiceOutTrunkId",
  value: DateTime.Utc | string
): ExportFilter<A> =>
  make({ _tag, value: _tag === "DidNumber" && Predicate.isString(value) ? phoneNumber.withoutPlus(value) : value })

export const hasUrl: ExportFilter<never> = make({ _tag: "HasUrl" })

export const all = <A = Export>(filters: ReadonlyArray<ExportFilter>): ExportFilter<A> => flat("And", filters)

export const any = <A = Export>(filters: ReadonlyArray<ExportFilter>): ExportFilter<A> => flat("Or", filters)

export const not = <A = Export>(filter: ExportFilter): ExportFilter<A> => make({ _tag: "Not", filter })

const flat = <A = Export>(_tag: "And" | "Or", filters: ReadonlyArray<ExportFilter>): ExportFilter<A> => {
  const [first, ...others] = filters.flatMap((filter) =>
    (filter._tag === "And" || filter._tag === "Or") && filter._tag === _tag ? filter.filters : [filter]
  )
  return first !== undefined && others.length === 0
    ? make(first)
    : make({ _tag, filters: Data.array(first === undefined ? [] : [first, ...others]) })
}

export const everything: ExportFilter = all([])

export const nothing: ExportFilter<never> = any([])
