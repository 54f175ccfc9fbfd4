/** The credentials in use: what each request carries. They are renewed when they must be, once for all fibers. */
import type * as ApiVersion from "@effect-didww/core/ApiVersion"
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Credentials from "../../Credentials.js"
import * as monotonic from "./monotonic.js"
import * as singleFlight from "./singleFlight.js"
import * as timeLimit from "./timeLimit.js"

/** What a request carries, and until when. */
export interface Grant {
  readonly credentials: "key" | "token"
  /** The rate limit is that of this key. */
  readonly key: Redacted.Redacted
  readonly header: readonly [name: "api-key" | "authorization", value: Redacted.Redacted]
  /** Texts that nobody may see. */
  readonly secrets: ReadonlyArray<Redacted.Redacted>
  /** In the milliseconds of `monotonic`. */
  readonly expiresAt: number
  /** Whether a request has used it. The first one uses it whatever its age, because another one would be no fresher. */
  isUsed: boolean
}

export interface Authorization {
  /** The grant at hand at this time. `undefined` if a key must be read or a token minted first. */
  readonly ready: (now: number) => Grant | undefined
  readonly current: Effect.Effect<Grant, MintError>
  /** A grant that differs from the refused one, if there is one. */
  readonly renewed: (refused: Grant) => Effect.Effect<Option.Option<Grant>, MintError>
}

export type MintError = Exclude<DidwwError.ListError, DidwwError.InvalidRequest | DidwwError.Forbidden>

export interface Token {
  readonly value: Redacted.Redacted
  readonly lifetime: Duration.Duration
}

/** Gets a token for a key. */
export type Mint = (key: Grant, asked: Credentials.TokenRequest) => Effect.Effect<Token, MintError>

export const make = (
  credentials: Credentials.Credentials,
  apiVersion: ApiVersion.ApiVersion,
  mint: Mint
): Authorization =>
  credentials._tag === "Bearer"
    ? fromTokens(fromKey(credentials.key), (key) => mint(key, credentials))
    // this version takes tokens only
    : apiVersion === "2026-11-19"
    ? make(Credentials.bearer(credentials.key), apiVersion, mint)
    : fromKey(credentials.key)

/** One grant for ever. */
export const fixed = (grant: Grant): Authorization => ({
  ready: () => grant,
  current: Effect.succeed(grant),
  renewed: () => Effect.succeedNone
})

/** The key, as it was read last. */
const fromKey = (key: Credentials.ApiKey["key"]): Authorization => {
  let known: Grant | undefined
  // the words of its failure may hold the key
  const read = singleFlight.make(Effect.matchEffect(Effect.catchAllDefect(key, () => Effect.fail("died")), {
    onFailure: () => Effect.fail(notSent("the key could not be read")),
    onSuccess: (key) => {
      const value = Redacted.make(Redacted.value(key).trim())
      if (!/^[\x21-\x7e]+$/.test(Redacted.value(value))) {
        return Effect.fail(notSent("the key is empty, or has characters that no header can carry"))
      }
      known = {
        credentials: "key",
        key: value,
        header: ["api-key", value],
        secrets: [value],
        expiresAt: Infinity,
        isUsed: false
      }
      return Effect.succeed(known)
    }
  }))
  return {
    ready: () => known,
    current: Effect.suspend(() => known === undefined ? read : Effect.succeed(known)),
    renewed: (refused) =>
      Effect.suspend(() => known === undefined || known === refused ? read : Effect.succeed(known)).pipe(
        Effect.map(Option.liftPredicate((grant) => Redacted.value(grant.key) !== Redacted.value(refused.key)))
      )
  }
}

const notSent = (detail: string): DidwwError.Unauthorized =>
  new DidwwError.Unauthorized({ attempts: 0, elapsed: Duration.zero, errors: [{ detail }] })

/** How long a request waits for another token while the token at hand is good. */
const mostWait = Duration.seconds(1)

/** A token, with the time from which on it is renewed. */
interface Minted {
  readonly grant: Grant
  renewAt: number
}

/** The token that was minted last. */
const fromTokens = (
  keys: Authorization,
  mintWith: (key: Grant) => Effect.Effect<Token, MintError>
): Authorization => {
  let known: Minted | undefined
  const mint = singleFlight.make(Effect.map(minted(keys, mintWith), (token) => {
    known = token
    return token.grant
  }))
  return {
    ready: (now) => known !== undefined && now < known.renewAt ? known.grant : undefined,
    current: Effect.flatMap(monotonic.now, (now) => {
      const before = known
      if (before === undefined || now >= before.grant.expiresAt) return mint
      if (now < before.renewAt) return Effect.succeed(before.grant)
      // other requests keep using it meanwhile, and this one does if a new token does not come soon
      const half = Math.ceil((before.grant.expiresAt - now) / 2)
      before.renewAt = now + half
      const soon = Duration.min(Duration.millis(half), mostWait)
      return Effect.orElseSucceed(timeLimit.within(mint, soon, () => Effect.fail("late")), () => before.grant)
    }),
    renewed: (refused) =>
      Effect.suspend(() => {
        if (known !== undefined && known.grant !== refused) return Effect.succeedSome(known.grant)
        known = undefined
        return Effect.asSome(mint)
      })
  }
}

const minted = (
  keys: Authorization,
  mintWith: (key: Grant) => Effect.Effect<Token, MintError>
): Effect.Effect<Minted, MintError> =>
  Effect.gen(function*() {
    // the lifetime counts from before the token was made: too early is better than too late
    const mintedAt = yield* monotonic.now
    const key = yield* keys.current
    const withKey = (key: Grant) => Effect.map(mintWith(key), (token) => ({ key: key.key, token }))
    const { key: used, token } = yield* Effect.catchTag(withKey(key), "TokenRefused", (error) =>
      Effect.flatMap(
        keys.renewed(key),
        Option.match({ onNone: () => Effect.fail(error), onSome: withKey })
      ))
    const lifetime = Duration.toMillis(token.lifetime)
    // within the last fifth of the lifetime, so that many processes do not renew at once
    const share = 0.8 + 0.1 * (yield* Random.next)
    return {
      grant: {
        credentials: "token",
        key: used,
        header: ["authorization", Redacted.make(`Bearer ${Redacted.value(token.value)}`)],
        secrets: [used, token.value],
        expiresAt: mintedAt + lifetime,
        isUsed: false
      },
      renewAt: mintedAt + share * lifetime
    }
  })
