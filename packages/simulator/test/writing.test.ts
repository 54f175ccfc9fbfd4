import { Account, Fault, Simulator, SimulatorClient } from "@effect-didww/simulator"
import { HttpClient, HttpClientRequest } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import * as clock from "./clock.js"
import { midNovember, november } from "./clock.js"
import { ask, bearer, send } from "./setup.js"

const empty = Account.make([])
const v2026 = { "x-didww-api-version": "2026-04-16" }
const october = { from: "2026-10-01 00:00:00", to: "2026-11-01 00:00:00" }
const trunk = "457bf47d-446d-41cd-91c3-dfbda7bf0753"

const layer = (options: Simulator.Options = {}) =>
  SimulatorClient.layer({ account: empty, rateLimit: "none", ...options })

const create = (attributes: unknown, headers: Readonly<Record<string, string>> = v2026) =>
  send("POST", "/exports", headers, { data: { type: "exports", attributes } })

const update = (id: string | undefined, attributes: unknown, headers: Readonly<Record<string, string>> = v2026) =>
  send("PATCH", `/exports/${id}`, headers, { data: { id, type: "exports", attributes } })

/** The details of a refusal. */
const problems = ({ body }: Effect.Effect.Success<ReturnType<typeof send>>) => body.errors?.map(({ detail }) => detail)

describe("creating", () => {
  it.effect("create answers with the pending export, normalized dates and only the keys that were sent", () =>
    Effect.gen(function*() {
      yield* midNovember
      const { body, row, status } = yield* create({
        export_type: "cdr_in",
        filters: { from: "2026-10-01T02:00:00.000+02:00", to: "2026-11-01T00:00:00Z", did_number: "97286259404" },
        external_reference_id: "invoice-1"
      })
      assert.strictEqual(status, 201)
      assert.deepStrictEqual(body.meta, { api_version: "2026-04-16" })
      assert.deepStrictEqual(row?.attributes, {
        status: "pending",
        created_at: "2026-11-15T12:00:00.000Z",
        external_reference_id: "invoice-1",
        url: null,
        callback_url: null,
        callback_method: null,
        export_type: "cdr_in",
        filters: { ...october, did_number: "97286259404" }
      })
      assert.deepStrictEqual((yield* ask(`/exports/${row?.id}`, v2026)).row, row)
    }).pipe(Effect.provide(layer())))

  it.effect("create is not idempotent: the same request creates another export", () =>
    Effect.gen(function*() {
      yield* midNovember
      const request = { export_type: "cdr_out", filters: { ...october, "voice_out_trunk.id": trunk } }
      const first = yield* create(request)
      const second = yield* create(request)
      assert.notStrictEqual(first.row?.id, second.row?.id)
      assert.deepStrictEqual((yield* ask("/exports", v2026)).rows.map(({ id }) => id), [first.row?.id, second.row?.id])
    }).pipe(Effect.provide(layer())))

  it.effect("a new simulator gives the same request the same id, and another request another id", () => {
    const idOf = (month: { readonly from: string; readonly to: string }) =>
      Effect.gen(function*() {
        yield* midNovember
        return (yield* create({ export_type: "cdr_in", filters: month })).row?.id
      }).pipe(Effect.provide(layer()))
    return Effect.gen(function*() {
      const first = yield* idOf(october)
      assert.strictEqual(yield* idOf(october), first)
      assert.notStrictEqual(yield* idOf({ ...october, from: "2026-10-02 00:00:00" }), first)
    })
  })

  it.effect("create refuses with every problem at once", () =>
    Effect.gen(function*() {
      yield* midNovember
      const refused = yield* create({
        export_type: "cdr_in",
        filters: { from: "2026-02-30 00:00:00", did_number: "" },
        callback_url: "https://example.com",
        external_reference_id: "x".repeat(101)
      })
      assert.strictEqual(refused.status, 422)
      assert.deepStrictEqual(refused.body.errors?.[0], {
        title: "from not valid",
        detail: "filters - from not valid",
        code: "100",
        source: { pointer: "/data/attributes/filters" },
        status: "422"
      })
      assert.deepStrictEqual(problems(refused), [
        "filters - from not valid",
        "filters - to can't be blank",
        "filters - did_number can't be blank",
        "callback_method - can't be blank",
        "external_reference_id - is too long (maximum is 100 characters)"
      ])
    }).pipe(Effect.provide(layer())))

  it.effect("create refuses what the version does not allow", () =>
    Effect.gen(function*() {
      yield* midNovember
      const cases: ReadonlyArray<[attributes: Record<string, unknown>, detail: string]> = [
        [{}, "export_type - can't be blank"],
        [{ export_type: "fax_in", filters: october }, "export_type - is not included in the list"],
        [{ export_type: "sms_in", filters: october }, "export_type - is not included in the list"],
        [{ export_type: "cdr_in" }, "filters - can't be blank"],
        [{ filters: { ...october, color: "red" } }, "filters - color is not allowed"],
        [{ filters: { ...october, "voice_out_trunk.id": trunk } }, "filters - voice_out_trunk.id is not allowed"],
        [{ filters: { ...october, year: 2026 } }, "filters - year is not allowed"],
        [{ filters: { ...october, did_number: "+972" } }, "filters - did_number not valid"],
        [{ filters: { from: october.to, to: october.from } }, "filters - from must be before to"],
        [{ filters: { from: october.from, to: october.from } }, "filters - from must be before to"],
        [
          { filters: { ...october, from: "2026-08-31 23:59:59" } },
          "filters - from must be within the current and 2 previous months"
        ],
        [
          { filters: { ...october, to: "2026-12-01 00:00:00" } },
          "filters - to must be within the current and 2 previous months"
        ],
        [{ filters: { ...october, to: "2026-11-15 12:00:01" } }, "filters - to must not be in the future"],
        [{ filters: october, callback_method: "post" }, "callback_url - can't be blank"],
        [
          { filters: october, callback_method: "put", callback_url: "https://a.b" },
          "callback_method - is not included in the list"
        ],
        [{ filters: october, callback_method: "get", callback_url: "ftp://a.b" }, "callback_url - is not valid"],
        [{ filters: october, external_reference_id: 7 }, "external_reference_id - is not valid"]
      ]
      for (const [attributes, detail] of cases) {
        const refused = yield* create("filters" in attributes ? { export_type: "cdr_in", ...attributes } : attributes)
        assert.deepStrictEqual([refused.status, problems(refused)], [422, [detail]])
      }
      assert.strictEqual((yield* ask("/exports", v2026)).body.meta?.total_records, 0)
    }).pipe(Effect.provide(layer())))

  it.effect("create accepts the earliest and the latest period", () =>
    Effect.gen(function*() {
      yield* midNovember
      const filters = { from: "2026-09-01 00:00:00", to: "2026-11-15 12:00:00" }
      assert.strictEqual((yield* create({ export_type: "cdr_in", filters })).status, 201)
    }).pipe(Effect.provide(layer())))

  it.effect("at each month's first instant the month three before it can no longer be requested", () =>
    Effect.gen(function*() {
      const statusOf = (from: string, to: string) =>
        Effect.map(create({ export_type: "cdr_in", filters: { from, to } }), ({ status }) => status)
      const ends: ReadonlyArray<[end: number, dying: string, next: string]> = [
        [Date.UTC(2026, 11, 1), "2026-09-01", "2026-10-01"],
        [Date.UTC(2027, 0, 1), "2026-10-01", "2026-11-01"],
        [Date.UTC(2027, 1, 1), "2026-11-01", "2026-12-01"],
        [Date.UTC(2027, 2, 1), "2026-12-01", "2027-01-01"],
        [Date.UTC(2028, 2, 1), "2027-12-01", "2028-01-01"]
      ]
      for (const [end, dying, next] of ends) {
        yield* clock.setTime(end - 1)
        assert.strictEqual(yield* statusOf(`${dying} 00:00:00`, `${dying} 00:00:01`), 201)
        yield* clock.setTime(end)
        assert.strictEqual(yield* statusOf(`${dying} 00:00:00`, `${dying} 00:00:01`), 422)
        assert.strictEqual(yield* statusOf(`${dying} 00:00:00`, `${next} 00:00:01`), 422)
        assert.strictEqual(yield* statusOf(`${next} 00:00:00`, `${next} 00:00:01`), 201)
      }
    }).pipe(Effect.provide(layer())))

  it.effect("a period can end now, but not a second later", () =>
    Effect.gen(function*() {
      for (const now of [november, Date.UTC(2026, 10, 30, 23, 59, 59), Date.UTC(2026, 11, 1)]) {
        yield* clock.setTime(now)
        const filters = (to: number) => ({ from: october.from, to: new Date(to).toISOString() })
        assert.strictEqual((yield* create({ export_type: "cdr_in", filters: filters(now) })).status, 201)
        assert.strictEqual((yield* create({ export_type: "cdr_in", filters: filters(now + 1000) })).status, 422)
      }
    }).pipe(Effect.provide(layer())))

  it.effect("create refuses unknown attributes and attributes that only DIDWW sets", () =>
    Effect.gen(function*() {
      yield* midNovember
      for (const name of ["color", "status", "url"]) {
        const refused = yield* create({ export_type: "cdr_in", filters: october, [name]: "x" })
        assert.deepStrictEqual([refused.status, refused.code], [400, "105"])
        assert.strictEqual(problems(refused)?.[0], `${name} is not allowed.`)
      }
      const early = yield* create({ export_type: "cdr_in", filters: {}, external_reference_id: "x" }, {})
      assert.strictEqual(early.code, "105")
    }).pipe(Effect.provide(layer())))

  it.effect("create refuses a body that is no document of an export in the media type of JSON:API", () =>
    Effect.gen(function*() {
      const codes = yield* Effect.forEach(
        [{}, { data: {} }, { data: { type: "dids" } }, { data: { type: "exports", id: "mine" } }],
        (document) => Effect.map(send("POST", "/exports", v2026, document), ({ code, status }) => [status, code])
      )
      assert.deepStrictEqual(codes, [[400, "106"], [400, "101"], [400, "101"], [400, "109"]])
      assert.strictEqual((yield* send("POST", "/exports", { ...v2026, accept: "text/html" }, {})).status, 406)
      const client = yield* HttpClient.HttpClient
      const request = HttpClientRequest.post("https://api.didww.com/v3/exports", { headers: { "api-key": "key" } })
      const plain = yield* client.execute(HttpClientRequest.bodyText(request, "{}", "application/json"))
      assert.strictEqual(plain.status, 415)
      const half = yield* client.execute(HttpClientRequest.bodyText(request, "{", "application/vnd.api+json"))
      assert.strictEqual(half.status, 400)
    }).pipe(Effect.provide(layer())))

  it.effect("2022-05-10 creates by year and month, and later versions show the filters as they were sent", () =>
    Effect.gen(function*() {
      yield* midNovember
      const created = yield* create({
        export_type: "cdr_out",
        filters: { year: 2026, month: "10", day: 7 },
        callback_url: "https://example.com",
        callback_method: "POST"
      }, {})
      assert.deepStrictEqual([created.status, created.row?.attributes], [201, {
        status: "Pending",
        created_at: "2026-11-15T12:00:00.000Z",
        url: null,
        callback_url: "https://example.com",
        callback_method: "POST",
        export_type: "cdr_out"
      }])
      const later = yield* ask(`/exports/${created.row?.id}`, v2026)
      assert.deepInclude(later.row?.attributes, {
        callback_method: "post",
        filters: { year: 2026, month: "10", day: 7 }
      })
      const refused = yield* create({ export_type: "cdr_in", filters: { month: 13, day: 1 } }, {})
      assert.deepStrictEqual(problems(refused), [
        "filters - year can't be blank",
        "filters - month not valid",
        "filters - day is not allowed"
      ])
    }).pipe(Effect.provide(layer())))

  it.effect("2026-11-19 has four types and more keys", () =>
    Effect.gen(function*() {
      yield* midNovember
      const headers = yield* bearer({ api_version: "2026-11-19" })
      const requests = {
        cdr_in: { source_number: "1", source_number_out: "2", source_country_iso: "GB" },
        cdr_out: { source: "1", cli: "2", destination: "3" },
        sms_in: { status: "Failed", trunk_type: ["Email", "HTTP IN"], "sms_trunk.id": trunk, sms_id: "x" },
        sms_out: { service_type: "P2P", source_address_cont: "44", "sender_id_verification.id": [trunk] }
      }
      for (const [export_type, keys] of Object.entries(requests)) {
        const { row, status } = yield* create({ export_type, filters: { ...october, ...keys } }, headers)
        assert.deepStrictEqual([status, row?.attributes.filters], [201, { ...october, ...keys }])
      }
      for (
        const keys of [{ trunk_type: [] }, { trunk_type: ["Fax"] }, { service_type: "p2p" }, { status: "success" }]
      ) {
        assert.strictEqual(
          (yield* create({ export_type: "sms_in", filters: { ...october, ...keys } }, headers)).status,
          422
        )
      }
    }).pipe(Effect.provide(layer())))

  it.effect("a request that a fault answers creates no export, and one whose answer is lost creates one", () =>
    Effect.gen(function*() {
      yield* midNovember
      const request = create({ export_type: "cdr_in", filters: october })
      assert.strictEqual((yield* request).status, 503)
      const simulator = yield* Simulator.Simulator
      assert.strictEqual((yield* simulator.exports).length, 0)
      assert.strictEqual((yield* Effect.flip(request))._tag, "RequestError")
      assert.strictEqual((yield* simulator.exports).length, 1)
    }).pipe(
      Effect.provide(layer({ faults: ({ number }) => number === 1 ? Fault.status(503, {}, "{}") : Fault.cut() }))
    ))
})

describe("updating", () => {
  const account = Account.generate({ size: 1 })
  const id = account.exports[0]!.id

  it.effect("update sets or removes the reference, and refuses anything else", () =>
    Effect.gen(function*() {
      for (const external_reference_id of ["r-1", null]) {
        const { row, status } = yield* update(id, { external_reference_id })
        assert.deepStrictEqual([status, row?.attributes.external_reference_id], [200, external_reference_id])
        assert.deepStrictEqual((yield* ask(`/exports/${id}`, v2026)).row, row)
      }
      assert.strictEqual((yield* update(id, { external_reference_id: "x".repeat(101) })).status, 422)
      const refused = yield* update(id, { export_type: "cdr_out" })
      assert.deepStrictEqual([refused.status, refused.code], [400, "105"])
      assert.strictEqual(
        (yield* send("PATCH", `/exports/${id}`, v2026, { data: { id: "x", type: "exports" } })).code,
        "109"
      )
    }).pipe(Effect.provide(layer({ account }))))

  it.effect("update answers 404 for an unknown id, and before 2026-04-16", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* update("nobody", { external_reference_id: "x" })).status, 404)
      assert.strictEqual((yield* update(id, { external_reference_id: "x" }, {})).status, 404)
      assert.strictEqual((yield* send("DELETE", `/exports/${id}`, v2026)).status, 404)
    }).pipe(Effect.provide(layer({ account }))))
})

describe("processing", () => {
  const request = { export_type: "cdr_in", filters: october }

  it.effect("the clock moves an export from pending to completed, and deletes it one month later", () =>
    Effect.gen(function*() {
      yield* midNovember
      const id = (yield* create(request)).row?.id
      const state = Effect.map(ask(`/exports/${id}`, v2026), ({ row, status }) => row?.attributes.status ?? status)
      yield* clock.adjust("9999 millis")
      assert.strictEqual(yield* state, "pending")
      yield* clock.adjust("1 millis")
      assert.strictEqual(yield* state, "processing")
      assert.strictEqual((yield* ask(`/exports/${id}`, v2026)).row?.attributes.url, null)
      yield* clock.adjust("20 seconds")
      assert.strictEqual(yield* state, "completed")
      const url = String((yield* ask(`/exports/${id}`, v2026)).row?.attributes.url)
      assert.match(url, /^https:\/\/api\.didww\.com\/v3\/exports\/[0-9a-f-]{36}\.csv\.gz$/)
      assert.notInclude(url, id!)
      yield* clock.setTime(Date.UTC(2026, 11, 15, 12, 0, 29))
      assert.strictEqual(yield* state, "completed")
      yield* clock.adjust("1 seconds")
      assert.strictEqual(yield* state, 404)
      assert.strictEqual((yield* ask("/exports", v2026)).body.meta?.total_records, 0)
    }).pipe(Effect.provide(layer({ processing: { pending: "10 seconds", processing: "20 seconds" } }))))

  it.effect("the simulator's exports show the status of the moment", () =>
    Effect.gen(function*() {
      yield* midNovember
      yield* create(request)
      const simulator = yield* Simulator.Simulator
      const states = Effect.map(simulator.exports, (exports) => exports.map(({ status }) => status))
      assert.deepStrictEqual(yield* states, ["pending"])
      yield* clock.adjust("3 seconds")
      assert.deepStrictEqual(yield* states, ["completed"])
    }).pipe(Effect.provide(layer())))

  it.effect("processing can take forever", () =>
    Effect.gen(function*() {
      yield* midNovember
      yield* create(request)
      yield* clock.adjust("365 days")
      assert.strictEqual((yield* ask("/exports", v2026)).rows[0]?.attributes.status, "processing")
    }).pipe(Effect.provide(layer({ processing: { processing: Duration.infinity } }))))

  it.effect("a function decides how long each export is processed", () =>
    Effect.gen(function*() {
      yield* midNovember
      yield* create(request)
      yield* create({ ...request, export_type: "cdr_out" })
      const states = Effect.map(ask("/exports", v2026), ({ rows }) => rows.map(({ attributes }) => attributes.status))
      yield* clock.adjust("3 seconds")
      assert.deepStrictEqual(yield* states, ["completed", "processing"])
      yield* clock.adjust("9 hours")
      assert.deepStrictEqual(yield* states, ["completed", "completed"])
    }).pipe(Effect.provide(layer({
      processing: ({ exportType }) => exportType === "cdr_out" ? { processing: "9 hours" } : {}
    }))))

  it.effect("a completed export exists as long as retention says", () =>
    Effect.gen(function*() {
      yield* midNovember
      yield* create(request)
      const simulator = yield* Simulator.Simulator
      yield* clock.adjust("2 days")
      assert.lengthOf(yield* simulator.exports, 1)
      yield* clock.adjust("3 seconds")
      assert.lengthOf(yield* simulator.exports, 0)
    }).pipe(Effect.provide(layer({ retention: "2 days" }))))

  it.effect("an export that is completed on the 31st is deleted on the last day of a shorter month", () =>
    Effect.gen(function*() {
      yield* clock.setTime(Date.UTC(2027, 0, 31, 12) - 3000)
      yield* create({ ...request, filters: { from: "2026-12-01 00:00:00", to: "2027-01-01 00:00:00" } })
      const simulator = yield* Simulator.Simulator
      yield* clock.setTime(Date.UTC(2027, 1, 28, 12) - 1)
      assert.lengthOf(yield* simulator.exports, 1)
      yield* clock.adjust("1 millis")
      assert.lengthOf(yield* simulator.exports, 0)
    }).pipe(Effect.provide(layer())))

  it.effect("the list shows an export only so long after its creation, and a request for its id finds it at once", () =>
    Effect.gen(function*() {
      yield* midNovember
      const id = (yield* create({ ...request, external_reference_id: "mine" })).row?.id
      const listed = Effect.map(
        ask("/exports?filter[external_reference_id]=mine", v2026),
        ({ body, rows }) => [body.meta?.total_records, ...rows.map(({ id }) => id)]
      )
      yield* clock.adjust("59999 millis")
      assert.deepStrictEqual(yield* listed, [0])
      assert.strictEqual((yield* ask(`/exports/${id}`, v2026)).row?.attributes.status, "completed")
      yield* clock.adjust("1 millis")
      assert.deepStrictEqual(yield* listed, [1, id])
    }).pipe(Effect.provide(layer({ listedAfter: "1 minute" }))))

  it.effect("an export of the account is deleted one month after its completion, if the account has that time", () =>
    Effect.gen(function*() {
      const [known, unknown] = Account.generate({ size: 2 }).exports
      const account = Account.make([{ ...known!, completedAt: november, url: "/exports/x.csv.gz" }, unknown!])
      const ids = Effect.map(ask("/exports"), ({ rows }) => rows.map(({ id }) => id))
      yield* clock.setTime(Date.UTC(2026, 11, 15, 11))
      assert.lengthOf(yield* Effect.provide(ids, layer({ account })), 2)
      yield* clock.setTime(Date.UTC(2027, 5))
      assert.deepStrictEqual(yield* Effect.provide(ids, layer({ account })), [unknown!.id])
    }))
})
