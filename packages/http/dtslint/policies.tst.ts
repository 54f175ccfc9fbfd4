import type { DidwwError } from "@effect-didww/core"
import { ExportsClient, Gunzip, RateLimit, type RecordFile, RetryPolicy } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import * as SharedRateLimit from "@effect-didww/http/SharedRateLimit"
import type { HttpClient } from "@effect/platform"
import type { Config, ConfigError, Effect, Layer, Option, Redacted, Stream } from "effect"
import { describe, expect, test } from "tstyche"

declare const limiter: RateLimit.Limiter
declare const key: Redacted.Redacted
declare const bytes: Stream.Stream<Uint8Array, "cut", "service">

describe("Gunzip", () => {
  test("an engine keeps the errors and the services of its source", () => {
    expect(Gunzip.web(bytes)).type.toBe<Stream.Stream<Uint8Array, "cut" | Gunzip.GunzipError, "service">>()
    expect(NodeGunzip.engine).type.toBe<Gunzip.Engine>()
    expect(Gunzip.decompress(bytes)).type.toBe<Stream.Stream<Uint8Array, "cut" | Gunzip.GunzipError, "service">>()
  })
})

describe("RateLimit", () => {
  test("a limiter gives permits", () => {
    expect(limiter.take(key)).type.toBe<Effect.Effect<RateLimit.Permit, DidwwError.RateLimitWaitExceeded>>()
    expect(limiter.tryTake?.(key)).type.toBe<Effect.Effect<Option.Option<RateLimit.Permit>> | undefined>()
  })
})

describe("layerConfig", () => {
  test("takes a Config of the options, or none", () => {
    expect(ExportsClient.layerConfig).type.toBe<
      (
        options?: Config.Config<ExportsClient.Options>
      ) => Layer.Layer<ExportsClient.ExportsClient, ConfigError.ConfigError, HttpClient.HttpClient>
    >()
    expect(RetryPolicy.layerConfig).type.toBe<
      (options?: Config.Config<RetryPolicy.Options>) => Layer.Layer<RetryPolicy.RetryPolicy, ConfigError.ConfigError>
    >()
    expect(RateLimit.layerConfig).type.toBe<
      (options?: Config.Config<RateLimit.Options>) => Layer.Layer<RateLimit.RateLimit, ConfigError.ConfigError>
    >()
    expect(SharedRateLimit.layerRedisConfig).type.toBe<
      (
        options?: Config.Config<SharedRateLimit.RedisOptions>
      ) => Layer.Layer<RateLimit.RateLimit, ConfigError.ConfigError>
    >()
  })
})

describe("RecordFile", () => {
  test("write fails with the errors of records, of the file and of the file system", () => {
    expect<DidwwError.RecordsError | DidwwError.RecordFileConflict>().type.toBeAssignableTo<RecordFile.WriteError>()
  })
})
