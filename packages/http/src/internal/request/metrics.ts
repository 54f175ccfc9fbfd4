/** The client's metrics, and how they are updated. Only this module and the public `Metrics` know Effect's metrics. */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as MetricKey from "effect/MetricKey"
import * as MetricLabel from "effect/MetricLabel"

/** The metric labels that the application set on its fiber. */
export type Tags = ReadonlyArray<MetricLabel.MetricLabel>

export type Labels = Readonly<Record<string, string>>

export const requests = Metric.counter("didww_client_requests", {
  description: "Requests sent to DIDWW, with each attempt counted",
  incremental: true
})

export const retries = Metric.counter("didww_client_retries", {
  description: "Requests to DIDWW that were sent again",
  incremental: true
})

/** Built from a key: a metric that is tagged afterwards looks up its state at every update. */
const rows = (outcome: "record" | "rejected"): Metric.Metric.Counter<number> =>
  Metric.fromMetricKey(
    MetricKey.tagged(
      MetricKey.counter("didww_client_rows", {
        description: "Rows read from archives, both records and rejected rows",
        incremental: true
      }),
      "outcome",
      outcome
    )
  )

export const recordRows = rows("record")

export const rejectedRows = rows("rejected")

/** The boundaries that OpenTelemetry advises for the durations of requests, in seconds. */
const boundaries = MetricBoundaries.fromIterable([
  0.005,
  0.01,
  0.025,
  0.05,
  0.075,
  0.1,
  0.25,
  0.5,
  0.75,
  1,
  2.5,
  5,
  7.5,
  10
])

const seconds = (name: string, description: string) =>
  MetricKey.tagged(MetricKey.histogram(name, boundaries, description), "unit", "s")

const duration = seconds("http.client.request.duration", "Duration of HTTP client requests")

export const requestDuration: Metric.Metric.Histogram<number> = Metric.fromMetricKey(duration)

export const rateLimitWait: Metric.Metric.Histogram<number> = Metric.fromMetricKey(
  seconds("didww_client_rate_limit_wait", "Time that a request waited for its place in the rate limit")
)

/** By their labels, of which there are few: a metric that is built anew looks up its state in the registry. */
const durations = new Map<string, Metric.Metric.Histogram<number>>()

const durationWith = (labels: Labels): Metric.Metric.Histogram<number> => {
  const name = Object.values(labels).join()
  const known = durations.get(name)
  if (known !== undefined) return known
  const made = Metric.fromMetricKey(
    MetricKey.taggedWithLabels(duration, Object.entries(labels).map(([name, value]) => MetricLabel.make(name, value)))
  )
  durations.set(name, made)
  return made
}

/** Counts a request that is sent. */
export const countRequest = (tags: Tags): void => requests.unsafeUpdate(1, tags)

/** Records how long an attempt took, in seconds. */
export const recordDuration = (labels: Labels, seconds: number, tags: Tags): void =>
  durationWith(labels).unsafeUpdate(seconds, tags)

export const countRetry: Effect.Effect<void> = Metric.increment(retries)

/** Records how long a request waited for its place in the rate limit, in seconds. */
export const recordWait = (seconds: number): Effect.Effect<void> => Metric.update(rateLimitWait, seconds)

/** Counts the rows of one batch. */
export const countRows = (records: number, rejected: number): Effect.Effect<void> => {
  const counted = Metric.incrementBy(recordRows, records)
  return rejected === 0 ? counted : Effect.andThen(counted, Metric.incrementBy(rejectedRows, rejected))
}
