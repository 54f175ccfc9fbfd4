/** Where an archive is, and whether it may be asked for there. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Archived } from "../../ExportsClient.js"
import * as address from "../request/address.js"
import { malformed } from "./resumption.js"

export interface Target {
  readonly url: string
  /** Whether it is on the API's own origin. */
  readonly isOwn: boolean
}

export type TargetOf = (
  self: Archived
) => Effect.Effect<Target, DidwwError.MalformedResponse | DidwwError.OriginRefused>

/** Refuses all origins but the API's own and the trusted ones. */
export const make = (apiUrl: string, downloadOrigins: ReadonlyArray<string | URL>): TargetOf => {
  const own = address.originOf(apiUrl) ?? apiUrl
  const trusted = new Set(downloadOrigins.map((origin) => address.originOf(String(origin))))
  return ({ url }) => {
    const origin = address.originOf(url)
    return origin === undefined
      ? malformed({ attempts: 0, elapsed: Duration.zero }, "url", "an http or https address")
      : origin === own || trusted.has(origin)
      ? Effect.succeed({ url, isOwn: origin === own })
      : new DidwwError.OriginRefused({ origin, expected: own })
  }
}
