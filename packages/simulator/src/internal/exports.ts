/** `/v3/exports`: list, get, create and update. */
import * as Option from "effect/Option"
import * as Utils from "effect/Utils"
import type { Record as Row } from "../Account.js"
import type { ApiVersion, Outcome, Seen } from "../Simulator.js"
import * as answers from "./answers.js"
import * as creation from "./creation.js"
import { isObject, type JsonObject, parseObject } from "./json.js"
import * as layouts from "./layouts.js"
import * as listing from "./listing.js"
import { type Parsed, parsed, refused, refusedWith } from "./parsed.js"
import * as resources from "./resource.js"
import type { Store } from "./store.js"
import * as uuid from "./uuid.js"

export interface Options extends listing.Options {
  readonly store: Store
  /** Milliseconds. */
  readonly pending: number
  readonly processing: number
  readonly moves: ((request: Seen, rows: ReadonlyArray<Row>) => ReadonlyArray<Row>) | undefined
  readonly onOrder: (row: Row) => void
}

export const make = (options: Options): (request: Seen, version: ApiVersion) => Outcome => {
  const { store } = options
  const list = listing.make(options)
  // how often each was ordered
  const orders = new Map<string, number>()

  const create = (request: Seen, version: ApiVersion, origin: string): Row | Outcome => {
    const attributes = attributesOf(request, undefined, writable(version))
    if (attributes._tag === "Refused") return attributes.outcome
    const order = creation.read(attributes.value, version, request.at)
    if (!("exportType" in order)) return answers.unprocessable(order)
    const text = JSON.stringify(order)
    const count = orders.get(text) ?? 0
    orders.set(text, count + 1)
    // by what is ordered, so that a simulator that begins anew has no other export under the same id
    const hex = uuid.hexDigits(new Utils.PCGRandom(layouts.seedOf(`${count} ${text}`), 2))
    const processing = request.at + options.pending
    const completed = processing + options.processing
    const row: Row = {
      ...order,
      id: uuid.fromHex(hex),
      createdAt: request.at,
      status: "pending",
      url: null,
      completedAt: completed,
      apiVersion: version
    }
    store.order(row, origin, { processing, completed, url: uuid.fileOf(hex) })
    options.onOrder(row)
    return row
  }

  const update = (request: Seen, row: Row): Row | Outcome => {
    const attributes = attributesOf(request, row.id, ["external_reference_id"])
    if (attributes._tag === "Refused") return attributes.outcome
    const reference = attributes.value.external_reference_id
    if (reference === undefined) return row
    const problems = creation.referenceProblems(reference)
    if (problems.length > 0) return answers.unprocessable(problems)
    const updated = { ...row, externalReferenceId: typeof reference === "string" ? reference : null }
    store.update(updated)
    return updated
  }

  return (request, version) => {
    const url = new URL(request.url)
    const path = /^\/v3\/exports(?:\/([^/]+))?$/.exec(url.pathname)
    const allowed = path?.[1] === undefined ? ["GET", "POST"] : version === "2022-05-10" ? ["GET"] : ["GET", "PATCH"]
    if (path === null || !allowed.includes(request.method)) return answers.notFound(url.pathname)
    const fields = resources.fieldsOf(url.searchParams.get("fields[exports]"), version)
    if (fields._tag === "Refused") return fields.outcome
    const resource = resources.make(version, url.origin, fields.value)
    const meta = options.omit.has("api_version") ? {} : { api_version: version }
    const now = store.at(request.at)
    const records = options.moves?.(request, now) ?? now
    store.set(records)
    const shown = (status: number, row: Row | Outcome): Outcome =>
      "_tag" in row ? row : answers.document(status, { data: resource(row), meta })

    if (path[1] === undefined) {
      return request.method === "GET"
        ? list({ url, version, records, resource, meta })
        : shown(201, create(request, version, url.origin))
    }
    const id = Option.getOrElse(Option.liftThrowable(decodeURIComponent)(path[1]), () => url.pathname)
    const row = records.find((row) => row.id === id)
    if (row === undefined) return answers.notFound(id)
    return shown(200, request.method === "GET" ? row : update(request, row))
  }
}

const writable = (version: ApiVersion): ReadonlyArray<string> => [
  "export_type",
  "filters",
  "callback_url",
  "callback_method",
  ...(version === "2022-05-10" ? [] : ["external_reference_id"])
]

/** The attributes of the document that was sent, none but the allowed. */
const attributesOf = (
  { body, headers }: Seen,
  id: string | undefined,
  allowed: ReadonlyArray<string>
): Parsed<JsonObject> => {
  const media = "application/vnd.api+json"
  if (headers["content-type"] !== media) return refusedWith(answers.unsupportedMediaType)
  const accepted = (headers.accept ?? "*/*").split(",").map((type) => type.trim())
  if (!accepted.some((type) => type === media || /^(application|\*)\/\*/.test(type))) {
    return refusedWith(answers.notAcceptable)
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
