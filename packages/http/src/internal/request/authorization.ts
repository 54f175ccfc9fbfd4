/** Credentials in use: what each request carries, renewed as it is needed, for all fibers at once. */
import type * as ApiVersion from "@effect-didww/core/ApiVersion"
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Credentials from "../../Credentials.js"
import * as flight from "./singleFlight.js"
import * as timeLimit from "./timeLimit.js"
import type { Mint, MintError } from "./token.js"

/** What a request carries, and until when. */
export interface Grant {
  readonly credentials: "key" | "token"
  /** Whose rate limit it is. */
  readonly key: Redacted.Redacted
  readonly header: readonly [name: "api-key" | "authorization", value: Redacted.Redacted]
  /** What nobody may see of it. */
  readonly secrets: ReadonlyArray<Redacted.Redacted>
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

export interface Session {
  /** What is at hand; none where something is to be read or minted first. */
  readonly ready: (now: number) => Grant | undefined
  readonly current: Effect.Effect<Grant, MintError>
  /** Another than the refused one, where there is one. */
  readonly renewed: (refused: Grant) => Effect.Effect<Option.Option<Grant>, MintError>
}

export const make = (
  credentials: Credentials.Credentials,
  apiVersion: ApiVersion.ApiVersion,
  mint: Mint
): Session =>
  credentials._tag === "Bearer"
    ? tokens(keys(credentials.key), (key) => mint(key, credentials))
    // it takes tokens only
    : apiVersion === "2026-11-19"
    ? make(Credentials.bearer(credentials.key), apiVersion, mint)
    : keys(credentials.key)

/** The key, as it was read last. */
const keys = (key: Credentials.ApiKey["key"]): Session => {
  let known: Grant | undefined
  // its words may hold the key, however it says them
  const read = flight.make(Effect.matchEffect(Effect.catchAllDefect(key, () => Effect.fail("died")), {
    onFailure: () => Effect.fail(notSent("the key could not be read")),
    onSuccess: (key) => {
      const value = Redacted.make(Redacted.value(key).trim())
      if (!/^[\x21-\x7e]+$/.test(Redacted.value(value))) {
        return Effect.fail(notSent("the key is empty, or has characters that no header can carry"))
      }
      known = { credentials: "key", key: value, header: ["api-key", value], secrets: [value], expiresAt: Infinity }
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

/** For another token, as long as the one at hand is good. */
const mostWait = Duration.seconds(1)

/** The token that was minted last. */
const tokens = (
  keys: Session,
  mintWith: (key: Redacted.Redacted) => ReturnType<Mint>
): Session => {
  let known: { readonly grant: Grant; renewAt: number } | undefined
  const withKey = (grant: Grant) => Effect.map(mintWith(grant.key), (token) => [grant, token] as const)

  const mint = flight.make(Effect.gen(function*() {
    // counted from before it was made: sooner rather than later
    const mintedAt = yield* Clock.currentTimeMillis
    const key = yield* keys.current
    const [used, token] = yield* withKey(key).pipe(
      Effect.catchTag(
        "TokenRefused",
        (error) =>
          Effect.flatMap(keys.renewed(key), Option.match({ onNone: () => Effect.fail(error), onSome: withKey }))
      )
    )
    const lifetime = Duration.toMillis(token.lifetime)
    // in the last fifth, so that many processes do not come at once
    const share = 0.8 + 0.1 * (yield* Random.next)
    const grant: Grant = {
      credentials: "token",
      key: used.key,
      header: ["authorization", Redacted.make(`Bearer ${Redacted.value(token.value)}`)],
      secrets: [used.key, token.value],
      expiresAt: mintedAt + lifetime
    }
    known = { grant, renewAt: mintedAt + share * lifetime }
    return grant
  }))

  return {
    ready: (now) => known !== undefined && now < known.renewAt ? known.grant : undefined,
    current: Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const before = known
      if (before === undefined || now >= before.grant.expiresAt) return mint
      if (now < before.renewAt) return Effect.succeed(before.grant)
      // the others go on with it meanwhile, and this one does if there is no other to be had soon
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
