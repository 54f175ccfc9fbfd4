/** Shows a sync of a simulated reseller's three months of calls, without a key or a network. */
import { Credentials, ExportsClient, RateLimit } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { Account, SimulatorClient, Traffic } from "@effect-didww/simulator"
import type { Sync } from "@effect-didww/sync"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Format from "../Format.js"
import { plural, styled } from "../internal/text.js"
import { type Service, Stdio } from "../Stdio.js"
import * as Syncing from "../Syncing.js"
import * as SyncTarget from "../SyncTarget.js"
import * as stats from "./stats.js"
import * as syncStatus from "./syncStatus.js"

export interface Input {
  readonly directory: Option.Option<string>
  readonly quiet: boolean
}

/** A business calls on working days, and a little more every week. */
const callsPerDay = (least: number) => (exportType: string, day: number): number => {
  const date = new Date(day)
  const isWeekend = date.getUTCDay() % 6 === 0
  const weeks = Math.floor(day / Duration.toMillis("7 days")) % 13
  return Math.round((exportType === "cdr_in" ? 1 : 0.6) * (isWeekend ? 0.3 : 1) * (least + weeks))
}

const traffic = Traffic.make({ seed: 1, callsPerDay: callsPerDay(40) })

const account = "reseller"

/** A client with a simulator of its own. */
const accounts = Effect.map(
  Layer.build(
    ExportsClient.layer({ credentials: Credentials.apiKey(Redacted.make("simulator")) }).pipe(
      Layer.provide(SimulatorClient.layer({
        account: Account.make([]),
        archives: { traffic },
        processing: { pending: "300 millis", processing: "500 millis" },
        rateLimit: "none"
      })),
      Layer.provide(Layer.mergeAll(RateLimit.none, NodeGunzip.layer))
    )
  ),
  (context): Sync.Options["accounts"] => ({ [account]: Context.get(context, ExportsClient.ExportsClient) })
)

/** Lines of a sync that show. There are hundreds. */
const mostLines = 6

/** Shows the first lines that an effect writes, and how many more it wrote. */
const abridged = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const stdio = yield* Stdio
    let lines = 0
    const few: Service = {
      ...stdio,
      out: (chunk) => Effect.suspend(() => ++lines > mostLines ? Effect.void : stdio.out(chunk)),
      note: (line) =>
        Effect.suspend(() => {
          const more = lines - mostLines
          lines = 0
          return more > 0
            ? Effect.andThen(stdio.note(`… and ${plural(more, "more line")}`), stdio.note(line))
            : stdio.note(line)
        })
    }
    return yield* Effect.provideService(self, Stdio, few)
  })

const table: Option.Option<Format.Encoding> = Option.some({ format: "table", isCompressed: false })

const statsOf = (root: string, by: stats.Input["by"]) =>
  stats.run({
    sources: [root],
    by,
    zone: Option.none(),
    round: Option.none(),
    money: Option.none(),
    fields: Option.none(),
    strict: false,
    format: table,
    output: Option.none(),
    header: false,
    account: Option.none(),
    env: Option.none(),
    simulator: false
  })

const home = (directory: Input["directory"]) =>
  Effect.flatMap(FileSystem.FileSystem, (files) =>
    Option.match(directory, {
      onNone: () => Effect.map(files.makeTempDirectoryScoped({ prefix: "didww-demo-" }), (path) => `${path}/calls`),
      onSome: Effect.succeed
    }))

export const run = Effect.fnUntraced(function*({ directory, quiet }: Input) {
  const { hasColor, note, out } = yield* Stdio
  const root = yield* home(directory)
  const shown = Option.getOrElse(directory, () => "calls")
  const title = (text: string) => out(`\n${hasColor ? styled(`$ ${text}`, "bold") : `$ ${text}`}\n`)
  const syncing = Effect.gen(function*() {
    const destination = yield* SyncTarget.open({ destination: root, format: Option.none(), keepArchive: false })
    yield* abridged(Syncing.run({ destination, accounts: yield* accounts, downloads: 4 }, { json: false, quiet }))
  })
  yield* note("Three months of a reseller's calls, simulated on this machine.")
  yield* title(`didww-exports sync ${shown}`)
  yield* syncing
  for (const by of [["type", "month"], ["type", "trunk"]] as const) {
    yield* title(`didww-exports stats ${shown} --by ${by.join(",")}`)
    yield* statsOf(root, by)
  }
  yield* title(`didww-exports sync ${shown}`)
  yield* syncing
  yield* title(`didww-exports sync status ${shown}`)
  yield* syncStatus.run({ destination: root, account: [], maxAge: Duration.hours(36), json: false, format: table })
  yield* note(
    Option.isSome(directory)
      ? `The records are in ${shown}, as Parquet.`
      : "The records were in a temporary folder. didww-exports demo DIR keeps them."
  )
}, Effect.scoped)
