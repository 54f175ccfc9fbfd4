/** Finds a completed export, and follows the reading of its archive. */
import { Export, Protocol } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Progress from "./Progress.js"

export type Id = Export.ExportId

/** The export has no archive yet. */
export class NotCompleted extends Data.TaggedError("NotCompleted")<{
  readonly id: string
  readonly status: string
}> {
  override get message(): string {
    return `Export ${this.id} is ${this.status} and has no archive yet. Wait for it: didww-exports wait ${this.id}`
  }
}

/** Gets an export that has an archive. */
export const get = (id: Export.ExportId) =>
  Effect.gen(function*() {
    const client = yield* ExportsClient.ExportsClient
    const found = yield* client.get(id)
    return Export.isCompleted(found) ? found : yield* new NotCompleted({ id, status: found.status })
  })

/** The type whose columns the archive must have. The archives of old versions have columns of other names. */
export const exportTypeOf = (self: Export.Export): Export.Export["exportType"] | undefined =>
  Protocol.hasLegacyFilters(self) ? undefined : self.exportType

/** Remembers the progress that `onProgress` reports, and writes it as a line. */
export const progress = () => {
  let now: ExportsClient.Progress = { bytes: 0, total: Option.none(), etag: Option.none(), rows: 0 }
  return {
    onProgress: (progress: ExportsClient.Progress) =>
      Effect.sync(() => {
        now = progress
      }),
    progress: () => now,
    line: (moment: Progress.Moment): string => {
      const transfer = Progress.transfer(now.bytes, Option.getOrUndefined(now.total), moment)
      return now.rows === 0 ? transfer : `${transfer}  ${Progress.rate(now.rows, "rows", moment)}`
    }
  }
}
