/**
 * Streams the exports of an account to stdout: a table on a terminal, a tab-separated line for each otherwise. What it
 * did goes to stderr. With `DIDWW_API_KEY` the account is live, without it an embedded simulator's.
 */
import { Credentials, ExportsClient } from "@effect-didww/http"
import { Account } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeSink from "@effect/platform-node/NodeSink"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpServerError from "@effect/platform/HttpServerError"
import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"
import * as row from "./row.js"

/** Nobody reads on, as after `| head`. */
class Closed extends Data.TaggedError("Closed") {}

const stdout: Sink.Sink<void, string, never, Closed> = NodeSink.fromWritable(
  // the sink stops listening at the first error; one more would end the process
  () => process.stdout.on("error", () => {}),
  () => new Closed(),
  { endOnDone: false }
)

/** Says on stderr how far an effect is, from its second second on, and wipes that out in the end. */
const progress = (text: () => string) => <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.raceFirst(
    self,
    Effect.sync(() => process.stderr.write(`\r${text()}`)).pipe(
      Effect.repeat(Schedule.spaced("200 millis")),
      Effect.delay("1 second"),
      Effect.zipRight(Effect.never)
    )
  ).pipe(Effect.ensuring(Effect.sync(() => process.stderr.write("\r\u001b[K"))))

/** An account of 10,000 exports, served on loopback. */
const embedded = Layer.unwrapEffect(
  Effect.map(
    SimulatorServer.SimulatorServer,
    ({ url }) => ExportsClient.layer({ credentials: Credentials.apiKey(Redacted.make("simulator")), apiUrl: url })
  )
).pipe(Layer.provide(SimulatorServer.layer({ account: Account.generate({ size: 10_000, seed: 2026 }) })))

const program = Effect.gen(function*() {
  const client = yield* ExportsClient.ExportsClient
  const isTable = process.stdout.isTTY === true
  const format = isTable ? row.table(process.stdout.columns) : row.tabSeparated
  let pages = 0
  let exports = 0

  // the largest page that is documented: the fewest requests; a server that allows fewer gets fewer
  const [elapsed] = yield* client.pages({ pageSize: 1000 }).pipe(
    Stream.map((page) => {
      const header = pages === 0 ? format.header : []
      pages = pages + 1
      exports = exports + page.exports.length
      return [...header, ...page.exports.map(format.line)].join("")
    }),
    Stream.run(stdout),
    // stdout is not for people then, stderr is: it says how far it is
    isTable || process.stderr.isTTY !== true ? identity : progress(() => `${exports} exports`),
    Effect.timed
  )

  const requests = yield* Metric.value(ExportsClient.requests)
  const retries = yield* Metric.value(ExportsClient.retries)
  yield* Console.error(
    `${exports} exports, ${pages} pages, ${requests.count} requests, ${retries.count} retries, ${
      Duration.format(Duration.millis(Math.round(Duration.toMillis(elapsed))))
    }`
  )
})

type Client = Layer.Layer<
  ExportsClient.ExportsClient,
  ConfigError.ConfigError | HttpServerError.ServeError,
  HttpClient.HttpClient
>

const client = Layer.unwrapEffect(
  Effect.map(
    Config.withDefault(Config.string("DIDWW_API_KEY"), ""),
    (key): Client => key.trim() === "" ? embedded : ExportsClient.layerConfig()
  )
)

/** One line for a person, whatever it was. */
const complain = (cause: Cause.Cause<unknown>): Effect.Effect<void> => {
  const error = Cause.squash(cause)
  return Console.error(`didww-exports: ${row.plain(error instanceof Error ? error.message : String(error))}`)
}

program.pipe(
  Effect.provide(client),
  Effect.provide(FetchHttpClient.layer),
  Effect.catchTag("Closed", () => Effect.void),
  Effect.tapErrorCause((cause) => Cause.isInterruptedOnly(cause) ? Effect.void : complain(cause)),
  // stdout is for exports only
  Effect.provide(Logger.replace(Logger.defaultLogger, Logger.withConsoleError(Logger.logfmtLogger))),
  NodeRuntime.runMain({ disableErrorReporting: true, disablePrettyLogger: true })
)
