/** Mints tokens: sends a key to the token service, and gets a token. */
import type * as ApiVersion from "@effect-didww/core/ApiVersion"
import * as DidwwError from "@effect-didww/core/DidwwError"
import type * as Protocol from "@effect-didww/core/Protocol"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type { Limiter } from "../../RateLimit.js"
import * as address from "./address.js"
import type { Mint, MintError, Token } from "./authorization.js"
import * as authorization from "./authorization.js"
import * as failure from "./failure.js"
import * as json from "./json.js"
import * as request from "./request.js"
import type { Answer } from "./send.js"

export interface Options {
  readonly client: request.Client
  readonly tokenUrl: string
  readonly apiVersion: ApiVersion.ApiVersion
  /** Of the token service alone. A 429 pauses the next mint too, after this one has failed. */
  readonly limiter: Limiter
}

export const make = ({ apiVersion, client, limiter, tokenUrl }: Options): Mint => {
  const url = address.normalize(tokenUrl)
  return (key, asked) =>
    url === undefined
      ? Effect.fail(address.unusable())
      : request.run<Token, MintError>(client, {
        request: HttpClientRequest.post(url, { headers: { accept: "application/json" } }).pipe(
          HttpClientRequest.bodyUnsafeJson({
            aud: asked.audience,
            scope: asked.scope,
            api_version: apiVersion,
            expires_in: Math.floor(Duration.toSeconds(asked.lifetime))
          })
        ),
        // it may be sent again after any failure: a second token does no harm
        access: () => ({ authorization: authorization.fixed(key), limiter }),
        onSuccess: issued,
        onRefusal: (answer, _, now) => refusal(answer, now)
      })
}

const tokenOf = (json: unknown): Either.Either<Token, Protocol.Mismatch> => {
  if (!Predicate.isRecord(json)) return Either.left({ path: [], expected: "an object" })
  const { access_token: value, expires_in: seconds } = json
  if (!Predicate.isString(value) || !/^[\x21-\x7e]+$/.test(value)) {
    return Either.left({ path: ["access_token"], expected: "a token" })
  }
  return Predicate.isNumber(seconds)
    ? Either.right({ value: Redacted.make(value), lifetime: Duration.seconds(seconds) })
    : Either.left({ path: ["expires_in"], expected: "a number of seconds" })
}

const readToken = json.read(tokenOf)

/** A token for less than a second may expire before it arrives: the next request would need another one, and so on. */
const issued = (answer: Answer): Either.Either<Token, MintError> =>
  Either.filterOrLeft(
    readToken(answer),
    ({ lifetime }) => Duration.greaterThanOrEqualTo(lifetime, Duration.seconds(1)),
    () =>
      new DidwwError.TokenRefused({
        ...answer.tried,
        status: answer.status,
        description: "its token expires in less than a second"
      })
  )

const refusal = (answer: Answer, now: number): MintError => {
  const { scrub, status, tried } = answer
  if (status === 429 || status < 400 || status >= 500) return failure.unspecific(answer, now)
  const said = Either.getOrElse(json.parse(answer), () => ({}))
  return new DidwwError.TokenRefused({
    ...tried,
    status,
    error: scrub(textOf(said, "error")),
    description: scrub(textOf(said, "error_description"))
  })
}

const textOf = (json: unknown, name: string): string | undefined =>
  Predicate.hasProperty(json, name) && Predicate.isString(json[name]) ? json[name] : undefined
