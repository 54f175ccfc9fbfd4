/** Checks a request's key or bearer token, and selects the API version of the answer. */
import type { ApiVersion, Reply, TokenScope } from "../Simulator.js"
import type { Arrival } from "./arrival.js"
import * as replies from "./replies.js"
import type { Tokens } from "./tokens.js"
import * as versions from "./versions.js"

interface Options {
  readonly apiVersion: ApiVersion
  readonly isKey: (key: string | undefined) => key is string
  readonly tokens: Tokens
}

export type Authorized =
  | { readonly _tag: "Caller"; readonly key: string; readonly version: ApiVersion; readonly scope: TokenScope }
  | { readonly _tag: "Refused"; readonly reply: Reply }

const refused = (reply: Reply): Authorized => ({ _tag: "Refused", reply })

/** Version 2026-11-19 accepts a key only for a download. */
export const make =
  ({ apiVersion, isKey, tokens }: Options) => ({ request, ticks }: Arrival, kind: "api" | "download"): Authorized => {
    const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1]
    if (bearer !== undefined) {
      const token = tokens.find(bearer, ticks)
      if (token !== undefined) return { _tag: "Caller", ...token }
      return refused(kind === "download" ? replies.answer(401, "", replies.invalidToken) : replies.refusedToken)
    }
    const version = versions.select(apiVersion, request.headers["x-didww-api-version"])
    const key = request.headers["api-key"]
    if (kind === "download") {
      return isKey(key) ? { _tag: "Caller", key, version, scope: "full" } : refused(replies.answer(401, ""))
    }
    if (version === "2026-11-19") return refused(replies.answer(401, ""))
    return isKey(key) ? { _tag: "Caller", key, version, scope: "full" } : refused(replies.unauthorized)
  }
