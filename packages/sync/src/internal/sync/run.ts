/** One run: it becomes the one writer, plans, requests what is missing, and loads it. */
import type { ExportType } from "@effect-didww/core/Export"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import type { DestinationError, Hold } from "../../Destination.js"
import { Subject } from "../../Manifest.js"
import * as Plan from "../../Plan.js"
import { InvalidAccount } from "../../Pull.js"
import type { Event, Options, Report, SyncError } from "../../Sync.js"
import { utc } from "../calendar.js"
import * as accounts from "./account.js"
import * as jobs from "./job.js"
import * as listing from "./listing.js"
import * as metrics from "./metrics.js"
import * as reports from "./report.js"
import * as state from "./state.js"
import * as watches from "./watch.js"

export type Listener = (event: Event) => Effect.Effect<unknown>

const defaultTypes: ReadonlyArray<ExportType> = ["cdr_in", "cdr_out"]

export const run = (options: Options, listener: Listener): Effect.Effect<Report, SyncError> =>
  Effect.scoped(Effect.gen(function*() {
    const { destination } = options
    yield* checked(Object.keys(options.accounts))
    const hold = yield* destination.hold
    const startedAt = yield* DateTime.now
    const tally = reports.make()
    const emit = (event: Event): Effect.Effect<void> =>
      Effect.zipRight(Effect.sync(() => reports.add(tally, event)), Effect.asVoid(listener(event)))
    const known = yield* state.load(destination)
    const rules = rulesOf(options, known)
    let plan = yield* begin(rules, known)
    yield* emit({ _tag: "Planned", plan: only(options, plan) })
    // what was loaded may complete a month, which is audited, and an audit may ask for windows again
    const tried = new Set<string>()
    const next = (): Plan.Plan => untried(only(options, plan), tried)
    for (let todo = next(); todo.pulls.length + todo.audits.length > 0; todo = next()) {
      yield* runAccounts(options, todo, hold, tally, emit)
      plan = yield* planOf(rules, yield* state.load(destination))
    }
    const endedAt = yield* DateTime.now
    if (reports.isClean(tally) && options.only === undefined) {
      yield* hold.check
      yield* state.save(destination.ledger, "successes", { at: endedAt })
    }
    const report: Report = { ...reports.of(tally), startedAt, endedAt, plan }
    yield* metrics.update(report, reports.isClean(tally))
    yield* emit({ _tag: "Ended", report })
    return report
  }))

/** Leaves out the windows that this run is not about. */
const only = ({ only }: Options, plan: Plan.Plan): Plan.Plan =>
  only === undefined ? plan : {
    ...plan,
    pulls: plan.pulls.filter(({ subject }) => only(subject)),
    audits: plan.audits.filter(({ subject }) => only(subject))
  }

/** Each window once in a run, and not again for the same reason. Notes what it gives. */
const untried = (plan: Plan.Plan, tried: Set<string>): Plan.Plan => {
  const isNew = (reason: string, { account, exportType, window }: Subject): boolean => {
    const name = `${account} ${exportType} ${window.key} ${reason}`
    const before = tried.size
    return tried.add(name).size > before
  }
  return {
    ...plan,
    pulls: plan.pulls.filter(({ reason, subject }) => isNew(reason === "again" ? "missing" : reason, subject)),
    audits: plan.audits.filter(({ subject }) => isNew("closing", subject))
  }
}

const checked = (names: ReadonlyArray<string>): Effect.Effect<void, InvalidAccount> => {
  const wrong = names.find((name) => !Schema.is(Subject.fields.account)(name))
  return wrong === undefined ? Effect.void : new InvalidAccount({ account: wrong })
}

interface Ruled extends Options {
  readonly window: "day" | "month"
  readonly zone: DateTime.TimeZone
}

/** Windows and zone stay those of the last run, unless the options say otherwise. */
const rulesOf = (options: Options, { coverages: [last] }: state.State): Ruled => ({
  ...options,
  window: options.window ?? last?.window ?? "day",
  zone: options.zone ?? last?.zone ?? utc
})

const planOf = (options: Ruled, known: state.State): Effect.Effect<Plan.Plan, DestinationError> =>
  Effect.gen(function*() {
    const { accounts, destination, types = defaultTypes } = options
    return Plan.make({
      ...options,
      tracks: Object.keys(accounts).flatMap((account) => types.map((exportType) => ({ account, exportType }))),
      manifests: yield* destination.manifests,
      state: known,
      now: yield* DateTime.now
    })
  })

/** Plans, and notes since when the accounts and types are kept: what is missed from then on is lost. */
const begin = (options: Ruled, known: state.State): Effect.Effect<Plan.Plan, DestinationError> =>
  Effect.gen(function*() {
    const { destination, window, zone } = options
    const plan = yield* planOf(options, known)
    // a run about some windows promises nothing about the others
    if (options.only !== undefined) return plan
    for (const { account, exportType, since } of plan.tracks) {
      const found = known.coverages.find((one) => one.account === account && one.exportType === exportType)
      const next = { account, exportType, from: DateTime.min(found?.from ?? since, since), window, zone }
      if (found === undefined || !(yield* state.isSame("coverages", found, next))) {
        yield* state.save(destination.ledger, "coverages", next)
      }
    }
    return plan
  })

/** Archives that are loaded at once. */
const defaultDownloads = 2

const runAccounts = (
  options: Options,
  plan: Plan.Plan,
  hold: Hold,
  tally: reports.Tally,
  emit: accounts.AccountRun["emit"]
): Effect.Effect<void, SyncError> =>
  Effect.gen(function*() {
    const slots = yield* Effect.makeSemaphore(Math.max(1, options.downloads ?? defaultDownloads))
    const names = Object.keys(options.accounts)
    const isRequested = yield* Deferred.make<void>()
    let open = names.length
    // shortly before a month is deleted, no download takes time from a request
    const requestsDone = Effect.suspend(() => {
      open--
      return open === 0 ? Effect.asVoid(Deferred.succeed(isRequested, undefined)) : Effect.void
    })
    const gate = plan.isUrgent ? Deferred.await(isRequested) : Effect.void
    yield* Effect.forEach(Record.toEntries(options.accounts), ([name, client]) =>
      Effect.scoped(Effect.gen(function*() {
        const own = jobs.ofAccount(plan, name)
        const now = yield* DateTime.now
        const account: accounts.AccountRun = {
          name,
          client,
          destination: options.destination,
          hold,
          prefix: options.prefix ?? "sync",
          callbacks: options.callbacks,
          listLag: Duration.decode(options.listLag ?? "90 seconds"),
          wait: Duration.decode(options.wait ?? "30 minutes"),
          watch: yield* watches.make(client, options.callbacks),
          index: yield* Effect.cached(listing.recent(client, now)),
          emit,
          wasted: (exports) => Effect.sync(() => reports.waste(tally, exports)),
          inTurn: slots.withPermits(1),
          gate
        }
        yield* accounts.run(account, own, requestsDone)
      })).pipe(
        Effect.catchTag("AccountEnding", ({ account, error }) => emit({ _tag: "AccountFailed", account, error }))
      ), { concurrency: "unbounded", discard: true })
  })
