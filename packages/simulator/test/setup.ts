import { HttpClient, HttpClientRequest } from "@effect/platform"
import { Effect, Schema } from "effect"

const Body = Schema.Struct({
  data: Schema.optional(Schema.Unknown),
  errors: Schema.optional(Schema.Array(Schema.Record({ key: Schema.String, value: Schema.Unknown }))),
  meta: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.Unknown })),
  links: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.Unknown }))
})

const Row = Schema.Struct({
  id: Schema.String,
  attributes: Schema.Record({ key: Schema.String, value: Schema.Unknown })
})

const Rows = Schema.Array(Row)

/** Sends a request to the API, with the key unless `headers` has a bearer token. */
export const send = Effect.fnUntraced(function*(
  method: "GET" | "POST" | "PATCH" | "DELETE",
  path: string,
  headers: Readonly<Record<string, string>> = {},
  document?: unknown
) {
  const client = yield* HttpClient.HttpClient
  const response = yield* client.execute(
    HttpClientRequest.make(method)(`https://api.didww.com/v3${path}`, {
      headers: "authorization" in headers ? headers : { "api-key": "key", ...headers }
    }).pipe(
      document === undefined
        ? (request) => request
        : HttpClientRequest.bodyText(JSON.stringify(document), "application/vnd.api+json")
    )
  )
  const text = yield* response.text
  const body = Schema.decodeUnknownSync(Body)(text === "" ? {} : JSON.parse(text))
  const rows = Array.isArray(body.data) ? Schema.decodeUnknownSync(Rows)(body.data) : []
  const row = Schema.is(Row)(body.data) ? body.data : undefined
  return { status: response.status, headers: response.headers, text, body, rows, row, code: body.errors?.[0]?.code }
})

export const ask = (path: string, headers?: Readonly<Record<string, string>>) => send("GET", path, headers)

const Token = Schema.Struct({
  access_token: Schema.optional(Schema.String),
  token_type: Schema.optional(Schema.String),
  expires_in: Schema.optional(Schema.Number),
  aud: Schema.optional(Schema.String),
  scope: Schema.optional(Schema.String),
  api_version: Schema.optional(Schema.String),
  error: Schema.optional(Schema.String),
  error_description: Schema.optional(Schema.String)
})

/** Sends a request to the token service. */
export const askToken = Effect.fnUntraced(function*(body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const client = yield* HttpClient.HttpClient
  const response = yield* client.execute(
    HttpClientRequest.post("https://auth.didww.com/token").pipe(
      HttpClientRequest.bodyText(typeof body === "string" ? body : JSON.stringify(body), "application/json"),
      HttpClientRequest.setHeaders({ "api-key": "key", ...headers })
    )
  )
  return {
    status: response.status,
    headers: response.headers,
    body: Schema.decodeUnknownSync(Token)(yield* response.json)
  }
})

/** Mints a token and makes the header that sends it. */
export const bearer = (options: Readonly<Record<string, unknown>> = {}) =>
  Effect.map(
    askToken({ aud: "api.didww.com", ...options }),
    ({ body }) => ({ authorization: `Bearer ${body.access_token}` })
  )
