/** Rows that could not be read, and what a command says about them. */
import type { CallRecord } from "@effect-didww/core"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { plural } from "./internal/text.js"
import { nameOf, type Source } from "./Source.js"
import { Stdio } from "./Stdio.js"

/** The rejected rows of sources. */
export interface Rejected {
  readonly count: number
  /** Lines of the files that they took. */
  readonly lines: number
  /** More about them, such as `the first is row 7 of calls.csv: …`. */
  readonly detail: string
}

/** Counts rejected rows. With several sources it names that of the first one. */
export const make = (areSeveral: boolean) => {
  let rejected: Rejected = { count: 0, lines: 0, detail: "" }
  const add = ({ count, detail, lines }: Rejected): void => {
    rejected = {
      count: rejected.count + count,
      lines: rejected.lines + lines,
      detail: rejected.count === 0 ? detail : rejected.detail
    }
  }
  return {
    add: ({ lines, reason, recordNumber }: CallRecord.RejectedRow, source: Source): void => {
      const place = areSeveral ? `row ${recordNumber} of ${nameOf(source)}` : `row ${recordNumber}`
      add({ count: 1, lines, detail: `the first is ${place}: ${reason}` })
    },
    /** Adds the rows that were rejected when a file was pulled. */
    addPulled: (source: Source): void => {
      if (source._tag !== "File" || source.rejected.count === 0) return
      add({ ...source.rejected, detail: `some of them when ${source.path} was pulled` })
    },
    all: (): Rejected => rejected
  }
}

const sentence = ({ count, detail, lines }: Rejected): string =>
  `${plural(count, "row")} could not be read and ${count === 1 ? "is" : "are"} left out${
    lines === count ? "" : ` (${plural(lines, "line")} of the file)`
  }; ${detail}`

/** `--strict` was given, and a row was rejected. */
export class RowsRejected extends Data.TaggedError("RowsRejected")<Rejected> {
  override get message(): string {
    return sentence(this)
  }
}

/** Reports rejected rows, under `--quiet` too, because they are a loss. Fails if the flags say so. */
export const report = (
  rejected: Rejected,
  { strict }: { readonly strict: boolean }
): Effect.Effect<void, RowsRejected, Stdio> =>
  Effect.gen(function*() {
    if (rejected.count === 0) return
    if (strict) return yield* new RowsRejected(rejected)
    const { err } = yield* Stdio
    yield* err(`didww-exports: ${sentence(rejected)}`)
  })
