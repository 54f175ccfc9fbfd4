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
  /** The first one, such as `row 7 of calls.csv: …`. */
  readonly first: string
}

/** Counts rejected rows. With several sources it names that of the first one. */
export const make = (areSeveral: boolean) => {
  let rejected: Rejected = { count: 0, first: "" }
  return {
    add: ({ reason, recordNumber }: CallRecord.RejectedRow, source: Source): void => {
      const place = areSeveral ? `row ${recordNumber} of ${nameOf(source)}` : `row ${recordNumber}`
      rejected = { count: rejected.count + 1, first: rejected.count === 0 ? `${place}: ${reason}` : rejected.first }
    },
    all: (): Rejected => rejected
  }
}

const sentence = ({ count, first }: Rejected): string =>
  `${plural(count, "row")} could not be read and ${count === 1 ? "is" : "are"} left out; the first is ${first}`

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
