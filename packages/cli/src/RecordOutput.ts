/** Writes the records of sources to stdout or to a file. */
import { CallRecord } from "@effect-didww/core"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
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

/** What was written. */
export interface Written {
  readonly records: number
  readonly rejected: Rejected.Rejected
}

/** Writes the records of all sources, up to a limit. Leaves out rejected rows. */
export const write = <S extends Source, E, R>(
  chosen: Chosen,
  { line, rows, sources }: Reading<S, E, R>,
  limit = Infinity
) =>
  Effect.gen(function*() {
    const rejected = Rejected.make(sources.length > 1)
    let records = 0
    let first: CallRecord.CallRecord | undefined
    const hasColumns = Format.traits(chosen.format).hasColumns && Option.isNone(chosen.fields)
    const check = (record: CallRecord.CallRecord): Usage | MixedLayouts | undefined => {
      if (first === undefined) {
        first = record
        const name = CallRow.unknownName(Option.getOrElse(chosen.fields, () => []), record)
        return name === undefined ? undefined : new Usage({
          message: `Unknown column ${name}. Known columns: ${CallRow.namesOf(record).join(", ")}.`
        })
      }
      return hasColumns && !CallRow.isAlike(first, record)
        ? new MixedLayouts({ format: chosen.format, first: first._tag, other: record._tag })
        : undefined
    }
    const take = (source: S, batch: Iterable<CallRecord.Row>) => {
      const taken: Array<CallRecord.CallRecord> = []
      let problem: Usage | MixedLayouts | undefined
      for (const row of batch) {
        if (records >= limit || problem !== undefined) break
        if (CallRecord.isRejected(row)) {
          rejected.add(row, source)
          continue
        }
        problem = check(row)
        taken.push(row)
        records = records + 1
      }
      return problem === undefined ? Effect.succeed(taken) : Effect.fail(problem)
    }
    const written = Output.rows(
      chosen,
      CallRow.shape(chosen.fields),
      (write: Output.WriteRows<CallRecord.CallRecord>) =>
        Effect.forEach(sources, (source) =>
          records >= limit ? Effect.void : rows(source).pipe(
            Stream.chunks,
            Stream.mapEffect((batch) => take(source, batch)),
            Stream.takeUntil(() => records >= limit),
            Stream.runForEach(write)
          ), { discard: true })
    )
    yield* (yield* Output.isShown(chosen)) ? written : Progress.during(line)(written)
    return { records, rejected: rejected.all() }
  })
