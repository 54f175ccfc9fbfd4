/** Bars of single exports. */
import * as Export from "@effect-didww/core/Export"
import * as RateLimit from "@effect-didww/http/RateLimit"
import * as Effect from "effect/Effect"
import { account } from "./account.js"
import type { Bar, Contender } from "./bar.js"
import { byHand, headers, withLibrary } from "./byHand.js"
import { urlOf, working } from "./client.js"
import { requested } from "./sizes.js"

const path = `/plain/${requested}/v3`

/** Makes the ids of the server's account, so that no request warms the process up. */
const ids = Effect.sync(() => account(requested).exports.map(({ id }) => Export.ExportId.make(id)))

/** Requests all exports at once. Returns how many answers have their id. */
const counted = async (
  ids: ReadonlyArray<string>,
  get: (url: string) => Promise<{ readonly data: { readonly id: string } }>
): Promise<number> => {
  const all = await Promise.all(ids.map((id) => get(urlOf(`${path}/exports/${id}`))))
  return all.filter(({ data }, index) => data.id === ids[index]).length
}

const ours: Contender["prepare"] = Effect.flatMap(
  ids,
  (ids) =>
    working(path, (client) =>
      Effect.forEach(ids, (id) => client.get(id), { concurrency: "unbounded" }).pipe(
        Effect.map((all) => all.filter(({ id }, index) => id === ids[index]).length),
        Effect.provide(RateLimit.none)
      ))
)

const without = "types, typed errors, retry, spans"

const contenders: Bar["contenders"] = {
  "effect-didww": { prepare: ours },
  "fetch, JSON.parse": {
    without,
    prepare: Effect.flatMap(ids, (ids) =>
      byHand(() =>
        counted(ids, async (url) => {
          const response = await fetch(url, { headers })
          return JSON.parse(await response.text())
        })
      ))
  },
  "undici, JSON.parse": {
    without,
    prepare: Effect.flatMap(
      ids,
      (ids) =>
        withLibrary(() => import("undici"), ({ request }) => () =>
          counted(ids, async (url) => {
            const { body } = await request(url, { headers })
            return JSON.parse(await body.text())
          }))
    )
  }
}

const getting = (name: string, round: string, unmeasured: number): Bar => ({
  name: `gets-${name}`,
  says: `CPU of an export, 1,000 concurrent gets on undici against fetch and JSON.parse: ${round}`,
  measure: "cpu",
  runs: { unmeasured, measured: 1 },
  per: { count: requested, unit: "an export" },
  ours: "effect-didww",
  against: "fetch, JSON.parse",
  contenders,
  must: 4,
  aim: 2
})

export const bars: ReadonlyArray<Bar> = [
  getting("cold", "a process's first round", 0),
  getting("warm", "its fifth round", 4)
]
