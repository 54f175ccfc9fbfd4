/** An outcome with something wrong. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Fault } from "../Fault.js"
import type { Cut, Outcome } from "../Simulator.js"
import * as answers from "./answers.js"

/** The answer to a request that is not carried out. */
export const instead = (fault: Fault | undefined): Outcome | undefined =>
  fault?._tag === "Status"
    ? answers.answer(fault.status, fault.body, fault.headers)
    : fault?._tag === "Html"
    ? answers.html(fault.status)
    : undefined

export const spoil = (outcome: Outcome, fault: Fault | undefined): Effect.Effect<Outcome> => {
  if (fault?._tag === "Delay") return Effect.delay(Effect.succeed(outcome), fault.duration)
  return Effect.succeed(fault === undefined || outcome._tag === "Cut" ? outcome : spoiled(outcome, fault))
}

const spoiled = (outcome: Exclude<Outcome, Cut>, fault: Fault): Outcome => {
  switch (fault._tag) {
    case "Cut":
      return fault.after === undefined
        ? answers.cut
        : answers.streamed(
          outcome.status,
          Stream.concat(firstBytes(outcome.body, fault.after), Stream.fail(answers.cut)),
          withLength(outcome)
        )
    case "Stall":
      return answers.streamed(
        outcome.status,
        Stream.concat(firstBytes(outcome.body, fault.after), Stream.never),
        withLength(outcome)
      )
    case "Short": {
      const { "content-length": _, ...headers } = outcome.headers
      return answers.streamed(outcome.status, firstBytes(outcome.body, fault.after), headers)
    }
    case "Headers":
      return { ...outcome, headers: { ...outcome.headers, ...fault.headers } }
    case "BrokenJson":
      return outcome._tag === "Answer" ? { ...outcome, body: outcome.body.slice(0, outcome.body.length / 2) } : outcome
    default:
      return outcome
  }
}

type Body = string | Stream.Stream<Uint8Array, Cut>

const bytesOf = (body: Body): Stream.Stream<Uint8Array, Cut> =>
  typeof body === "string" ? Stream.make(new TextEncoder().encode(body)) : body

const firstBytes = (body: Body, count: number): Stream.Stream<Uint8Array, Cut> =>
  count <= 0 ? Stream.empty : bytesOf(body).pipe(
    Stream.mapAccum(count, (left, bytes) => {
      const part = bytes.subarray(0, left)
      return [left - part.length, { part, isLast: part.length === left }]
    }),
    Stream.takeUntil(({ isLast }) => isLast),
    Stream.map(({ part }) => part)
  )

/** What was to come is announced. */
const withLength = (
  outcome: Exclude<Outcome, Cut>
): Readonly<Record<string, string>> =>
  outcome._tag === "Answer"
    ? { ...outcome.headers, "content-length": String(new TextEncoder().encode(outcome.body).length) }
    : outcome.headers
