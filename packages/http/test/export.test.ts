import { type DidwwError, Export, ExportRequest } from "@effect-didww/core"
import { ExportsClient, RetryPolicy } from "@effect-didww/http"
import { Account, Fault, Simulator } from "@effect-didww/simulator"
import { HttpClient, HttpClientError } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Fiber, Schedule, Stream } from "effect"
import { advance, inTime, setTime, withWallClock } from "./clock.js"
import { connected, connectedBy, requestCount, seen } from "./setup.js"

const { ExportsClient: Client } = ExportsClient

const now = DateTime.unsafeMake("2026-11-25T12:00:00Z")
const lastMonth = ExportRequest.lastMonth(now)
const request = ExportRequest.cdrIn({ ...lastMonth, didNumber: "97286259404", externalReferenceId: "invoice-42" })

/** Runs the effect in simulated time that begins at `now`. */
const today = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.andThen(setTime(now), inTime(effect))

const empty = Account.make([])
/** The exports that the test created. */
const created = Effect.flatMap(
  Simulator.Simulator,
  (simulator) => Effect.map(simulator.exports, (records) => records.filter(({ id }) => !isOld(id)))
)
const isOld = (id: string): boolean => id.startsWith("old-")

const old = (id: string, more: Partial<Account.StoredExport> = {}): Account.StoredExport => ({
  id: `old-${id}`,
  createdAt: Date.UTC(2026, 10, 2),
  status: "processing",
  exportType: "cdr_in",
  externalReferenceId: "invoice-42",
  url: null,
  callbackUrl: null,
  callbackMethod: null,
  filters: { from: "2026-10-01 00:00:00", to: "2026-11-01 00:00:00", did_number: "97286259404" },
  ...more
})

const posts = Effect.map(seen, (requests) => requests.filter(({ method }) => method === "POST"))

describe("create", () => {
  it.effect("requests an export, and gives it as the server has it", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const export_ = yield* today(client.create({
        ...request,
        callback: { url: "https://example.com/didww", method: "post" }
      }))
      assert.deepInclude(export_, { exportType: "cdr_in", status: "pending", externalReferenceId: "invoice-42" })
      assert.strictEqual(export_.filters?.didNumber, "97286259404")
      const [post] = yield* posts
      assert.deepStrictEqual<unknown>(JSON.parse(post?.body ?? ""), {
        data: {
          type: "exports",
          attributes: {
            export_type: "cdr_in",
            filters: { from: "2026-10-01 00:00:00", to: "2026-11-01 00:00:00", did_number: "97286259404" },
            callback_url: "https://example.com/didww",
            callback_method: "post",
            external_reference_id: "invoice-42"
          }
        }
      })
      assert.strictEqual(post?.headers["content-type"], "application/vnd.api+json")
    }).pipe(Effect.provide(connected({ account: empty }))))

  it.effect("sends nothing and reports each problem of a request that DIDWW would refuse", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const error = yield* today(Effect.flip(client.create(ExportRequest.cdrOut({
        from: lastMonth.to,
        to: lastMonth.from,
        voiceOutTrunkId: "",
        externalReferenceId: "x".repeat(101)
      }))))
      assert.strictEqual(error._tag, "InvalidExportRequest")
      assert.isAtLeast(error._tag === "InvalidExportRequest" ? error.problems.length : 0, 3)
      assert.strictEqual(yield* requestCount, 0)
    }).pipe(Effect.provide(connected({ account: empty }))))

  const once: Record<string, { readonly fault: Fault.Fault; readonly sent: number; readonly made: number }> = {
    "503": { fault: Fault.status(503), sent: 1, made: 0 },
    "429": { fault: Fault.status(429, { "retry-after": "1" }), sent: 2, made: 1 },
    "a cut answer": { fault: Fault.cut(10), sent: 1, made: 1 },
    "an answer that comes too late": { fault: Fault.delay("1 hour"), sent: 1, made: 1 }
  }
  for (const [name, { fault, made, sent }] of Object.entries(once)) {
    it.effect(`${sent === 1 ? "is not sent again" : "is sent again"} after ${name}`, () =>
      Effect.gen(function*() {
        const client = yield* Client
        yield* today(Effect.exit(client.create(request)))
        assert.deepStrictEqual([(yield* posts).length, (yield* created).length], [sent, made])
      }).pipe(Effect.provide(connected({
        account: empty,
        faults: ({ number }) => number === 1 ? fault : undefined
      }))))
  }

  it.effect("fails with MalformedResponse when the answer is an export of another type", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const error = yield* today(Effect.flip(client.create(request)))
      assert.deepInclude(error, { _tag: "MalformedResponse", path: "data.attributes.export_type" })
    }).pipe(Effect.provide(connected({
      faults: () =>
        Fault.status(
          201,
          {},
          JSON.stringify({ data: { id: "e", type: "exports", attributes: { export_type: "cdr_out" } } })
        )
    }))))

  it.effect("fails with Forbidden when the token can only read", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const error = yield* today(Effect.flip(client.create(request)))
      assert.strictEqual(error._tag, "Forbidden")
    }).pipe(Effect.provide(connected({
      faults: ({ method, url }) =>
        method === "POST" && !url.endsWith("/token")
          ? Fault.status(403, { "www-authenticate": "Bearer error=\"insufficient_scope\"" })
          : undefined
    }, { apiVersion: "2026-11-19" }))))
})

describe("an answer with another export", () => {
  const attributes = { export_type: "cdr_in", status: "completed", url: "/exports/b.csv.gz" }
  const id = Export.ExportId.make("old-a")
  const listed = (client: ExportsClient.Service) => Effect.map(client.list(), ({ exports: [one] }) => one!)
  const readings: Record<string, (client: ExportsClient.Service) => Effect.Effect<unknown, DidwwError.DidwwError>> = {
    get: (client) => client.get(id),
    update: (client) => client.update(id, "invoice-43"),
    awaitCompleted: (client) => Effect.flatMap(listed(client), (one) => client.awaitCompleted(one)),
    watch: (client) => Effect.flatMap(listed(client), (one) => Stream.runDrain(client.watch(one)))
  }
  for (const [name, reading] of Object.entries(readings)) {
    it.effect(`is a MalformedResponse for ${name}`, () =>
      Effect.gen(function*() {
        const error = yield* today(Effect.flip(Effect.flatMap(Client, reading)))
        assert.deepInclude(error, { _tag: "MalformedResponse", path: "data.id", expected: "\"old-a\"" })
      }).pipe(Effect.provide(connected({
        account: Account.make([old("a")]),
        faults: ({ url }) =>
          url.endsWith("/exports/old-a")
            ? Fault.status(200, {}, JSON.stringify({ data: { id: "old-b", type: "exports", attributes } }))
            : undefined
      }))))
  }

  it.effect("is not another export in other letters", () =>
    Effect.gen(function*() {
      const client = yield* Client
      assert.strictEqual((yield* client.get(Export.ExportId.make("OLD-B"))).id, "old-b")
    }).pipe(Effect.provide(connected({
      faults: () => Fault.status(200, {}, JSON.stringify({ data: { id: "old-b", type: "exports", attributes } }))
    }))))

  it.effect("is not what ensure looks for", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const ensured = yield* today(client.ensure(request))
      assert.deepStrictEqual((yield* created).map(({ id }) => id), [ensured.id])
    }).pipe(Effect.provide(connected({
      account: empty,
      // the search before the request
      faults: ({ number }) =>
        number === 1
          ? Fault.status(
            200,
            {},
            JSON.stringify({
              data: [{
                id: "old-b",
                type: "exports",
                attributes: { ...attributes, external_reference_id: "invoice-43" }
              }],
              meta: { total_records: 1 }
            })
          )
          : undefined
    }))))
})

describe("the id of an export", () => {
  const ids = ["\ud800", "a\udfffb", "\udc00\ud800", ".", ".."].map((id) => Export.ExportId.make(id))
  for (const id of ids) {
    it.effect(`is refused with InvalidRequest before anything is sent, where no address can hold it: ${JSON.stringify(id)}`, () =>
      Effect.gen(function*() {
        const client = yield* Client
        const { exports: [one] } = yield* client.list()
        const errors = yield* today(Effect.all([
          Effect.flip(client.get(id)),
          Effect.flip(client.update(id, "r")),
          Effect.flip(client.awaitCompleted({ ...one!, id })),
          Effect.flip(Stream.runDrain(client.watch({ ...one!, id })))
        ]))
        assert.deepStrictEqual(errors.map(({ _tag }) => _tag), Array.from(errors, () => "InvalidRequest"))
        assert.strictEqual(yield* requestCount, 1)
      }).pipe(Effect.provide(connected({ account: Account.make([old("a")]) }))))
  }
})

describe("update", () => {
  it.effect("sets another reference, and removes it", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const id = Export.ExportId.make("old-a")
      assert.strictEqual((yield* client.update(id, "invoice-43")).externalReferenceId, "invoice-43")
      assert.strictEqual((yield* client.update(id, null)).externalReferenceId, null)
    }).pipe(Effect.provide(connected({ account: Account.make([old("a")]) }))))

  it.effect("is sent again after a failure", () =>
    Effect.gen(function*() {
      const client = yield* Client
      yield* inTime(client.update(Export.ExportId.make("old-a"), "invoice-43"))
      assert.strictEqual(yield* requestCount, 2)
    }).pipe(Effect.provide(connected({
      account: Account.make([old("a")]),
      faults: ({ number }) => number === 1 ? Fault.status(503) : undefined
    }))))

  it.effect("fails with NotFound for an unknown id, InvalidRequest for a long reference, UnsupportedByVersion on 2022-05-10", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const id = Export.ExportId.make("nobody")
      const tags: Array<DidwwError.UpdateError["_tag"]> = []
      tags.push((yield* Effect.flip(client.update(id, "r")))._tag)
      tags.push((yield* Effect.flip(client.update(id, "r".repeat(101))))._tag)
      tags.push(
        (yield* Effect.flip(
          Effect.provide(
            Effect.flatMap(Client, (client) => client.update(id, "r")),
            connected({}, { apiVersion: "2022-05-10" })
          )
        ))._tag
      )
      assert.deepStrictEqual(tags, ["NotFound", "InvalidRequest", "UnsupportedByVersion"])
      assert.strictEqual(yield* requestCount, 1)
    }).pipe(Effect.provide(connected())))
})

describe("ensure", () => {
  it.effect("finds the export of a number that is given with its +", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const found = yield* today(client.ensure({ ...request, didNumber: "+97286259404" }))
      assert.strictEqual(found.id, "old-a")
      assert.deepStrictEqual(yield* posts, [])
    }).pipe(Effect.provide(connected({ account: Account.make([old("a")]) }))))

  it.effect("requests an export of a number without its +", () =>
    Effect.gen(function*() {
      const client = yield* Client
      yield* today(client.ensure({ ...request, didNumber: "+97286259404" }))
      const [post] = yield* posts
      assert.include(post?.body, "\"did_number\":\"97286259404\"")
    }).pipe(Effect.provide(connected({ account: empty }))))

  const ensured = Effect.flatMap(Client, (client) => today(client.ensure(request)))

  it.effect("requests an export that does not exist, once", () =>
    Effect.gen(function*() {
      const first = yield* ensured
      const second = yield* ensured
      assert.strictEqual(second.id, first.id)
      assert.deepStrictEqual([(yield* posts).length, (yield* created).length], [1, 1])
    }).pipe(Effect.provide(connected({ account: empty }))))

  it.effect("finds the oldest export of the same request", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* ensured).id, "old-a")
      assert.deepStrictEqual(yield* posts, [])
    }).pipe(Effect.provide(connected({
      account: Account.make([
        old("other", { filters: { from: "2026-09-01 00:00:00", to: "2026-10-01 00:00:00" }, createdAt: 1 }),
        old("a"),
        old("b", { createdAt: Date.UTC(2026, 10, 3) }),
        old("c", { externalReferenceId: "invoice-4" })
      ])
    }))))

  it.effect("finds the export on a server that ignores the filter", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* ensured).id, "old-a")
    }).pipe(Effect.provide(connected({
      filters: "ignoring",
      account: Account.make([...Account.generate({ size: 300 }).exports, old("a")])
    }))))

  it.effect("fails with ReferenceConflict and the differences when another request has the reference", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(ensured)
      assert.deepInclude(error, {
        _tag: "ReferenceConflict",
        exportId: Export.ExportId.make("old-a"),
        differences: ["filters.to"]
      })
      assert.deepStrictEqual(yield* posts, [])
    }).pipe(Effect.provide(connected({
      account: Account.make([
        old("a", { filters: { from: "2026-10-01 00:00:00", to: "2026-10-31 23:59:59", did_number: "97286259404" } })
      ])
    }))))

  it.effect("finds the export after a cut answer", () =>
    Effect.gen(function*() {
      const export_ = yield* ensured
      assert.deepStrictEqual((yield* created).map(({ id }) => id), [export_.id])
      assert.strictEqual((yield* posts).length, 1)
    }).pipe(Effect.provide(connected({
      account: empty,
      faults: ({ method, number }) => method === "POST" && number === 2 ? Fault.cut(10) : undefined
    }))))

  const unanswered = {
    "does not come in time": { fault: Fault.delay("1 hour"), policy: { totalTimeout: "20 seconds" } },
    "cannot be read": { fault: Fault.brokenJson, policy: {} }
  } as const
  for (const [name, { fault, policy }] of Object.entries(unanswered)) {
    it.effect(`finds the export when the answer to its request ${name}`, () =>
      Effect.gen(function*() {
        const export_ = yield* ensured
        assert.deepStrictEqual((yield* created).map(({ id }) => id), [export_.id])
        assert.strictEqual((yield* posts).length, 1)
      }).pipe(
        Effect.provide(connected({
          account: empty,
          faults: ({ method }) => method === "POST" ? fault : undefined
        })),
        Effect.provide(RetryPolicy.layer(policy))
      ))
  }

  /** Lets connections die before so many requests for an export arrive, with this code. */
  const dying = (times: number, code: string | undefined) => {
    let sent = 0
    const around = (client: HttpClient.HttpClient) =>
      HttpClient.make((request) => {
        if (request.method !== "POST") return client.execute(request)
        sent = sent + 1
        return sent > times
          ? client.execute(request)
          : Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport", cause: { code } }))
      })
    return { around, sent: () => sent }
  }
  for (const code of ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "ERR_HTTP2_GOAWAY_SESSION", undefined]) {
    const once = dying(1, code)
    it.effect(`requests the export once more when the connection died and nothing was made: ${code}`, () =>
      Effect.gen(function*() {
        const export_ = yield* ensured
        assert.deepStrictEqual((yield* created).map(({ id }) => id), [export_.id])
        assert.strictEqual(once.sent(), 2)
      }).pipe(Effect.provide(connectedBy(once.around, { account: empty }))))

    const always = dying(Infinity, code)
    it.effect(`fails when the connection died twice: ${code}`, () =>
      Effect.gen(function*() {
        assert.strictEqual((yield* Effect.flip(ensured))._tag, "TransportError")
        assert.strictEqual(always.sent(), 2)
      }).pipe(Effect.provide(connectedBy(always.around, { account: empty }))))
  }

  it.effect("does not request the export once more when the connection died and it exists", () =>
    Effect.gen(function*() {
      const export_ = yield* ensured
      assert.deepStrictEqual((yield* created).map(({ id }) => id), [export_.id])
      assert.strictEqual((yield* posts).length, 1)
    }).pipe(Effect.provide(connected({
      account: empty,
      faults: ({ method }) => method === "POST" ? Fault.cut() : undefined
    }))))

  it.effect("fails with the failure of the request when it created nothing", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* Effect.flip(ensured))._tag, "ServerError")
      assert.strictEqual((yield* posts).length, 1)
    }).pipe(Effect.provide(connected({
      account: empty,
      faults: ({ method }) => method === "POST" ? Fault.status(500) : undefined
    }))))

  it.effect("does not search again after a refusal", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* Effect.flip(ensured))._tag, "Forbidden")
      assert.strictEqual(yield* requestCount, 2)
    }).pipe(Effect.provide(connected({
      account: empty,
      faults: ({ method }) => method === "POST" ? Fault.status(403) : undefined
    }))))

  it.effect("gives two processes the same export when both request it at once", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const [one, two] = yield* today(Effect.all([client.ensure(request), client.ensure(request)], {
        concurrency: "unbounded"
      }))
      assert.strictEqual(one.id, two.id)
    }).pipe(Effect.provide(connected({ account: empty }))))

  it.effect("fails with InvalidExportRequest on a version without references", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* Effect.flip(ensured))._tag, "InvalidExportRequest")
      assert.strictEqual(yield* requestCount, 0)
    }).pipe(Effect.provide(connected({}, { apiVersion: "2022-05-10" }))))
})

describe("awaitCompleted", () => {
  const slow = { pending: "1 minute", processing: "3 minutes" } as const
  const every10 = Schedule.spaced("10 seconds")

  it.effect("waits until the archive exists", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const completed = yield* today(Effect.flatMap(client.create(request), (one) => client.awaitCompleted(one)))
      assert.match(completed.url, /\.csv\.gz$/)
      assert.strictEqual(completed.exportType, "cdr_in")
      const waited = ((yield* seen).at(-1)?.at ?? 0) - now.epochMillis
      assert.isAtLeast(waited, 240_000)
      assert.isBelow(waited, 285_000)
    }).pipe(Effect.provide(connected({ account: empty, processing: slow }))))

  it.effect("sends no request for a completed export", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const { exports: [one] } = yield* client.list()
      const before = yield* requestCount
      assert.strictEqual((yield* client.awaitCompleted(one!)).url, one?.url)
      assert.strictEqual(yield* requestCount, before)
    }).pipe(Effect.provide(connected({
      account: Account.make([old("a", { status: "completed", url: "/exports/x.csv.gz" })])
    }))))

  it.effect("waits through each status once, as watch streams them", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const watched = yield* today(Effect.flatMap(
        client.create(request),
        (one) => Stream.runCollect(client.watch(one, { schedule: every10 }))
      ))
      assert.deepStrictEqual(Array.from(watched, ({ status }) => status), ["pending", "processing", "completed"])
    }).pipe(Effect.provide(connected({ account: empty, processing: slow }))))

  it.effect("fails at its deadline with the export as it is", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const error = yield* today(Effect.flip(Effect.flatMap(
        client.create(request),
        (one) => client.awaitCompleted(one, { timeout: "2 minutes", schedule: every10 })
      )))
      assert.deepInclude(error, { _tag: "AwaitTimedOut", timeout: Duration.minutes(2) })
      assert.strictEqual(error._tag === "AwaitTimedOut" && error.export.status, "processing")
    }).pipe(Effect.provide(connected({ account: empty, processing: slow }))))

  const unanswering = {
    "a server that hangs": Fault.delay("1 hour"),
    "a server that asks to wait": Fault.status(429, { "retry-after": "50" })
  }
  for (const [name, fault] of Object.entries(unanswering)) {
    it.effect(`fails at its deadline on ${name}`, () =>
      Effect.gen(function*() {
        const client = yield* Client
        const { exports: [one] } = yield* client.list()
        const fiber = yield* Effect.fork(
          Effect.flip(client.awaitCompleted(one!, { timeout: "11 seconds", schedule: every10 }))
        )
        yield* advance("11 seconds")
        const error = yield* Fiber.join(fiber)
        assert.strictEqual(error._tag, "AwaitTimedOut")
      }).pipe(Effect.provide(connected({
        account: Account.make([old("a")]),
        faults: ({ number }) => number > 1 ? fault : undefined
      }))))
  }

  for (const hours of [1, -1]) {
    it.effect(`waits for as long as its deadline says when the clock is set by ${hours} hours meanwhile`, () =>
      Effect.gen(function*() {
        const client = yield* Client
        const { exports: [one] } = yield* client.list()
        const wall = { ahead: 0 }
        const fiber = yield* Effect.fork(
          withWallClock(wall)(Effect.flip(client.awaitCompleted(one!, { timeout: "2 minutes", schedule: every10 })))
        )
        yield* advance("15 seconds")
        wall.ahead = hours * 3_600_000
        yield* advance("104 seconds")
        assert.strictEqual((yield* Fiber.poll(fiber))._tag, "None")
        yield* advance("1 second")
        assert.strictEqual((yield* Fiber.join(fiber))._tag, "AwaitTimedOut")
      }).pipe(Effect.provide(connected({ account: Account.make([old("a")]) }))))
  }

  it.effect("waits for half an hour by default", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const { exports: [one] } = yield* client.list()
      const fiber = yield* Effect.fork(Effect.flip(client.awaitCompleted(one!)))
      yield* advance("29 minutes")
      assert.strictEqual((yield* Fiber.poll(fiber))._tag, "None")
      yield* advance("1 minute")
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "AwaitTimedOut")
    }).pipe(Effect.provide(connected({ account: Account.make([old("a")]) }))))

  it.effect("waits out a server that fails for a while", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const completed = yield* today(Effect.flatMap(
        client.create(request),
        (one) => client.awaitCompleted(one, { schedule: every10 })
      ))
      assert.strictEqual(completed.status, "completed")
    }).pipe(
      Effect.provide(connected({
        account: empty,
        processing: slow,
        faults: ({ number }) => number > 1 && number < 12 ? Fault.status(503) : undefined
      })),
      Effect.provide(RetryPolicy.none)
    ))

  it.effect("fails at the deadline with the failure of a server that fails until then", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const options = { schedule: every10, timeout: "1 minute" } as const
      const failing = yield* today(
        Effect.flip(Effect.flatMap(client.create(request), (one) => client.awaitCompleted(one, options)))
      )
      assert.strictEqual(failing._tag, "ServerError")
    }).pipe(
      Effect.provide(connected({
        account: empty,
        faults: ({ number }) => number > 1 ? Fault.status(503) : undefined
      })),
      Effect.provide(RetryPolicy.none)
    ))

  it.effect("fails with NotFound at once when the export is gone", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const error = yield* today(
        Effect.flip(Effect.flatMap(client.create(request), (one) => client.awaitCompleted(one, { schedule: every10 })))
      )
      assert.strictEqual(error._tag, "NotFound")
      assert.strictEqual(yield* requestCount, 2)
    }).pipe(Effect.provide(connected({
      account: empty,
      faults: ({ number }) => number > 1 ? Fault.status(404) : undefined
    }))))
})
