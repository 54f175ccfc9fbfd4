/** Carries out faults on replies. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Fault } from "../Fault.js"
import type { Cut, Reply } from "../Simulator.js"
import * as replies from "./replies.js"

/** The reply to a request that a fault keeps from being carried out. */
export const instead = (fault: Fault | undefined): Reply | undefined =>
  fault?._tag === "Status"
    ? replies.answer(fault.status, fault.body, fault.headers)
    : fault?._tag === "Html"
    ? replies.html(fault.status)
    : undefined

/** Applies a fault to the reply of a request that was carried out. */
export const spoil = (reply: Reply, fault: Fault | undefined): Effect.Effect<Reply> => {
  if (fault?._tag === "Delay") return Effect.delay(Effect.succeed(reply), fault.duration)
  return Effect.succeed(fault === undefined || reply._tag === "Cut" ? reply : spoiled(reply, fault))
}

const spoiled = (reply: Exclude<Reply, Cut>, fault: Fault): Reply => {
  switch (fault._tag) {
    case "Cut":
      return fault.after === undefined
        ? replies.cut
        : replies.streamed(
          reply.status,
          Stream.concat(firstBytes(reply.body, fault.after), Stream.fail(replies.cut)),
          withLength(reply)
        )
    case "Stall":
      return replies.streamed(
        reply.status,
        Stream.concat(firstBytes(reply.body, fault.after), Stream.never),
        withLength(reply)
      )
    case "Short": {
      const { "content-length": _, ...headers } = reply.headers
      return replies.streamed(reply.status, firstBytes(reply.body, fault.after), headers)
    }
    case "Headers":
      return { ...reply, headers: { ...reply.headers, ...fault.headers } }
    case "BrokenJson":
      return reply._tag === "Answer" ? { ...reply, body: reply.body.slice(0, reply.body.length / 2) } : reply
    default:
      return reply
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

/** Announces the length of the whole body, of which only a part is sent. */
const withLength = (reply: Exclude<Reply, Cut>): Readonly<Record<string, string>> =>
  reply._tag === "Answer"
    ? { ...reply.headers, "content-length": String(new TextEncoder().encode(reply.body).length) }
    : reply.headers
