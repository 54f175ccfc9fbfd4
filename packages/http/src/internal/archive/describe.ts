/** The size and the ETag of an archive, by one request for its first byte. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Service } from "../../ExportsClient.js"
import * as send from "../request/send.js"
import type { Options } from "./download.js"
import { requestHeaders, sizeIn, start } from "./resumption.js"

export const make = ({ api, targetOf }: Options): Service["describe"] => (self) =>
  Effect.scoped(Effect.gen(function*() {
    const headers = { ...requestHeaders(start()), range: "bytes=0-0" }
    const answer = yield* api.open({ ...(yield* targetOf(self)), headers })
    // a body lets its socket go only after somebody began to read it. A server that ignores the range sends all bytes
    yield* Effect.ignore(Effect.raceFirst(yield* send.body(answer), Effect.yieldNow()))
    return { total: Option.fromNullable(sizeIn(answer)), etag: Option.fromNullable(answer.response.headers.etag) }
  }))
