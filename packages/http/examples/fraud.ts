// Watches outbound calls for what toll fraud looks like: too much money to one country within one hour. Each round orders
// the calls since the last one; what was spent so far goes on from round to round.
//
//     npx tsx packages/http/examples/fraud.ts
import { type CallRecord, ExportRequest } from "@effect-didww/core"
import { Credentials, ExportsClient } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { Account, SimulatorClient } from "@effect-didww/simulator"
import { NodeRuntime } from "@effect/platform-node"
import {
  BigDecimal,
  Console,
  DateTime,
  type Duration,
  Effect,
  HashMap,
  Layer,
  Option,
  Redacted,
  Schedule,
  Stream
} from "effect"

interface Spent {
  /** When the hour began. */
  readonly hour: string
  readonly country: string
  readonly dollars: BigDecimal.BigDecimal
}

/** The money of one call; none where it cost nothing. */
const spent = (row: CallRecord.Row): Option.Option<Spent> =>
  row._tag !== "CdrOutRecord" ? Option.none() : Option.all({
    hour: Option.map(row.startedAt, (time) => DateTime.formatIso(DateTime.startOf(time, "hour"))),
    country: row.destinationCountry,
    dollars: row.charged
  })

/** Of each country the hour that is on, given out once: when it passes the limit. */
const over = (limit: BigDecimal.BigDecimal) => <E, R>(calls: Stream.Stream<Spent, E, R>): Stream.Stream<Spent, E, R> =>
  calls.pipe(
    Stream.mapAccum(HashMap.empty<string, Spent>(), (hours, call) => {
      const before = Option.match(Option.filter(HashMap.get(hours, call.country), ({ hour }) => hour === call.hour), {
        onNone: () => BigDecimal.make(0n, 0),
        onSome: ({ dollars }) => dollars
      })
      const now = { ...call, dollars: BigDecimal.sum(before, call.dollars) }
      const passes = BigDecimal.lessThanOrEqualTo(before, limit) && BigDecimal.greaterThan(now.dollars, limit)
      return [HashMap.set(hours, call.country, now), passes ? Option.some(now) : Option.none()]
    }),
    Stream.filterMap((alarm) => alarm)
  )

/** All the time from a start on, as it goes by: after each pause what has passed since the last one. */
const rounds = (start: DateTime.Utc, pause: Duration.DurationInput): Stream.Stream<ExportRequest.Range> =>
  Stream.unfoldEffect(start, (from) =>
    Effect.map(Effect.delay(DateTime.now, pause), (now) => {
      const to = DateTime.startOf(now, "second")
      return Option.some([{ from, to }, to])
    }))

/** The outbound calls of a range. */
const calls = (range: ExportRequest.Range) =>
  Stream.unwrap(Effect.gen(function*() {
    const client = yield* ExportsClient.ExportsClient
    const externalReferenceId = `fraud-${DateTime.formatIso(range.from)}`
    const ordered = yield* client.ensure(ExportRequest.cdrOut({ ...range, externalReferenceId }))
    return client.records(yield* client.awaitCompleted(ordered, { schedule: Schedule.spaced("1 second") }))
  }))

const program = Effect.flatMap(
  DateTime.now,
  (now) =>
    rounds(DateTime.startOf(DateTime.subtract(now, { hours: 6 }), "hour"), "2 seconds").pipe(
      Stream.flatMap(calls),
      Stream.filterMap(spent),
      over(BigDecimal.unsafeFromString("100")),
      Stream.take(4), // yours goes on
      Stream.runForEach(({ country, dollars, hour }) =>
        Console.log(`${hour}  ${country}: ${BigDecimal.format(dollars)} USD`)
      )
    )
)

// your own account: Layer.provide(ExportsClient.layerConfig(), NodeHttpClient.layerUndici)
const Client = Layer.provide(
  ExportsClient.layer({ credentials: Credentials.apiKey(Redacted.make("any")) }),
  SimulatorClient.layer({
    account: Account.make([]),
    // a call a second
    archives: { rows: ({ filters }) => (Date.parse(`${filters?.to}Z`) - Date.parse(`${filters?.from}Z`)) / 1000 },
    processing: { pending: 0, processing: "1 second" }
  })
)

program.pipe(Effect.provide([Client, NodeGunzip.layer]), NodeRuntime.runMain)
