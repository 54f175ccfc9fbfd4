/** Runs a verification to its end. */
import { Sync, Verification } from "@effect-didww/sync"
import { assert } from "@effect/vitest"
import { Effect, Option, Stream } from "effect"

export const verified = (options: Verification.Options) =>
  Effect.map(Stream.runCollect(Sync.verify(options)), (all) => {
    const events = Array.from(all)
    const last = events.at(-1)
    return {
      events,
      findings: events.flatMap((event) => Option.toArray(Verification.finding(event))),
      report: last?._tag === "Ended" ? last.report : assert.fail("the verification has no end")
    }
  })

/** Findings in short. */
export const lines = (options: Verification.Options) =>
  Effect.map(
    verified(options),
    ({ findings }) => findings.map(({ class: kind, window }) => window === undefined ? kind : `${kind} ${window.key}`)
  )
