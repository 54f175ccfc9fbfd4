import { Export, ExportFilter } from "@effect-didww/core"
import { Credentials, ExportsClient, RetryPolicy } from "@effect-didww/http"
import { Account, Fault, Simulator, SimulatorClient } from "@effect-didww/simulator"
import { HttpClient, HttpClientError } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import {
  Chunk,
  Config,
  ConfigProvider,
  DateTime,
  Effect,
  Exit,
  Fiber,
  Layer,
  Option,
  Redacted,
  Ref,
  Stream
} from "effect"
import { advance } from "./clock.js"
import { logged } from "./logging.js"
import { connected, idsOf, newestFirst, requestCount, secret, seen } from "./setup.js"

const { ExportsClient: Client } = ExportsClient

const parameter = (request: Simulator.ReceivedRequest | undefined, name: string) =>
  request === undefined ? undefined : new URL(request.url).searchParams.get(name)

const sizes = [0, 1, 99, 100, 101, 10_000]

describe("stream", () => {
  for (const size of sizes) {
    const account = Account.generate({ size, seed: size })
    for (const options of [{ pageSize: 10 }, { pageSize: 100 }, { pageSize: 1000 }, { pageSize: 100, clamp: 37 }]) {
      it.effect(`emits all of ${size} exports once, in order, with ${JSON.stringify(options)}`, () =>
        Effect.gen(function*() {
          const client = yield* Client
          assert.deepStrictEqual(
            yield* idsOf(client.stream({ pageSize: options.pageSize })),
            newestFirst(account.exports)
          )
          const stride = options.clamp ?? options.pageSize
          assert.strictEqual(yield* requestCount, Math.max(1, Math.ceil(size / stride)))
        }).pipe(Effect.provide(connected({
          account,
          ...(options.clamp !== undefined && { maxPageSize: options.clamp, oversize: "clamp" as const })
        }))))
    }
  }

  it.effect("sends one request when one page is enough", () =>
    Effect.gen(function*() {
      const client = yield* Client
      assert.strictEqual((yield* idsOf(client.stream().pipe(Stream.take(10)))).length, 10)
      assert.strictEqual(yield* requestCount, 1)
    }).pipe(Effect.provide(connected({ account: Account.generate({ size: 1000 }) }))))

  it.effect("emits each page as one chunk", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const chunks = yield* Stream.runCollect(Stream.chunks(client.stream({ pageSize: 30 })))
      assert.deepStrictEqual(Chunk.toReadonlyArray(chunks).map(Chunk.size), [30, 30, 30, 10])
    }).pipe(Effect.provide(connected())))

  it.effect("begins at the page of the query", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const { account } = yield* Simulator.Simulator
      assert.deepStrictEqual(
        yield* idsOf(client.stream({ page: 3, pageSize: 30 })),
        newestFirst(account.exports).slice(60)
      )
      assert.deepStrictEqual(yield* idsOf(client.stream({ page: 9, pageSize: 30 })), [])
    }).pipe(Effect.provide(connected())))

  it.effect("sorts by the attribute of the query", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const { account } = yield* Simulator.Simulator
      assert.deepStrictEqual(
        yield* idsOf(client.stream({ sort: "createdAt", pageSize: 30 })),
        newestFirst(account.exports).toReversed()
      )
    }).pipe(Effect.provide(connected())))

  it.effect("reads newest first when -createdAt is the only sort in a list", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const { account } = yield* Simulator.Simulator
      assert.deepStrictEqual(
        yield* idsOf(client.stream({ sort: ["-createdAt"], pageSize: 30 }, { concurrency: 2 })),
        newestFirst(account.exports)
      )
    }).pipe(Effect.provide(connected())))

  for (const sort of ["createdAt", "status", "-status"] as const) {
    it.effect(`sends one request for each page when it sorts by ${sort}`, () =>
      Effect.gen(function*() {
        const client = yield* Client
        assert.strictEqual((yield* idsOf(client.stream({ sort, pageSize: 10 }))).length, 100)
        assert.strictEqual(yield* requestCount, 10)
      }).pipe(Effect.provide(connected())))
  }

  it.effect("emits the same exports when it runs again", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const stream = client.stream({ pageSize: 30 })
      assert.deepStrictEqual(yield* idsOf(stream), yield* idsOf(stream))
    }).pipe(Effect.provide(connected())))

  it.effect("sends the documented headers, with the version", () =>
    Effect.gen(function*() {
      const client = yield* Client
      yield* client.list()
      const [request] = yield* seen
      assert.deepStrictEqual(
        ["accept", "content-type", "api-key", "x-didww-api-version"].map((name) => request?.headers[name]),
        ["application/vnd.api+json", "application/vnd.api+json", secret, "2026-04-16"]
      )
      assert.deepStrictEqual(
        Object.keys(request?.headers ?? {}).filter((name) => name === "traceparent" || name === "b3"),
        []
      )
      assert.include(
        request?.url,
        "https://api.didww.com/v3/exports?sort=-created_at&page%5Bnumber%5D=1&page%5Bsize%5D=100"
      )
    }).pipe(Effect.provide(connected())))
})

describe("stream, at its end", () => {
  const account = Account.generate({ size: 250 })

  it.effect("stops at the last page by its links when total_records is missing", () =>
    Effect.gen(function*() {
      const client = yield* Client
      assert.deepStrictEqual(yield* idsOf(client.stream()), newestFirst(account.exports))
      assert.strictEqual(yield* requestCount, 3)
    }).pipe(Effect.provide(connected({ account, omit: ["total_records"] }))))

  it.effect("stops at an empty page when total_records and links are missing", () =>
    Effect.gen(function*() {
      const client = yield* Client
      assert.deepStrictEqual(yield* idsOf(client.stream()), newestFirst(account.exports))
      assert.strictEqual(yield* requestCount, 4)
    }).pipe(Effect.provide(connected({ account, omit: ["total_records", "links", "api_version"] }))))

  it.effect("goes on by total_records when links are missing", () =>
    Effect.gen(function*() {
      const client = yield* Client
      assert.deepStrictEqual(yield* idsOf(client.stream()), newestFirst(account.exports))
    }).pipe(Effect.provide(connected({ account, omit: ["links"] }))))

  it.effect("does not follow links", () =>
    Effect.gen(function*() {
      const client = yield* Client
      assert.deepStrictEqual(yield* idsOf(client.stream()), newestFirst(account.exports))
      assert.isTrue((yield* seen).every(({ url }) => url.startsWith("https://api.didww.com/v3/exports?")))
    }).pipe(Effect.provide(connected({ account, linksOrigin: "https://elsewhere.example" }))))

  it.effect("emits all exports and fails with MalformedResponse when the server promised more", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const got: Array<string> = []
      const error = yield* client.stream().pipe(
        Stream.runForEach(({ id }) => Effect.sync(() => got.push(id))),
        Effect.flip
      )
      assert.strictEqual(error._tag, "MalformedResponse")
      assert.deepStrictEqual(got, newestFirst(account.exports).slice(0, 100))
    }).pipe(Effect.provide(connected({
      account,
      faults: ({ url }) =>
        new URL(url).searchParams.get("page[number]") === "1"
          ? undefined
          : Fault.status(200, {}, JSON.stringify({ data: [], meta: { total_records: 250 }, links: { last: "x" } }))
    }))))

  const unknownAge = Account.make(
    account.exports.map((record, index) => index < 20 ? { ...record, createdAt: null } : record)
  )

  it.effect("raises the page size so that page 1 holds all exports of unknown age", () =>
    Effect.gen(function*() {
      const client = yield* Client
      assert.strictEqual(new Set(yield* idsOf(client.stream({ pageSize: 10 }))).size, 250)
      assert.deepStrictEqual((yield* seen).map((request) => parameter(request, "page[size]")), ["10", "1000"])
    }).pipe(Effect.provide(connected({ account: unknownAge }))))

  it.effect("keeps the page size that the server serves when page 1 cannot hold all exports of unknown age", () =>
    Effect.gen(function*() {
      const client = yield* Client
      assert.strictEqual(new Set(yield* idsOf(client.stream({ pageSize: 10 }))).size, 250)
      assert.deepStrictEqual(
        (yield* seen).slice(0, 3).map((request) => parameter(request, "page[size]")),
        ["10", "1000", "100"]
      )
    }).pipe(Effect.provide(connected({ account: unknownAge, maxPageSize: 100 }))))

  it.effect("falls back to a page size of 100, once, when the server refuses a larger one", () =>
    Effect.gen(function*() {
      const client = yield* Client
      assert.deepStrictEqual(yield* idsOf(client.stream({ pageSize: 1000 })), newestFirst(account.exports))
      assert.deepStrictEqual((yield* seen).map((request) => parameter(request, "page[size]")), [
        "1000",
        "100",
        "100",
        "100"
      ])
    }).pipe(Effect.provide(connected({ account, maxPageSize: 100 }))))

  it.effect("fails when the server refuses the page size of a page after the first", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const error = yield* Effect.flip(client.list({ pageSize: 1000, page: 2 }))
      assert.strictEqual(error._tag, "InvalidRequest")
    }).pipe(Effect.provide(connected({ account, maxPageSize: 100 }))))

  for (const [size, page] of [[200, 3], [130, 2], [200, 2], [137, 2]] as const) {
    it.effect(`begins at page ${page} of ${size} exports on a server that serves smaller pages`, () =>
      Effect.gen(function*() {
        const client = yield* Client
        const { account } = yield* Simulator.Simulator
        assert.deepStrictEqual(
          yield* idsOf(client.stream({ pageSize: 100, page })),
          newestFirst(account.exports).slice((page - 1) * 37)
        )
      }).pipe(Effect.provide(connected({ account: Account.generate({ size }), maxPageSize: 37, oversize: "clamp" }))))
  }

  it.effect("fails with InvalidRequest when the server refuses a page size below 100", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const error = yield* Effect.flip(client.list({ pageSize: 90 }))
      assert.strictEqual(error._tag, "InvalidRequest")
      assert.strictEqual(yield* requestCount, 1)
    }).pipe(Effect.provide(connected({ account, maxPageSize: 50 }))))
})

describe("a failing request", () => {
  it.effect("fails with Unauthorized and the server's words after one 401", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const error = yield* Effect.flip(Stream.runDrain(client.stream()))
      assert.strictEqual(error._tag, "Unauthorized")
      if (error._tag !== "Unauthorized") return
      assert.deepStrictEqual([error.status, error.attempts, error.errors[0]?.detail, error.requestId], [
        401,
        1,
        "Authorization failed",
        "simulator-1"
      ])
      assert.strictEqual(yield* requestCount, 1)
    }).pipe(Effect.provide(connected({ apiKeys: ["another"] }))))

  it.effect("is not sent with a key that no header can carry", () =>
    Effect.gen(function*() {
      for (const key of ["", "   ", "naïve", "two\nlines"]) {
        const client = yield* ExportsClient.make({ credentials: Credentials.apiKey(Redacted.make(key)) })
        const error = yield* Effect.flip(client.count())
        assert.strictEqual(error._tag, "Unauthorized")
        assert.include(error.message, "were not sent: \"the key is empty")
      }
      assert.strictEqual(yield* requestCount, 0)
    }).pipe(Effect.provide(SimulatorClient.layer())))

  const byStatus = [
    [400, "InvalidRequest", 1],
    [403, "Forbidden", 1],
    [404, "UnexpectedStatus", 1],
    [408, "UnexpectedStatus", 5],
    [409, "UnexpectedStatus", 1],
    [422, "InvalidRequest", 1],
    [425, "UnexpectedStatus", 5],
    [429, "RateLimited", 5],
    [500, "ServerError", 5],
    [501, "ServerError", 1],
    [503, "ServerError", 5]
  ] as const
  for (const [status, tag, attempts] of byStatus) {
    it.effect(`fails with ${tag} after ${attempts} attempts when each answer is ${status}`, () =>
      Effect.gen(function*() {
        const client = yield* Client
        const fiber = yield* Effect.fork(Effect.flip(client.list()))
        yield* advance("10 minutes")
        const error = yield* Fiber.join(fiber)
        assert.strictEqual(error._tag, tag)
        assert.strictEqual("attempts" in error && error.attempts, attempts)
        assert.strictEqual(yield* requestCount, attempts)
      }).pipe(Effect.provide(connected({ faults: () => Fault.status(status) }))))
  }

  it.effect("is sent again after a cut before the body and after a cut within the body", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const fiber = yield* Effect.fork(idsOf(client.stream()))
      yield* advance("10 minutes")
      assert.strictEqual((yield* Fiber.join(fiber)).length, 100)
      assert.strictEqual(yield* requestCount, 3)
    }).pipe(Effect.provide(connected({
      faults: ({ number }) => number === 1 ? Fault.cut() : number === 2 ? Fault.cut(100) : undefined
    }))))

  it.effect("fails with TransportError and the platform's code on a dead connection", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const fiber = yield* Effect.fork(Effect.flip(client.list()))
      yield* advance("10 minutes")
      const error = yield* Fiber.join(fiber)
      assert.deepInclude(error, { _tag: "TransportError", reason: "request", code: "ECONNRESET", attempts: 5 })
    }).pipe(Effect.provide(connected({ faults: () => Fault.cut() }))))

  for (const fault of [Fault.html(200), Fault.brokenJson]) {
    it.effect(`fails with MalformedResponse after one attempt when the answer is ${fault._tag}`, () =>
      Effect.gen(function*() {
        const client = yield* Client
        const error = yield* Effect.flip(client.list())
        assert.deepInclude(error, { _tag: "MalformedResponse", path: "", expected: "a JSON document" })
        assert.strictEqual(yield* requestCount, 1)
      }).pipe(Effect.provide(connected({ faults: () => fault }))))
  }

  for (
    const [body, path, expected] of [
      ["[]", "", "an object"],
      ["{\"data\":{}}", "data", "an array"],
      ["null", "", "an object"]
    ] as const
  ) {
    it.effect(`fails with MalformedResponse when the body of a list is ${body}`, () =>
      Effect.gen(function*() {
        const client = yield* Client
        const error = yield* Effect.flip(client.list())
        assert.deepInclude(error, { _tag: "MalformedResponse", path, expected })
      }).pipe(Effect.provide(connected({ faults: () => Fault.status(200, {}, body) }))))
  }

  it.effect("fails with MalformedResponse when get is answered with a list", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const error = yield* Effect.flip(client.get(Export.ExportId.make("e-1")))
      assert.deepInclude(error, { _tag: "MalformedResponse", path: "", expected: "an object" })
    }).pipe(Effect.provide(connected({ faults: () => Fault.status(200, {}, "[]") }))))

  for (const [reason, expected] of [["InvalidUrl", "url"], ["Transport", "request"]] as const) {
    it.effect(`fails with TransportError of the ${expected} when platform says ${reason}`, () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(Effect.flatMap(Client, (client) => client.list()))
        assert.deepInclude(error, { _tag: "TransportError", reason: expected })
      }).pipe(
        Effect.provide(ExportsClient.layer({ credentials: Credentials.apiKey(Redacted.make(secret)) })),
        Effect.provide(RetryPolicy.none),
        Effect.provideService(
          HttpClient.HttpClient,
          HttpClient.make((request) => Effect.fail(new HttpClientError.RequestError({ request, reason })))
        )
      ))
  }

  it.effect("fails with Unauthorized when the application's own client makes a failure of a status", () =>
    Effect.gen(function*() {
      const client = yield* ExportsClient.make({ credentials: Credentials.apiKey(Redacted.make(secret)) }).pipe(
        Effect.provideServiceEffect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, HttpClient.filterStatusOk))
      )
      assert.strictEqual((yield* Effect.flip(client.list()))._tag, "Unauthorized")
    }).pipe(Effect.provide(SimulatorClient.layer({ apiKeys: ["another"] }))))

  it.effect("delivers the pages before a malformed export, and fails with its path", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const got = yield* Ref.make(0)
      const error = yield* client.stream({ pageSize: 40 }).pipe(
        Stream.runForEach(() => Ref.update(got, (n) => n + 1)),
        Effect.flip
      )
      assert.deepInclude(error, {
        _tag: "MalformedResponse",
        path: "data[1].attributes.export_type",
        expected: "a string"
      })
      assert.strictEqual(yield* Ref.get(got), 40)
    }).pipe(Effect.provide(connected({
      faults: ({ number }) =>
        number === 2
          ? Fault.status(
            200,
            {},
            JSON.stringify({
              data: [
                { id: "1", type: "exports", attributes: { export_type: "cdr_in" } },
                { id: "2", type: "exports", attributes: { secret: "value" } }
              ]
            })
          )
          : undefined
    }))))

  it.effect("is not sent with page numbers that no server could answer", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const error = yield* Effect.flip(client.list({ pageSize: 0, page: 1.5 }))
      assert.strictEqual(error._tag, "InvalidRequest")
      if (error._tag === "InvalidRequest") assert.strictEqual(error.errors.length, 2)
      assert.strictEqual(yield* requestCount, 0)
    }).pipe(Effect.provide(connected())))

  it.effect("fails with InvalidRequest when the server refuses a sort", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const error = yield* Effect.flip(client.list({ sort: "externalReferenceId" }))
      assert.strictEqual(error._tag, "InvalidRequest")
      assert.include(error.message, "(code 114)")
    }).pipe(Effect.provide(connected({}, { apiVersion: "2022-05-10" }))))

  it.effect("does not show a key that the server repeats", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const error = yield* Effect.flip(client.list())
      assert.include(error.message, "key <redacted> is unknown")
    }).pipe(Effect.provide(connected({
      faults: () => Fault.status(401, {}, JSON.stringify({ errors: [{ detail: `key ${secret} is unknown` }] }))
    }))))
})

describe("the client", () => {
  it.effect("streams pages with number, total and version", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const pages = Chunk.toReadonlyArray(yield* Stream.runCollect(client.pages({ pageSize: 40, page: 2 })))
      assert.deepStrictEqual(
        pages.map(({ apiVersion, exports, number, totalRecords }) => [
          number,
          exports.length,
          Option.getOrNull(totalRecords),
          Option.getOrNull(apiVersion)
        ]),
        [[2, 40, 100, "2026-04-16"], [3, 20, 100, "2026-04-16"]]
      )
    }).pipe(Effect.provide(connected())))

  it.effect("lists one page, filtered", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const page = yield* client.list({ filter: ExportFilter.exportType("cdr_in"), pageSize: 20, page: 2 })
      assert.isTrue(page.exports.length > 0 && page.exports.length < 20)
      assert.isTrue(page.exports.every((one) => one.exportType === "cdr_in"))
      assert.strictEqual(yield* requestCount, 1)
    }).pipe(Effect.provide(connected())))

  it.effect("lists only the fields of the query", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const { exports } = yield* client.list({ fields: ["status"], pageSize: 1 })
      assert.deepStrictEqual(exports.map((one) => Object.keys(one).toSorted()), [["id", "status"]])
      assert.strictEqual(parameter((yield* seen)[0], "fields[exports]"), "status,export_type")
    }).pipe(Effect.provide(connected())))

  it.effect("counts by one request when the server knows the whole count", () =>
    Effect.gen(function*() {
      const client = yield* Client
      assert.strictEqual(yield* client.count(), 1000)
      assert.strictEqual(yield* requestCount, 1)
      const inbound = (yield* Simulator.Simulator).account.exports.filter((one) => one.exportType === "cdr_in").length
      assert.strictEqual(yield* client.count({ filter: ExportFilter.exportType("cdr_in") }), inbound)
      assert.strictEqual(yield* requestCount, 11)
    }).pipe(Effect.provide(connected({ account: Account.generate({ size: 1000 }) }))))

  it.effect("counts by one request when 2026-11-19 filters exactly", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const inbound = (yield* Simulator.Simulator).account.exports.filter((one) => one.exportType === "cdr_in").length
      assert.strictEqual(yield* client.count({ filter: ExportFilter.exportType("cdr_in") }), inbound)
      assert.strictEqual(yield* requestCount, 1)
    }).pipe(Effect.provide(connected({ account: Account.generate({ size: 1000 }) }, { apiVersion: "2026-11-19" }))))

  it.effect("gets an export by its id, or fails with NotFound", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const id = Export.ExportId.make((yield* Simulator.Simulator).account.exports[7]!.id)
      assert.strictEqual((yield* client.get(id)).id, id)
      const error = yield* Effect.flip(client.get(Export.ExportId.make("no/such id?")))
      assert.strictEqual(error._tag, "NotFound")
      assert.include(error.message, "no/such id?")
      assert.strictEqual((yield* Effect.flip(client.get(Export.ExportId.make(".."))))._tag, "InvalidRequest")
      assert.strictEqual(yield* requestCount, 2)
    }).pipe(Effect.provide(connected())))
})

describe("a filter", () => {
  for (const filters of ["documented", "strict", "ignoring"] as const) {
    it.effect(`finds the exports of a number that is given with its +, on a server that is ${filters}`, () =>
      Effect.gen(function*() {
        const client = yield* Client
        const { account } = yield* Simulator.Simulator
        const number = account.exports.flatMap(({ filters }) =>
          filters?.did_number === undefined ? [] : [filters.did_number]
        )[0]
        const ids = yield* idsOf(client.stream({ filter: ExportFilter.didNumber(`+${number}`) }))
        assert.isNotEmpty(ids)
        assert.deepStrictEqual(ids, yield* idsOf(client.stream({ filter: ExportFilter.didNumber(`${number}`) })))
      }).pipe(Effect.provide(connected({ filters, account: Account.generate({ size: 60, types: ["cdr_in"] }) }))))
  }

  const account = Account.generate({ size: 400, seed: 4, odd: true, types: ["cdr_in", "cdr_out", "sms_in", "sms_out"] })

  it.effect("is left to the server when all matches fit one page", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const one = account.exports.find(({ externalReferenceId, shows }) =>
        externalReferenceId?.startsWith("invoice-") === true && shows === undefined
      )
      const filter = ExportFilter.externalReferenceId(one!.externalReferenceId!)
      assert.deepStrictEqual(yield* idsOf(client.stream({ filter })), [one!.id])
      assert.strictEqual(yield* requestCount, 1)
    }).pipe(Effect.provide(connected({ account }))))

  it.effect("is not left to the server when its matches can change and need several pages", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const filter = ExportFilter.status("completed")
      const streamed = yield* idsOf(client.stream({ filter, pageSize: 50 }))
      assert.strictEqual(streamed.length, account.exports.filter((record) => record.status === "completed").length)
      const [first, ...others] = yield* seen
      assert.strictEqual(parameter(first, "filter[status]"), "completed")
      assert.deepStrictEqual(
        others.map((request) => parameter(request, "filter[status]")),
        Array.from({ length: 8 }, () => null)
      )
    }).pipe(Effect.provide(connected({ account }, { apiVersion: "2026-11-19" }))))

  it.effect("sends no request when it can never match", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const filter = ExportFilter.and(ExportFilter.id("a"), ExportFilter.id("b"))
      assert.deepStrictEqual(yield* idsOf(client.stream({ filter })), [])
      assert.strictEqual(yield* client.count({ filter }), 0)
      assert.deepStrictEqual((yield* client.list({ filter })).exports, [])
      assert.strictEqual(yield* requestCount, 0)
    }).pipe(Effect.provide(connected())))

  it.effect("is not sent again after the server refused it, and the stream stays complete", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const filter = ExportFilter.didNumber("")
      const [first, lines] = yield* logged(idsOf(client.stream({ filter, pageSize: 1000 })))
      const [second, silence] = yield* logged(idsOf(client.stream({ filter, pageSize: 1000 })))
      assert.isTrue(first.length > 0)
      assert.deepStrictEqual(first, second)
      assert.deepStrictEqual((yield* seen).map((request) => parameter(request, "filter[did_number]")), ["", null, null])
      assert.deepStrictEqual(lines, ["WARN DIDWW refused the list filter did_number. The client filters instead."])
      assert.deepStrictEqual(silence, [])
    }).pipe(Effect.provide(connected({ account, filters: "strict" }))))

  it.effect("ends a stream of the newest first at its lower bound of createdAt", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const { account } = yield* Simulator.Simulator
      const middle = DateTime.unsafeMake(account.exports[5000]?.createdAt ?? 0)
      const filter = ExportFilter.createdAt({ gte: middle }).pipe(ExportFilter.and(ExportFilter.exportType("cdr_in")))
      const expected = newestFirst(account.exports.slice(5000).filter(({ exportType }) => exportType === "cdr_in"))
      assert.deepStrictEqual(yield* idsOf(client.stream({ filter })), expected)
      assert.strictEqual(yield* requestCount, 51)
      assert.deepStrictEqual(yield* idsOf(client.stream({ filter, fields: [] }, { concurrency: 4 })), expected)
    }).pipe(Effect.provide(connected({ account: Account.generate({ size: 10_000 }) }))))

  it.effect("costs one more request in a client's life when the server refuses it", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const filter = ExportFilter.periodFrom(DateTime.unsafeMake("2026-10-01T00:00:00Z"))
      yield* client.list({ filter })
      assert.strictEqual(yield* requestCount, 2)
      yield* client.list({ filter })
      yield* client.list({ filter: ExportFilter.not(filter) })
      assert.strictEqual(yield* requestCount, 4)
    }).pipe(Effect.provide(connected({ account, filters: "strict" }))))

  it.effect("is evaluated by the client with all others when a refusal names no filter", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const filter = ExportFilter.and(ExportFilter.didNumber("1"), ExportFilter.id("a"))
      const [page, lines] = yield* logged(client.list({ filter }))
      assert.deepStrictEqual(page.exports, [])
      assert.deepStrictEqual(
        (yield* seen).map((request) => [parameter(request, "filter[did_number]"), parameter(request, "filter[id]")]),
        [["1", "a"], [null, null]]
      )
      assert.strictEqual(lines.length, 1)
    }).pipe(Effect.provide(connected({
      account,
      faults: ({ number }) =>
        number === 1 ? Fault.status(400, {}, JSON.stringify({ errors: [{ code: "102" }] })) : undefined
    }))))

  const timed = Account.generate({ size: 250 })
  it.effect("of a walk's own is given up when the server refuses it, and the stream stays complete", () =>
    Effect.gen(function*() {
      const client = yield* Client
      assert.deepStrictEqual(yield* idsOf(client.stream({ pageSize: 100 })), newestFirst(timed.exports))
      assert.deepStrictEqual(yield* idsOf(client.stream({ pageSize: 100 })), newestFirst(timed.exports))
      const pins = (yield* seen).filter((request) => parameter(request, "filter[created_at_lteq]") !== null)
      assert.strictEqual(pins.length, 1)
    }).pipe(Effect.provide(connected({
      account: timed,
      faults: ({ url }) =>
        new URL(url).searchParams.has("filter[created_at_lteq]")
          ? Fault.status(
            400,
            {},
            JSON.stringify({ errors: [{ code: "102", detail: "created_at_lteq is not allowed" }] })
          )
          : undefined
    }, { apiVersion: "2026-11-19" }))))

  it.effect("is not sent with the push-down verified when a server may refuse it", () =>
    Effect.gen(function*() {
      const client = yield* Client
      yield* client.list({ filter: ExportFilter.and(ExportFilter.didNumber("1"), ExportFilter.id("a")) })
      const [request] = yield* seen
      assert.deepStrictEqual([parameter(request, "filter[did_number]"), parameter(request, "filter[id]")], [null, "a"])
    }).pipe(Effect.provide(connected({ account }, { pushDown: "verified" }))))
})

describe("another API version", () => {
  it.effect("is on the page, and is logged once", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const [pages, lines] = yield* logged(Stream.runCollect(client.pages({ pageSize: 50 })))
      assert.deepStrictEqual(Chunk.toReadonlyArray(pages).map((page) => page.apiVersion), [
        Option.some("2026-04-16"),
        Option.some("2026-04-16")
      ])
      assert.strictEqual(lines.length, 1)
      assert.match(lines[0] ?? "", /^WARN .*2026-04-16.*2022-05-10/)
    }).pipe(Effect.provide(connected({ apiVersion: "2026-04-16" }, { apiVersion: "2022-05-10" }))))

  const older = { data: [], meta: { total_records: 2, api_version: "2026-04-16" } }
  const resource = (id: string, export_type: string) => ({ id, type: "exports", attributes: { export_type } })

  it.effect("does not widen the result when it ignores filters", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const filter = ExportFilter.exportType("cdr_in")
      assert.deepStrictEqual(yield* idsOf(client.stream({ filter })), ["a"])
      assert.strictEqual(yield* client.count({ filter }), 1)
    }).pipe(Effect.provide(connected({
      faults: ({ method }) =>
        method === "POST"
          ? undefined
          : Fault.status(
            200,
            {},
            JSON.stringify({ ...older, data: [resource("a", "cdr_in"), resource("b", "cdr_out")] })
          )
    }, { apiVersion: "2026-11-19" }))))

  it.effect("brings the fields that the filter needs", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const { account } = yield* Simulator.Simulator
      const one = account.exports.find(({ externalReferenceId }) => externalReferenceId !== null)
      const filter = ExportFilter.externalReferenceId(one?.externalReferenceId ?? "")
      assert.deepStrictEqual(yield* idsOf(client.stream({ filter, fields: ["status"] })), [one?.id])
      assert.strictEqual(yield* client.count({ filter }), 1)
    }).pipe(Effect.provide(connected({ apiVersion: "2026-04-16" }, { apiVersion: "2022-05-10" }))))

  it.effect("is logged by get, too, and is the version that answered last", () =>
    Effect.gen(function*() {
      const client = yield* Client
      assert.deepStrictEqual(yield* client.answeredVersion, Option.none())
      const id = Export.ExportId.make((yield* Simulator.Simulator).account.exports[0]!.id)
      const [, lines] = yield* logged(client.get(id))
      assert.strictEqual(lines.length, 1)
      assert.deepStrictEqual(yield* client.answeredVersion, Option.some("2026-04-16"))
    }).pipe(Effect.provide(connected({ apiVersion: "2026-04-16" }, { apiVersion: "2022-05-10" }))))

  it.effect("is decoded when it is 2022-05-10", () =>
    Effect.gen(function*() {
      const client = yield* Client
      const { exports } = yield* client.list()
      assert.isTrue(exports.every((one) => one.status !== "unknown" && !Object.hasOwn(one, "filters")))
    }).pipe(Effect.provide(connected({}, { apiVersion: "2022-05-10" }))))
})

describe("layerConfig", () => {
  const provided = (entries: Record<string, string>) =>
    ExportsClient.layerConfig().pipe(
      Layer.provideMerge(SimulatorClient.layer()),
      Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(entries)))))
    )

  it.effect("reads key, environment and version", () =>
    Effect.gen(function*() {
      const client = yield* Client
      yield* client.list()
      const [request] = yield* seen
      assert.isTrue(request?.url.startsWith("https://sandbox-api.didww.com/v3/exports?"))
      assert.deepStrictEqual([request?.headers["api-key"], request?.headers["x-didww-api-version"]], [
        "k",
        "2022-05-10"
      ])
    }).pipe(Effect.provide(provided({ DIDWW_API_KEY: " k\n", DIDWW_ENV: "sandbox", DIDWW_API_VERSION: "2022-05-10" }))))

  it.effect("prefers DIDWW_API_URL to the environment", () =>
    Effect.gen(function*() {
      const client = yield* Client
      yield* client.list()
      assert.isTrue((yield* seen)[0]?.url.startsWith("http://127.0.0.1:4010/v3/exports?"))
    }).pipe(Effect.provide(provided({ DIDWW_API_KEY: "k", DIDWW_API_URL: "http://127.0.0.1:4010/v3/" }))))

  it.effect("takes a Config of the options", () =>
    Effect.gen(function*() {
      const client = yield* Client
      yield* client.list()
      const [request] = yield* seen
      assert.strictEqual(request?.headers["api-key"], "from-MY_KEY")
    }).pipe(
      Effect.provide(ExportsClient.layerConfig(
        Config.map(Config.redacted("MY_KEY"), (key) => ({ credentials: Credentials.apiKey(key) }))
      )),
      Effect.provide(SimulatorClient.layer()),
      Effect.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map([["MY_KEY", "from-MY_KEY"]]))))
    ))

  for (
    const wrong of [{}, { DIDWW_API_KEY: "k", DIDWW_ENV: "staging" }, { DIDWW_API_KEY: "k", DIDWW_API_URL: "nowhere" }]
  ) {
    it.effect(`fails with ConfigError for ${JSON.stringify(wrong)}`, () =>
      Effect.gen(function*() {
        assert.isTrue(Exit.isFailure(yield* Effect.exit(Effect.provide(Client, provided(wrong)))))
      }))
  }
})
