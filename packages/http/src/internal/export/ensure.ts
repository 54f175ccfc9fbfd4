/** One export: ordered, found, renamed, waited for. */
import type * as ApiVersion from "@effect-didww/core/ApiVersion"
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Export from "@effect-didww/core/Export"
import * as ExportFilter from "@effect-didww/core/ExportFilter"
import * as ExportRequest from "@effect-didww/core/ExportRequest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type { AwaitOptions, Ordered, Service } from "../../ExportsClient.js"
import type { Pages } from "../list/pages.js"
import type { Requests } from "../request/request.js"
import * as resource from "./resource.js"
import * as retry from "../request/retry.js"
import type { CheckVersion } from "../request/versionCheck.js"

export interface Orders extends Pick<Service, "get" | "create" | "update" | "ensure"> {
  /** Each status once, up to the completed one. */
  readonly statuses: <A extends Export.Export>(
    self: A,
    options: AwaitOptions
  ) => Stream.Stream<Ordered<A>, DidwwError.AwaitError>
}

export interface Options {
  readonly requests: Requests
  readonly pages: Pages
  readonly apiVersion: ApiVersion.ApiVersion
  readonly checkVersion: CheckVersion
}

/** Soon at first, for small exports; then no more often than twice a minute, with jitter. */
const polling = Schedule.addDelayEffect(Schedule.forever, (polls) =>
  // whole milliseconds: a TestClock takes no others
  Effect.map(Random.nextRange(0.8, 1.2), (jitter) => Math.round(jitter * Math.min(2000 * 1.5 ** polls, 30_000))))

export const make = ({ apiVersion, checkVersion, pages, requests }: Options): Orders => {
  const checked = <E>(found: Effect.Effect<resource.Found, E>): Effect.Effect<Export.Export, E> =>
    found.pipe(
      Effect.tap(({ apiVersion }) => checkVersion(apiVersion)),
      Effect.map(({ data }) => data)
    )

  const get: Orders["get"] = (id) =>
    Effect.flatMap(pathOf(id), (path) => checked(requests.get(path, [], resource.decodeDocument)))

  const create: Orders["create"] = (request) =>
    ExportRequest.validate(request, apiVersion).pipe(
      Effect.flatMap(() =>
        checked(
          requests.post("/exports", ExportRequest.toDocument(request, apiVersion), resource.decodeDocument)
        ).pipe(Effect.mapError(resource.unlessFound))
      ),
      Effect.flatMap((created) => as(request, created))
    )

  const update: Orders["update"] = (id, externalReferenceId) => {
    if (apiVersion === "2022-05-10") {
      return Effect.fail(
        new DidwwError.UnsupportedByVersion({ feature: "Changing an export's reference", version: apiVersion })
      )
    }
    if (externalReferenceId !== null && externalReferenceId.length > 100) {
      return Effect.fail(resource.notSent([{ detail: "externalReferenceId has at most 100 characters" }]))
    }
    const data = { type: "exports", id, attributes: { external_reference_id: externalReferenceId } }
    return Effect.flatMap(pathOf(id), (path) => checked(requests.patch(path, { data }, resource.decodeDocument)))
  }

  /** The oldest of those with this reference that are the same order. */
  const find = <R extends ExportRequest.ExportRequest & ExportRequest.Referenced>(
    request: R
  ): Effect.Effect<Option.Option<Ordered<R>>, DidwwError.ListError | DidwwError.ReferenceConflict> =>
    Effect.gen(function*() {
      const { externalReferenceId } = request
      const filter = ExportFilter.externalReferenceId(externalReferenceId)
      const found = Array.from(yield* Stream.runCollect(pages.walk<undefined, Export.Export>({ filter })))
        .flatMap((page) => page.exports)
      // newest first
      const compared = found.map((one) => [one, ExportRequest.differences(request, one)] as const).toReversed()
      const same = compared.find(([, differences]) => differences.length === 0)
      if (same !== undefined) return Option.some(yield* as(request, same[0]))
      const [other] = compared
      if (other === undefined) return Option.none()
      const [{ id }, [first = "filters", ...others]] = other
      return yield* new DidwwError.ReferenceConflict({
        externalReferenceId,
        exportId: id,
        differences: [first, ...others]
      })
    })

  const ensure: Orders["ensure"] = <R extends ExportRequest.ExportRequest & ExportRequest.Referenced>(
    request: R
  ) =>
    ExportRequest.validate(request, apiVersion).pipe(
      Effect.zipRight(find(request)),
      Effect.flatMap(Option.match({
        onSome: Effect.succeed,
        onNone: () =>
          Effect.matchEffect(create(request), {
            // another process may have been quicker: both go on with the older one
            onSuccess: (created) => Effect.map(find(request), Option.getOrElse(() => created)),
            onFailure: (error) =>
              mayBeMade(error)
                ? Effect.flatMap(
                  Effect.orElse(find(request), () => Effect.fail(error)),
                  Option.match({ onSome: Effect.succeed, onNone: () => Effect.fail(error) })
                )
                : Effect.fail(error)
          })
      }))
    )

  const statuses: Orders["statuses"] = <A extends Export.Export>(
    self: A,
    { schedule = polling, timeout: limit = "30 minutes" }: AwaitOptions
  ) =>
    Stream.unwrap(Effect.gen(function*() {
      const driver = yield* Schedule.driver(schedule)
      const startedAt = yield* Clock.currentTimeMillis
      const timeout = Duration.decode(limit)
      const left = Effect.map(
        Clock.currentTimeMillis,
        (now) => Math.max(0, startedAt + Duration.toMillis(timeout) - now)
      )
      const first = yield* as(self, self)

      const poll = (
        before: Ordered<A>,
        failure?: DidwwError.GetError
      ): Effect.Effect<Ordered<A>, DidwwError.AwaitError> =>
        Effect.gen(function*() {
          const late = failure ?? new DidwwError.AwaitTimedOut({ export: before, timeout })
          // the waits may come to an end too
          const goesOn = yield* Effect.timeoutOption(Effect.isSuccess(driver.next(before)), yield* left)
          if (!Option.contains(goesOn, true)) return yield* late
          const answer = yield* Effect.timeoutOption(Effect.either(get(before.id)), yield* left)
          if (Option.isNone(answer)) return yield* late
          const seen = answer.value
          if (seen._tag === "Right") return yield* as(self, seen.right)
          if (!retry.isTransient(seen.left)) return yield* seen.left
          // it goes on there, whether it can be asked or not
          yield* Effect.logWarning(`cannot see how far export ${before.id} is: ${seen.left.message}`)
          return yield* poll(before, seen.left)
        })

      return Stream.succeed(first).pipe(
        Stream.concat(Stream.unfoldEffect(first, (before) =>
          Export.isCompleted(before)
            ? Effect.succeedNone
            : Effect.map(poll(before), (next) => Option.some([next, next] as const)))),
        Stream.changesWith((before, after) => before.status === after.status && before.url === after.url)
      )
    }))

  return { get, create, update, ensure, statuses }
}

/** The last of the statuses. */
export const completed = <A extends Export.Export, E>(
  statuses: Stream.Stream<A, E>
): Effect.Effect<A & Export.Completed, E> =>
  Effect.flatMap(
    Stream.runLast(statuses),
    Option.match({
      onSome: (last) => Export.isCompleted(last) ? Effect.succeed(last) : neverEnds,
      onNone: () => neverEnds
    })
  )

/** An answer that did not arrive, or not as one that can be read, says nothing about the export. */
const mayBeMade = (error: DidwwError.DidwwError): boolean =>
  retry.isTransient(error) || error._tag === "TimedOut" || error._tag === "MalformedResponse"

const neverEnds = Effect.dieMessage("statuses end with the completed one")

const pathOf = (id: Export.ExportId): Effect.Effect<string, DidwwError.InvalidRequest> =>
  /^\.{0,2}$/.test(id)
    ? Effect.fail(resource.notSent([{ detail: "the id of an export is not blank, a dot or two dots" }]))
    : Effect.succeed(`/exports/${encodeURIComponent(id)}`)

/** The member of the union that was ordered, or known before. */
const as = <O extends Pick<Export.Export, "exportType">>(
  expected: O,
  found: Export.Export
): Effect.Effect<Ordered<O>, DidwwError.MalformedResponse> =>
  found.exportType === expected.exportType
    // which member it is, is what was just looked at
    ? Effect.succeed(found as Ordered<O>)
    : Effect.fail(
      new DidwwError.MalformedResponse({
        attempts: 1,
        elapsed: Duration.zero,
        path: "data.attributes.export_type",
        expected: `"${expected.exportType}"`
      })
    )
