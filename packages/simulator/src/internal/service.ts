/** The simulator: what becomes of a request. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as PubSub from "effect/PubSub"
import * as Utils from "effect/Utils"
import * as Account from "../Account.js"
import * as Archive from "../Archive.js"
import type { Fault } from "../Fault.js"
import type { Options, Outcome, Seen, Service } from "../Simulator.js"
import * as answers from "./answers.js"
import * as archives from "./archives.js"
import * as authorization from "./authorization.js"
import * as callbacks from "./callbacks.js"
import * as exportsApi from "./exports.js"
import * as faults from "./faults.js"
import * as stores from "./store.js"
import * as tokenService from "./tokens.js"
import * as window from "./window.js"

export const make = (options: Options): Effect.Effect<Service> =>
  Effect.gen(function*() {
    const orders = yield* PubSub.unbounded<Account.Record>()
    const account = options.account ?? Account.generate()
    const apiVersion = options.apiVersion ?? "2022-05-10"
    const isKey = (key: string | undefined): key is string =>
      key !== undefined && key !== "" && options.apiKeys?.includes(key) !== false
    const tokens = tokenService.make({ apiVersion, isKey, tokenRateLimit: options.tokenRateLimit ?? "none" })
    const authorize = authorization.make({ apiVersion, isKey, tokens })
    const isSlowEnough = window.make(options.rateLimit ?? 20)
    const store = stores.make(account.records)
    const respond = exportsApi.make({
      filters: options.filters ?? "documented",
      maxPageSize: options.maxPageSize ?? 1000,
      oversize: options.oversize ?? "refuse",
      omit: new Set(options.omit ?? []),
      linksOrigin: options.linksOrigin,
      store,
      pending: Duration.toMillis(options.processing?.pending ?? "1 second"),
      processing: Duration.toMillis(options.processing?.processing ?? "2 seconds"),
      moves: options.moves,
      onOrder: (record) => {
        orders.unsafeOffer(record)
      }
    })
    const serve = archives.make()
    const archive = (record: Account.Record): Archive.Archive => {
      const { rows, ...others } = options.archives ?? {}
      return Archive.fromRecord(record, { ...others, rows: typeof rows === "function" ? rows(record) : rows })
    }
    const seen: Array<Seen> = []
    const order = new Utils.PCGRandom(options.outOfOrder ?? 0)
    let inFlight = 0

    const download = (request: Seen, name: string, fault: Fault | undefined): Effect.Effect<Outcome> => {
      const record = store.at(request.at).find(({ status, url }) => url === name && status === "completed")
      return record === undefined || request.method !== "GET"
        ? Effect.succeed(answers.answer(404, ""))
        : serve(request, name, archive(record), fault)
    }

    const answer = (request: Seen, fault: Fault | undefined): Effect.Effect<Outcome> => {
      const { pathname } = new URL(request.url)
      const isDownload = pathname.endsWith(".csv.gz")
      if (pathname === "/token") {
        return Effect.succeed(request.method === "POST" ? tokens.mint(request) : answers.answer(404, ""))
      }
      const caller = authorize(request, isDownload ? "download" : "api")
      if (caller._tag === "Refused") return Effect.succeed(caller.outcome)
      if (!isSlowEnough(caller.key, request.at)) return Effect.succeed(answers.tooManyRequests)
      if (caller.scope === "read" && request.method !== "GET") return Effect.succeed(answers.insufficientScope)
      return isDownload
        ? download(request, pathname.replace(/^\/v3/, ""), fault)
        : Effect.succeed(respond(request, caller.version))
    }

    // the others that are in flight overtake it, or not
    const turn = Effect.suspend(() =>
      options.outOfOrder === undefined ? Effect.void : Effect.repeatN(Effect.yieldNow(), order.integer(20))
    )

    return {
      account,
      records: Effect.map(Clock.currentTimeMillis, store.at),
      seen: Effect.sync(() => seen.slice()),
      revokeTokens: Effect.sync(tokens.revoke),
      archive,
      orders: PubSub.subscribe(orders),
      callbacks: Effect.flatMap(Clock.currentTimeMillis, (now) => {
        store.at(now)
        const secret = options.callbackSecret
        return secret === undefined ? Effect.succeed([]) : Effect.map(
          Effect.forEach(store.completions(), (completion) => callbacks.make(secret, completion)),
          (all) => all.flat()
        )
      }),
      handle: (incoming) =>
        Effect.acquireUseRelease(
          Effect.map(Clock.currentTimeMillis, (at) => {
            inFlight = inFlight + 1
            const request: Seen = { ...incoming, body: incoming.body ?? "", number: seen.length + 1, at, inFlight }
            seen.push(request)
            return request
          }),
          (request) =>
            Effect.zipRight(
              turn,
              Effect.suspend(() => {
                const fault = options.faults?.(request)
                const refused = faults.instead(fault)
                return refused === undefined
                  ? Effect.flatMap(answer(request, fault), (outcome) => faults.spoil(outcome, fault))
                  : Effect.succeed(refused)
              })
            ).pipe(Effect.map((outcome) => answers.withRequestId(outcome, request.number))),
          () =>
            Effect.sync(() => {
              inFlight = inFlight - 1
            })
        )
    }
  })
