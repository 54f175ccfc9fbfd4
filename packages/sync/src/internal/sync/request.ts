/**
 * Finds or creates the export of a window. DIDWW does not recognize a repeated request, and an export cannot be deleted. So:
 *
 * - The list is read once for all windows of an account. An export is used if its type and filters are those of the window.
 *   The oldest one wins.
 * - The intent is written before a request is sent. A run that finds an intent without an export reads the list again, once
 *   the export would be in it, before it sends a second request.
 */
import * as DidwwError from "@effect-didww/core/DidwwError"
import type * as Export from "@effect-didww/core/Export"
import type { ExportRequest, Referenced } from "@effect-didww/core/ExportRequest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { DestinationError } from "../../Destination.js"
import type { Subject } from "../../Manifest.js"
import { cliff } from "../calendar.js"
import type { AccountRun } from "./account.js"
import type { Job } from "./job.js"
import * as listing from "./listing.js"
import { referenceOf, requestOf } from "./reference.js"
import * as state from "./state.js"

/** An export that will have the rows of a window. */
export interface Requested {
  readonly subject: Subject
  readonly request: ExportRequest & Referenced
  readonly exportId: Export.ExportId
}

/** Requests of one window in one run that may all have been processed, or not. */
const mostUnanswered = 3

/** Generations whose references belong to others, or whose archives are gone, in one run. */
export const mostVoid = 5

type Failure = DidwwError.CreateError | DestinationError

/** Finds or creates the export of a job. `undefined` if there is none, and DIDWW has the records no longer. */
export const run = (
  account: AccountRun,
  job: Job,
  subject: Subject = job.subject,
  rounds = mostVoid
): Effect.Effect<Requested | undefined, Failure> =>
  Effect.gen(function*() {
    const request = requestOf(subject, referenceOf(account.prefix, subject), account.callbacks)
    const intent = job.intent?.subject.generation === subject.generation ? job.intent : undefined
    const using = (exportId: Export.ExportId): Requested => ({ subject, request, exportId })
    if (intent?.exportId !== undefined) {
      yield* account.emit({ _tag: "Adopted", subject, exportId: intent.exportId })
      return using(intent.exportId)
    }
    const isUnsent = intent === undefined || intent.isAsked === true
    const index = isUnsent ? yield* account.index : yield* relisted(account, request, intent.at)
    const { others, same: [oldest, ...doubles] } = listing.find(index, request)
    if (oldest !== undefined) {
      yield* account.wasted(doubles.length)
      yield* keep(account, { subject, at: yield* DateTime.now, exportId: oldest.id })
      yield* account.emit({ _tag: "Adopted", subject, exportId: oldest.id })
      return using(oldest.id)
    }
    if (DateTime.lessThan(subject.window.from, cliff(yield* DateTime.now))) {
      return yield* Effect.as(state.settle(account.destination.ledger, { subject }), undefined)
    }
    const [other] = others
    if (other === undefined || rounds === 0) return using(yield* create(account, subject, request))
    yield* account.emit({ _tag: "Foreign", subject, exportId: other.id })
    return yield* run(account, job, yield* nextGeneration(account, subject), rounds - 1)
  })

const keep = ({ destination, hold }: AccountRun, intent: state.Intent): Effect.Effect<void, DestinationError> =>
  Effect.andThen(hold.check, state.save(destination.ledger, "intents", intent))

/** Gives up the generation of a subject for ever. */
export const nextGeneration = (account: AccountRun, subject: Subject): Effect.Effect<Subject, DestinationError> =>
  Effect.gen(function*() {
    yield* keep(account, { subject, at: yield* DateTime.now, isVoid: true })
    return { ...subject, generation: subject.generation + 1 }
  })

/** Reads the list once a request of that time would be in it. */
const relisted = (
  { client, listLag }: AccountRun,
  { externalReferenceId }: Referenced,
  at: DateTime.Utc
): Effect.Effect<listing.Index, DidwwError.ListError> =>
  Effect.gen(function*() {
    const age = DateTime.distance(at, yield* DateTime.now)
    const left = Duration.toMillis(listLag) - age
    // a clock that was set back does not make a run wait for days
    yield* Effect.sleep(Duration.clamp(Duration.millis(left), { minimum: Duration.zero, maximum: listLag }))
    return yield* listing.byReference(client, externalReferenceId)
  })

const create = (
  account: AccountRun,
  subject: Subject,
  request: ExportRequest & Referenced,
  rounds = mostUnanswered
): Effect.Effect<Export.ExportId, Failure> =>
  Effect.gen(function*() {
    const at = yield* DateTime.now
    yield* keep(account, { subject, at })
    const created = yield* Effect.either(account.client.create(request))
    if (created._tag === "Right") {
      const { id } = created.right
      yield* keep(account, { subject, at, exportId: id })
      yield* account.emit({ _tag: "Requested", subject, exportId: id })
      return id
    }
    const error = created.left
    if (!mayExist(error)) {
      yield* state.settle(account.destination.ledger, { subject })
      return yield* error
    }
    const { same: [oldest] } = listing.find(yield* relisted(account, request, yield* DateTime.now), request)
    if (oldest !== undefined) {
      yield* keep(account, { subject, at, exportId: oldest.id })
      yield* account.emit({ _tag: "Requested", subject, exportId: oldest.id })
      return oldest.id
    }
    return rounds === 1 ? yield* error : yield* create(account, subject, request, rounds - 1)
  })

/** An answer that did not arrive, or that cannot be read, does not say whether the export exists. */
const mayExist = (error: DidwwError.CreateError): boolean =>
  error._tag !== "InvalidExportRequest" && error._tag !== "RateLimited" &&
  (DidwwError.isRetryable(error) || error._tag === "TimedOut" || error._tag === "MalformedResponse")
