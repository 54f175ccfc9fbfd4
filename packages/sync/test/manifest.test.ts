import { Archive } from "@effect-didww/simulator"
import { Manifest } from "@effect-didww/sync"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, FastCheck, Schema } from "effect"
import { decode, manifestOf, source, subject } from "./sql/loads.js"

const manifest: Manifest.Manifest = {
  ...manifestOf(subject, source, decode(Archive.make({ rows: 20, seed: 1, badRows: 0.2 }))),
  sums: { total: "0.30", charged: "1" },
  times: { startedAt: { first: DateTime.unsafeMake(0), last: DateTime.unsafeMake(1) } },
  file: { path: "a", bytes: 1, sha256: "b" }
}

const encode = Schema.encodeSync(Manifest.Manifest)
const decodeManifest = Schema.decodeUnknownSync(Manifest.Manifest)

/** The keys of an object and of all below it in the other order. */
const reversed = (value: unknown): unknown =>
  typeof value !== "object" || value === null
    ? value
    : Object.fromEntries(Object.entries(value).toReversed().map(([key, item]) => [key, reversed(item)]))

/** The paths of all texts and numbers. */
const leaves = (value: unknown, path: ReadonlyArray<string> = []): ReadonlyArray<ReadonlyArray<string>> =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]))
    : [path]

const changed = (value: unknown, [key, ...path]: ReadonlyArray<string>): unknown =>
  key === undefined
    ? typeof value === "number" ? value + 1 : typeof value === "boolean" ? !value : `${String(value)}x`
    : { ...(value as object), [key]: changed((value as Record<string, unknown>)[key], path) }

describe("the seal of a manifest", () => {
  it("holds in any order of the keys, and after JSON", () => {
    const sealed = Manifest.seal(manifest)
    assert.isTrue(Manifest.isSealed(sealed))
    assert.isTrue(Manifest.isSealed(decodeManifest(reversed(JSON.parse(JSON.stringify(encode(sealed)))))))
    assert.deepStrictEqual(Manifest.seal(sealed), sealed)
  })

  it("is missing from a manifest that nobody sealed", () => assert.isFalse(Manifest.isSealed(manifest)))

  it.prop(
    "breaks with a change of any value",
    [FastCheck.constantFrom(...leaves(encode(Manifest.seal(manifest))))],
    ([path]) => {
      const found = Schema.decodeUnknownOption(Manifest.Manifest)(changed(encode(Manifest.seal(manifest)), path))
      // some values cannot be changed so and still be a manifest
      assert.isFalse(found._tag === "Some" && Manifest.isSealed(found.value), path.join("."))
    }
  )
})
