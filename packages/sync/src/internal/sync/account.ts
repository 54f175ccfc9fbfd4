/** The jobs of one account: requests go out in the order of deadlines, and each export is loaded once it is ready. */
import type * as DidwwError from "@effect-didww/core/DidwwError"
import type { Service } from "@effect-didww/http/ExportsClient"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { DestinationError, Hold, SyncDestination } from "../../Destination.js"
import type { Subject } from "../../Manifest.js"
import type { AccountFailure, Callbacks, Event, WindowError } from "../../Sync.js"
import * as closing from "./closing.js"
import type { Job } from "./job.js"
import type * as listing from "./listing.js"
import * as load from "./load.js"
import * as requests from "./request.js"
import type { Ready, Watch } from "./watch.js"

/** An account in a run. */
export interface AccountRun {
  readonly name: string
  readonly client: Service
  readonly destination: SyncDestination
  readonly hold: Hold
  readonly prefix: string
  readonly callbacks: Callbacks | undefined
  readonly listLag: Duration.Duration
  readonly wait: Duration.Duration
  readonly watch: Watch
  /** The exports that exist already. The list is read the first time only. */
  readonly index: Effect.Effect<listing.Index, DidwwError.ListError>
  readonly emit: (event: Event) => Effect.Effect<void>
  /** Counts exports that were made twice. */
  readonly wasted: (exports: number) => Effect.Effect<void>
  /** Loads a few archives at once. */
  readonly inTurn: <A, E>(load: Effect.Effect<A, E>) => Effect.Effect<A, E>
  /** Ends once downloads may begin. */
  readonly gate: Effect.Effect<void>
}

/** Requests of one account that are in flight at once. */
const requestsAtOnce = 4

/** What ends a whole run, or everything of an account. */
export type Ending = DestinationError | AccountEnding

export interface AccountEnding extends AccountFailure {
  readonly _tag: "AccountEnding"
}

/** Sends all requests, and then loads the exports as they become ready. */
export const run = (
  account: AccountRun,
  jobs: ReadonlyArray<Job>,
  requestsDone: Effect.Effect<void>
): Effect.Effect<void, Ending> =>
  Effect.flatMap(
    Effect.ensuring(requestAll(account, jobs), requestsDone),
    Effect.forEach((rest) => rest, { concurrency: "unbounded", discard: true })
  )

/** Ends once each job has an export or has failed. Gives what is left to do. */
const requestAll = (
  account: AccountRun,
  jobs: ReadonlyArray<Job>
): Effect.Effect<ReadonlyArray<Effect.Effect<void, Ending>>, Ending> =>
  Effect.map(
    Effect.forEach(jobs, (job) =>
      guarded(account, job.subject, requested(account, job)).pipe(
        Effect.map((found) => found === undefined ? [] : [guarded(account, job.subject, finish(account, job, found))])
      ), { concurrency: requestsAtOnce }),
    (rest) => rest.flat()
  )

/** Asks the destination first, because a request cannot be taken back. `undefined` if nothing is to be loaded. */
const requested = (account: AccountRun, job: Job): Effect.Effect<requests.Requested | undefined, WindowError> =>
  Effect.gen(function*() {
    if (job._tag === "Pull" && (yield* account.destination.accept(job.subject)) !== undefined) return undefined
    return yield* requests.run(account, job)
  })

/** Waits for the export, and loads it. Requests the next generation if the archive is gone. */
const finish = (
  account: AccountRun,
  job: Job,
  found: requests.Requested,
  rounds = requests.mostVoid
): Effect.Effect<void, WindowError> =>
  Effect.gen(function*() {
    const { exportId, subject } = found
    const isUsed = yield* account.watch.completed(exportId).pipe(
      Effect.timeoutOption(account.wait),
      Effect.flatMap(Option.match({
        onNone: () => account.emit({ _tag: "Waiting", subject }),
        onSome: (ready) => taken(account, job, found, ready)
      })),
      Effect.as(true),
      Effect.catchTag("NotFound", (error) => rounds === 0 ? Effect.fail(error) : Effect.succeed(false))
    )
    if (isUsed) return
    yield* account.emit({ _tag: "Gone", subject, exportId })
    const next = yield* requests.run(account, job, yield* requests.nextGeneration(account, subject))
    if (next !== undefined) yield* finish(account, job, next, rounds - 1)
  })

const taken = (
  account: AccountRun,
  job: Job,
  found: requests.Requested,
  ready: Ready
): Effect.Effect<void, WindowError> =>
  Effect.gen(function*() {
    const { exportId, subject } = found
    yield* account.emit({ _tag: "Ready", subject, exportId })
    yield* account.gate
    yield* account.inTurn(
      job._tag === "Pull" ? load.run(account, job.pull, found, ready) : closing.run(account, job.audit, found, ready)
    )
  })

/** One failed window never stops the others. A refused key stops its account, and a lost lease stops the run. */
const guarded = <A>(
  account: AccountRun,
  subject: Subject,
  effect: Effect.Effect<A, WindowError>
): Effect.Effect<A | undefined, Ending> =>
  Effect.catchAll(effect, (error): Effect.Effect<undefined, Ending> => {
    switch (error._tag) {
      case "DestinationMoved":
        return Effect.flatMap(account.hold.check, () => failed(account, subject, error))
      case "Unauthorized":
      case "Forbidden":
      case "TokenRefused":
        return Effect.fail({ _tag: "AccountEnding", account: account.name, error })
      default:
        return failed(account, subject, error)
    }
  })

const failed = ({ emit }: AccountRun, subject: Subject, error: WindowError): Effect.Effect<undefined> =>
  Effect.as(emit({ _tag: "Failed", subject, error }), undefined)
