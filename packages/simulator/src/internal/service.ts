/** The simulator: receives a request, applies its fault, authorizes it and replies. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as PubSub from "effect/PubSub"
import * as Account from "../Account.js"
import * as Archive from "../Archive.js"
import type { Callback } from "../Callback.js"
import type { Fault } from "../Fault.js"
import type { ArchiveOptions, Options, ReceivedRequest, Reply, Request, Service } from "../Simulator.js"
import * as archives from "./archives.js"
import type { Arrival } from "./arrival.js"
import * as authorization from "./authorization.js"
import * as callbacks from "./callbacks.js"
import * as exportsApi from "./exports.js"
import * as faults from "./faults.js"
import * as random from "./random.js"
import * as replies from "./replies.js"
import * as stores from "./store.js"
import * as tokenService from "./tokens.js"
import * as window from "./window.js"

export const make = Effect.fnUntraced(function*(options: Options): Effect.fn.Return<Service> {
  const creations = yield* PubSub.unbounded<Account.StoredExport>()
  const account = options.account ?? Account.generate()
  const { apiVersion = "2022-05-10", processing = {} } = options
  const isKey = (key: string | undefined): key is string =>
    key !== undefined && key !== "" && options.apiKeys?.includes(key) !== false
  const tokens = tokenService.make({ apiVersion, isKey, tokenRateLimit: options.tokenRateLimit ?? "none" })
  const store = stores.make(
    account.exports,
    options.retention === undefined ? undefined : Duration.toMillis(options.retention)
  )
  const firsts = archives.firsts()
  for (const stored of account.exports) firsts.add(stored)
  const archive = archiveOf(options, firsts)
  const respond = exportsApi.make({
    filters: options.filters ?? "documented",
    maxPageSize: options.maxPageSize ?? 1000,
    oversize: options.oversize ?? "refuse",
    omit: new Set(options.omit ?? []),
    linksOrigin: options.linksOrigin,
    store,
    processing: typeof processing === "function" ? processing : () => processing,
    listedAfter: Duration.toMillis(options.listedAfter ?? 0),
    moves: options.moves,
    onCreation: (stored) => {
      firsts.add(stored)
      creations.unsafeOffer(stored)
    }
  })
  const authorize = authorization.make({ apiVersion, isKey, tokens })
  const isWithinLimit = window.make(options.rateLimit ?? 20)
  const download = downloading(store, archive, options.archives?.gone)

  const answer = (arrival: Arrival, fault: Fault | undefined): Effect.Effect<Reply> => {
    const { request, ticks } = arrival
    const { pathname } = new URL(request.url)
    const isDownload = pathname.endsWith(".csv.gz")
    if (pathname === "/token") {
      return Effect.succeed(request.method === "POST" ? tokens.mint(arrival) : replies.answer(404, ""))
    }
    const caller = authorize(arrival, isDownload ? "download" : "api")
    if (caller._tag === "Refused") return Effect.succeed(caller.reply)
    if (!isWithinLimit(caller.key, ticks)) return Effect.succeed(replies.tooManyRequests)
    if (caller.scope === "read" && request.method !== "GET") return Effect.succeed(replies.insufficientScope)
    return isDownload
      ? download(request, pathname.replace(/^\/v3/, ""), fault)
      : Effect.succeed(respond(request, caller.version))
  }

  return {
    account,
    exports: Effect.map(Clock.currentTimeMillis, store.at),
    revokeTokens: Effect.sync(tokens.revoke),
    archive,
    creations: PubSub.subscribe(creations),
    callbacks: dueCallbacks(store, options.callbackSecret),
    ...receiving(options, answer)
  }
})

const archiveOf =
  ({ archives: { rows, traffic, ...others } = {} }: Options, firsts: archives.Firsts): Service["archive"] => (stored) =>
    Archive.fromExport(
      stored,
      others.emptyOnce?.(stored) === true && firsts.has(stored)
        ? { ...others, rows: 0 }
        : { ...others, traffic, rows: typeof rows === "function" ? rows(stored) : rows }
    )

/** Answers the download of a completed export. */
const downloading = (store: stores.Store, archive: Service["archive"], isGone: ArchiveOptions["gone"]) => {
  const serve = archives.make()
  return (request: ReceivedRequest, path: string, fault: Fault | undefined): Effect.Effect<Reply> => {
    const stored = store.at(request.at).find(({ status, url }) => url === path && status === "completed")
    return stored === undefined || request.method !== "GET" || isGone?.(stored) === true
      ? Effect.succeed(replies.answer(404, ""))
      : serve(request, path, archive(stored), fault)
  }
}

const dueCallbacks = (
  store: stores.Store,
  secret: Options["callbackSecret"]
): Effect.Effect<ReadonlyArray<Callback>> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    store.at(now)
    return secret === undefined ? Effect.succeed([]) : Effect.map(
      Effect.forEach(store.completions(), (completion) => callbacks.make(secret, completion)),
      (all) => all.flat()
    )
  })

/** Numbers and keeps the requests, and applies their faults. */
const receiving = (
  options: Options,
  answer: (arrival: Arrival, fault: Fault | undefined) => Effect.Effect<Reply>
): Pick<Service, "handle" | "received"> => {
  const received: Array<ReceivedRequest> = []
  const order = random.make(options.outOfOrder ?? 0)
  let inFlight = 0

  const arrive = (incoming: Request): Effect.Effect<Arrival> =>
    Effect.zipWith(Clock.currentTimeMillis, Clock.currentTimeNanos, (at, nanos) => {
      inFlight = inFlight + 1
      const request = { ...incoming, body: incoming.body ?? "", number: received.length + 1, at, inFlight }
      received.push(request)
      return { request, ticks: Number(nanos) / 1e6 }
    })

  // lets some of the other requests in flight overtake this one
  const turn = Effect.suspend(() =>
    options.outOfOrder === undefined ? Effect.void : Effect.repeatN(Effect.yieldNow(), order.below(20))
  )

  const reply = (arrival: Arrival): Effect.Effect<Reply> =>
    Effect.suspend(() => {
      const fault = options.faults?.(arrival.request)
      const instead = faults.instead(fault)
      return instead === undefined
        ? Effect.flatMap(answer(arrival, fault), (reply) => faults.spoil(reply, fault))
        : Effect.succeed(instead)
    })

  return {
    received: Effect.sync(() => received.slice()),
    handle: (incoming) =>
      Effect.acquireUseRelease(
        arrive(incoming),
        (arrival) =>
          Effect.map(
            Effect.andThen(turn, reply(arrival)),
            (reply) => replies.withRequestId(reply, arrival.request.number)
          ),
        () =>
          Effect.sync(() => {
            inFlight = inFlight - 1
          })
      )
  }
}
