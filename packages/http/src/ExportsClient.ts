/**
 * The client for DIDWW's exports: streams them, requests new ones, and reads their archives.
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
 *   const inbound = client.stream({ filter: ExportFilter.exportType("cdr_in") })
 *   return yield* Stream.runCollect(Stream.filter(inbound, Export.isCompleted))
 * }).pipe(Effect.provide(ExportsClient.layerConfig()), Effect.provide(FetchHttpClient.layer))
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
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import type * as Schedule from "effect/Schedule"
import type * as Stream from "effect/Stream"
import * as Credentials from "./Credentials.js"
import * as internal from "./internal/client.js"
import * as variable from "./internal/request/variable.js"

/**
 * One page of the list, after the filter.
 *
 * @since 0.1.0
 * @category models
 */
export interface Page<A> {
  /** From 1. */
  readonly number: number
  readonly exports: ReadonlyArray<A>
  /** How many exports the server counts on all pages, before the client's part of the filter. */
  readonly totalRecords: Option.Option<number>
  /** The API version that answered. */
  readonly apiVersion: Option.Option<string>
}

/**
 * Which filters go to the server. A server may refuse four documented list filters of 2026-04-16: `from`, `to`, `did_number`
 * and `voice_out_trunk.id`. With `documented` the client sends them, and stops when the server refuses one. With `verified`
 * it never sends them. The result is the same.
 *
 * @since 0.1.0
 * @category models
 */
export type FilterPushDown = "documented" | "verified"

/**
 * The options of `stream` and `pages`.
 *
 * @since 0.1.0
 * @category models
 */
export interface StreamOptions {
  /**
   * Pages in flight at once, at most 64; more than one only newest first. Pages that moved are asked for again, one at a time,
   * so that no export is lost or repeated. Default: 1.
   */
  readonly concurrency?: number | undefined
}

/**
 * The export type that corresponds to `O`: a request, or an export.
 *
 * @since 0.1.0
 * @category models
 */
export type OfType<O extends Pick<Export.Export, "exportType">> = Extract<Export.Export, Pick<O, "exportType">>

/**
 * The options of `awaitCompleted` and `watch`.
 *
 * @since 0.1.0
 * @category models
 */
export interface AwaitOptions {
  /** When to ask again. Default: every two seconds at first, then up to every thirty seconds, with jitter. */
  readonly schedule?: Schedule.Schedule<unknown, Export.Export> | undefined
  /** Default: 30 minutes. */
  readonly timeout?: Duration.DurationInput | undefined
}

/**
 * The part of a completed export that a download needs. `awaitCompleted` gives it.
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
  /** Compressed bytes that arrived, over all requests. */
  readonly bytes: number
  /** Compressed bytes in all, if the server says it. */
  readonly total: Option.Option<number>
  /** The archive's ETag, if the server gives one. */
  readonly etag: Option.Option<string>
  /** Rows delivered, rejected rows included. 0 where bytes are delivered. */
  readonly rows: number
}

/**
 * The options of `download`.
 *
 * @since 0.1.0
 * @category models
 */
export interface DownloadOptions {
  /** The connection counts as cut after so long without a byte. The consumer's own time does not count. Default: 30 seconds. */
  readonly idleTimeout?: Duration.DurationInput | undefined
  /** Runs for each chunk before it is delivered, and the chunk waits for it. Default: nothing. */
  readonly onProgress?: ((progress: Progress) => Effect.Effect<void>) | undefined
}

/**
 * The options of `records`.
 *
 * @since 0.1.0
 * @category models
 */
export interface RecordsOptions extends DownloadOptions {
  /** An archive of more bytes of CSV fails with `CorruptArchive`. Default: one tebibyte. */
  readonly maxBytes?: number | undefined
  /** A row must end within so many bytes. Default: the default of `CallRecord`. */
  readonly maxRecordBytes?: number | undefined
  /** Runs for the compressed bytes as they arrive, each once and in order, before their rows. Default: nothing. */
  readonly onBytes?: ((bytes: ReadonlyArray<Uint8Array>) => Effect.Effect<void>) | undefined
  /** As in `CallRecord.DecodeOptions`. An archive of something else fails with `CorruptArchive` (`content`). */
  readonly exportType?: Export.Export["exportType"] | undefined
}

/**
 * The operations of the client.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * Streams every export that the query matches, newest first, with each page as one chunk. **Every export that existed when
   * the first page was answered, and still exists at the end, comes exactly once and in order**, although exports are
   * created and deleted meanwhile. Exports that are created meanwhile are left out. The law is best effort with another sort,
   * with a server that gives no `total_records`, and with more exports without `createdAt` than fit on one page. The stream
   * fails with `MalformedResponse` if the server gives fewer exports than `total_records` promised, or ten pages in a row
   * without a new export: exports move faster than pages arrive, or the server does not page. From the second page on, the
   * client fetches the next page while you use the current one. A failure takes back nothing that was delivered before it.
   */
  readonly stream: <
    const Fs extends ReadonlyArray<ExportQuery.Field> | undefined = undefined,
    A extends Export.Export = Export.Export
  >(
    query?: ExportQuery.ExportQuery<Fs, A>,
    options?: StreamOptions
  ) => Stream.Stream<ExportQuery.Selected<Fs, A>, DidwwError.ListError>
  /** Streams the same exports as `stream`, page by page, with what the server says of each page. */
  readonly pages: <
    const Fs extends ReadonlyArray<ExportQuery.Field> | undefined = undefined,
    A extends Export.Export = Export.Export
  >(
    query?: ExportQuery.ExportQuery<Fs, A>,
    options?: StreamOptions
  ) => Stream.Stream<Page<ExportQuery.Selected<Fs, A>>, DidwwError.ListError>
  /** Gets one page: `page` of the query, or the first one. */
  readonly list: <
    const Fs extends ReadonlyArray<ExportQuery.Field> | undefined = undefined,
    A extends Export.Export = Export.Export
  >(
    query?: ExportQuery.ExportQuery<Fs, A>
  ) => Effect.Effect<Page<ExportQuery.Selected<Fs, A>>, DidwwError.ListError>
  /** Counts the exports that match. It sends one request if the server can do the whole filter, and reads all pages if not. */
  readonly count: (query?: Pick<ExportQuery.ExportQuery, "filter">) => Effect.Effect<number, DidwwError.ListError>
  /** The API version that answered last, if the server said it. */
  readonly answeredVersion: Effect.Effect<Option.Option<string>>
  /** Gets one export by its id. An answer with another export is a `MalformedResponse`. */
  readonly get: (id: Export.ExportId) => Effect.Effect<Export.Export, DidwwError.GetError>
  /**
   * Requests an export. The request is not repeated when it fails and the server may have processed it, because DIDWW does not
   * recognize a repeated request. Use `ensure` for a request that can be repeated.
   */
  readonly create: <R extends ExportRequest.ExportRequest>(
    request: R
  ) => Effect.Effect<OfType<R>, DidwwError.CreateError>
  /** Sets the `externalReferenceId` of an export, at most 100 characters, or removes it. Since API version 2026-04-16. */
  readonly update: (
    id: Export.ExportId,
    externalReferenceId: string | null
  ) => Effect.Effect<Export.Export, DidwwError.UpdateError>
  /**
   * Gets the oldest export of this request, by its `externalReferenceId`. Requests it if it does not exist, and once more if
   * the connection broke and nothing was made. Fails with `ReferenceConflict` if the reference is in use for other requests.
   */
  readonly ensure: <R extends ExportRequest.ExportRequest & ExportRequest.Referenced>(
    request: R
  ) => Effect.Effect<OfType<R>, DidwwError.EnsureError>
  /**
   * Waits until the archive exists. DIDWW has no failed state and promises no time. So there is always a deadline, and the
   * failure at the deadline holds the export as it is. A failure of the server is waited out, unless it lasts to the deadline.
   */
  readonly awaitCompleted: <A extends Export.Export>(
    self: A,
    options?: AwaitOptions
  ) => Effect.Effect<OfType<A> & Export.Completed, DidwwError.AwaitError>
  /** Streams the export as it is, and again with each new status. The completed export is the last one. */
  readonly watch: <A extends Export.Export>(
    self: A,
    options?: AwaitOptions
  ) => Stream.Stream<OfType<A>, DidwwError.AwaitError>
  /** Asks for the size and the ETag of the archive by a request for its first byte. Fails with `NotFound` if it was deleted. */
  readonly describe: (self: Archived) => Effect.Effect<Pick<Progress, "total" | "etag">, DidwwError.DescribeError>
  /**
   * Streams the archive as it is, gzipped. After a cut, or after `idleTimeout`, it continues from the missing byte, if the
   * server gave a strong ETag. Otherwise it starts over, and skips the bytes that it delivered. It fails with `ArchiveChanged`
   * if the archive is another one. The policy's `maxAttempts` counts attempts in a row that bring less than 1 KiB each, or
   * all attempts if they start over. `totalTimeout` limits each request until its answer begins. The retry budget is that of
   * all requests.
   *
   * At the end it has delivered all bytes that the server announced. It cannot prove more: without an announced length, an
   * archive that was cut is a success, and so is an empty one. Only the gzip says whether the bytes are whole and correct.
   * `Gunzip.decompress` reads it.
   */
  readonly download: (
    self: Archived,
    options?: DownloadOptions
  ) => Stream.Stream<Uint8Array, DidwwError.DownloadError>
  /**
   * Streams the call records of the archive, typed, in constant memory. A row that cannot be read is a `RejectedRow` in its
   * place. A damaged archive yields its readable rows, and then the stream fails. The stream ends well only if the length and
   * the checksum of the gzip say that it was whole.
   */
  readonly records: (
    self: Archived,
    options?: RecordsOptions
  ) => Stream.Stream<CallRecord.Row, DidwwError.RecordsError>
}

/**
 * The client as a service.
 *
 * @since 0.1.0
 * @category tags
 */
export class ExportsClient extends Context.Tag("@effect-didww/http/ExportsClient")<ExportsClient, Service>() {}

/**
 * The options of a client.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly credentials: Credentials.Credentials
  /** The API's base address. Default: `https://api.didww.com/v3`. */
  readonly apiUrl?: string | URL | undefined
  /** The token service, which gets the API key. Default: DIDWW's for its environments, `/token` at any other `apiUrl`'s origin. */
  readonly tokenUrl?: string | URL | undefined
  /** The API version that each request asks for. Default: `2026-04-16`. */
  readonly apiVersion?: ApiVersion.ApiVersion | undefined
  /** Default: `documented`. */
  readonly pushDown?: FilterPushDown | undefined
  /**
   * Origins where archives may be, beside the API's own, such as `https://files.example`. They get no credentials. Default:
   * no other origin.
   */
  readonly downloadOrigins?: ReadonlyArray<string | URL> | undefined
  /** Whether DIDWW gets the trace headers (`traceparent`, `b3`) of the application. Default: false. */
  readonly tracePropagation?: boolean | undefined
}

export { environments } from "./internal/client.js"

/**
 * Makes a client over the application's `HttpClient`. Redirects are not followed. Do not use an `HttpClient` that follows
 * redirects itself (`HttpClient.followRedirects`): it would send the key along.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): Effect.Effect<Service, never, HttpClient.HttpClient> => internal.make(options)

/**
 * Provides a client with these options.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<ExportsClient, never, HttpClient.HttpClient> =>
  Layer.effect(ExportsClient, make(options))

/**
 * The options from the environment: `DIDWW_API_KEY`; `DIDWW_ENV` (`production`, which is the default, or `sandbox`), or
 * `DIDWW_API_URL` for another base address; `DIDWW_TOKEN_URL` for another token service; `DIDWW_API_VERSION` (default
 * `2026-04-16`). All but the key may be unset or blank.
 *
 * @since 0.1.0
 * @category config
 */
export const config: Config.Config<Options> = Config.map(
  Config.all({
    credentials: Config.map(variable.secret("DIDWW_API_KEY", "an API key of your DIDWW account"), Credentials.apiKey),
    env: variable.oneOf("DIDWW_ENV", ["production", "sandbox"]),
    apiUrl: variable.url("DIDWW_API_URL"),
    tokenUrl: variable.url("DIDWW_TOKEN_URL"),
    apiVersion: variable.oneOf("DIDWW_API_VERSION", ApiVersion.ApiVersion.literals)
  }),
  ({ apiUrl, env = "production", ...others }) => ({ apiUrl: apiUrl ?? internal.environments[env], ...others })
)

/**
 * Provides a client with the options of a `Config`. Default: `config`.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: Config.Config<Options> = config
): Layer.Layer<ExportsClient, ConfigError.ConfigError, HttpClient.HttpClient> =>
  Layer.effect(ExportsClient, Effect.flatMap(options, make))
