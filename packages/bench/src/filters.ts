/** Bars of the filter algebra. */
import { Export, ExportFilter, Protocol } from "@effect-didww/core"
import { Credentials, ExportsClient, RateLimit } from "@effect-didww/http"
import { Account, SimulatorClient } from "@effect-didww/simulator"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { resources } from "./account.js"
import type { Bar } from "./bar.js"
import { looked, requests } from "./sizes.js"

/** Decodes varied exports. */
const exports = Effect.map(
  resources(looked),
  (all) => all.map((resource): Export.Export => Either.getOrThrow(Protocol.fromResource(resource)))
)

const since = DateTime.unsafeMake("2026-10-01T00:00:00Z")
const until = DateTime.unsafeMake("2026-11-01T00:00:00Z")
const from = DateTime.unsafeMake("2026-09-20T00:00:00Z")
const numbers = ["97286259404", "97286259417", "97286259433"]

/** A filter of ten conditions. */
const filter = ExportFilter.all([
  ExportFilter.exportType("cdr_in", "cdr_out"),
  ExportFilter.status("completed", "processing"),
  ExportFilter.createdAt({ gte: since, lt: until }),
  ExportFilter.any([...numbers.map(ExportFilter.didNumber), ExportFilter.voiceOutTrunkId("")]),
  ExportFilter.not(ExportFilter.periodFrom(from)),
  ExportFilter.not(ExportFilter.externalReferenceId("invoice-7", "invoice-8")),
  ExportFilter.hasUrl
])

const byHand = (self: Export.Export): boolean => {
  if (self.exportType !== "cdr_in" && self.exportType !== "cdr_out") return false
  if (self.status !== "completed" && self.status !== "processing") return false
  const at = self.createdAt?.epochMillis
  if (at === undefined || at < since.epochMillis || at >= until.epochMillis) return false
  const isKnown = self.filters != null && !Protocol.hasLegacyFilters(self)
  const isOurs = isKnown && (self.exportType === "cdr_in"
    ? numbers.includes(self.filters?.didNumber ?? "")
    : (self.filters?.voiceOutTrunkId ?? "") === "")
  if (!isOurs || self.filters?.from?.epochMillis === from.epochMillis) return false
  return self.externalReferenceId !== "invoice-7" && self.externalReferenceId !== "invoice-8" &&
    typeof self.url === "string"
}

/** Applies a predicate a million times, to a hundred thousand exports. */
const looking = (predicate: (self: Export.Export) => boolean) =>
  Effect.map(exports, (all) =>
    Effect.sync(() => {
      let found = 0
      for (let round = 0; round < 10; round++) {
        for (const one of all) if (predicate(one)) found++
      }
      return found
    }))

/** The number of plans and of requests. */
const repeated = requests

export const bars: ReadonlyArray<Bar> = [
  {
    name: "filter-matches",
    says: "CPU of ten conditions over a million exports, against a predicate by hand",
    measure: "cpu",
    per: { count: 10 * looked, unit: "an export" },
    ours: "matches",
    against: "by hand",
    contenders: {
      "matches": { prepare: looking(ExportFilter.matches(filter)) },
      "by hand": { prepare: looking(byHand) }
    },
    must: 3,
    aim: 1.5
  },
  {
    name: "filter-plan",
    says: "CPU of planning a query of ten conditions, against a request for a page of 100 without a socket",
    measure: "cpu",
    per: { count: repeated, unit: "a query" },
    ours: "plan",
    against: "request",
    contenders: {
      plan: {
        prepare: Effect.succeed(Effect.sync(() => {
          for (let round = 0; round < repeated; round++) Protocol.planQuery({ filter }, "2026-11-19")
        }))
      },
      request: {
        prepare: Effect.gen(function*() {
          const client = yield* ExportsClient.make({ credentials: Credentials.apiKey(Redacted.make("bench")) })
          return Effect.orDie(Effect.provide(Effect.repeatN(client.list(), repeated - 1), RateLimit.none))
        }).pipe(
          Effect.provide(
            Layer.suspend(() => SimulatorClient.layer({ account: Account.generate({ size: 1000 }), rateLimit: "none" }))
          )
        )
      }
    },
    must: 0.1,
    aim: 0.05,
    isExtra: true
  }
]
