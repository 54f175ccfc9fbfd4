/** Who asks, by key or by bearer, and in which version the answer is. */
import type { ApiVersion, Outcome, Seen, TokenScope } from "../Simulator.js"
import * as answers from "./answers.js"
import type { Tokens } from "./tokens.js"
import * as versions from "./versions.js"

interface Options {
  readonly apiVersion: ApiVersion
  readonly isKey: (key: string | undefined) => key is string
  readonly tokens: Tokens
}

export type Authorized =
  | { readonly _tag: "Caller"; readonly key: string; readonly version: ApiVersion; readonly scope: TokenScope }
  | { readonly _tag: "Refused"; readonly outcome: Outcome }

const refused = (outcome: Outcome): Authorized => ({ _tag: "Refused", outcome })

/** The version of 2026-11-19 takes no key, but for a download. */
export const make =
  ({ apiVersion, isKey, tokens }: Options) => (request: Seen, kind: "api" | "download"): Authorized => {
    const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1]
    if (bearer !== undefined) {
      const token = tokens.find(bearer, request.at)
      if (token !== undefined) return { _tag: "Caller", ...token }
      return refused(kind === "download" ? answers.answer(401, "", answers.invalidToken) : answers.refusedToken)
    }
    const version = versions.select(apiVersion, request.headers["x-didww-api-version"])
    const key = request.headers["api-key"]
    if (kind === "download") {
      return isKey(key) ? { _tag: "Caller", key, version, scope: "full" } : refused(answers.answer(401, ""))
    }
    if (version === "2026-11-19") return refused(answers.answer(401, ""))
    return isKey(key) ? { _tag: "Caller", key, version, scope: "full" } : refused(answers.unauthorized)
  }
