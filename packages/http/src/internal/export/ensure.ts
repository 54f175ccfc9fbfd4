/** Creates an export unless it exists, so that the same request can be repeated. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import type * as Export from "@effect-didww/core/Export"
import * as ExportFilter from "@effect-didww/core/ExportFilter"
import * as ExportRequest from "@effect-didww/core/ExportRequest"
import * as Protocol from "@effect-didww/core/Protocol"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { OfType } from "../../ExportsClient.js"
import type * as negotiate from "../list/negotiate.js"
import * as pages from "../list/pages.js"
import * as pull from "../pull.js"
import * as resource from "./resource.js"

type Repeatable = ExportRequest.ExportRequest & ExportRequest.Referenced

export const ensure = <R extends Repeatable>(
  server: negotiate.Server,
  request: R
): Effect.Effect<OfType<R>, DidwwError.EnsureError> =>
  ExportRequest.validate(request, server.api.apiVersion).pipe(
    Effect.andThen(find(server, request)),
    Effect.flatMap(Option.match({ onSome: Effect.succeed, onNone: () => createAndFind(server, request) }))
  )

/** Requests the export, and looks for it. Requests it once more if the connection broke and nothing came of it. */
const createAndFind = <R extends Repeatable>(
  server: negotiate.Server,
  request: R,
  isLast = false
): Effect.Effect<OfType<R>, DidwwError.EnsureError> =>
  Effect.matchEffect(resource.create(server.api, request), {
    // another process may have been faster: both go on with the older export
    onSuccess: (created) => Effect.map(find(server, request), Option.getOrElse(() => created)),
    onFailure: (error) =>
      mayExist(error)
        ? Effect.flatMap(
          Effect.orElse(find(server, request), () => Effect.fail(error)),
          Option.match({
            onSome: Effect.succeed,
            onNone: () =>
              isUnanswered(error) && !isLast
                ? Effect.andThen(
                  Effect.logDebug(
                    "The connection broke before an answer, and the export does not exist: requesting it again"
                  ),
                  createAndFind(server, request, true)
                )
                : Effect.fail(error)
          })
        )
        : Effect.fail(error)
  })

/** A response that did not arrive, or that cannot be read, does not say whether the export exists. */
const mayExist = (error: DidwwError.DidwwError): boolean =>
  DidwwError.isRetryable(error) || error._tag === "TimedOut" || error._tag === "MalformedResponse"

/**
 * The connection broke before an answer, as one does that was idle for too long: most often the request never arrived.
 * After any other failure the server may still be at work on the request, and another one would make a second export.
 */
const isUnanswered = (error: DidwwError.DidwwError): boolean =>
  error._tag === "TransportError" && error.reason === "request"

/** The oldest export with this reference that the same request made. */
const find = <R extends Repeatable>(
  server: negotiate.Server,
  request: R
): Effect.Effect<Option.Option<OfType<R>>, DidwwError.ListError | ExportRequest.ReferenceConflict> =>
  Effect.gen(function*() {
    const { externalReferenceId } = request
    const filter = ExportFilter.externalReferenceId(externalReferenceId)
    const found = yield* Stream.runFold(
      pull.toStream(pages.walk<undefined, Export.Export>(server, { filter })),
      new Array<Export.Export>(),
      (all, page) => [...all, ...page.exports]
    )
    // the list is newest first
    const compared = found.map((one) => [one, Protocol.differences(request, one)] as const).toReversed()
    const same = compared.find(([, differences]) => differences.length === 0)
    if (same !== undefined) return Option.some(yield* resource.ofType(request, same[0]))
    const [other] = compared
    if (other === undefined) return Option.none()
    const [{ id }, [first = "filters", ...others]] = other
    return yield* new ExportRequest.ReferenceConflict({
      externalReferenceId,
      exportId: id,
      differences: [first, ...others]
    })
  })
