/** Puts the parts of a client together. */
import * as ApiVersion from "@effect-didww/core/ApiVersion"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Options, Service } from "../ExportsClient.js"
import * as RateLimit from "../RateLimit.js"
import * as describing from "./archive/describe.js"
import * as downloading from "./archive/download.js"
import * as records from "./archive/records.js"
import * as resumption from "./archive/resumption.js"
import * as target from "./archive/target.js"
import * as ensuring from "./export/ensure.js"
import * as resource from "./export/resource.js"
import * as watching from "./export/watch.js"
import * as handoff from "./handoff.js"
import * as negotiate from "./list/negotiate.js"
import * as pages from "./list/pages.js"
import * as pull from "./pull.js"
import * as address from "./request/address.js"
import * as api from "./request/api.js"

/**
 * The API addresses of DIDWW's environments. Each environment has its own accounts and keys.
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

export const make = (options: Options): Effect.Effect<Service, never, HttpClient.HttpClient> =>
  Effect.gen(function*() {
    const apiUrl = String(options.apiUrl ?? environments.production)
    const built = yield* Effect.context<never>()
    // a policy may be provided inside the client's layer, or around the call: one of the contexts alone would miss one
    const context = Effect.map(Effect.context<never>(), (caller) => Context.merge(built, caller))
    const requests = api.make({
      client: {
        client: yield* HttpClient.HttpClient,
        tracePropagation: options.tracePropagation ?? false,
        spending: { spent: 0 },
        turn: yield* Effect.makeSemaphore(1),
        context
      },
      apiUrl,
      tokenUrl: String(options.tokenUrl ?? tokenUrlOf(apiUrl)),
      apiVersion: options.apiVersion ?? ApiVersion.defaultVersion,
      credentials: options.credentials,
      limiter: yield* RateLimit.make(),
      tokenLimiter: yield* RateLimit.make()
    })
    const server = negotiate.make(requests, options.pushDown ?? "documented")
    const targetOf = target.make(apiUrl, options.downloadOrigins ?? [])
    const download = downloading.make({ api: requests, targetOf })
    const describe = describing.make({ api: requests, targetOf })
    return service(server, download, describe, context)
  })

const service = (
  server: negotiate.Server,
  download: downloading.Download,
  describe: Service["describe"],
  context: records.Options["context"]
): Service => ({
  stream: (query = {}, options) =>
    spanned(
      "stream",
      pull.toStream(Effect.map(
        pages.walk(server, query, options?.concurrency),
        Effect.map((pages) => pages.flatMap(({ exports }) => exports))
      ))
    ),
  pages: (query = {}, options) => spanned("pages", pull.toStream(pages.walk(server, query, options?.concurrency))),
  list: (query = {}) => within("list", pages.list(server, query)),
  count: (query = {}) => within("count", pages.count(server, query)),
  answeredVersion: server.api.answeredVersion,
  get: (id) => within("get", resource.get(server.api, id)),
  create: (request) => within("create", resource.create(server.api, request)),
  update: (id, reference) => within("update", resource.update(server.api, id, reference)),
  ensure: (request) => within("ensure", ensuring.ensure(server, request)),
  awaitCompleted: (self, options = {}) =>
    within("awaitCompleted", watching.completed(watching.watch(server.api, self, options))),
  watch: (self, options = {}) => spanned("watch", watching.watch(server.api, self, options)),
  describe: (self) => within("describe", describe(self)),
  download: (self, options = {}) =>
    spanned("download", pull.toStream(Effect.suspend(() => download(self, options, resumption.start())))),
  records: (self, options = {}) => spanned("records", pull.toStream(records.make({ download, context }, self, options)))
})

const span = { captureStackTrace: false }

/** Runs an operation in a span that does not get its value. */
const within = <A, E>(name: keyof Service, operation: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  handoff.pass((put) => Effect.withSpan(Effect.map(operation, put), `ExportsClient.${name}`, span))

const spanned = <A, E>(name: keyof Service, stream: Stream.Stream<A, E>): Stream.Stream<A, E> =>
  Stream.withSpan(stream, `ExportsClient.${name}`, span)
