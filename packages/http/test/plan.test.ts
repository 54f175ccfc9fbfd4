import { ApiVersion, Export, ExportFilter, Protocol } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import { Account, Simulator } from "@effect-didww/simulator"
import { assert, describe, it } from "@effect/vitest"
import { Data, DateTime, Effect, Either, Equal, Schema, Stream } from "effect"
import { FastCheck, isBroken, propertyEffect } from "./property.js"
import { connected, secret } from "./setup.js"

const account = Account.generate({
  size: 150,
  seed: 11,
  odd: true,
  types: ["cdr_in", "cdr_out", "sms_in", "sms_out"]
})

const values = <A>(of: (record: Account.StoredExport) => A | null | undefined) =>
  FastCheck.constantFrom(...account.exports.map(of).filter((value) => value != null))

const some = <A>(arbitrary: FastCheck.Arbitrary<A>) =>
  FastCheck.tuple(arbitrary, FastCheck.array(arbitrary, { maxLength: 2 })).map(([head, tail]): [A, ...Array<A>] => [
    head,
    ...tail
  ])

const text = (of: (record: Account.StoredExport) => unknown) =>
  FastCheck.oneof(
    { weight: 8, arbitrary: values(of).map(String) },
    { weight: 2, arbitrary: FastCheck.constantFrom("", "a,b", " ", "nowhere", "\"", "\ud800") },
    { weight: 1, arbitrary: FastCheck.string() }
  )

const created = FastCheck.tuple(values((record) => record.createdAt), FastCheck.integer({ min: -1, max: 1 })).map(
  ([at, more]) => DateTime.unsafeMake(at + more)
)

const instant = (name: string) =>
  values((record) => record.filters?.[name]).filter((value) => typeof value === "string").map((value) =>
    DateTime.unsafeMake(`${String(value).replace(" ", "T")}Z`)
  )

const atom = FastCheck.oneof(
  some(text((record) => record.id)).map((values) => ExportFilter.id(...values)),
  some(FastCheck.constantFrom("cdr_in", "cdr_out", "sms_in", "fax_in", "unknown")).map((values) =>
    ExportFilter.exportType(...values)
  ),
  some(FastCheck.constantFrom("pending" as const, "processing" as const, "completed" as const)).map((values) =>
    ExportFilter.status(...values)
  ),
  some(text((record) => record.externalReferenceId)).map((values) => ExportFilter.externalReferenceId(...values)),
  FastCheck.record({ gte: created, gt: created, lte: created, lt: created }, { requiredKeys: [] }).map(
    ExportFilter.createdAt
  ),
  instant("from").map(ExportFilter.periodFrom),
  instant("to").map(ExportFilter.periodTo),
  text((record) => record.filters?.did_number).map(ExportFilter.didNumber),
  text((record) => record.filters?.["voice_out_trunk.id"]).map(ExportFilter.voiceOutTrunkId)
)

const { filters } = FastCheck.letrec<{ readonly filters: ExportFilter.ExportFilter }>((tie) => ({
  filters: FastCheck.oneof(
    { depthSize: "small", withCrossShrink: true },
    atom,
    FastCheck.array(tie("filters"), { maxLength: 4 }).map(ExportFilter.all),
    FastCheck.array(tie("filters"), { maxLength: 3 }).map(ExportFilter.any),
    tie("filters").map(ExportFilter.not)
  )
}))

const modes = ["documented", "strict", "ignoring"] as const

/** A key for a version that takes keys, otherwise a token. */
const headersOf = (
  simulator: Simulator.Service,
  version: ApiVersion.ApiVersion
): Effect.Effect<Readonly<Record<string, string>>> =>
  version === "2026-11-19"
    ? Effect.map(
      simulator.handle({
        method: "POST",
        url: "https://auth.didww.com/token",
        headers: { "api-key": secret, "content-type": "application/json" },
        body: JSON.stringify({ aud: "api.didww.com", api_version: version })
      }),
      (outcome) => {
        assert.strictEqual(outcome._tag, "Answer")
        const { access_token } = Schema.decodeUnknownSync(Schema.Struct({ access_token: Schema.String }))(
          JSON.parse(outcome._tag === "Answer" ? outcome.body : "")
        )
        return { authorization: `Bearer ${access_token}` }
      }
    )
    : Effect.succeed({ "api-key": secret, "x-didww-api-version": version })

/** The exports that the simulator answers to these parameters. `undefined` if it refuses them. */
const answered = (
  simulator: Simulator.Service,
  version: ApiVersion.ApiVersion,
  parameters: ReadonlyArray<Protocol.Parameter>
) =>
  Effect.map(
    Effect.flatMap(headersOf(simulator, version), (headers) =>
      simulator.handle({
        method: "GET",
        url: `https://api.didww.com/v3/exports?${new URLSearchParams([
          ...parameters.map(({ name, value }) => [`filter[${name}]`, value]),
          ["page[size]", "1000"]
        ])}`,
        headers
      })),
    (outcome) => {
      assert.strictEqual(outcome._tag, "Answer")
      if (outcome._tag !== "Answer" || outcome.status === 400) return undefined
      const { data } = Schema.decodeUnknownSync(Schema.Struct({ data: Schema.Array(Schema.Unknown) }))(
        JSON.parse(outcome.body)
      )
      return data.map((resource) => Either.getOrThrow(Protocol.fromResource(resource)))
    }
  )

const idsOf = (exports: ReadonlyArray<Export.Export>) => exports.map(({ id }) => id)

describe("plan", () => {
  // one simulator for each mode, with the exports that each version shows
  const simulators = Effect.runSync(Effect.forEach(
    modes,
    Effect.fnUntraced(function*(mode) {
      const simulator = yield* Simulator.make({ account, filters: mode, rateLimit: "none" })
      const shown = yield* Effect.forEach(
        ApiVersion.ApiVersion.literals,
        (version) => Effect.map(answered(simulator, version, []), (all = []) => ({ simulator, version, all }))
      )
      return shown
    })
  )).flat()

  type Planned = (filter: ExportFilter.ExportFilter, version: ApiVersion.ApiVersion) => Protocol.FilterPlan

  const isSound = (
    plan: Planned,
    filter: ExportFilter.ExportFilter,
    { all, simulator, version }: (typeof simulators)[number]
  ) =>
    Effect.gen(function*() {
      const { contradictory, parameters, rest } = plan(filter, version)
      const expected = idsOf(all.filter(ExportFilter.matches(filter)))
      if (contradictory) return expected.length === 0
      const kept = yield* answered(simulator, version, parameters)
      return kept === undefined
        // the client handles a refusal, and the server may refuse only an unverified filter
        ? parameters.some(({ unverified }) => unverified)
        : Equal.equals(Data.array(idsOf(kept.filter(ExportFilter.matches(rest)))), Data.array(expected))
    })

  propertyEffect(
    "lets the server and then the rest keep exactly what matches",
    [filters, FastCheck.constantFrom(...simulators)],
    (filter, simulator) => Effect.map(isSound(Protocol.planFilter, filter, simulator), (sound) => assert.isTrue(sound)),
    { numRuns: 1000 }
  )

  const unsound: Record<string, Planned> = {
    "sends a strict bound as if it were exact": (filter, version) => {
      const plan = Protocol.planFilter(filter, version)
      return filter._tag === "CreatedAt" ? { ...plan, rest: ExportFilter.everything } : plan
    },
    "sends the filter inside a not": (filter, version) =>
      filter._tag === "Not"
        ? { ...Protocol.planFilter(filter.filter, version), rest: filter }
        : Protocol.planFilter(filter, version),
    "sends one branch of an or": (filter, version) => {
      const [first] = filter._tag === "Or" ? filter.filters : []
      return first === undefined
        ? Protocol.planFilter(filter, version)
        : { ...Protocol.planFilter(first, version), contradictory: false, rest: filter }
    }
  }
  for (const [name, plan] of Object.entries(unsound)) {
    it(`is found to be unsound if it ${name}`, () => {
      const law = (filter: ExportFilter.ExportFilter, simulator: (typeof simulators)[number]) =>
        Effect.runSync(isSound(plan, filter, simulator))
      assert.isTrue(isBroken([filters, FastCheck.constantFrom(...simulators)], law, 5000))
    })
  }

  propertyEffect(
    "lets stream and count of the client give exactly what matches, whatever the server does with filters",
    [filters, FastCheck.constantFrom(...ApiVersion.ApiVersion.literals), FastCheck.constantFrom(...modes)],
    (filter, apiVersion, mode) =>
      Effect.gen(function*() {
        const client = yield* ExportsClient.ExportsClient
        const all = yield* Stream.runCollect(client.stream({ pageSize: 40 }))
        const expected = idsOf(Array.from(all).filter(ExportFilter.matches(filter)))
        const some = yield* Stream.runCollect(client.stream({ filter, pageSize: 40 }))
        assert.deepStrictEqual(idsOf(Array.from(some)), expected)
        const sparse = yield* Stream.runCollect(client.stream({ filter, fields: [] }))
        assert.deepStrictEqual(Array.from(sparse).map(({ id }) => id), expected)
        assert.strictEqual(yield* client.count({ filter }), expected.length)
      }).pipe(Effect.provide(connected({ account, filters: mode }, { apiVersion }))),
    { numRuns: 100 }
  )
})
