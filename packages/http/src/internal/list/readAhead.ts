/** A walk as a pull: its requests, a batch of pages ahead of the consumer. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import type * as Export from "@effect-didww/core/Export"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as aside from "../handoff.js"
import * as walking from "./walk.js"

type Row = Export.Export
type Answer = walking.Answer<Row>
export type Emission = walking.Emission<Row>

export interface Options extends walking.Options {
  /** The first page was asked for already. */
  readonly first: Answer
  /** No export that was created later is of interest, if the server can keep it out. */
  readonly pin: string | undefined
  readonly ask: (page: number, size: number, pin: string | undefined) => Effect.Effect<Answer, DidwwError.ListError>
}

interface State {
  readonly walk: walking.Walk<Row>
  readonly end: walking.Step<Row>["_tag"]
  /** Pages whose turn has come. */
  readonly queue: ReadonlyArray<Emission>
  readonly pin: string | undefined
  /** The pin keeps out nothing but what came later. */
  readonly isPinProven: boolean
}

/** What came of a batch; `Alone`, `Unpinned`: it must be asked for again in that way. */
type Outcome = walking.Received<Row> | "Alone" | "Unpinned"

/** Each pull gives one page; it fails with nothing at the end. What runs ahead ends with the scope. */
export const make = (
  options: Options
): Effect.Effect<Effect.Effect<Emission, Option.Option<DidwwError.ListError>>, never, Scope.Scope> =>
  Effect.zipWith(Effect.scope, Clock.currentTimeMillis, (scope, startedAt) => {
    let state = opened(options)
    /** What comes of the batch that is under way. */
    let ahead: Effect.Effect<Outcome, DidwwError.ListError> | undefined

    const begin = (asked: State): Effect.Effect<Effect.Effect<Outcome, DidwwError.ListError>> => {
      const { put, take } = aside.make<Outcome>()
      return Effect.map(
        Effect.forkIn(Effect.exit(Effect.map(askBatch(options, asked), put)), scope),
        // not joined: nothing of its fiber's references is the consumer's
        (fiber) => Effect.zipRight(Effect.flatten(Effect.flatten(Fiber.await(fiber))), take)
      )
    }

    const load = Effect.suspend(() => {
      const asked = state
      return Effect.flatMap(ahead ?? askBatch(options, asked), (outcome) => {
        state = transition(asked, outcome)
        if (state.end !== "Continue") return Effect.void
        return Effect.map(begin(state), (begun) => {
          ahead = begun
        })
      })
    })

    const pull: Effect.Effect<Emission, Option.Option<DidwwError.ListError>> = Effect.suspend(() => {
      const [emission, ...queue] = state.queue
      if (emission !== undefined) {
        state = { ...state, queue }
        return Effect.succeed(emission)
      }
      switch (state.end) {
        case "Continue":
          return Effect.zipRight(Effect.mapError(load, Option.some), pull)
        case "Done":
          return Effect.fail(Option.none())
        case "Broken":
        case "Restless":
          return Effect.flatMap(
            Clock.currentTimeMillis,
            (now) => Effect.fail(Option.some(malformed(state, Duration.millis(now - startedAt))))
          )
      }
    })
    return pull
  })

const opened = (options: Options): State => {
  const { first, pin } = options
  const walk = walking.start<Row>(options)
  const step = walking.receive(walk, walking.batch(walk), { answers: [first], probe: undefined })
  return { walk: step.walk, end: step._tag, queue: step.emissions, pin, isPinProven: false }
}

const askBatch = (
  { ask }: Options,
  { isPinProven, pin, walk }: State
): Effect.Effect<Outcome, DidwwError.ListError> => {
  const { pages, probes, size } = walking.batch(walk)
  const [page] = pages
  const received: Effect.Effect<Outcome, DidwwError.ListError> = page !== undefined && pages.length === 1 && !probes
    // no fibers for what most batches are
    ? Effect.map(ask(page, size, pin), (answer) => ({ answers: [answer], probe: undefined }))
    : Effect.all({
      answers: Effect.forEach(pages, (page) => ask(page, size, pin), { concurrency: "unbounded" }),
      probe: probes ? ask(1, 1, pin) : Effect.succeed(undefined)
    }, { concurrency: "unbounded" })
  return Effect.catchAll(received, (error) =>
    error._tag === "MalformedResponse" && pages.length + walk.held.length > 1
      // alone, so that the pages before it are delivered
      ? Effect.succeed("Alone")
      : error._tag === "InvalidRequest" && pin !== undefined && !isPinProven
      ? Effect.succeed("Unpinned")
      : Effect.fail(error))
}

const transition = (state: State, outcome: Outcome): State => {
  const { isPinProven, pin, walk } = state
  const batch = walking.batch(walk)
  if (outcome === "Alone") return { ...state, walk: walking.goAlone(walk, batch.pages.length) }
  if (outcome === "Unpinned" || (pin !== undefined && !isPinProven && hidesRows(walk, outcome))) {
    return { ...state, walk: walking.restart(walk), pin: undefined }
  }
  const step = walking.receive(walk, batch, outcome)
  return { walk: step.walk, end: step._tag, queue: step.emissions, pin, isPinProven: true }
}

/** The first answers under the pin say less than there was: it may hide rows whose time is unknown. */
const hidesRows = ({ total }: walking.Walk<Row>, { answers }: walking.Received<Row>): boolean =>
  answers.some((answer) => answer.total !== undefined && total !== undefined && answer.total < total)

const malformed = ({ end, walk }: State, elapsed: Duration.Duration): DidwwError.MalformedResponse =>
  new DidwwError.MalformedResponse({
    attempts: walk.answers,
    elapsed,
    ...(end === "Restless"
      ? { path: "meta.total_records", expected: "a total that holds still long enough to read a page" }
      : { path: "data", expected: `${walk.expected} records over all pages, as meta.total_records promised` })
  })
