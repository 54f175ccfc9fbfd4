/** One export at its address: read, created and changed. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Export from "@effect-didww/core/Export"
import * as ExportRequest from "@effect-didww/core/ExportRequest"
import * as Protocol from "@effect-didww/core/Protocol"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { OfType } from "../../ExportsClient.js"
import type { Api } from "../request/api.js"
import * as failure from "../request/failure.js"
import * as json from "../request/json.js"

export const get = (api: Api, id: Export.ExportId): Effect.Effect<Export.Export, DidwwError.GetError> =>
  Effect.flatMap(pathOf(id), (path) => checked(api, api.get(path, [], decodeOf(id))))

export const create = <R extends ExportRequest.ExportRequest>(
  api: Api,
  request: R
): Effect.Effect<OfType<R>, DidwwError.CreateError> =>
  ExportRequest.validate(request, api.apiVersion).pipe(
    Effect.flatMap(() =>
      checked(api, api.post("/exports", Protocol.toDocument(request, api.apiVersion), decode)).pipe(
        Effect.mapError(failure.unlessFound)
      )
    ),
    Effect.flatMap((created) => ofType(request, created))
  )

export const update = (
  api: Api,
  id: Export.ExportId,
  externalReferenceId: string | null
): Effect.Effect<Export.Export, DidwwError.UpdateError> => {
  if (api.apiVersion === "2022-05-10") {
    return Effect.fail(
      new DidwwError.UnsupportedByVersion({ feature: "Changing an export's reference", version: api.apiVersion })
    )
  }
  if (externalReferenceId !== null && externalReferenceId.length > 100) {
    return Effect.fail(failure.notSent([{ detail: "externalReferenceId has at most 100 characters" }]))
  }
  const data = { type: "exports", id, attributes: { external_reference_id: externalReferenceId } }
  return Effect.flatMap(pathOf(id), (path) => checked(api, api.patch(path, { data }, decodeOf(id))))
}

interface Found {
  readonly data: Export.Export
  readonly apiVersion: Option.Option<string>
}

const decode: json.Decode<Found> = (body) =>
  Predicate.isRecord(body)
    ? Either.mapBoth(Protocol.fromResource(body.data), {
      onLeft: json.below("data"),
      onRight: (data) => ({ data, apiVersion: Protocol.apiVersion(body) })
    })
    : Either.left({ path: [], expected: "an object" })

/** Takes no other export. An id is a UUID, which a server may write in another letter case. */
const decodeOf = (id: Export.ExportId): json.Decode<Found> => (body) =>
  Either.filterOrLeft(
    decode(body),
    ({ data }) => data.id.toLowerCase() === id.toLowerCase(),
    () => ({ path: ["data", "id"], expected: `"${id}"` })
  )

const checked = <E>({ checkVersion }: Api, found: Effect.Effect<Found, E>): Effect.Effect<Export.Export, E> =>
  found.pipe(
    Effect.tap(({ apiVersion }) => checkVersion(apiVersion)),
    Effect.map(({ data }) => data)
  )

const pathOf = (id: Export.ExportId): Effect.Effect<string, DidwwError.InvalidRequest> =>
  /^\.{0,2}$/.test(id)
    ? Effect.fail(failure.notSent([{ detail: "the id of an export must not be blank, \".\" or \"..\"" }]))
    : Option.match(encode(id), {
      onNone: () => Effect.fail(failure.notSent([{ detail: "the id of an export must not hold half a character" }])),
      onSome: (encoded) => Effect.succeed(`/exports/${encoded}`)
    })

/** `None` if half of a surrogate pair stands alone. */
const encode = Option.liftThrowable(encodeURIComponent)

/** The export as the type that was requested, or known before. */
export const ofType = <O extends Pick<Export.Export, "exportType">>(
  expected: O,
  found: Export.Export
): Effect.Effect<OfType<O>, DidwwError.MalformedResponse> =>
  found.exportType === expected.exportType
    // the comparison says which member of the union it is
    ? Effect.succeed(found as OfType<O>)
    : Effect.fail(
      new DidwwError.MalformedResponse({
        attempts: 1,
        elapsed: Duration.zero,
        path: "data.attributes.export_type",
        expected: `"${expected.exportType}"`
      })
    )
