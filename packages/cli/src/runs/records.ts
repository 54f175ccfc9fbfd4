import { CallRecord, Export } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Archived from "../Archived.js"
import * as ArchiveFile from "../ArchiveFile.js"
import * as CallRow from "../CallRow.js"
import * as Client from "../Client.js"
import type { Input } from "../commands/records.js"
import { Usage } from "../Failure.js"
import { plain, plural } from "../internal/text.js"
import * as Output from "../Output.js"
import * as Progress from "../Progress.js"
import { interruptible } from "../Session.js"
import { Stdio } from "../Stdio.js"

type Follow = ReturnType<typeof Archived.progress>

const write = <E, R>(
  input: Input,
  { line }: Follow,
  rows: Stream.Stream<CallRecord.Row, E, R>
) =>
  Effect.gen(function*() {
    const stdio = yield* Stdio
    const writer = yield* Output.writer(input, CallRow.shape)
    const limit = Option.getOrElse(input.limit, () => Infinity)
    let records = 0
    const rejected: { first?: CallRecord.RejectedRow; count: number } = { count: 0 }
    const take = (rows: Chunk.Chunk<CallRecord.Row>): ReadonlyArray<CallRecord.CallRecord> => {
      const taken: Array<CallRecord.CallRecord> = []
      for (const row of rows) {
        if (records + taken.length >= limit) break
        if (CallRecord.isRecord(row)) {
          taken.push(row)
        } else {
          rejected.first ??= row
          rejected.count = rejected.count + 1
        }
      }
      records = records + taken.length
      return taken
    }
    yield* Output.to(input.output, (write) =>
      rows.pipe(
        Stream.chunks,
        Stream.map(take),
        Stream.takeUntil(() => records >= limit),
        Stream.runForEach((rows) => write(writer.rows(rows))),
        Effect.zipRight(Effect.suspend(() => write(writer.end())))
      )).pipe(
        stdio.columns !== undefined && Option.isNone(input.output) ? identity : Progress.during(line)
      )
    yield* stdio.note(plural(records, "record"))
    if (rejected.first !== undefined) {
      const { reason, recordNumber } = rejected.first
      // what is missing is told under --quiet too
      yield* stdio.err(
        `didww-exports: ${plural(rejected.count, "row")} could not be read and ${
          rejected.count === 1 ? "is" : "are"
        } left out; the first is row ${recordNumber}: ${plain(reason)}`
      )
    }
  }).pipe(interruptible("What was written to stdout is not whole, a file is not there; run the same command again."))

const ofExport = (input: Input) =>
  Effect.gen(function*() {
    const client = yield* ExportsClient.ExportsClient
    const archived = yield* Archived.get(Export.ExportId.make(input.source))
    const follow = Archived.progress()
    yield* write(input, follow, client.records(archived, { onProgress: follow.onProgress }))
  }).pipe(Effect.provide(Client.layer(input)))

export const run = (
  input: Input
): Effect.Effect<void, unknown, Stdio | FileSystem.FileSystem> => {
  if (!ArchiveFile.isPath(input.source)) {
    return /[./\\]/.test(input.source)
      ? new Usage({ message: `${input.source} is no id, and no archive: its name would end in .csv.gz or .csv.` })
      : ofExport(input)
  }
  const follow = Archived.progress()
  return write(input, follow, ArchiveFile.records(input.source, follow.onProgress))
}
