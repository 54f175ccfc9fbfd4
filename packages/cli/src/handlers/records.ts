/** Writes the records of exports, of files and of stdin. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Client from "../Client.js"
import { plural } from "../internal/text.js"
import * as Reading from "../Reading.js"
import * as RecordOutput from "../RecordOutput.js"
import * as Rejected from "../Rejected.js"
import { interruptible } from "../Session.js"
import * as Source from "../Source.js"
import { Stdio } from "../Stdio.js"

export interface Input extends RecordOutput.Options, Client.Account {
  /** Ids, files, patterns of files, and `-` for stdin. */
  readonly sources: ReadonlyArray<string>
  readonly limit: Option.Option<number>
  readonly strict: boolean
}

const written = <S extends Source.Source, E, R>(
  input: Input,
  chosen: RecordOutput.Chosen,
  reading: Reading.Reading<S, E, R>
) =>
  Effect.gen(function*() {
    const stdio = yield* Stdio
    const limit = Option.getOrElse(input.limit, () => Infinity)
    const { records, rejected } = yield* RecordOutput.write(chosen, reading, limit)
    yield* stdio.note(plural(records, "record"))
    yield* Rejected.report(rejected, input)
  }).pipe(interruptible("The output is incomplete. Run the same command again."))

export const run = Effect.fnUntraced(function*(input: Input) {
  const chosen = yield* RecordOutput.choose(input)
  const sources = yield* Source.find(input.sources)
  if (Source.areLocal(sources)) return yield* written(input, chosen, Reading.local(sources))
  yield* Client.provide(written(input, chosen, Reading.any(sources)), input)
})
