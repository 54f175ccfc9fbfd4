import { ApiVersion, type Export, ExportRequest, Protocol } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Either, pipe, Schema, TestClock } from "effect"
import { FastCheck, prop, propEffect } from "./property.js"

const utc = (text: string): DateTime.Utc => DateTime.toUtc(DateTime.unsafeMake(text))

const now = utc("2026-11-20T10:30:15.500Z")

const october = { from: utc("2026-10-01T00:00:00Z"), to: utc("2026-11-01T00:00:00Z") }

const problemsOf = (
  request: ExportRequest.ExportRequest,
  version: ApiVersion.ApiVersion = "2026-11-19",
  at: DateTime.Utc = now
) =>
  TestClock.setTime(at.epochMillis).pipe(
    Effect.andThen(ExportRequest.validate(request, version)),
    Effect.match({
      onFailure: (error: ExportRequest.InvalidExportRequest) =>
        error.problems.map(({ message, path }) => `${path} ${message}`),
      onSuccess: (): ReadonlyArray<string> => []
    })
  )

const versions = ApiVersion.ApiVersion.literals

const maybe = <A>(arbitrary: FastCheck.Arbitrary<A>) => FastCheck.option(arbitrary, { nil: undefined })
const word = FastCheck.stringMatching(/^[a-zé0-9][ a-z,0-9-]{0,12}$/)
const words = FastCheck.uniqueArray(word, { minLength: 1, maxLength: 3 }).map(([head = "", ...tail]) =>
  [head, ...tail] as const
)
const second = (min: string, max: string) =>
  FastCheck.integer({ min: utc(min).epochMillis / 1000, max: utc(max).epochMillis / 1000 })

const period = FastCheck.tuple(
  second("2026-09-01T00:00:00Z", "2026-11-20T10:00:00Z"),
  second("2026-09-01T00:00:01Z", "2026-11-20T10:30:15Z")
).filter(([from, to]) => from < to).map(([from, to]) => ({
  from: DateTime.unsafeMake(from * 1000),
  to: DateTime.unsafeMake(to * 1000)
}))

const addresses = {
  sourceAddressEq: maybe(word),
  destinationAddressCont: maybe(word),
  smsTrunkId: maybe(words),
  smsId: maybe(word)
}

// requests that 2026-11-19 takes
const valid: FastCheck.Arbitrary<ExportRequest.ExportRequest> = FastCheck.tuple(
  period,
  FastCheck.record({
    callback: maybe(
      FastCheck.record({ url: FastCheck.webUrl(), method: FastCheck.constantFrom("get" as const, "post" as const) })
    ),
    externalReferenceId: maybe(word)
  }),
  FastCheck.oneof(
    FastCheck.record({ didNumber: maybe(word), sourceNumber: maybe(word), sourceCountryIso: maybe(word) }).map(
      (more) => (common: ExportRequest.Period): ExportRequest.ExportRequest =>
        ExportRequest.cdrIn({ ...common, ...more })
    ),
    FastCheck.record({ voiceOutTrunkId: maybe(word), cli: maybe(word), destination: maybe(word) }).map(
      (more) => (common: ExportRequest.Period): ExportRequest.ExportRequest =>
        ExportRequest.cdrOut({ ...common, ...more })
    ),
    FastCheck.record({
      ...addresses,
      status: maybe(FastCheck.constantFrom("Success" as const, "Failed" as const)),
      trunkType: maybe(FastCheck.constant(["Email", "SMPP SMSC"] as const))
    }).map((more) => (common: ExportRequest.Period): ExportRequest.ExportRequest =>
      ExportRequest.smsIn({ ...common, ...more })
    ),
    FastCheck.record({
      ...addresses,
      serviceType: maybe(FastCheck.constantFrom("p2p" as const, "a2p" as const)),
      senderIdVerificationId: maybe(words)
    }).map((more) => (common: ExportRequest.Period): ExportRequest.ExportRequest =>
      ExportRequest.smsOut({ ...common, ...more })
    )
  )
).map(([period, common, make]) => make({ ...period, ...common }))

const ofMessages = [
  "from",
  "to",
  "source_address_eq",
  "source_address_cont",
  "destination_address_eq",
  "destination_address_cont",
  "status",
  "sms_trunk.id",
  "sms_id"
]

/** The filters that each version documents for a request. */
const documented: Readonly<Record<ApiVersion.ApiVersion, Readonly<Record<string, Array<string>>>>> = {
  "2022-05-10": {
    cdr_in: ["year", "month", "did_number"],
    cdr_out: ["year", "month", "day", "voice_out_trunk.id"]
  },
  "2026-04-16": {
    cdr_in: ["from", "to", "did_number"],
    cdr_out: ["from", "to", "voice_out_trunk.id"]
  },
  "2026-11-19": {
    cdr_in: ["from", "to", "did_number", "source_number", "source_number_out", "source_country_iso"],
    cdr_out: ["from", "to", "voice_out_trunk.id", "source", "cli", "destination"],
    sms_in: [...ofMessages, "trunk_type"],
    sms_out: [...ofMessages, "service_type", "sender_id_verification.id"]
  }
}

/** The export that a server makes of a request's document. */
const exportOf = (request: ExportRequest.ExportRequest, version: ApiVersion.ApiVersion = "2026-11-19"): Export.Export =>
  Either.getOrThrow(Protocol.fromResource({
    ...Protocol.toDocument(request, version).data,
    id: "e-1"
  }))

const exported = (export_type: string, filters: unknown): Export.Export =>
  Either.getOrThrow(Protocol.fromResource({ id: "e-1", type: "exports", attributes: { export_type, filters } }))

describe("validate", () => {
  it.effect("validate gives back a valid request", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMillis)
      const request = ExportRequest.cdrIn({ ...october, didNumber: "972862594" })
      assert.strictEqual(yield* ExportRequest.validate(request, "2026-04-16"), request)
      assert.strictEqual(yield* pipe(request, ExportRequest.validate("2022-05-10")), request)
    }))

  it.effect("validate names every problem at once, each with its path", () =>
    Effect.gen(function*() {
      const error = yield* TestClock.setTime(now.epochMillis).pipe(
        Effect.andThen(Effect.flip(ExportRequest.validate(
          {
            ...ExportRequest.smsOut({
              from: utc("2026-11-20T11:00:00.250Z"),
              to: utc("2026-08-31T23:59:59Z"),
              callback: { url: "https://user:secret@example.com/", method: "post" },
              externalReferenceId: "é".repeat(101),
              smsTrunkId: ["a", " "],
              smsId: ""
            }),
            ...{ didNumber: "1", year: 2026 }
          },
          "2026-11-19"
        )))
      )
      assert.deepStrictEqual(error.problems, [
        { path: "didNumber", message: "is not a filter of sms_out" },
        { path: "year", message: "is not a filter of sms_out" },
        { path: "from", message: "has a fraction of a second" },
        { path: "from", message: "is in the future" },
        {
          path: "to",
          message: "is before 2026-09-01T00:00:00Z: DIDWW keeps the current month and the two months before it"
        },
        { path: "to", message: "is not after from" },
        { path: "smsTrunkId[1]", message: "is blank" },
        { path: "smsId", message: "is blank" },
        { path: "callback.url", message: "contains a user or a password" },
        { path: "externalReferenceId", message: "has 101 characters: 100 are allowed" }
      ])
      assert.notInclude(error.message, "secret")
    }))

  it.effect("validate accepts a reference of 100 characters, whatever their length in bytes", () =>
    Effect.gen(function*() {
      for (const externalReferenceId of ["x".repeat(100), "é".repeat(100), "😀".repeat(100)]) {
        assert.deepStrictEqual(yield* problemsOf(ExportRequest.cdrIn({ ...october, externalReferenceId })), [])
      }
      assert.deepStrictEqual(yield* problemsOf(ExportRequest.cdrIn({ ...october, externalReferenceId: "  " })), [
        "externalReferenceId is blank"
      ])
    }))

  it.effect("validate refuses an empty period and an empty list", () =>
    Effect.gen(function*() {
      const { from } = october
      assert.deepStrictEqual(yield* problemsOf(ExportRequest.cdrOut({ from, to: from })), ["to is not after from"])
      // a program without types can do this
      const request = { ...ExportRequest.smsIn(october), ...Object.fromEntries([["trunkType", []]]) }
      assert.deepStrictEqual(yield* problemsOf(request), ["trunkType is empty"])
    }))

  it.effect("validate leaves five minutes of difference between clocks to the server", () =>
    Effect.gen(function*() {
      const until = (to: string) => ExportRequest.cdrIn({ ...october, to: utc(to) })
      assert.deepStrictEqual(yield* problemsOf(until("2026-11-20T10:35:15Z")), [])
      assert.deepStrictEqual(yield* problemsOf(until("2026-11-20T10:35:16Z")), ["to is in the future"])
      const september = ExportRequest.cdrIn({ from: utc("2026-09-01T00:00:00Z"), to: utc("2026-09-02T00:00:00Z") })
      const at = (time: string) => problemsOf(september, "2026-11-19", utc(time))
      assert.deepStrictEqual(yield* at("2026-12-01T00:04:59Z"), [])
      assert.deepStrictEqual(
        (yield* at("2026-12-01T00:05:00Z")).map((problem) => problem.slice(0, 31)),
        ["from is before 2026-10-01T00:00", "to is before 2026-10-01T00:00:0"]
      )
    }))

  for (
    const [url, problem] of [
      ["http://example.com", undefined],
      ["HTTPS://example.com:8443/a?b#c", undefined],
      ["http://[::1]/", undefined],
      ["ftp://example.com/", "callback.url is not an http or https URL"],
      ["//example.com/", "callback.url is not an http or https URL"],
      ["https://exa mple.com/", "callback.url is not an http or https URL"],
      ["https://user@example.com/", "callback.url contains a user or a password"]
    ] as const
  ) {
    it.effect(`validate ${problem === undefined ? "accepts" : "refuses"} a callback to ${url}`, () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(
          yield* problemsOf(ExportRequest.cdrIn({ ...october, callback: { url, method: "get" } })),
          problem === undefined ? [] : [problem]
        )
      }))
  }

  it.effect("validate accepts a number with its +, and refuses one with more in front", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* problemsOf(ExportRequest.cdrIn({ ...october, didNumber: "+972862594" })), [])
      assert.deepStrictEqual(yield* problemsOf(ExportRequest.cdrIn({ ...october, didNumber: "++972862594" })), [
        "didNumber begins with a +"
      ])
    }))

  const plus = "+97286259404"
  const addresses = {
    sourceAddressEq: plus,
    sourceAddressCont: plus,
    destinationAddressEq: plus,
    destinationAddressCont: plus
  }
  for (
    const request of [
      ExportRequest.cdrIn({ ...october, didNumber: plus, sourceNumber: plus, sourceNumberOut: plus }),
      ExportRequest.cdrOut({ ...october, source: plus, cli: plus, destination: plus }),
      ExportRequest.smsIn({ ...october, ...addresses }),
      ExportRequest.smsOut({ ...october, ...addresses })
    ]
  ) {
    it(`toDocument and differences leave the + out of each number of ${request.exportType}`, () => {
      const { attributes } = Protocol.toDocument(request, "2026-11-19").data
      assert.notInclude(JSON.stringify(attributes), "+")
      assert.deepStrictEqual(Protocol.differences(request, exported(request.exportType, attributes.filters)), [])
    })
  }

  it("toDocument keeps a + that is not of a number", () => {
    const request = ExportRequest.smsIn({
      ...october,
      smsId: "+1",
      sourceAddressEq: "+ACME",
      externalReferenceId: "+1"
    })
    const { attributes } = Protocol.toDocument(request, "2026-11-19").data
    assert.deepInclude(attributes, { external_reference_id: "+1" })
    assert.deepInclude(attributes.filters, { sms_id: "+1", source_address_eq: "+ACME" })
  })

  it.effect("validate refuses a type, filter or reference that the version lacks", () =>
    Effect.gen(function*() {
      const sms = ExportRequest.smsIn(october)
      assert.deepStrictEqual(yield* problemsOf(sms, "2026-04-16"), [
        "exportType sms_in is not in API version 2026-04-16"
      ])
      assert.deepStrictEqual(yield* problemsOf(sms, "2026-11-19"), [])
      const source = ExportRequest.cdrIn({ ...october, sourceNumber: "1", externalReferenceId: "r" })
      assert.deepStrictEqual(yield* problemsOf(source, "2026-11-19"), [])
      assert.deepStrictEqual(yield* problemsOf(source, "2026-04-16"), [
        "sourceNumber is not a filter of cdr_in in API version 2026-04-16"
      ])
      assert.deepStrictEqual(yield* problemsOf(source, "2022-05-10"), [
        "sourceNumber is not a filter of cdr_in in API version 2022-05-10",
        "externalReferenceId is not in API version 2022-05-10"
      ])
    }))

  it.effect("validate accepts whole months for 2022-05-10, and whole days of cdr_out", () =>
    Effect.gen(function*() {
      const day = { from: utc("2026-10-31T00:00:00Z"), to: utc("2026-11-01T00:00:00Z") }
      const week = { from: utc("2026-10-01T00:00:00Z"), to: utc("2026-10-08T00:00:00Z") }
      const problem = (period: string) =>
        `to is not the end of a whole ${period} of UTC that begins at from, which API version 2022-05-10 needs`
      for (
        const [request, problems] of [
          [ExportRequest.cdrIn(october), []],
          [ExportRequest.cdrOut(october), []],
          [ExportRequest.cdrOut(day), []],
          [ExportRequest.cdrIn(day), [problem("month")]],
          [ExportRequest.cdrIn(week), [problem("month")]],
          [ExportRequest.cdrOut(week), [problem("month or day")]]
        ] as const
      ) {
        assert.deepStrictEqual(yield* problemsOf(request, "2022-05-10"), problems)
      }
    }))

  propEffect(
    "validate accepts every request by the rules",
    [valid],
    ([request]) =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* problemsOf(request), [])
      }),
    50
  )

  propEffect(
    "a request that is valid for a version has only filters of that version",
    [valid, FastCheck.constantFrom(...versions)],
    ([request, version]) =>
      Effect.gen(function*() {
        if ((yield* problemsOf(request, version)).length > 0) return
        const { attributes } = Protocol.toDocument(request, version).data
        assert.includeMembers(documented[version][request.exportType] ?? [], Object.keys(Object(attributes["filters"])))
      })
  )
})

describe("toDocument", () => {
  it("toDocument writes what DIDWW documents", () => {
    const request = ExportRequest.cdrOut({
      ...october,
      voiceOutTrunkId: "457bf47d-446d-41cd-91c3-dfbda7bf0753",
      externalReferenceId: "invoice-42",
      callback: { url: "https://example.com/didww", method: "post" }
    })
    assert.deepStrictEqual<unknown>(Protocol.toDocument(request, "2026-04-16"), {
      data: {
        type: "exports",
        attributes: {
          export_type: "cdr_out",
          filters: {
            from: "2026-10-01 00:00:00",
            to: "2026-11-01 00:00:00",
            "voice_out_trunk.id": "457bf47d-446d-41cd-91c3-dfbda7bf0753"
          },
          callback_url: "https://example.com/didww",
          callback_method: "post",
          external_reference_id: "invoice-42"
        }
      }
    })
  })

  it("toDocument writes a list of one as its value, and leaves out undefined", () => {
    const request = ExportRequest.smsOut({
      ...october,
      smsTrunkId: ["a"],
      senderIdVerificationId: ["b", "c"],
      serviceType: "a2p",
      smsId: undefined,
      callback: undefined,
      externalReferenceId: undefined
    })
    assert.deepStrictEqual<unknown>(Protocol.toDocument(request, "2026-11-19").data.attributes, {
      export_type: "sms_out",
      filters: {
        from: "2026-10-01 00:00:00",
        to: "2026-11-01 00:00:00",
        "sms_trunk.id": "a",
        service_type: "a2p",
        "sender_id_verification.id": ["b", "c"]
      }
    })
  })

  it("toDocument writes months and days for 2022-05-10", () => {
    const attributes = (request: ExportRequest.ExportRequest) =>
      Protocol.toDocument(request, "2022-05-10").data.attributes
    assert.deepStrictEqual<unknown>(
      attributes(ExportRequest.cdrIn({
        ...october,
        didNumber: "1",
        callback: { url: "http://example.com", method: "get" }
      })),
      {
        export_type: "cdr_in",
        filters: { year: 2026, month: 10, did_number: "1" },
        callback_url: "http://example.com",
        callback_method: "GET"
      }
    )
    assert.deepStrictEqual<unknown>(
      attributes(ExportRequest.cdrOut({ from: utc("2026-10-31T00:00:00Z"), to: utc("2026-11-01T00:00:00Z") })),
      { export_type: "cdr_out", filters: { year: 2026, month: 10, day: 31 } }
    )
  })
})

describe("differences", () => {
  prop("a request and its export have no differences", [valid], ([request]) => {
    assert.deepStrictEqual(Protocol.differences(request, exportOf(request)), [])
  })

  prop("two requests have the same differences both ways", [valid, valid], ([one, another]) => {
    const differences = Protocol.differences(one, exportOf(another))
    assert.sameMembers(Array.from(differences), Array.from(Protocol.differences(another, exportOf(one))))
    assert.strictEqual(
      differences.length === 0,
      JSON.stringify(
        Protocol.toDocument({ ...one, callback: undefined, externalReferenceId: undefined }, "2026-11-19")
      )
        === JSON.stringify(
          Protocol.toDocument({ ...another, callback: undefined, externalReferenceId: undefined }, "2026-11-19")
        )
    )
  })

  const request = ExportRequest.cdrIn({ ...october, didNumber: "1" })
  const filters = { from: "2026-10-01T00:00:00.000Z", to: "2026-11-01 00:00:00", did_number: "1" }

  for (
    const [name, that, expected] of [
      ["another spelling of the same", exported("CDR_IN", { ...filters, did_number: 1, source_number: null }), []],
      ["another type", exported("cdr_out", filters), ["exportType"]],
      ["an unknown type", exported("fax_in", filters), ["exportType"]],
      ["another end", exported("cdr_in", { ...filters, to: "2026-10-31 23:59:59" }), ["filters.to"]],
      ["no filter", exported("cdr_in", { ...filters, did_number: null }), ["filters.didNumber"]],
      ["a filter more", exported("cdr_in", { ...filters, source_number: "2" }), ["filters.sourceNumber"]],
      ["an unknown filter", exported("cdr_in", { ...filters, color: "red" }), ["filters.color"]],
      ["an impossible date", exported("cdr_in", { ...filters, from: "2026-02-30 00:00:00" }), ["filters.from"]],
      ["a month of an old version", exported("cdr_in", { year: "2026", month: 10, did_number: 1 }), []],
      [
        "a day of an old version",
        exported("cdr_in", { year: "2026", month: 10, day: 1, did_number: 1 }),
        ["filters.to"]
      ],
      ["a year alone", exported("cdr_in", { year: 2026, did_number: 1 }), ["filters.from", "filters.to"]],
      ["none at all", exported("cdr_in", null), ["filters.from", "filters.to", "filters.didNumber"]]
    ] as const
  ) {
    it(`differences names the paths of ${name}`, () => {
      assert.deepStrictEqual(Protocol.differences(request, that), expected)
    })
  }

  it("differences compares a list as a set", () => {
    const request = ExportRequest.smsIn({ ...october, smsTrunkId: ["a", "b"] })
    const that = (ids: unknown) =>
      exported("sms_in", { from: "2026-10-01 00:00:00", to: "2026-11-01 00:00:00", "sms_trunk.id": ids })
    assert.deepStrictEqual(Protocol.differences(request, that(["b", "a", "b"])), [])
    assert.deepStrictEqual(Protocol.differences(request, that(["a", "b", "c"])), ["filters.smsTrunkId"])
    assert.deepStrictEqual(Protocol.differences(request, that("a")), ["filters.smsTrunkId"])
  })
})

describe("the schema", () => {
  const decode = Schema.decodeUnknownEither(ExportRequest.ExportRequest)

  prop("a request survives JSON", [valid], ([request]) => {
    const json = JSON.stringify(Schema.encodeSync(ExportRequest.ExportRequest)(request))
    assert.deepStrictEqual(
      Protocol.toDocument(Schema.decodeUnknownSync(ExportRequest.ExportRequest)(JSON.parse(json)), "2026-11-19"),
      Protocol.toDocument(request, "2026-11-19")
    )
  })

  it("the schema refuses a filter of another type and a misspelled one", () => {
    const json = { exportType: "cdr_in", from: "2026-10-01T00:00:00Z", to: "2026-11-01T00:00:00Z" }
    assert.isTrue(Either.isRight(decode(json)))
    assert.isTrue(Either.isLeft(decode({ ...json, cli: "1" })))
    assert.isTrue(Either.isLeft(decode({ ...json, didNumbr: "1" })))
    assert.isTrue(Either.isLeft(decode({ ...json, callback: { url: "http://a" } })))
    assert.isTrue(Either.isLeft(decode({ ...json, exportType: "fax_in" })))
  })
})

const zones = [
  "Europe/Berlin",
  "America/New_York",
  "America/Santiago", // has no midnight where its summer begins
  "Africa/Cairo", // has none there either
  "America/Havana", // has none there either, and two in autumn
  "Atlantic/Azores",
  "Australia/Lord_Howe", // changes by half an hour
  "Asia/Kathmandu",
  "Pacific/Kiritimati",
  "Pacific/Apia" // skipped 2011-12-30
].map((id) => DateTime.zoneUnsafeMakeNamed(id))

const zone = FastCheck.option(
  FastCheck.oneof(
    FastCheck.constantFrom<DateTime.TimeZone>(...zones),
    FastCheck.integer({ min: -14 * 60, max: 14 * 60 }).map((minutes) => DateTime.zoneMakeOffset(minutes * 60_000))
  ),
  { nil: undefined }
)

const days = 86_400_000
const time = (min: string, max: string) =>
  FastCheck.integer({ min: utc(min).epochMillis, max: utc(max).epochMillis }).map((millis) =>
    DateTime.unsafeMake(millis)
  )

describe("windows", () => {
  const berlin = { zone: DateTime.zoneUnsafeMakeNamed("Europe/Berlin") }
  const hours = (ranges: ReadonlyArray<ExportRequest.Period>) =>
    ranges.map(({ from, to }) => (to.epochMillis - from.epochMillis) / 3_600_000)
  const written = (ranges: ReadonlyArray<ExportRequest.Period>) =>
    ranges.map(({ from, to }) => `${DateTime.formatIso(from)}/${DateTime.formatIso(to)}`)

  it("windows cuts at midnights of UTC", () => {
    const period = { from: utc("2026-10-30T18:00:00Z"), to: utc("2026-11-01T06:00:00Z") }
    assert.deepStrictEqual(hours(ExportRequest.windows(period, "day", { now })), [6, 24, 6])
    assert.deepStrictEqual(hours(ExportRequest.windows(period, "month", { now })), [30, 6])
  })

  it("windows has days of 25 and 23 hours where the clocks of a zone change", () => {
    const autumn = { from: utc("2026-10-23T22:00:00Z"), to: utc("2026-10-26T23:00:00Z") }
    assert.deepStrictEqual(hours(ExportRequest.windows(autumn, "day", { now, ...berlin })), [24, 25, 24])
    const spring = { from: utc("2026-03-27T23:00:00Z"), to: utc("2026-03-30T22:00:00Z") }
    assert.deepStrictEqual(
      hours(ExportRequest.windows(spring, "day", { now: utc("2026-04-01T00:00:00Z"), ...berlin })),
      [24, 23, 24]
    )
  })

  it("windows leaves out the time that DIDWW no longer keeps, and the future", () => {
    const period = { from: utc("2020-01-01T00:00:00Z"), to: utc("2030-01-01T00:00:00Z") }
    assert.deepStrictEqual(written(ExportRequest.windows(period, "month", { now })), [
      "2026-09-01T00:00:00.000Z/2026-10-01T00:00:00.000Z",
      "2026-10-01T00:00:00.000Z/2026-11-01T00:00:00.000Z",
      "2026-11-01T00:00:00.000Z/2026-11-20T10:30:15.000Z"
    ])
    assert.deepStrictEqual(written(ExportRequest.windows(period, "month", { now, ...berlin })), [
      "2026-09-01T00:00:00.000Z/2026-09-30T22:00:00.000Z",
      "2026-09-30T22:00:00.000Z/2026-10-31T23:00:00.000Z",
      "2026-10-31T23:00:00.000Z/2026-11-20T10:30:15.000Z"
    ])
    assert.deepStrictEqual(ExportRequest.windows({ ...period, to: utc("2026-09-01T00:00:00Z") }, "day", { now }), [])
    assert.deepStrictEqual(ExportRequest.windows({ ...period, from: now }, "day", { now }), [])
  })

  // near 2011-12-30, and where clocks change
  const moment = FastCheck.oneof(
    time("2011-12-28T00:00:00Z", "2012-01-02T00:00:00Z"),
    time("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")
  )

  prop(
    "windows are adjacent, in order, not empty, each within a day or month of the zone, and cover the clipped period",
    [
      FastCheck.tuple(
        moment,
        FastCheck.integer({ min: -120 * days, max: 10 * days }),
        FastCheck.integer({ min: -120 * days, max: 10 * days })
      ),
      FastCheck.constantFrom("day" as const, "month" as const),
      zone
    ],
    ([[now, before, after], step, zone]) => {
      const period = {
        from: DateTime.add(now, { millis: before }),
        to: DateTime.add(now, { millis: after })
      }
      const { month, year } = DateTime.toPartsUtc(now)
      const from = Math.max(period.from.epochMillis, Date.UTC(year, month - 3, 1))
      const to = Math.min(period.to.epochMillis, now.epochMillis - (now.epochMillis % 1000))
      const windows = ExportRequest.windows(period, step, { now, zone })

      if (from >= to) return assert.deepStrictEqual(windows, [])
      assert.strictEqual(windows[0]?.from.epochMillis, from)
      assert.strictEqual(windows.at(-1)?.to.epochMillis, to)
      const key = (millis: number) => {
        const civil = new Intl.DateTimeFormat("sv", {
          timeZone: zone?._tag === "Named" ? zone.id : "UTC",
          year: "numeric",
          month: "2-digit",
          ...(step === "day" && { day: "2-digit" })
        })
        return civil.format(zone?._tag === "Offset" ? millis + zone.offset : millis)
      }
      windows.forEach((window, index) => {
        assert.isBelow(window.from.epochMillis, window.to.epochMillis)
        assert.strictEqual(key(window.from.epochMillis), key(window.to.epochMillis - 1))
        if (index === 0) return
        assert.strictEqual(window.from.epochMillis, windows[index - 1]?.to.epochMillis)
        assert.notStrictEqual(key(window.from.epochMillis), key(window.from.epochMillis - 1))
      })
    },
    200
  )

  propEffect(
    "each window of whole seconds is a valid period",
    [period, FastCheck.constantFrom("day" as const, "month" as const), zone],
    ([period, step, zone]) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(now.epochMillis)
        for (const window of ExportRequest.windows(period, step, { now, zone })) {
          yield* ExportRequest.validate(ExportRequest.cdrIn(window), "2026-11-19")
        }
      }),
    50
  )
})

describe("lastMonth", () => {
  it("lastMonth is the month before now, in UTC or a zone", () => {
    assert.deepStrictEqual(ExportRequest.lastMonth(now), october)
    assert.deepStrictEqual(
      ExportRequest.lastMonth(utc("2026-10-31T23:30:00Z"), { zone: DateTime.zoneUnsafeMakeNamed("Europe/Berlin") }),
      { from: utc("2026-09-30T22:00:00Z"), to: utc("2026-10-31T23:00:00Z") }
    )
    assert.deepStrictEqual(ExportRequest.lastMonth(utc("2026-01-15T00:00:00Z")), {
      from: utc("2025-12-01T00:00:00Z"),
      to: utc("2026-01-01T00:00:00Z")
    })
  })
})
