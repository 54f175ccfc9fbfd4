import { Account, Fault, Simulator, SimulatorClient } from "@effect-didww/simulator"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as clock from "./clock.js"
import { ask, bearer } from "./setup.js"

const stored = (id: string, more: Partial<Account.StoredExport> = {}): Account.StoredExport => ({
  id,
  createdAt: Date.UTC(2026, 10, 1),
  status: "completed",
  exportType: "cdr_in",
  externalReferenceId: null,
  url: null,
  callbackUrl: null,
  callbackMethod: null,
  filters: { from: "2026-10-01 00:00:00", to: "2026-11-01 00:00:00" },
  ...more
})

const account = Account.make([
  stored("a", { externalReferenceId: "r-1", createdAt: Date.UTC(2026, 10, 1) }),
  stored("b", {
    filters: { from: "2026-10-01 00:00:00", to: "2026-11-01 00:00:00", did_number: "1" },
    status: "pending"
  }),
  stored("c", { exportType: "cdr_out", createdAt: Date.UTC(2026, 10, 3) }),
  stored("d", { filters: { year: 2022, month: 3 }, createdAt: Date.UTC(2026, 10, 4) })
])

const ids = (path: string, headers?: Record<string, string>) =>
  Effect.map(ask(path, headers), ({ rows }) => rows.map(({ id }) => id))

const v2026 = { "x-didww-api-version": "2026-04-16" }

describe("the list", () => {
  it.effect("a page has links and meta, and its exports are in order of creation", () =>
    Effect.gen(function*() {
      const { body, headers, rows, status } = yield* ask("/exports?page[number]=2&page[size]=1", v2026)
      assert.strictEqual(status, 200)
      assert.deepStrictEqual(rows.map(({ id }) => id), ["b"])
      assert.deepStrictEqual(body.meta, { total_records: 4, api_version: "2026-04-16" })
      const link = (page: number) => `https://api.didww.com/v3/exports?page%5Bnumber%5D=${page}&page%5Bsize%5D=1`
      assert.deepStrictEqual(body.links, { first: link(1), prev: link(1), next: link(3), last: link(4) })
      assert.strictEqual(headers["x-request-id"], "simulator-1")
    }).pipe(Effect.provide(SimulatorClient.layer({ account }))))

  it.effect("the first page has no prev link, the last has no next link, and a page past the end is empty", () =>
    Effect.gen(function*() {
      const only = yield* ask("/exports")
      assert.deepStrictEqual(Object.keys(only.body.links ?? {}), ["first", "last"])
      const past = yield* ask("/exports?page[number]=9")
      assert.deepStrictEqual([past.status, past.rows, past.body.meta?.total_records], [200, [], 4])
    }).pipe(Effect.provide(SimulatorClient.layer({ account }))))

  it.effect("the list sorts by the attributes that DIDWW sorts by", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* ids("/exports?sort=-created_at"), ["d", "c", "a", "b"])
      assert.deepStrictEqual(yield* ids("/exports?sort=-status,-created_at"), ["b", "d", "c", "a"])
      assert.strictEqual((yield* ask("/exports?sort=url")).code, "114")
    }).pipe(Effect.provide(SimulatorClient.layer({ account }))))

  it.effect("fields[exports] selects attributes", () =>
    Effect.gen(function*() {
      const { rows } = yield* ask("/exports?fields[exports]=status,filters&page[size]=1", v2026)
      assert.deepStrictEqual(rows[0]?.attributes, {
        status: "completed",
        filters: { from: "2026-10-01 00:00:00", to: "2026-11-01 00:00:00" }
      })
      assert.strictEqual((yield* ask("/exports?fields[exports]=color")).code, "104")
    }).pipe(Effect.provide(SimulatorClient.layer({ account }))))

  it.effect("the list refuses invalid page numbers and sizes, and clamps a large size on demand", () =>
    Effect.gen(function*() {
      for (const query of ["page[number]=0", "page[number]=x", "page[size]=0", "page[size]=1001"]) {
        const { code, status } = yield* ask(`/exports?${query}`)
        assert.deepStrictEqual([status, code], [400, "118"])
      }
      const clamped = yield* Effect.provide(
        ids("/exports?page[size]=1000"),
        SimulatorClient.layer({ account, maxPageSize: 3, oversize: "clamp" })
      )
      assert.deepStrictEqual(clamped, ["a", "b", "c"])
    }).pipe(Effect.provide(SimulatorClient.layer({ account }))))
})

describe("the list's filters", () => {
  const results = (filters: Simulator.FilterMode, version?: Simulator.ApiVersion) =>
    Effect.gen(function*() {
      const headers = version === "2026-11-19"
        ? yield* bearer({ api_version: version })
        : version === undefined
        ? {}
        : { "x-didww-api-version": version }
      const of = (query: string) =>
        Effect.map(ask(`/exports?${query}`, headers), ({ code, rows }) => code ?? rows.map(({ id }) => id).join(""))
      return {
        id: yield* of("filter[id]=a,d,x"),
        reference: yield* of("filter[external_reference_id]=r-1"),
        from: yield* of("filter[from]=2026-10-01 00:00:00"),
        blank: yield* of("filter[did_number]="),
        status: yield* of("filter[status]=pending,processing"),
        since: yield* of("filter[created_at_gteq]=2026-11-03T00:00:00.000Z"),
        nobody: yield* of("filter[id]=")
      }
    }).pipe(Effect.provide(SimulatorClient.layer({ account, filters })))

  it.effect("2022-05-10 has no filters", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(new Set(Object.values(yield* results("documented"))), new Set(["102"]))
      assert.deepStrictEqual(new Set(Object.values(yield* results("ignoring"))), new Set(["abcd"]))
    }))

  it.effect("2026-04-16 has the filters of its mode: documented, strict or ignoring", () =>
    Effect.gen(function*() {
      const always = { id: "ad", reference: "a", nobody: "107" }
      assert.deepStrictEqual(yield* results("documented", "2026-04-16"), {
        ...always,
        from: "abc",
        blank: "a",
        status: "102",
        since: "102"
      })
      assert.deepStrictEqual(yield* results("strict", "2026-04-16"), {
        ...always,
        from: "102",
        blank: "102",
        status: "102",
        since: "102"
      })
      assert.deepStrictEqual(yield* results("ignoring", "2026-04-16"), {
        ...always,
        from: "abcd",
        blank: "abcd",
        status: "abcd",
        since: "abcd"
      })
    }))

  it.effect("2026-11-19 filters by id, type, status, reference and time", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* results("documented", "2026-11-19"), {
        id: "ad",
        reference: "a",
        from: "102",
        blank: "102",
        status: "b",
        since: "cd",
        nobody: "107"
      })
    }))
})

describe("the rest of the API", () => {
  it.effect("get answers with the export, or with 404 for an unknown id", () =>
    Effect.gen(function*() {
      assert.deepInclude((yield* ask("/exports/c")).body.data, { id: "c", type: "exports" })
      const missing = yield* ask("/exports/nobody")
      assert.deepStrictEqual([missing.status, missing.body.errors?.[0]?.detail], [
        404,
        "The record identified by nobody could not be found."
      ])
    }).pipe(Effect.provide(SimulatorClient.layer({ account }))))

  it.effect("an unknown key is refused with 401", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* ask("/exports", { "api-key": "wrong" })).body.errors, [
        { title: "Unauthorized", detail: "Authorization failed", code: "401", status: "401" }
      ])
      assert.strictEqual((yield* ask("/exports")).status, 200)
    }).pipe(Effect.provide(SimulatorClient.layer({ account, apiKeys: ["key"] }))))

  it.effect("too many requests in a sliding second are refused with 429", () =>
    Effect.gen(function*() {
      const statuses = (count: number) =>
        Effect.map(Effect.replicateEffect(ask("/exports"), count), (answers) => answers.map(({ status }) => status))
      yield* clock.adjust(10_000)
      assert.deepStrictEqual(yield* statuses(2), [200, 200])
      yield* clock.adjust(500)
      assert.deepStrictEqual(yield* statuses(2), [200, 429])
      yield* clock.adjust(500)
      assert.deepStrictEqual(yield* statuses(2), [200, 429])
    }).pipe(Effect.provide(SimulatorClient.layer({ account, rateLimit: 3 }))))

  for (const hour of [3_600_000, -3_600_000]) {
    it.effect(`a clock that is set by ${hour} ms changes neither the quota nor the lifetime of tokens`, () =>
      Effect.gen(function*() {
        yield* clock.adjust(7_200_000)
        const list = Effect.map(ask("/exports"), ({ status }) => status)
        const token = yield* bearer({ expires_in: 60 })
        const used = Effect.map(ask("/exports", token), ({ status }) => status)
        assert.deepStrictEqual([yield* list, yield* used, yield* clock.ahead(hour)(list)], [200, 200, 429])
        yield* clock.adjust(1000)
        assert.deepStrictEqual(yield* clock.ahead(hour)(Effect.all([list, used, list])), [200, 200, 429])
        yield* clock.adjust(59_000)
        assert.strictEqual(yield* clock.ahead(hour)(used), 401)
      }).pipe(Effect.provide(SimulatorClient.layer({ account, rateLimit: 2 }))))
  }

  it.effect("an older or unknown version silently selects the account's own", () =>
    Effect.gen(function*() {
      for (const asked of ["2022-05-10", "2030-01-01", "2026-04-16"]) {
        const { body } = yield* ask("/exports", { "x-didww-api-version": asked })
        assert.strictEqual(body.meta?.api_version, "2026-04-16")
      }
    }).pipe(Effect.provide(SimulatorClient.layer({ account, apiVersion: "2026-04-16" }))))

  it.effect("2022-05-10 spells statuses in title case and has no filters and references", () =>
    Effect.gen(function*() {
      const { rows } = yield* ask("/exports?page[size]=1")
      assert.deepStrictEqual(rows[0]?.attributes, {
        status: "Completed",
        created_at: "2026-11-01T00:00:00.000Z",
        url: null,
        callback_url: null,
        callback_method: null,
        export_type: "cdr_in"
      })
    }).pipe(Effect.provide(SimulatorClient.layer({ account }))))

  it.effect("the simulator keeps the requests that it received", () =>
    Effect.gen(function*() {
      yield* ask("/exports?sort=status")
      const simulator = yield* Simulator.Simulator
      const [request] = yield* simulator.received
      assert.deepInclude(request, { number: 1, method: "GET", url: "https://api.didww.com/v3/exports?sort=status" })
    }).pipe(Effect.provide(SimulatorClient.layer({ account }))))

  it.effect("a fault sends a status, an HTML page, half a document, or cuts the connection", () =>
    Effect.gen(function*() {
      const client = yield* HttpClient.HttpClient
      const get = client.get("https://api.didww.com/v3/exports", { headers: { "api-key": "key" } })
      const first = yield* get
      assert.deepStrictEqual([first.status, first.headers["retry-after"]], [503, "3"])
      assert.include(yield* Effect.flatMap(get, (response) => response.text), "<html>")
      assert.strictEqual((yield* Effect.flip(Effect.flatMap(get, (response) => response.json))).reason, "Decode")
      assert.strictEqual((yield* Effect.flip(get)).reason, "Transport")
      assert.strictEqual((yield* Effect.flip(Effect.flatMap(get, (response) => response.text))).reason, "Decode")
    }).pipe(Effect.provide(SimulatorClient.layer({
      account,
      faults: ({ number }) =>
        [
          Fault.status(503, { "retry-after": "3" }),
          Fault.html(502),
          Fault.brokenJson,
          Fault.cut(),
          Fault.cut(5)
        ][number - 1]
    }))))
})

describe("Account", () => {
  it("generate makes the same account from the same seed", () => {
    assert.deepStrictEqual(Account.generate({ seed: 5, odd: true }), Account.generate({ seed: 5, odd: true }))
    assert.notDeepEqual(Account.generate({ seed: 5 }), Account.generate({ seed: 6 }))
  })

  it("generate makes as many exports as it is asked for, each with its own id", () => {
    const { exports } = Account.generate({ size: 20_000, odd: true })
    assert.strictEqual(new Set(exports.map(({ id }) => id)).size, 20_000)
  })
})
