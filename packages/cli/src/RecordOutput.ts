/** Writes the records of sources to stdout or to a file. */
import { CallRecord } from "@effect-didww/core"
import * as Chunk from "effect/Chunk"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as CallRow from "./CallRow.js"
import { Usage } from "./Failure.js"
import * as Format from "./Format.js"
import * as Output from "./Output.js"
import * as Progress from "./Progress.js"
import type { Reading } from "./Reading.js"
import * as Rejected from "./Rejected.js"
import type { Source } from "./Source.js"

/** What the flags say about the records that a command writes. */
export interface Options extends Output.Options {
  readonly fields: Option.Option<ReadonlyArray<string>>
}

/** How a command writes records. */
export interface Chosen extends Output.Chosen {
  readonly fields: Option.Option<ReadonlyArray<string>>
}

/** Chooses how records are written. A command does so before it does anything else. */
export const choose = (options: Options) =>
  Effect.map(Output.choose(options), (chosen): Chosen => ({ ...chosen, fields: options.fields }))

const layouts: Readonly<Record<CallRecord.CallRecord["_tag"], string>> = {
  CdrInRecord: "inbound calls",
  CdrOutRecord: "outbound calls",
  UnknownRecord: "records of a layout that this program does not know"
}

/** The sources hold records whose columns differ. */
export class MixedLayouts extends Data.TaggedError("MixedLayouts")<{
  readonly format: Format.Format
  readonly first: CallRecord.CallRecord["_tag"]
  readonly other: CallRecord.CallRecord["_tag"]
}> {
  override get message(): string {
    const { first, format, other } = this
    return `Cannot write ${layouts[first]} and ${first === other ? "others" : layouts[other]} as one ${format}, ` +
      "because their columns differ. Read them apart, choose columns by --fields, or use --format ndjson."
  }
}

/** Finds what is wrong with a record beside the first one. */
const checking = ({ fields, format }: Chosen) => {
  const hasColumns = Format.traits(format).hasColumns && Option.isNone(fields)
  const names = Option.getOrElse(fields, () => [])
  let first: CallRecord.CallRecord | undefined
  return (record: CallRecord.CallRecord): Usage | MixedLayouts | undefined => {
    if (first !== undefined) {
      return hasColumns && !CallRow.isAlike(first, record)
        ? new MixedLayouts({ format, first: first._tag, other: record._tag })
        : undefined
    }
    first = record
    const name = CallRow.unknownName(names, record)
    return name === undefined ? undefined : new Usage({
      message: `Unknown column ${name}. Known columns: ${CallRow.namesOf(record).join(", ")}.`
    })
  }
}

/** Writes the records of all sources, up to a limit. Leaves out rejected rows. */
export const write = <S extends Source, E, R>(
  chosen: Chosen,
  { line, rows, sources }: Reading<S, E, R>,
  limit = Infinity
) =>
  Effect.gen(function*() {
    const rejected = Rejected.make(sources.length > 1)
    const check = checking(chosen)
    let records = 0
    const take = (
      batch: Chunk.Chunk<CallRecord.Row>
    ): Either.Either<Chunk.Chunk<CallRecord.Row>, Usage | MixedLayouts> => {
      const taken: Array<CallRecord.Row> = []
      for (const row of batch) {
        if (records >= limit) break
        taken.push(row)
        if (CallRecord.isRejected(row)) continue
        const problem = check(row)
        if (problem !== undefined) return Either.left(problem)
        records = records + 1
      }
      return Either.right(Chunk.unsafeFromArray(taken))
    }
    const rowsOf = (source: S) =>
      records >= limit ? Stream.empty : Stream.chunks(rows(source)).pipe(
        Stream.mapEffect(take),
        Stream.takeUntil(() => records >= limit),
        Stream.flattenChunks
      )
    const written = chosen.format === "parquet" && Option.isNone(chosen.fields)
      ? asParquet({ chosen, sources, rowsOf, rejected })
      : asText({ chosen, sources, rowsOf, rejected })
    yield* (yield* Output.isShown(chosen)) ? written : Progress.during(line)(written)
    return { records, rejected: rejected.all() }
  })

interface Writing<S, E, R> {
  readonly chosen: Chosen
  readonly sources: ReadonlyArray<S>
  readonly rowsOf: (source: S) => Stream.Stream<CallRecord.Row, E, R>
  readonly rejected: ReturnType<typeof Rejected.make>
}

const asText = <S extends Source, E, R>({ chosen, rejected, rowsOf, sources }: Writing<S, E, R>) =>
  Output.rows(
    chosen,
    CallRow.shape(chosen.fields),
    (write: Output.WriteRows<CallRecord.CallRecord>) =>
      Effect.forEach(sources, (source) => {
        const readable = (row: CallRecord.Row): row is CallRecord.CallRecord => {
          if (CallRecord.isRejected(row)) rejected.add(row, source)
          return CallRecord.isRecord(row)
        }
        rejected.addPulled(source)
        return Stream.runForEachChunk(rowsOf(source), (rows) => write(Chunk.toReadonlyArray(rows).filter(readable)))
      }, { discard: true })
  )

/** A Parquet file of records has the columns of a pull's file. */
const asParquet = <S extends Source, E, R>({ chosen, rejected, rowsOf, sources }: Writing<S, E, R>) =>
  Effect.gen(function*() {
    const Parquet = yield* Effect.promise(() => import("@effect-didww/sync/Parquet"))
    const [only] = sources
    let now = only
    const rows = Stream.flatMap(Stream.fromIterable(sources), (source) => {
      now = source
      rejected.addPulled(source)
      return rowsOf(source)
    })
    const file = Parquet.encode(rows, {
      exportId: sources.length === 1 && only?._tag === "Export" ? only.id : undefined,
      onRejected: (row) => Effect.sync(() => now === undefined ? undefined : rejected.add(row, now))
    })
    yield* Output.bytes(chosen, (write) => Stream.runForEach(file, write))
  })
