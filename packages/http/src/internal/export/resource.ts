/** One export in an answer. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Export from "@effect-didww/core/Export"
import * as JsonApi from "@effect-didww/core/JsonApi"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import type * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"

export interface Found {
  readonly data: Export.Export
  readonly apiVersion: Option.Option<string>
}

export const decodeDocument = (json: unknown): Either.Either<Found, JsonApi.Mismatch> =>
  Predicate.isRecord(json)
    ? Either.mapBoth(Export.fromResource(json.data), {
      onLeft: below("data"),
      onRight: (data) => ({ data, apiVersion: JsonApi.apiVersion(json) })
    })
    : Either.left({ path: [], expected: "an object" })

export const below = (...path: ReadonlyArray<string | number>) => (mismatch: JsonApi.Mismatch): JsonApi.Mismatch => ({
  path: [...path, ...mismatch.path],
  expected: mismatch.expected
})

export const notSent = (errors: ReadonlyArray<JsonApi.ErrorObject>): DidwwError.InvalidRequest =>
  new DidwwError.InvalidRequest({ attempts: 0, elapsed: Duration.zero, errors })

/** Where no single record is asked for, a 404 is about the address. */
export const unlessFound = (error: DidwwError.GetError): DidwwError.ListError => {
  if (error._tag !== "NotFound") return error
  const { attempts, elapsed, errors, requestId, status } = error
  return new DidwwError.UnexpectedStatus({ attempts, elapsed, errors, requestId, status })
}
