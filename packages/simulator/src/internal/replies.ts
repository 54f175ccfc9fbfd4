/** Replies as DIDWW documents them. */
import type * as Stream from "effect/Stream"
import type { Cut, Reply } from "../Simulator.js"

const jsonApi = "application/vnd.api+json"

export const answer = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply => ({
  _tag: "Answer",
  status,
  headers,
  body
})

export const streamed = (
  status: number,
  body: Stream.Stream<Uint8Array, Cut>,
  headers: Readonly<Record<string, string>>
): Reply => ({ _tag: "Streamed", status, headers, body })

export const json = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply =>
  answer(status, JSON.stringify(body), { "content-type": "application/json", ...headers })

export const document = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {}
): Reply => json(status, body, { "content-type": jsonApi, ...headers })

export const cut: Cut = { _tag: "Cut" }

export const html = (status: number): Reply =>
  answer(status, "<!doctype html><html><body><h1>Something went wrong</h1></body></html>", {
    "content-type": "text/html"
  })

export const unauthorized: Reply = document(401, {
  errors: [{ title: "Unauthorized", detail: "Authorization failed", code: "401", status: "401" }]
})

/** The challenge for a bearer token that was never minted, is expired or is revoked. */
export const invalidToken = {
  "www-authenticate": "Bearer error=\"invalid_token\", error_description=\"The access token is invalid or expired\""
}

export const refusedToken: Reply = document(401, {
  errors: [{
    title: "Unauthorized",
    detail: "The access token is invalid or expired",
    code: "401",
    status: "401"
  }]
}, invalidToken)

export const insufficientScope: Reply = document(403, {
  errors: [{
    title: "Forbidden",
    detail: "The access token does not allow this request",
    code: "403",
    status: "403"
  }]
}, { "www-authenticate": "Bearer error=\"insufficient_scope\", scope=\"full\"" })

/** An error of the token service, in OAuth's format. */
export const oauthError = (
  status: 400 | 401 | 429,
  error: "invalid_request" | "invalid_scope" | "invalid_client" | "rate_limit_exceeded",
  description: string,
  headers: Readonly<Record<string, string>> = {}
): Reply => json(status, { error, error_description: description }, { "cache-control": "no-store", ...headers })

export const tooManyRequests: Reply = document(429, { errors: [{ status: "429", detail: "Too Many Requests" }] })

export const notFound = (id: string): Reply =>
  document(404, {
    errors: [{
      title: "Record not found",
      detail: `The record identified by ${id} could not be found.`,
      code: "404",
      status: "404"
    }]
  })

/** An error in the query or the document. The codes are those of the JSON:API framework that DIDWW uses. */
export const badRequest = (
  code: "101" | "102" | "104" | "105" | "106" | "107" | "109" | "114" | "118" | "400",
  title: string,
  detail: string
): Reply => document(400, { errors: [{ title, detail, code, status: "400" }] })

export const notAcceptable: Reply = document(406, {
  errors: [{
    title: "Not acceptable",
    detail: `All requests must use the '${jsonApi}' Accept without media type parameters.`,
    code: "406",
    status: "406"
  }]
})

export const unsupportedMediaType: Reply = document(415, {
  errors: [{
    title: "Unsupported media type",
    detail: `All requests that create or update must use the '${jsonApi}' Content-Type.`,
    code: "415",
    status: "415"
  }]
})

/** What is wrong with an attribute of a create or update request. */
export interface Problem {
  readonly attribute: string
  readonly text: string
}

export const unprocessable = (problems: ReadonlyArray<Problem>): Reply =>
  document(422, {
    errors: problems.map(({ attribute, text }) => ({
      title: text,
      detail: `${attribute} - ${text}`,
      code: "100",
      source: { pointer: `/data/attributes/${attribute}` },
      status: "422"
    }))
  })

export const withRequestId = (reply: Reply, number: number): Reply =>
  reply._tag === "Cut"
    ? reply
    : { ...reply, headers: { ...reply.headers, "x-request-id": `simulator-${number}` } }
