/** Reads the records of an export or of an archive on disk. */
import { CallRecord, Export } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Archived from "../Archived.js"
import * as ArchiveFile from "../ArchiveFile.js"
import * as CallRow from "../CallRow.js"
import * as Client from "../Client.js"
import { Usage } from "../Failure.js"
import { plural } from "../internal/text.js"
import * as Output from "../Output.js"
import * as Progress from "../Progress.js"
import { interruptible } from "../Session.js"
import { Stdio } from "../Stdio.js"

export interface Input extends Output.Options, Client.Account {
  /** An id, or the name of an archive on disk. */
  readonly source: string
  readonly limit: Option.Option<number>
}

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
    const rejected: { first?: CallRecord.RejectedRow; count: number; lines: number } = { count: 0, lines: 0 }
    const take = (rows: Chunk.Chunk<CallRecord.Row>): ReadonlyArray<CallRecord.CallRecord> => {
      const taken: Array<CallRecord.CallRecord> = []
      for (const row of rows) {
        if (records + taken.length >= limit) break
        if (CallRecord.isRecord(row)) {
          taken.push(row)
        } else {
          rejected.first ??= row
          rejected.count = rejected.count + 1
          rejected.lines = rejected.lines + row.lines
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
        Effect.andThen(Effect.suspend(() => write(writer.end())))
      )).pipe(
        stdio.columns !== undefined && Option.isNone(input.output) ? identity : Progress.during(line)
      )
    yield* stdio.note(plural(records, "record"))
    const { count, first, lines } = rejected
    if (first !== undefined) {
      // `err` and not `note`: a loss is reported under --quiet too
      yield* stdio.err(
        `didww-exports: ${plural(count, "row")} could not be read and ${count === 1 ? "is" : "are"} left out${
          lines === count ? "" : ` (${plural(lines, "line")} of the file)`
        }; the first is row ${first.recordNumber}: ${first.reason}`
      )
    }
  }).pipe(interruptible("The output is incomplete. Run the same command again."))

const ofExport = (input: Input) =>
  Effect.gen(function*() {
    const client = yield* ExportsClient.ExportsClient
    const archived = yield* Archived.get(Export.ExportId.make(input.source))
    const follow = Archived.progress()
    const exportType = Archived.exportTypeOf(archived)
    yield* write(input, follow, client.records(archived, { exportType, onProgress: follow.onProgress }))
  }).pipe((self) => Client.provide(self, input))

export const run = Effect.fnUntraced(function*(input: Input) {
  if (ArchiveFile.isPath(input.source)) {
    const follow = Archived.progress()
    return yield* write(input, follow, ArchiveFile.records(input.source, follow.onProgress))
  }
  if (/[./\\]/.test(input.source)) {
    return yield* new Usage({
      message: `${input.source} is neither an id nor an archive. The name of an archive ends in .csv.gz or .csv.`
    })
  }
  return yield* ofExport(input)
})
