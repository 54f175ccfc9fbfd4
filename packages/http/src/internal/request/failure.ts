/** An answer that is no success, as the failure that it means. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as JsonApi from "@effect-didww/core/JsonApi"
import type * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import type { Tried } from "./retry.js"
import * as retryAfter from "./retryAfter.js"
import type { Scrub } from "./scrub.js"
import type { Answer } from "./send.js"

export type Refusal =
  | DidwwError.InvalidRequest
  | DidwwError.Unauthorized
  | DidwwError.Forbidden
  | DidwwError.NotFound
  | DidwwError.RateLimited
  | DidwwError.ServerError
  | DidwwError.UnexpectedStatus

export const parse = (text: string): Either.Either<unknown, JsonApi.Mismatch> =>
  Either.try({ try: (): unknown => JSON.parse(text), catch: () => ({ path: [], expected: "a JSON document" }) })

export const make = (
  answer: Answer,
  /** What was sent, if any was. */
  credentials: "key" | "token" | undefined,
  scrub: Scrub,
  tried: Tried,
  now: number
): Refusal => {
  const { response: { headers }, status, text } = answer
  const said = Either.match(parse(text), { onLeft: () => [], onRight: JsonApi.errors })
  const answered = {
    ...tried,
    status,
    requestId: scrub(headers["x-request-id"]),
    errors: [...said, ...challenges(headers["www-authenticate"], said)].map((error) => ({
      title: scrub(error.title),
      detail: scrub(error.detail),
      code: scrub(error.code),
      status: scrub(error.status),
      pointer: scrub(error.pointer)
    }))
  }
  switch (status) {
    case 400:
    case 422:
      return new DidwwError.InvalidRequest(answered)
    case 401:
      return credentials === undefined
        ? unspecific(answer, answered, now)
        : new DidwwError.Unauthorized({ ...answered, credentials })
    case 403:
      return new DidwwError.Forbidden(answered)
    case 404:
      return new DidwwError.NotFound(answered)
    default:
      return unspecific(answer, answered, now)
  }
}

/** What means the same whoever answers. */
export const unspecific = (
  { response: { headers }, status }: Answer,
  answered: ConstructorParameters<typeof DidwwError.UnexpectedStatus>[0],
  now: number
): DidwwError.RateLimited | DidwwError.ServerError | DidwwError.UnexpectedStatus => {
  const asked: Duration.Duration | undefined = retryAfter.parse(headers["retry-after"] ?? "", now)
  return status === 429
    ? new DidwwError.RateLimited({ ...answered, retryAfter: asked })
    : status >= 500
    ? new DidwwError.ServerError({ ...answered, retryAfter: asked })
    : new DidwwError.UnexpectedStatus({ ...answered, retryAfter: asked })
}

/** `Bearer error="insufficient_scope", error_description="…"`, unless the body says it. */
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
