/**
 * DIDWW's exports, as Effect sees them: every export of an account as one typed stream, one page of them, their number,
 * one by its id.
 *
 * @example
 * ```ts
 * import { Export, ExportFilter } from "@effect-didww/core"
 * import { ExportsClient } from "@effect-didww/http"
 * import { FetchHttpClient } from "@effect/platform"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const program = Effect.gen(function*() {
 *   const client = yield* ExportsClient.ExportsClient
 *   return yield* client.stream({ filter: ExportFilter.exportType("cdr_in") }).pipe(
 *     Stream.filter(Export.isCompleted),
 *     Stream.runCollect
 *   )
 * }).pipe(
 *   Effect.provide(ExportsClient.layerConfig()),
 *   Effect.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @since 0.1.0
 */
import * as ApiVersion from "@effect-didww/core/ApiVersion"
import type * as CallRecord from "@effect-didww/core/CallRecord"
import type * as DidwwError from "@effect-didww/core/DidwwError"
import type * as Export from "@effect-didww/core/Export"
import type * as ExportQuery from "@effect-didww/core/ExportQuery"
import type * as ExportRequest from "@effect-didww/core/ExportRequest"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Chunk from "effect/Chunk"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import type * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Credentials from "./Credentials.js"
import * as address from "./internal/request/address.js"
import * as aside from "./internal/handoff.js"
import * as downloads from "./internal/archive/download.js"
import * as orders from "./internal/export/ensure.js"
import * as pages from "./internal/list/pages.js"
import * as recording from "./internal/archive/records.js"
import * as request from "./internal/request/request.js"
import * as telemetry from "./internal/request/telemetry.js"
import * as version from "./internal/request/versionCheck.js"
import * as RateLimit from "./RateLimit.js"

/**
 * One page of a list, filtered.
 *
 * @since 0.1.0
 * @category models
 */
export interface Page<A> {
  /** From 1. */
  readonly number: number
  readonly exports: ReadonlyArray<A>
  /** How many the server says there are on all pages, before what it could not filter was filtered here. */
  readonly totalRecords: Option.Option<number>
  /** The version that really answered. */
  readonly apiVersion: Option.Option<string>
}

/**
 * Documentation and practice disagree about four list filters of 2026-04-16 (`from`, `to`, `did_number`,
 * `voice_out_trunk.id`). `documented`: they are sent, and a server that refuses one is not asked again. `verified`: they
 * are never sent. The result is the same.
 *
 * @since 0.1.0
 * @category models
 */
export type PushDown = "documented" | "verified"

/**
 * @since 0.1.0
 * @category models
 */
export interface WalkOptions {
  /**
   * Pages in flight at once. More than one only newest first; pages that moved meanwhile are asked for again, one at a
   * time, so that nothing is lost or repeated. Default: 1.
   */
  readonly concurrency?: number | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface RecordsOptions extends DownloadOptions {
  /** More than so many bytes of CSV are `CorruptArchive`, as a bomb is. Default: one tebibyte. */
  readonly maxBytes?: number | undefined
  /** Within how many bytes a row has to end: see `CallRecord.Options`. */
  readonly maxRecordBytes?: number | undefined
}

/**
 * The member of the union that an order, or an export known before, says.
 *
 * @since 0.1.0
 * @category models
 */
export type Ordered<O extends Pick<Export.Export, "exportType">> = Extract<
  Export.Export,
  { readonly exportType: O["exportType"] }
>

/**
 * @since 0.1.0
 * @category models
 */
export interface AwaitOptions {
  /** When to look again. Default: from every two seconds on to every thirty, with jitter. */
  readonly schedule?: Schedule.Schedule<unknown, Export.Export> | undefined
  /** Default: 30 minutes. */
  readonly timeout?: Duration.DurationInput | undefined
}

/**
 * What of an export a download needs: `Export.isCompleted` and `awaitCompleted` give it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Archived {
  readonly id: Export.ExportId
  readonly url: string
}

/**
 * How far a download is.
 *
 * @since 0.1.0
 * @category models
 */
export interface Progress {
  /** Compressed bytes that came, whatever they took. */
  readonly bytes: number
  /** Of so many, where the server says it. */
  readonly total: Option.Option<number>
  /** The archive's, as the server gives it. */
  readonly etag: Option.Option<string>
  /** Rows delivered, the rejected ones too; 0 where bytes are. */
  readonly rows: number
}

/**
 * @since 0.1.0
 * @category models
 */
export interface DownloadOptions {
  /**
   * After how long without a byte the connection counts as cut; the consumer's own time does not count. Default: 30
   * seconds.
   */
  readonly idleTimeout?: Duration.DurationInput | undefined
  /** Runs with each chunk before it is delivered, and is waited for. */
  readonly onProgress?: ((progress: Progress) => Effect.Effect<void>) | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * Every export that the query matches, newest first, each page one chunk: **every one that existed when the first page
   * was answered and still exists at the end, exactly once, in order**, although rows come and go meanwhile. What is
   * created meanwhile is left out. Rows that move faster than pages come end it as `MalformedResponse`. With another
   * sort, a server that tells no `total_records`, or more exports without `createdAt` than fit on one page, that is best
   * effort.
   *
   * Pulled: the first page comes alone, from the second on the next is fetched while the consumer works. What was
   * delivered before a failure stays delivered.
   */
  readonly stream: <
    const Fs extends ReadonlyArray<ExportQuery.Field> | undefined = undefined,
    A extends Export.Export = Export.Export
  >(
    query?: ExportQuery.ExportQuery<Fs, A>,
    options?: WalkOptions
  ) => Stream.Stream<ExportQuery.Selected<Fs, A>, DidwwError.ListError>
  /** The same, with what each page says beside its exports. */
  readonly pages: <
    const Fs extends ReadonlyArray<ExportQuery.Field> | undefined = undefined,
    A extends Export.Export = Export.Export
  >(
    query?: ExportQuery.ExportQuery<Fs, A>,
    options?: WalkOptions
  ) => Stream.Stream<Page<ExportQuery.Selected<Fs, A>>, DidwwError.ListError>
  /** One page: `page` of the query, the first by default. */
  readonly list: <
    const Fs extends ReadonlyArray<ExportQuery.Field> | undefined = undefined,
    A extends Export.Export = Export.Export
  >(
    query?: ExportQuery.ExportQuery<Fs, A>
  ) => Effect.Effect<Page<ExportQuery.Selected<Fs, A>>, DidwwError.ListError>
  /** How many exports match: one request where the server can filter it all, else all pages are read. */
  readonly count: (query?: Pick<ExportQuery.ExportQuery, "filter">) => Effect.Effect<number, DidwwError.ListError>
  readonly get: (id: Export.ExportId) => Effect.Effect<Export.Export, DidwwError.GetError>
  /**
   * Orders an export. DIDWW knows no way to say the same order twice: what fails in the middle may have been done, and is
   * not sent again. `ensure` is the order that can be repeated.
   */
  readonly create: <R extends ExportRequest.ExportRequest>(
    request: R
  ) => Effect.Effect<Ordered<R>, DidwwError.CreateError>
  /** Gives an export another `externalReferenceId`, at most 100 characters, or takes it away; since 2026-04-16. */
  readonly update: (
    id: Export.ExportId,
    externalReferenceId: string | null
  ) => Effect.Effect<Export.Export, DidwwError.UpdateError>
  /**
   * The export with this `externalReferenceId`, ordered if there is none; the oldest, if several are the same order. Only
   * others with the reference: `ReferenceConflict`.
   */
  readonly ensure: <R extends ExportRequest.ExportRequest & ExportRequest.Referenced>(
    request: R
  ) => Effect.Effect<Ordered<R>, DidwwError.EnsureError>
  /**
   * Waits until the archive is there. DIDWW has no failed state and promises no time, so there is always a deadline, which
   * fails with the export so far. Server failures are waited out; one that lasts to the deadline is the failure then.
   */
  readonly awaitCompleted: <A extends Export.Export>(
    self: A,
    options?: AwaitOptions
  ) => Effect.Effect<Ordered<A> & Export.Completed, DidwwError.AwaitError>
  /** The same as a stream: the export as it is, and again with each new status, the completed one last. */
  readonly statuses: <A extends Export.Export>(
    self: A,
    options?: AwaitOptions
  ) => Stream.Stream<Ordered<A>, DidwwError.AwaitError>
  /**
   * The archive as it is, gzip. After a cut, or `idleTimeout`, it goes on from the byte that is missing, if the server
   * gave a strong ETag and the archive is still the same; otherwise the cut is the failure. It goes on for as long as
   * bytes come: the retry policy's `maxAttempts` counts tries without a byte between, `totalTimeout` is for each request
   * until its answer begins, and the budget is that of all requests.
   *
   * Each byte that the server announced is there in the end, but only the gzip itself says whether they are the right
   * ones.
   */
  readonly download: (
    self: Archived,
    options?: DownloadOptions
  ) => Stream.Stream<Uint8Array, DidwwError.DownloadError>
  /**
   * The call records of the archive, typed, in constant memory: a chunk of rows for each piece of the archive. A row that
   * cannot be read is a `RejectedRow` in its place. What is delivered is what the archive begins with; the stream ends
   * without a failure only when the gzip's own length and checksum say that this was all of it.
   */
  readonly records: (
    self: Archived,
    options?: RecordsOptions
  ) => Stream.Stream<CallRecord.Row, DidwwError.RecordsError>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class ExportsClient extends Context.Tag("@effect-didww/http/ExportsClient")<ExportsClient, Service>() {}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly credentials: Credentials.Credentials
  /** The API's base. Default: `https://api.didww.com/v3`. */
  readonly apiUrl?: string | URL | undefined
  /**
   * Where tokens are minted; the key goes there. Default: DIDWW's own for its two environments, `/token` at the origin of
   * any other `apiUrl`.
   */
  readonly tokenUrl?: string | URL | undefined
  /** Always asked for. Default: `2026-04-16`. */
  readonly apiVersion?: ApiVersion.ApiVersion | undefined
  /** Default: `documented`. */
  readonly pushDown?: PushDown | undefined
  /**
   * Other origins than the API's where archives may be, such as `https://files.example`. They get no credentials. Default:
   * none.
   */
  readonly downloadOrigins?: ReadonlyArray<string | URL> | undefined
  /** Whether DIDWW gets the trace headers (`traceparent`, `b3`) of the application. Default: false. */
  readonly tracePropagation?: boolean | undefined
}

/**
 * DIDWW's environments. Each has its own accounts and keys.
 *
 * @since 0.1.0
 * @category constants
 */
export const environments = {
  production: "https://api.didww.com/v3",
  sandbox: "https://sandbox-api.didww.com/v3"
} as const

const tokenServices: Readonly<Record<string, string>> = {
  "https://api.didww.com": "https://auth.didww.com/token",
  "https://sandbox-api.didww.com": "https://auth-sandbox.didww.com/token"
}

const tokenUrlOf = (apiUrl: string): string => {
  const origin = address.originOf(apiUrl)
  return origin === undefined ? "" : tokenServices[origin] ?? `${origin}/token`
}

/**
 * A client over the application's `HttpClient`. Redirects are not followed; a client that follows them itself
 * (`HttpClient.followRedirects`) would take the key along, so do not give it one.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): Effect.Effect<Service, never, HttpClient.HttpClient> =>
  Effect.gen(function*() {
    const apiVersion = options.apiVersion ?? ApiVersion.defaultVersion
    const apiUrl = String(options.apiUrl ?? environments.production)
    const context = yield* Effect.context<never>()
    const requests = request.make({
      apiUrl,
      tokenUrl: String(options.tokenUrl ?? tokenUrlOf(apiUrl)),
      apiVersion,
      credentials: options.credentials,
      client: yield* HttpClient.HttpClient,
      tracePropagation: options.tracePropagation ?? false,
      limiter: yield* RateLimit.make(),
      tokenLimiter: yield* RateLimit.make(),
      context
    })
    const checkVersion = version.make(apiVersion)
    const lists = pages.make({ requests, apiVersion, checkVersion, pushDown: options.pushDown ?? "documented" })
    const { create, ensure, get, statuses, update } = orders.make({ requests, apiVersion, checkVersion, pages: lists })
    const download = downloads.make({ requests, apiUrl, downloadOrigins: options.downloadOrigins ?? [] })
    const records = recording.make({ download, context })
    const service: Service = {
      stream: (query = {}, options) =>
        lists.walk(query, options?.concurrency).pipe(
          Stream.mapConcatChunk((page) => Chunk.unsafeFromArray(page.exports)),
          Stream.withSpan("ExportsClient.stream", spanned)
        ),
      pages: (query = {}, options) =>
        Stream.withSpan(lists.walk(query, options?.concurrency), "ExportsClient.pages", spanned),
      list: (query = {}) =>
        aside.pass((put) => Effect.withSpan(Effect.map(lists.list(query), put), "ExportsClient.list", spanned)),
      count: (query = {}) => Effect.withSpan(lists.count(query), "ExportsClient.count", spanned),
      get: (id) => Effect.withSpan(get(id), "ExportsClient.get", spanned),
      create: (request) => Effect.withSpan(create(request), "ExportsClient.create", spanned),
      update: (id, reference) => Effect.withSpan(update(id, reference), "ExportsClient.update", spanned),
      ensure: (request) => Effect.withSpan(ensure(request), "ExportsClient.ensure", spanned),
      awaitCompleted: (self, options = {}) =>
        Effect.withSpan(orders.completed(statuses(self, options)), "ExportsClient.awaitCompleted", spanned),
      statuses: (self, options = {}) => Stream.withSpan(statuses(self, options), "ExportsClient.statuses", spanned),
      download: (self, options = {}) =>
        Stream.suspend(() => download(self, options, downloads.start())).pipe(
          Stream.withSpan("ExportsClient.download", spanned)
        ),
      records: (self, options = {}) => Stream.withSpan(records(self, options), "ExportsClient.records", spanned)
    }
    return service
  })

const spanned = { captureStackTrace: false }

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<ExportsClient, never, HttpClient.HttpClient> =>
  Layer.effect(ExportsClient, make(options))

/**
 * `DIDWW_API_KEY`; `DIDWW_ENV` (`production`, the default, or `sandbox`) or `DIDWW_API_URL` for another base;
 * `DIDWW_TOKEN_URL` for another token service; `DIDWW_API_VERSION` (default `2026-04-16`).
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (): Layer.Layer<ExportsClient, ConfigError.ConfigError, HttpClient.HttpClient> =>
  Layer.effect(ExportsClient, Effect.flatMap(config, make))

/**
 * What `layerConfig` reads.
 *
 * @since 0.1.0
 * @category config
 */
export const config: Config.Config<Options> = Config.map(
  Config.all({
    key: Config.redacted("DIDWW_API_KEY"),
    environment: Config.withDefault(Config.literal("production", "sandbox")("DIDWW_ENV"), "production"),
    apiUrl: Config.withDefault(Config.url("DIDWW_API_URL"), undefined),
    tokenUrl: Config.withDefault(Config.url("DIDWW_TOKEN_URL"), undefined),
    apiVersion: Config.withDefault(
      Config.literal(...ApiVersion.ApiVersion.literals)("DIDWW_API_VERSION"),
      ApiVersion.defaultVersion
    )
  }),
  ({ apiUrl, apiVersion, environment, key, tokenUrl }) => ({
    credentials: Credentials.apiKey(key),
    apiUrl: apiUrl ?? environments[environment],
    tokenUrl,
    apiVersion
  })
)

/**
 * How long attempts took, in seconds, by OpenTelemetry's name and attributes: `http.client.request.duration`.
 *
 * @since 0.1.0
 * @category metrics
 */
export const requestDuration: Metric.Metric.Histogram<number> = telemetry.requestDuration

/**
 * How long requests waited for a place in the rate limit, in seconds; those that waited.
 *
 * @since 0.1.0
 * @category metrics
 */
export const rateLimitWait: Metric.Metric.Histogram<number> = telemetry.rateLimitWait

/**
 * Requests sent, every attempt counted.
 *
 * @since 0.1.0
 * @category metrics
 */
export const requests: Metric.Metric.Counter<number> = telemetry.requests

/**
 * Those of them that were sent again.
 *
 * @since 0.1.0
 * @category metrics
 */
export const retries: Metric.Metric.Counter<number> = telemetry.retries

/**
 * Records of archives that were read.
 *
 * @since 0.1.0
 * @category metrics
 */
export const recordRows: Metric.Metric.Counter<number> = telemetry.recordRows

/**
 * Rows of archives that were no records.
 *
 * @since 0.1.0
 * @category metrics
 */
export const rejectedRows: Metric.Metric.Counter<number> = telemetry.rejectedRows
