/** Bars of decoding parsed JSON to equal exports. */
import * as Export from "@effect-didww/core/Export"
import * as Protocol from "@effect-didww/core/Protocol"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { resources } from "./account.js"
import type { Bar, Contender } from "./bar.js"
import * as schemas from "./internal/schemas.js"
import { decoded } from "./sizes.js"

/** Decodes all exports of an account. Returns the last 1,000 for a comparison. */
const decoding = (load: () => Promise<schemas.Decode>): Contender["prepare"] =>
  Effect.zipWith(resources(decoded), Effect.promise(load), (all, decode) =>
    Effect.sync(() => {
      const values: Array<unknown> = Array.from({ length: 1000 })
      for (let index = 0; index < all.length; index++) values[index % 1000] = decode(all[index])
      return values
    }))

const ours: Contender = {
  prepare: decoding(async () => (resource) => Either.getOrThrow(Protocol.fromResource(resource)))
}

const valibot: Contender = { prepare: decoding(schemas.withValibot) }

const all: Bar["contenders"] = {
  "effect-didww": ours,
  "zod": { prepare: decoding(schemas.withZod) },
  valibot,
  "arktype": { prepare: decoding(schemas.withArktype) },
  "effect-didww, its Schema": {
    prepare: decoding(async () => Schema.decodeUnknownSync(Export.Export))
  },
  "jsona": { without: "types, checks, spellings", prepare: decoding(schemas.withJsona) }
}

const against = (library: string, contenders: Bar["contenders"]): Bar => ({
  name: `decode-${library}`,
  says: `CPU of decoding an export to the equal value, against ${library}`,
  measure: "cpu",
  per: { count: decoded, unit: "an export" },
  ours: "effect-didww",
  against: library,
  contenders,
  must: 0.6,
  aim: 0.4
})

export const bars: ReadonlyArray<Bar> = [
  against("zod", all),
  against("valibot", { "effect-didww": ours, valibot })
]
