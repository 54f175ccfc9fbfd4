import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { program } from "./processes.js"

/** How many such requests run at once at most: 1 or 64, which takes some minutes. Without it, one short case runs. */
const most = Number(process.env.MEMORY ?? 0)

/** How many MiB the process may grow. A bound on an answer is 64 MiB, and 2 MiB while another long one is read. */
const bounds = { 1: 400, 64: 1500 }

/** The peak of a process that asks so many times at once. */
const peakOf = Effect.fnUntraced(function*(path: string, transport: string, count: number) {
  const flood = yield* program("flood")
  yield* flood.ready
  const port = flood.said("port")
  const hungry = yield* program("hungry", `http://127.0.0.1:${port}/${path}`, transport, count, 60)
  const { code, lines } = yield* hungry.ended
  assert.strictEqual(code, 0, lines.join("\n"))
  return { peak: Number(hungry.said("peak")), end: hungry.said("end") }
})

describe("the memory of a process", () => {
  const bodies = [["error", "an error of 10 GiB"], ["plain", "10 GiB"], ["bomb", "4 GiB, gzipped"]] as const
  for (const transport of most > 0 ? ["fetch", "undici"] : ["fetch"]) {
    for (const [path, body] of most > 0 ? bodies : bodies.slice(0, 1)) {
      for (const count of most > 1 ? [1, 64] as const : [1] as const) {
        it.scopedLive(
          `grows by at most ${bounds[count]} MiB for ${count} answers of ${body} on ${transport}`,
          () =>
            Effect.gen(function*() {
              const { end, peak } = yield* peakOf(path, transport, count)
              assert.isAtMost(peak, bounds[count])
              assert.isAbove(peak, 0)
              // the long answers are read one after the other, which takes a while on a busy machine
              const expected = path === "error" ? "InvalidRequest" : "MalformedResponse"
              assert.include(count === 1 ? [expected] : [expected, "still asking"], end)
            }),
          120_000
        )
      }
    }
  }
})
