/** Makes the requests of a walk, a batch of pages ahead of the consumer. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import type * as Export from "@effect-didww/core/Export"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as pull from "../pull.js"
import * as monotonic from "../request/monotonic.js"
import type { ListAnswer } from "./listAnswer.js"
import * as walking from "./walk.js"

type Row = Export.Export
export type Emission = walking.Emission<Row>

export interface Options extends Omit<walking.Options<Row>, "answeredAt"> {
  /** The first page, which was asked for before. */
  readonly first: ListAnswer
  /** The server is to leave out exports that were created after this time, if it can. */
  readonly pin: string | undefined
  readonly ask: (page: number, size: number, pin: string | undefined) => Effect.Effect<ListAnswer, DidwwError.ListError>
}

interface State {
  readonly walk: walking.Walk<Row>
  readonly end: walking.Step<Row>["_tag"]
  /** The pages of the last batch whose turn has come. */
  readonly emissions: ReadonlyArray<Emission>
  readonly pin: string | undefined
  /** The pin leaves out nothing but later exports. */
  readonly isPinProven: boolean
}

/** What came of a batch. `Alone` and `Unpinned` say how to ask for it again. */
type Outcome = walking.Received<Row> | "Alone" | "Unpinned"

/** Gives one page at a time. The first page comes alone: the walk reads ahead from the second one on. */
export const make = (
  options: Options
): Effect.Effect<pull.Pull<Emission, DidwwError.ListError>, never, Scope.Scope> =>
  Effect.gen(function*() {
    const startedAt = yield* monotonic.now
    let state = opened(options, yield* Clock.currentTimeMillis)
    let queue = state.emissions

    const load: pull.Pull<Emission, DidwwError.ListError> = Effect.suspend(() => {
      switch (state.end) {
        case "Continue":
          return Effect.mapBoth(askBatch(options, state), {
            onFailure: Option.some,
            onSuccess: (outcome) => {
              state = transition(state, outcome)
              return state.emissions
            }
          })
        case "Done":
          return Effect.fail(Option.none())
        case "Broken":
        case "Stuck":
          return Effect.flatMap(
            monotonic.now,
            (now) => Effect.fail(Option.some(malformed(state, Duration.millis(now - startedAt))))
          )
      }
    })

    const loaded = yield* pull.ahead(load)
    const next: pull.Pull<Emission, DidwwError.ListError> = Effect.suspend(() => {
      const [emission, ...others] = queue
      queue = others
      return emission !== undefined ? Effect.succeed([emission]) : Effect.flatMap(loaded.pull, (emissions) => {
        queue = emissions
        return next
      })
    })
    return next
  })

const opened = (options: Options, answeredAt: number): State => {
  const { first, pin } = options
  const walk = walking.start<Row>({ ...options, answeredAt })
  const step = walking.receive(walk, walking.batch(walk), { answers: [first], probe: undefined })
  return { walk: step.walk, end: step._tag, emissions: step.emissions, pin, isPinProven: false }
}

const askBatch = (
  { ask }: Options,
  { isPinProven, pin, walk }: State
): Effect.Effect<Outcome, DidwwError.ListError> => {
  const { pages, probes, size } = walking.batch(walk)
  const [page] = pages
  const received: Effect.Effect<Outcome, DidwwError.ListError> = page !== undefined && pages.length === 1 && !probes
    // most batches are one page, and need no fibers
    ? Effect.map(ask(page, size, pin), (answer) => ({ answers: [answer], probe: undefined }))
    : Effect.all({
      answers: Effect.forEach(pages, (page) => ask(page, size, pin), { concurrency: "unbounded" }),
      probe: probes ? ask(1, 1, pin) : Effect.succeed(undefined)
    }, { concurrency: "unbounded" })
  return Effect.catchAll(received, (error) =>
    error._tag === "MalformedResponse" && pages.length + walk.held.length > 1
      // one page at a time, so that the pages before the malformed one are delivered
      ? Effect.succeed("Alone")
      : error._tag === "InvalidRequest" && pin !== undefined && !isPinProven
      ? Effect.succeed("Unpinned")
      : Effect.fail(error))
}

const transition = (state: State, outcome: Outcome): State => {
  const { isPinProven, pin, walk } = state
  const batch = walking.batch(walk)
  if (outcome === "Alone") return { ...state, walk: walking.goAlone(walk, batch.pages.length), emissions: [] }
  if (outcome === "Unpinned" || (pin !== undefined && !isPinProven && hidesRows(walk, outcome))) {
    return { ...state, walk: walking.restart(walk), pin: undefined, emissions: [] }
  }
  const step = walking.receive(walk, batch, outcome)
  return {
    walk: step.walk,
    end: step._tag,
    emissions: step.emissions,
    // where exports are missing, the pin may have left them out
    pin: step.walk.look === undefined ? pin : undefined,
    isPinProven: true
  }
}

/** Whether the first answers under the pin have a smaller total: the pin may hide rows whose time is unknown. */
const hidesRows = ({ total }: walking.Walk<Row>, { answers }: walking.Received<Row>): boolean =>
  answers.some((answer) => answer.total !== undefined && total !== undefined && answer.total < total)

const malformed = ({ end, walk }: State, elapsed: Duration.Duration): DidwwError.MalformedResponse =>
  new DidwwError.MalformedResponse({
    attempts: walk.answers,
    elapsed,
    path: "data",
    expected: end === "Stuck"
      ? `a new export within ${walking.idleLimit(walk)} pages`
      : `${walk.promised} exports over all pages, as meta.total_records promised`
  })
