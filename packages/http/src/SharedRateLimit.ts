/**
 * How fast, in all the processes that use one key: they reserve their places in a store that they share, Redis or another
 * store of `@effect/experimental`'s `RateLimiter`. A 429 that says how long to wait pauses all of them.
 *
 * Places lie at equal distances, with no bursts, for 91 % of the limit: 55 milliseconds apart for 20 a second. Each process asks for one
 * reservation at a time and serves its own requests first come, first served.
 *
 * No request fails because the store does. Without an answer a process warns once, goes on within a limit of its own
 * (`localLimit`), and shares again as soon as the store is back.
 *
 * An entry of its own, not in the package's index: it needs `@effect/experimental`, and for Redis `ioredis`.
 *
 * @example
 * ```ts
 * import { ExportsClient } from "@effect-didww/http"
 * import * as SharedRateLimit from "@effect-didww/http/SharedRateLimit"
 * import * as Layer from "effect/Layer"
 *
 * // four workers on one key; DIDWW_REDIS_URL says where they meet
 * const client = ExportsClient.layerConfig().pipe(
 *   Layer.provide(SharedRateLimit.layerRedisConfig())
 * )
 *
 * const onThisMachine = SharedRateLimit.layerRedis({ redis: { host: "127.0.0.1", port: 6379 }, localLimit: 5 })
 * ```
 *
 * @since 0.1.0
 */
import * as RateLimiter from "@effect/experimental/RateLimiter"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as ioredis from "ioredis"
import * as redisStore from "./internal/limit/redisStore.js"
import * as reservations from "./internal/limit/sharedStore.js"
import * as RateLimit from "./RateLimit.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options extends RateLimit.Options {
  /**
   * Requests of this process within any interval while the store does not answer; at most `limit`. With n processes,
   * `limit / n` keeps them together within the quota. Default: `limit`.
   */
  readonly localLimit?: number | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface RedisOptions extends Options {
  /** A `redis:` or `rediss:` URL, or ioredis's options; how and when to connect again is not among them. */
  readonly redis: Redacted.Redacted | ioredis.RedisOptions
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<RateLimit.Limiter, never, RateLimiter.RateLimiter> =>
  Effect.map(RateLimiter.RateLimiter, (store) => reservations.make(store, options))

/**
 * Over any `RateLimiter`. It gets the API key as a hash, and asks only for fixed windows of one place.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<RateLimit.RateLimit, never, RateLimiter.RateLimiter> =>
  Layer.effect(RateLimit.RateLimit, make(options))

/**
 * Over the memory of this process: for tests, where several layers stand for several processes if they are built together.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerMemory = (options: Options = {}): Layer.Layer<RateLimit.RateLimit> =>
  Layer.provide(layer(options), memory)

// not `RateLimiter.layer`: built once for all stores of one build, it would put ours in the place of an application's own
const over = (store: Layer.Layer<RateLimiter.RateLimiterStore>): Layer.Layer<RateLimiter.RateLimiter> =>
  Layer.provide(Layer.effect(RateLimiter.RateLimiter, RateLimiter.make), store)

const memory = over(RateLimiter.layerStoreMemory)

/**
 * Over Redis. The connection lasts as long as the layer's scope; a Redis that is away when the layer is built is no
 * failure either.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerRedis = (options: RedisOptions): Layer.Layer<RateLimit.RateLimit> =>
  Layer.provide(layer(options), over(redisStore.layer(options.redis)))

/**
 * `DIDWW_REDIS_URL`, such as `rediss://:password@redis.example:6379/0`; `DIDWW_RATE_LOCAL_LIMIT` (requests), and what
 * `RateLimit.layerConfig` reads: each of these may be missing.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerRedisConfig = (): Layer.Layer<RateLimit.RateLimit, ConfigError.ConfigError> =>
  Layer.unwrapEffect(Effect.map(config, layerRedis))

/**
 * What `layerRedisConfig` reads.
 *
 * @since 0.1.0
 * @category config
 */
export const config: Config.Config<RedisOptions> = Config.map(
  Config.all({
    redis: Config.validate(Config.redacted("DIDWW_REDIS_URL"), {
      message: "Expected a URL that begins with redis:// or rediss://",
      validation: (url) => /^rediss?:\/\//.test(Redacted.value(url))
    }),
    localLimit: Config.withDefault(Config.integer("DIDWW_RATE_LOCAL_LIMIT"), undefined),
    rate: RateLimit.config
  }),
  ({ rate, ...redis }) => ({ ...rate, ...redis })
)
