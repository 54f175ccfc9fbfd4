/** Shows on a terminal how far a command is: a line on stderr that disappears at the end. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { bytes, clock } from "./internal/text.js"
import { Stdio } from "./Stdio.js"

export interface Moment {
  /** Milliseconds since the start. */
  readonly elapsed: number
  /** A character that turns from moment to moment. */
  readonly spinner: string
}

const spinners = Array.from("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")

/** Draws the line while an effect runs. Starts after 300 milliseconds, so that quick work does not flash. */
export const during =
  (line: (moment: Moment) => string) => <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Stdio> =>
    Effect.flatMap(Stdio, ({ isLive, live }) => {
      if (!isLive) return self
      return Effect.flatMap(Clock.currentTimeNanos, (start) => {
        const draw = Effect.flatMap(Clock.currentTimeNanos, (now) => {
          const elapsed = Number(now - start) / 1e6
          return live(line({ elapsed, spinner: spinners[Math.floor(elapsed / 100) % spinners.length] ?? "" }))
        })
        return self.pipe(
          Effect.raceFirst(
            Effect.andThen(Effect.repeat(draw, Schedule.spaced("100 millis")), Effect.never).pipe(
              Effect.delay("300 millis")
            )
          ),
          Effect.ensuring(live(""))
        )
      })
    })

const bar = (part: number, columns: number): string => {
  const full = Math.floor(Math.min(Math.max(part, 0), 1) * columns)
  return "█".repeat(full) + "░".repeat(columns - full)
}

/** Writes a transfer such as `██████░░░░  61%  1.2 MB of 2.0 MB  3.1 MB/s  0:02 left`. */
export const transfer = (done: number, total: number | undefined, { elapsed, spinner }: Moment): string => {
  const rate = elapsed > 0 ? done / (elapsed / 1000) : 0
  const speed = `${bytes(Math.round(rate))}/s`
  if (total === undefined || total <= 0) return `${spinner} ${bytes(done)}  ${speed}`
  const left = rate > 0 ? `  ${clock((total - done) / rate * 1000)} left` : ""
  const percent = `${Math.floor(done / total * 100)}%`.padStart(4)
  return `${bar(done / total, 20)} ${percent}  ${bytes(done)} of ${bytes(total)}  ${speed}${left}`
}

/** Writes a rate such as `40000 rows/s`. */
export const rate = (count: number, noun: string, { elapsed }: Moment): string =>
  `${elapsed > 0 ? Math.round(count / (elapsed / 1000)) : 0} ${noun}/s`

/** Writes a count with its rate, such as `⠋ 12000 exports  4000 exports/s`. */
export const counted = (count: number, noun: string, moment: Moment): string =>
  `${moment.spinner} ${count} ${noun}  ${rate(count, noun, moment)}`
