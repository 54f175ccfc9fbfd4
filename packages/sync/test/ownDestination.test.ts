import { CallRecord } from "@effect-didww/core"
import { type Manifest } from "@effect-didww/sync"
import { KeyValueStore } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Option } from "effect"
import { readFileSync } from "node:fs"
import { make } from "./programs/keyValue.js"
import { archiveOf, connected, pull, requestCount } from "./setup.js"

/** The rows of a window, read as the guide says. */
const linesOf = (store: KeyValueStore.KeyValueStore, manifest: Manifest.Manifest) =>
  Effect.gen(function*() {
    const lines: Array<string> = []
    while (lines.length < manifest.records + manifest.rejected) {
      const batch = yield* store.get(`${manifest.exportId}/${lines.length}`)
      lines.push(...Option.getOrThrow(batch).split("\n"))
    }
    return lines
  })

describe("The guide's destination", () => {
  it("is the program of this test, in less than sixty lines", () => {
    const text = readFileSync(new URL("./programs/keyValue.ts", import.meta.url), "utf8")
    assert.include(readFileSync(new URL("../../../docs/destinations.md", import.meta.url), "utf8"), text)
    assert.isBelow(text.split("\n").length, 62)
  })

  it.scopedLive("has each row once, although pulls are stopped anywhere, and costs no request once it is complete", () =>
    Effect.gen(function*() {
      const store = yield* KeyValueStore.KeyValueStore
      const destination = make(store)
      for (const place of [300, 100, 900]) {
        const stop = ({ rows }: { readonly rows: number }) => rows > place ? Effect.interrupt : Effect.void
        assert.isTrue(Exit.isInterrupted(yield* Effect.exit(pull(destination, { onProgress: stop }))))
      }
      const manifest = yield* pull(destination)
      const { rows } = yield* archiveOf(manifest)
      assert.deepStrictEqual(yield* linesOf(store, manifest), rows.map(CallRecord.toLine))
      const before = yield* requestCount
      assert.deepStrictEqual(yield* pull(destination), manifest)
      assert.deepStrictEqual(yield* destination.manifests, [manifest])
      assert.strictEqual(yield* requestCount, before)
    }).pipe(
      Effect.provide(KeyValueStore.layerMemory),
      Effect.provide(connected({ archives: { rows: 1000, seed: 2 } }))
    ))
})
