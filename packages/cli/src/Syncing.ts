/** One run of a sync, shown as it goes. */
import { type Destination, Sync } from "@effect-didww/sync"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { Exited, Explained } from "./Failure.js"
import { span, toJson } from "./internal/text.js"
import * as Progress from "./Progress.js"
import { interruptible } from "./Session.js"
import { type NotWritten, Stdio } from "./Stdio.js"
import * as SyncAccounts from "./SyncAccounts.js"
import * as SyncEvent from "./SyncEvent.js"
import * as SyncProgress from "./SyncProgress.js"
import * as SyncReport from "./SyncReport.js"

export interface Display {
  /** Whether stdout gets the events as JSON, in place of lines. */
  readonly json: boolean
  readonly quiet: boolean
}

/** A sync that completes nothing for so long is reported, also while another run is active. */
const alarmAge = Duration.hours(36)

const defaultSettle = Duration.hours(26)

/** How often stdout gets the progress of a window as JSON. */
const leastMillis = 1000

/** Leaves out events of progress that come soon after another one. */
const spaced = () => {
  const last = new Map<string, number>()
  return (event: Sync.Event, now: number): boolean => {
    if (event._tag !== "Loading") return true
    const id = event.subject.window.key + event.subject.account + event.subject.exportType
    if (now - (last.get(id) ?? 0) < leastMillis) return false
    last.set(id, now)
    return true
  }
}

/** Writes what happens. A run goes on if nobody reads it. */
const writing = (stdio: Context.Tag.Service<Stdio>, { json, quiet }: Display, settles: number) => {
  const follow = SyncProgress.make({ hasColor: stdio.hasColor, settles })
  const isDue = spaced()
  const write = (text: string): Effect.Effect<void, NotWritten> =>
    Effect.catchTag(stdio.out(text), "Closed", () => Effect.void)
  const take = (event: Sync.Event) =>
    Effect.gen(function*() {
      const now = yield* Clock.currentTimeMillis
      const line = follow.add(event, now)
      if (json) {
        if (isDue(event, now)) yield* write(`${toJson(SyncEvent.json(event, yield* DateTime.now))}\n`)
      } else if (line !== undefined && !quiet) yield* write(`${line}\n`)
    })
  return { line: follow.line, take }
}

/** Runs once, and gives its report. There is none if another run does the work. */
export const run = (options: Sync.Options, display: Display) =>
  Effect.gen(function*() {
    const stdio = yield* Stdio
    const settles = Duration.toMillis(options.settleAfter ?? defaultSettle)
    const { line, take } = writing(stdio, display, settles)
    let report: Sync.Report | undefined
    yield* Sync.events(options).pipe(
      Stream.runForEach((event) => {
        if (event._tag === "Ended") report = event.report
        return take(event)
      }),
      Progress.during(line),
      Effect.catchTag("DestinationInUse", (error) => busy(options, error))
    )
    if (report !== undefined) yield* ended(report, display)
  }).pipe(interruptible("Run the same command again to go on. Nothing is requested twice."))

/** What the commands about some windows take. */
export interface Some extends Display {
  readonly prefix: Option.Option<string>
  readonly wait: Duration.Duration
}

/** Runs once for some windows of what the destination keeps. */
export const runOnly = (
  { destination, accounts }: Pick<Sync.Options, "destination" | "accounts">,
  only: NonNullable<Sync.Options["only"]>,
  some: Some
) =>
  Effect.gen(function*() {
    const types = yield* SyncAccounts.typesKept(destination)
    const prefix = Option.getOrUndefined(some.prefix)
    yield* run({ destination, accounts, types, only, wait: some.wait, prefix }, some)
  })

const ended = (report: Sync.Report, { json }: Display) =>
  Effect.gen(function*() {
    const { err, note } = yield* Stdio
    if (!json) {
      yield* note(SyncReport.sentence(report))
      yield* Effect.forEach(SyncReport.tracks(report), note)
    }
    yield* Effect.forEach(SyncReport.problems(report), (problem) => err(`didww-exports: ${problem}`))
    const code = SyncReport.codeFor(report)
    if (code !== 0) return yield* new Exited({ code })
  })

/** Another run does the work, unless it has completed nothing for too long. */
const busy = ({ destination }: Sync.Options, error: Destination.DestinationInUse) =>
  Effect.gen(function*() {
    const { note } = yield* Stdio
    const { lastSuccess } = yield* Sync.status({ destination })
    const times = (yield* destination.manifests).map(({ completedAt }) => completedAt.epochMillis)
    const newest = times.reduce((most, time) => Math.max(most, time), lastSuccess?.epochMillis ?? 0)
    const age = (yield* Clock.currentTimeMillis) - newest
    if (age > Duration.toMillis(alarmAge)) {
      return yield* new Explained({
        cause: error,
        explanation: newest === 0
          ? "It has completed nothing yet."
          : `It has completed nothing for ${span(age)}: check whether it hangs.`
      })
    }
    yield* note(`Another run is active, and does the work. ${error.message}`)
  })
