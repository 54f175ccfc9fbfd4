/**
 * Limits how fast requests start, in all processes that use one key. The processes reserve their places in a store that
 * they share: Redis, or another store of `@effect/experimental`'s `RateLimiter`. A 429 that says how long to wait pauses all
 * of them.
 *
 * Places lie at equal distances, without bursts, and use 91 % of the limit: for 20 requests a second they are 55 milliseconds
 * apart. Each process asks for one reservation at a time, and serves its own requests first come, first served.
 *
 * No request fails because the store fails. When the store does not answer, a process warns once and goes on within a limit
 * of its own (`localLimit`). It shares the limit again as soon as the store is back.
 *
 * This is an entry of its own, outside of the package's index: it needs `@effect/experimental`, and `ioredis` for Redis.
 *
 * @example
 * ```ts
 * import { ExportsClient } from "@effect-didww/http"
 * import * as SharedRateLimit from "@effect-didww/http/SharedRateLimit"
 * import * as Layer from "effect/Layer"
 *
 * // for each of several workers that use one key; DIDWW_REDIS_URL names their Redis
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
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as ioredis from "ioredis"
import * as redisStore from "./internal/limit/redisStore.js"
import * as sharedStore from "./internal/limit/sharedStore.js"
import * as variable from "./internal/request/variable.js"
import * as RateLimit from "./RateLimit.js"

/**
 * The options of a shared limiter.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends RateLimit.Options {
  /**
   * Requests of this process within any interval while the store does not answer, at most `limit`. With n processes,
   * `limit / n` keeps all of them together within the quota. Default: `limit`.
   */
  readonly localLimit?: number | undefined
}

/**
 * The options of a limiter that is shared through Redis.
 *
 * @since 0.1.0
 * @category models
 */
export interface RedisOptions extends Options {
  /** A `redis:` or `rediss:` URL, or options of ioredis. The limiter itself decides how and when it connects again. */
  readonly redis: Redacted.Redacted | ioredis.RedisOptions
}

/**
 * Makes a limiter over a `RateLimiter`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<RateLimit.Limiter, never, RateLimiter.RateLimiter> =>
  Effect.map(RateLimiter.RateLimiter, (store) => sharedStore.make(store, options))

/**
 * Provides a limiter over any `RateLimiter`. The store gets a hash of the API key, and is asked only for fixed windows of one
 * place.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<RateLimit.RateLimit, never, RateLimiter.RateLimiter> =>
  Layer.effect(RateLimit.RateLimit, make(options))

// `RateLimiter.layer` is built once for all stores of one build: it would replace an application's own store with ours
const over = (store: Layer.Layer<RateLimiter.RateLimiterStore>): Layer.Layer<RateLimiter.RateLimiter> =>
  Layer.provide(Layer.effect(RateLimiter.RateLimiter, RateLimiter.make), store)

const memory = over(RateLimiter.layerStoreMemory)

/**
 * Provides a limiter over the memory of this process, for tests. Several such layers stand for several processes if they are
 * built together.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerMemory = (options: Options = {}): Layer.Layer<RateLimit.RateLimit> =>
  Layer.provide(layer(options), memory)

/**
 * Provides a limiter over Redis. The connection lives as long as the layer's scope. The layer is built even if Redis is away.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerRedis = (options: RedisOptions): Layer.Layer<RateLimit.RateLimit> =>
  Layer.provide(layer(options), over(redisStore.layer(options.redis)))

const redisUrl = (text: string): Option.Option<Redacted.Redacted> =>
  /^rediss?:\/\//.test(text) ? Option.some(Redacted.make(text)) : Option.none()

/**
 * The options from the environment: `DIDWW_REDIS_URL`, such as `rediss://:password@redis.example:6379/0`;
 * `DIDWW_RATE_LOCAL_LIMIT` (requests), which may be unset or blank; and the variables of `RateLimit.config`.
 *
 * @since 0.1.0
 * @category config
 */
export const config: Config.Config<RedisOptions> = Config.map(
  Config.all({
    redis: variable.required(
      variable.parsed("DIDWW_REDIS_URL", "a URL that begins with redis:// or rediss://", redisUrl),
      "DIDWW_REDIS_URL",
      "the URL of the Redis that all processes share"
    ),
    localLimit: variable.whole("DIDWW_RATE_LOCAL_LIMIT", 1),
    rate: RateLimit.config
  }),
  ({ rate, ...redis }) => ({ ...rate, ...redis })
)

/**
 * Provides a limiter over Redis with the options of a `Config`. Default: `config`.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerRedisConfig = (
  options: Config.Config<RedisOptions> = config
): Layer.Layer<RateLimit.RateLimit, ConfigError.ConfigError> => Layer.unwrapEffect(Effect.map(options, layerRedis))
