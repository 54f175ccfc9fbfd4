/** `/v3/exports`: list, get, create and update. */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { StoredExport } from "../Account.js"
import type { ApiVersion, ProcessingOptions, ReceivedRequest, Reply } from "../Simulator.js"
import * as creation from "./creation.js"
import { isObject, type JsonObject, parseObject } from "./json.js"
import * as listing from "./listing.js"
import { type Parsed, parsed, refused, refusedWith } from "./parsed.js"
import * as random from "./random.js"
import * as replies from "./replies.js"
import * as resources from "./resource.js"
import type { Store } from "./store.js"
import * as uuid from "./uuid.js"

export interface Options extends listing.Options {
  readonly store: Store
  readonly processing: (stored: StoredExport) => ProcessingOptions
  /** Milliseconds. */
  readonly listedAfter: number
  readonly moves:
    | ((request: ReceivedRequest, exports: ReadonlyArray<StoredExport>) => ReadonlyArray<StoredExport>)
    | undefined
  readonly onCreation: (stored: StoredExport) => void
}

export const make = (options: Options): (request: ReceivedRequest, version: ApiVersion) => Reply => {
  const { store } = options
  const list = listing.make(options)
  const create = creating(options)
  return (request, version) => {
    const url = new URL(request.url)
    const path = /^\/v3\/exports(?:\/([^/]+))?$/.exec(url.pathname)
    const allowed = path?.[1] === undefined ? ["GET", "POST"] : version === "2022-05-10" ? ["GET"] : ["GET", "PATCH"]
    if (path === null || !allowed.includes(request.method)) return replies.notFound(url.pathname)
    const fields = resources.fieldsOf(url.searchParams.get("fields[exports]"), version)
    if (fields._tag === "Refused") return fields.reply
    const resource = resources.make(version, url.origin, fields.value)
    const meta = options.omit.has("api_version") ? {} : { api_version: version }
    const now = store.at(request.at)
    const exports = options.moves?.(request, now) ?? now
    store.set(exports)
    const shown = (status: number, result: StoredExport | Reply): Reply =>
      "_tag" in result ? result : replies.document(status, { data: resource(result), meta })

    if (path[1] === undefined) {
      return request.method === "GET"
        ? list({ url, version, exports: listed(options, exports, request.at), resource, meta })
        : shown(201, create(request, version, url.origin))
    }
    const id = Option.getOrElse(Option.liftThrowable(decodeURIComponent)(path[1]), () => url.pathname)
    const stored = exports.find((stored) => stored.id === id)
    if (stored === undefined) return replies.notFound(id)
    return shown(200, request.method === "GET" ? stored : update(store, request, stored))
  }
}

/** The exports that are old enough for the list. */
const listed = (
  { listedAfter }: Options,
  exports: ReadonlyArray<StoredExport>,
  now: number
): ReadonlyArray<StoredExport> =>
  listedAfter === 0
    ? exports
    : exports.filter(({ createdAt }) => createdAt === null || createdAt + listedAfter <= now)

/** Creates an export, or replies with all that is wrong with the request. */
const creating = (options: Options): (
  request: ReceivedRequest,
  version: ApiVersion,
  origin: string
) => StoredExport | Reply => {
  // how often each export was created
  const counts = new Map<string, number>()
  return (request, version, origin) => {
    const attributes = attributesOf(request, undefined, writable(version))
    if (attributes._tag === "Refused") return attributes.reply
    const created = creation.read(attributes.value, version, request.at)
    if (!("exportType" in created)) return replies.unprocessable(created)
    const text = JSON.stringify(created)
    const count = counts.get(text) ?? 0
    counts.set(text, count + 1)
    // the request decides the id, so a new simulator gives the same request the same id
    const hex = uuid.hexDigits(random.make(random.seedOf(`${count} ${text}`), 2))
    const pending: StoredExport = {
      ...created,
      id: uuid.fromHex(hex),
      createdAt: request.at,
      status: "pending",
      url: null,
      apiVersion: version
    }
    const times = options.processing(pending)
    const processing = request.at + Duration.toMillis(times.pending ?? "1 second")
    const completed = processing + Duration.toMillis(times.processing ?? "2 seconds")
    const stored = { ...pending, completedAt: completed }
    options.store.create(stored, origin, { processing, completed, url: uuid.archivePath(hex) })
    options.onCreation(stored)
    return stored
  }
}

/** Updates the reference of an export, or replies with what is wrong with the request. */
const update = (store: Store, request: ReceivedRequest, stored: StoredExport): StoredExport | Reply => {
  const attributes = attributesOf(request, stored.id, ["external_reference_id"])
  if (attributes._tag === "Refused") return attributes.reply
  const reference = attributes.value.external_reference_id
  if (reference === undefined) return stored
  const problems = creation.referenceProblems(reference)
  if (problems.length > 0) return replies.unprocessable(problems)
  const updated = { ...stored, externalReferenceId: typeof reference === "string" ? reference : null }
  store.update(updated)
  return updated
}

const writable = (version: ApiVersion): ReadonlyArray<string> => [
  "export_type",
  "filters",
  "callback_url",
  "callback_method",
  ...(version === "2022-05-10" ? [] : ["external_reference_id"])
]

/** Reads the attributes of the document in the body. Refuses attributes that are not allowed. */
const attributesOf = (
  { body, headers }: ReceivedRequest,
  id: string | undefined,
  allowed: ReadonlyArray<string>
): Parsed<JsonObject> => {
  const media = "application/vnd.api+json"
  if (headers["content-type"] !== media) return refusedWith(replies.unsupportedMediaType)
  const accepted = (headers.accept ?? "*/*").split(",").map((type) => type.trim())
  if (!accepted.some((type) => type === media || /^(application|\*)\/\*/.test(type))) {
    return refusedWith(replies.notAcceptable)
  }
  const document = parseObject(body)
  if (document === undefined) return refused("400", "Bad Request", "The request body is not a JSON document.")
  const data = document.data
  if (!isObject(data)) return refused("106", "Missing Parameter", "The required parameter, data, is missing.")
  if (data.type !== "exports") return refused("101", "Invalid resource", `${data.type} is not a valid resource.`)
  if (data.id !== id) return refused("109", "A key is not included in the URL", `The URL does not support ${data.id}`)
  const attributes = isObject(data.attributes) ? data.attributes : {}
  const unknown = Object.keys(attributes).find((name) => !allowed.includes(name))
  return unknown === undefined
    ? parsed(attributes)
    : refused("105", "Param not allowed", `${unknown} is not allowed.`)
}
