/**
 * A store in Redis, for the fixed windows that the shared limit asks for.
 *
 * `@effect/experimental/RateLimiter/Redis` is not used, because it keeps its client to itself. Nobody listens to the
 * client's errors then, so ioredis prints each of them, with the address. Its commands queue up for as long as Redis is
 * away. Its scope ends with a `QUIT`, which a dead Redis never answers; or the `QUIT` fails and makes the end a defect. Here
 * a command connects if it must, and fails if it cannot. Nothing runs between commands, and the end of the scope waits for
 * nobody.
 */
import * as RateLimiter from "@effect/experimental/RateLimiter"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type { Redis, RedisOptions } from "ioredis"

export type Connection = Redacted.Redacted | RedisOptions

/** A connection that does not answer for so many milliseconds is dropped. The next command makes another one. */
const silence = 1000

/** The tokens and their time to live grow together. Over the limit nothing changes. */
const script = `
local count = tonumber(redis.call("GET", KEYS[1]) or "0") + ARGV[1]
local left = math.max(redis.call("PTTL", KEYS[1]), 0)
if ARGV[3] and count > tonumber(ARGV[3]) then return { count, left } end
local ttl = left + ARGV[1] * ARGV[2]
redis.call("SET", KEYS[1], count, "PX", ttl)
return { count, ttl }
`

export const layer = (connection: Connection): Layer.Layer<RateLimiter.RateLimiterStore> =>
  Layer.scoped(
    RateLimiter.RateLimiterStore,
    Effect.map(connected(connection), (run) => ({
      fixedWindow: ({ key, limit, refillRate, tokens }) =>
        Effect.flatMap(
          run(key, [tokens, Duration.toMillis(refillRate), ...(limit === undefined ? [] : [limit])]),
          (answer) =>
            Array.isArray(answer) && answer.length === 2
              ? Effect.succeed<[number, number]>([Number(answer[0]), Number(answer[1])])
              : Effect.fail(new RateLimiter.RateLimitStoreError({ message: "Redis gave an unexpected answer" }))
        ),
      tokenBucket: () =>
        Effect.fail(new RateLimiter.RateLimitStoreError({ message: "This store keeps fixed windows only" }))
    }))
  )

/** Runs the script. Its failures hold a code at most: ioredis's own failures hold the command, and a password with it. */
const connected = (connection: Connection) =>
  Effect.acquireRelease(
    Effect.map(Effect.promise(() => import("ioredis")), ({ Redis }) => {
      const settings: RedisOptions = {
        retryStrategy: () => null,
        autoResendUnfulfilledCommands: false,
        socketTimeout: silence,
        disconnectTimeout: silence
      }
      const redis = Redacted.isRedacted(connection)
        ? new Redis(Redacted.value(connection), settings)
        : new Redis({ ...connection, ...settings })
      const client: Client = { redis, isOpen: true, heard: undefined }
      redis.on("error", (error) => {
        client.heard = codeOf(error)
      })
      return client
    }),
    (client) =>
      Effect.sync(() => {
        client.isOpen = false
        if (client.redis.status !== "end") client.redis.disconnect()
      })
  ).pipe(
    Effect.map(
      (client) => (key: string, args: Array<number>): Effect.Effect<unknown, RateLimiter.RateLimitStoreError> =>
        Effect.tryPromise({
          try: () => {
            // after the end of the scope a command finds no connection, and makes none
            if (client.isOpen && client.redis.status === "end") client.redis.connect().catch(() => {})
            return client.redis.eval(script, 1, key, ...args)
          },
          catch: (error) =>
            new RateLimiter.RateLimitStoreError({
              message: "Redis does not answer",
              cause: { code: codeOf(error) ?? client.heard }
            })
        })
    )
  )

interface Client {
  readonly redis: Redis
  isOpen: boolean
  /** The code of the last error that the connection reported: a failed command says only that the connection is closed. */
  heard: string | undefined
}

/** Such as `ECONNREFUSED`. For an answer of Redis itself the first word, such as `WRONGPASS`. */
const codeOf = (error: unknown): string | undefined => {
  if (!Predicate.isError(error)) return undefined
  if (Predicate.hasProperty(error, "code") && Predicate.isString(error.code)) return error.code
  return /^[A-Z]{3,}/.exec(error.message)?.[0]
}
