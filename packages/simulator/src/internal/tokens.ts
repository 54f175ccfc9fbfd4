/** The token service, `POST /token`, and the tokens that it minted. */
import type { ApiVersion, Reply, TokenScope } from "../Simulator.js"
import type { Arrival } from "./arrival.js"
import * as json from "./json.js"
import * as randoms from "./random.js"
import * as replies from "./replies.js"
import * as versions from "./versions.js"
import * as window from "./window.js"

interface Options {
  readonly apiVersion: ApiVersion
  readonly isKey: (key: string | undefined) => key is string
  readonly tokenRateLimit: number | "none"
}

export interface Token {
  readonly key: string
  readonly scope: TokenScope
  readonly version: ApiVersion
  /** In the milliseconds of `Arrival.ticks`. */
  readonly expiresAt: number
}

export interface Tokens {
  readonly mint: (arrival: Arrival) => Reply
  /** `undefined` for a token that was never minted, is expired or is revoked. */
  readonly find: (token: string, ticks: number) => Token | undefined
  readonly revoke: () => void
}

const audience = "api.didww.com"

export const make = (options: Options): Tokens => {
  const isWithinLimit = window.make(options.tokenRateLimit)
  const random = randoms.make(20261119)
  const tokens = new Map<string, Token>()

  const mint = ({ request, ticks }: Arrival): Reply => {
    const key = request.headers["api-key"]
    if (!options.isKey(key)) return replies.oauthError(401, "invalid_client", "The API key is missing or not known.")
    if (!isWithinLimit(key, ticks)) {
      return replies.oauthError(429, "rate_limit_exceeded", "Too many token requests.", { "retry-after": "1" })
    }
    const body = request.headers["content-type"]?.startsWith("application/json") === true
      ? json.parseObject(request.body)
      : undefined
    if (body === undefined) return replies.oauthError(400, "invalid_request", "The body must be a JSON object.")
    const { api_version, aud, expires_in = 900, scope = "full" } = body
    if (aud !== audience) return replies.oauthError(400, "invalid_request", `aud must be ${audience}.`)
    if (scope !== "full" && scope !== "read") {
      return replies.oauthError(400, "invalid_scope", "scope must be full or read.")
    }
    if (typeof expires_in !== "number" || !Number.isInteger(expires_in)) {
      return replies.oauthError(400, "invalid_request", "expires_in must be a whole number of seconds.")
    }
    if (api_version !== undefined && typeof api_version !== "string") {
      return replies.oauthError(400, "invalid_request", "api_version must be a string.")
    }
    const seconds = Math.min(Math.max(expires_in, 60), 3600)
    const version = versions.select(options.apiVersion, api_version)
    const token = `${tokens.size.toString(36)}.${randoms.hex(random)}${randoms.hex(random)}${randoms.hex(random)}`
    tokens.set(token, { key, scope, version, expiresAt: ticks + seconds * 1000 })
    return replies.json(200, {
      access_token: token,
      token_type: "Bearer",
      expires_in: seconds,
      aud,
      scope,
      api_version: version
    }, { "cache-control": "no-store" })
  }

  return {
    mint,
    find: (text, ticks) => {
      const token = tokens.get(text)
      return token !== undefined && ticks < token.expiresAt ? token : undefined
    },
    revoke: () => {
      for (const [text, token] of tokens) tokens.set(text, { ...token, expiresAt: -Infinity })
    }
  }
}
