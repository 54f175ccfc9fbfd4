// Watches outbound calls for a sign of toll fraud: the cost of calls to one country passes a limit within one hour. Each
// round requests the calls since the previous round. The sums continue from round to round.
//
//     npx tsx examples/fraud.ts
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
  /** The start of the hour. */
  readonly hour: string
  readonly country: string
  readonly dollars: BigDecimal.BigDecimal
}

/** Reads the cost of one call. Returns `none` for a call without a start, a country or a charge. */
const spent = (row: CallRecord.Row): Option.Option<Spent> =>
  row._tag !== "CdrOutRecord" ? Option.none() : Option.all({
    hour: Option.map(row.startedAt, (time) => DateTime.formatIso(DateTime.startOf(time, "hour"))),
    country: row.destinationCountry,
    dollars: row.charged
  })

/** Emits a country's current hour once, when its sum passes the limit. */
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

/** Emits consecutive windows of time from `start` on. Each window ends when its pause ends. */
const rounds = (start: DateTime.Utc, pause: Duration.DurationInput): Stream.Stream<ExportRequest.Period> =>
  Stream.unfoldEffect(start, (from) =>
    Effect.map(Effect.delay(DateTime.now, pause), (now) => {
      const to = DateTime.startOf(now, "second")
      return Option.some([{ from, to }, to])
    }))

/** Streams the outbound calls of a window. */
const calls = (window: ExportRequest.Period) =>
  Stream.unwrap(Effect.gen(function*() {
    const client = yield* ExportsClient.ExportsClient
    const externalReferenceId = `fraud-${DateTime.formatIso(window.from)}`
    const requested = yield* client.ensure(ExportRequest.cdrOut({ ...window, externalReferenceId }))
    return client.records(yield* client.awaitCompleted(requested, { schedule: Schedule.spaced("1 second") }))
  }))

const program = Effect.flatMap(
  DateTime.now,
  (now) =>
    rounds(DateTime.startOf(DateTime.subtract(now, { hours: 6 }), "hour"), "2 seconds").pipe(
      Stream.flatMap(calls),
      Stream.filterMap(spent),
      over(BigDecimal.unsafeFromString("100")),
      Stream.take(4), // A real watch runs forever.
      Stream.runForEach(({ country, dollars, hour }) =>
        Console.log(`${hour}  ${country}: ${BigDecimal.format(dollars)} USD`)
      )
    )
)

// For your own account: Layer.provide(ExportsClient.layerConfig(), NodeHttpClient.layerUndici)
const Client = Layer.provide(
  ExportsClient.layer({ credentials: Credentials.apiKey(Redacted.make("any")) }),
  SimulatorClient.layer({
    account: Account.make([]),
    // One call each second.
    archives: { rows: ({ filters }) => (Date.parse(`${filters?.to}Z`) - Date.parse(`${filters?.from}Z`)) / 1000 },
    processing: { pending: 0, processing: "1 second" }
  })
)

program.pipe(Effect.provide([Client, NodeGunzip.layer]), NodeRuntime.runMain)
