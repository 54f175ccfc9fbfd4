// Part of an application: counts the missed calls of each of its numbers.
import { ExportRequest } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import { DateTime, Effect, HashMap, Option, Stream } from "effect"

/** Counts last month's inbound calls that nobody answered, by number. */
export const missedCalls = Effect.gen(function*() {
  const client = yield* ExportsClient.ExportsClient
  const month = ExportRequest.lastMonth(yield* DateTime.now)
  const externalReferenceId = `missed-${DateTime.formatIsoDateUtc(month.from)}`
  const requested = yield* client.ensure(ExportRequest.cdrIn({ ...month, externalReferenceId }))
  const completed = yield* client.awaitCompleted(requested)
  return yield* client.records(completed).pipe(
    Stream.runFold(
      HashMap.empty<string, number>(),
      (missed, row) =>
        row._tag !== "CdrInRecord" || Option.isSome(row.connectedAt) ? missed : HashMap.modifyAt(
          missed,
          Option.getOrElse(row.destinationDid, () => ""),
          (count) => Option.some(Option.getOrElse(count, () => 0) + 1)
        )
    )
  )
})
