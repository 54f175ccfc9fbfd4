// What an application does with DIDWW: which of its numbers missed how many calls last month.
import { ExportRequest } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import { DateTime, Effect, HashMap, Option, Stream } from "effect"

/** How often each number was called in vain last month. */
export const missedCalls = Effect.gen(function*() {
  const client = yield* ExportsClient.ExportsClient
  const month = ExportRequest.lastMonth(yield* DateTime.now)
  const externalReferenceId = `missed-${DateTime.formatIsoDateUtc(month.from)}`
  const ordered = yield* client.ensure(ExportRequest.cdrIn({ ...month, externalReferenceId }))
  const completed = yield* client.awaitCompleted(ordered)
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
