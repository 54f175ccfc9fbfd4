/** Turns an answer that is no success into the failure that it means. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as JsonApi from "@effect-didww/core/JsonApi"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as json from "./json.js"
import * as retryAfter from "./retryAfter.js"
import { type Answer, requestIdOf } from "./send.js"

export type Refusal =
  | DidwwError.InvalidRequest
  | DidwwError.Unauthorized
  | DidwwError.Forbidden
  | DidwwError.NotFound
  | Unspecific

export type Unspecific = DidwwError.RateLimited | DidwwError.ServerError | DidwwError.UnexpectedStatus

/** The failure that the API means. `credentials` says which ones were sent, if any; `now` is in milliseconds. */
export const make = (answer: Answer, credentials: "key" | "token" | undefined, now: number): Refusal => {
  const { response: { headers }, scrub, status, tried } = answer
  const said = Either.match(json.parse(answer), { onLeft: () => [], onRight: JsonApi.errors })
  const errors = [...said, ...challenges(headers["www-authenticate"], said)].map((error) => ({
    title: scrub(error.title),
    detail: scrub(error.detail),
    code: scrub(error.code),
    status: scrub(error.status),
    pointer: scrub(error.pointer)
  }))
  const answered = { ...tried, status, requestId: requestIdOf(answer), errors }
  switch (status) {
    case 400:
    case 422:
      return new DidwwError.InvalidRequest(answered)
    case 401:
      return credentials === undefined
        ? unspecific(answer, now, errors)
        : new DidwwError.Unauthorized({ ...answered, credentials })
    case 403:
      return new DidwwError.Forbidden(answered)
    case 404:
      return new DidwwError.NotFound(answered)
    default:
      return unspecific(answer, now, errors)
  }
}

/** The failure that a status means on every server. */
export const unspecific = (
  answer: Answer,
  now: number,
  errors: ReadonlyArray<JsonApi.ErrorObject> = []
): Unspecific => {
  const { response, status, tried } = answer
  const answered = {
    ...tried,
    status,
    requestId: requestIdOf(answer),
    errors,
    retryAfter: retryAfter.read(response, now)
  }
  return status === 429
    ? new DidwwError.RateLimited(answered)
    : status >= 500
    ? new DidwwError.ServerError(answered)
    : new DidwwError.UnexpectedStatus(answered)
}

/** The failure of a request that was refused before it was sent. */
export const notSent = (errors: ReadonlyArray<JsonApi.ErrorObject>): DidwwError.InvalidRequest =>
  new DidwwError.InvalidRequest({ attempts: 0, elapsed: Duration.zero, errors })

/** Where no single export is asked for, a 404 is about the address. */
export const unlessFound = (error: DidwwError.GetError): DidwwError.ListError => {
  if (error._tag !== "NotFound") return error
  const { attempts, elapsed, errors, requestId, status } = error
  return new DidwwError.UnexpectedStatus({ attempts, elapsed, errors, requestId, status })
}

/** Reads `Bearer error="insufficient_scope", error_description="…"`, unless the body says it. */
const challenges = (
  header: string | undefined,
  said: ReadonlyArray<JsonApi.ErrorObject>
): ReadonlyArray<JsonApi.ErrorObject> => {
  const code = parameterOf(header, "error")
  if (code === undefined || said.some((error) => error.code === code)) return []
  return [{ code, detail: said.length === 0 ? parameterOf(header, "error_description") ?? code : code }]
}

const parameterOf = (header: string | undefined, name: string): string | undefined =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(header ?? "")?.[1]
