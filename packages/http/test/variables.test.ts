import { ApiVersion } from "@effect-didww/core"
import { ExportsClient, RateLimit, RetryPolicy } from "@effect-didww/http"
import * as SharedRateLimit from "@effect-didww/http/SharedRateLimit"
import { assert, describe, it } from "@effect/vitest"
import { Config, ConfigError, ConfigProvider, Duration, Effect, Layer, Predicate } from "effect"
import { inspect } from "node:util"

type Environment = Readonly<Record<string, string>>

const provider = (environment: Environment) => ConfigProvider.fromMap(new Map(Object.entries(environment)))

const read = <A>(config: Config.Config<A>, environment: Environment) =>
  Effect.withConfigProvider(config, provider(environment))

/** What each config needs. */
const needed = {
  ExportsClient: { DIDWW_API_KEY: "a-key" },
  RetryPolicy: {},
  RateLimit: {},
  SharedRateLimit: { DIDWW_REDIS_URL: "redis://redis.example" }
} as const

const configs: Record<keyof typeof needed, Config.Config<unknown>> = {
  ExportsClient: ExportsClient.config,
  RetryPolicy: RetryPolicy.config,
  RateLimit: RateLimit.config,
  SharedRateLimit: SharedRateLimit.config
}

interface Variable {
  readonly of: keyof typeof needed
  /** Values, and where the options have each of them. */
  readonly good: ReadonlyArray<readonly [text: string, at: string, value: unknown]>
  readonly wrong: ReadonlyArray<string>
  /** What the refusal says. */
  readonly takes: string
}

const whole = (of: Variable["of"], at: string, least: number): Variable => ({
  of,
  good: [[String(least), at, least], [" 7\r\n", at, 7], ["9007199254740991", at, Number.MAX_SAFE_INTEGER]],
  wrong: [String(least - 1), "-1", "1.5", "1e3", "0x10", "1,000", "many", "NaN", "Infinity", "9007199254740993", "1 2"],
  takes: `Expected a whole number of ${least} or more`
})

const duration = (of: Variable["of"], at: string, least: "zero" | "more than zero"): Variable => ({
  of,
  good: [
    ["20 seconds", at, Duration.seconds(20)],
    [" 5 millis\r\n", at, Duration.millis(5)],
    ...(least === "zero" ? [["0 seconds", at, Duration.zero] as const] : [])
  ],
  wrong: ["20", "soon", "-1 second", "NaN", "20 seconds 3", "1 fortnight", ...(least === "zero" ? [] : ["0 seconds"])],
  takes: "Expected a duration"
})

const address = (at: string): Variable => ({
  of: "ExportsClient",
  good: [["https://didww.example/v3", at, "https://didww.example/v3"], [
    " http://[::1]:4010/\n",
    at,
    "http://[::1]:4010/"
  ]],
  wrong: ["nowhere", "ftp://didww.example", "https://", "https://user:pass@didww.example", "https://didww.example?a=b"],
  takes: "Expected an http or https URL without user, query or fragment"
})

const variables: Record<string, Variable> = {
  DIDWW_ENV: {
    of: "ExportsClient",
    good: [[" sandbox\n", "apiUrl", ExportsClient.environments.sandbox]],
    wrong: ["staging", "Sandbox", "sandbox,production"],
    takes: "Expected one of production, sandbox"
  },
  DIDWW_API_URL: address("apiUrl"),
  DIDWW_TOKEN_URL: address("tokenUrl"),
  DIDWW_API_VERSION: {
    of: "ExportsClient",
    good: [[" 2022-05-10\r\n", "apiVersion", "2022-05-10"]],
    wrong: ["2022", "2022-05-11", "latest"],
    takes: `Expected one of ${ApiVersion.ApiVersion.literals.join(", ")}`
  },
  DIDWW_RETRY_MAX_ATTEMPTS: whole("RetryPolicy", "maxAttempts", 1),
  DIDWW_RETRY_BUDGET: whole("RetryPolicy", "budget.capacity", 0),
  DIDWW_RETRY_BASE_DELAY: duration("RetryPolicy", "baseDelay", "zero"),
  DIDWW_RETRY_MAX_DELAY: duration("RetryPolicy", "maxDelay", "zero"),
  DIDWW_RETRY_MAX_RETRY_AFTER: duration("RetryPolicy", "maxRetryAfter", "zero"),
  DIDWW_RETRY_ATTEMPT_TIMEOUT: duration("RetryPolicy", "attemptTimeout", "more than zero"),
  DIDWW_RETRY_TOTAL_TIMEOUT: duration("RetryPolicy", "totalTimeout", "more than zero"),
  DIDWW_RATE_LIMIT: whole("RateLimit", "limit", 1),
  DIDWW_RATE_INTERVAL: duration("RateLimit", "interval", "more than zero"),
  DIDWW_RATE_MAX_WAIT: duration("RateLimit", "maxWait", "zero"),
  DIDWW_RATE_LOCAL_LIMIT: whole("SharedRateLimit", "localLimit", 1)
}

const at = (value: unknown, path: string): unknown =>
  path.split(".").reduce((value, key) => Predicate.hasProperty(value, key) ? value[key] : undefined, value)

const plain = (value: unknown): unknown => value instanceof URL ? value.href : value

const blanks = ["", " ", "\t", "\r\n", "\u00a0"]

describe("a variable of the environment", () => {
  for (const [name, { good, of, takes, wrong }] of Object.entries(variables)) {
    const config = configs[of]

    it.effect(`${name} counts as unset if it is blank`, () =>
      Effect.gen(function*() {
        const unset = yield* read(config, needed[of])
        for (const blank of blanks) {
          assert.deepStrictEqual(yield* read(config, { ...needed[of], [name]: blank }), unset)
        }
      }))

    it.effect(`${name} is read without the white space around it`, () =>
      Effect.gen(function*() {
        for (const [text, path, value] of good) {
          assert.deepStrictEqual(plain(at(yield* read(config, { ...needed[of], [name]: text }), path)), plain(value))
        }
      }))

    it.effect(`${name} is refused by name, and without its value, if it is out of range`, () =>
      Effect.gen(function*() {
        for (const text of wrong) {
          const error = yield* Effect.flip(read(config, { ...needed[of], [name]: text }))
          assert.deepInclude(error, { _op: "InvalidData" }, text)
          assert.include(String(error), `(Invalid data at ${name}: "${takes}`, text)
          assert.notInclude(inspect(error, { depth: 10 }), `"${text}"`)
        }
      }))
  }

  const required = [
    ["ExportsClient", "DIDWW_API_KEY", "Set DIDWW_API_KEY to an API key of your DIDWW account"],
    ["SharedRateLimit", "DIDWW_REDIS_URL", "Set DIDWW_REDIS_URL to the URL of the Redis that all processes share"]
  ] as const
  for (const [of, name, says] of required) {
    it.effect(`${name} must be set, and the failure says so`, () =>
      Effect.gen(function*() {
        for (const environment of [{}, ...blanks.map((blank) => ({ [name]: blank }))]) {
          const error = yield* Effect.flip(read(configs[of], environment))
          assert.strictEqual(String(error), `(Missing data at ${name}: "${says}")`)
          assert.isTrue(ConfigError.isMissingDataOnly(error))
        }
      }))
  }

  it.effect("is named once in the failure, whatever it is nested in", () =>
    Effect.gen(function*() {
      const config = Config.nested(ExportsClient.config, "billing")
      assert.strictEqual(
        String(yield* Effect.flip(read(config, { "billing.DIDWW_API_KEY": "a-key", "billing.DIDWW_ENV": "staging" }))),
        "(Invalid data at billing.DIDWW_ENV: \"Expected one of production, sandbox\")"
      )
    }))

  const layers: Record<string, Layer.Layer<never, ConfigError.ConfigError>> = {
    DIDWW_RETRY_BUDGET: RetryPolicy.layerConfig(),
    DIDWW_RATE_LIMIT: RateLimit.layerConfig(),
    DIDWW_RATE_LOCAL_LIMIT: SharedRateLimit.layerRedisConfig()
  }
  for (const [name, layer] of Object.entries(layers)) {
    it.scoped(`${name} out of range fails the layer, by name`, () =>
      Effect.gen(function*() {
        const config = provider({ ...needed.SharedRateLimit, [name]: "-1" })
        const error = yield* Effect.flip(Layer.build(Layer.provide(layer, Layer.setConfigProvider(config))))
        assert.include(String(error), name)
      }))
  }
})
