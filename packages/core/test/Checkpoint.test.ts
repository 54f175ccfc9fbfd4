import { Checkpoint, Export } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Schema } from "effect"

const text = (change: Record<string, unknown>) =>
  JSON.stringify({ version: 1, exportId: "e-1", records: 3, rejected: 1, position: 210, ...change })

const decode = Schema.decodeUnknownEither(Checkpoint.Json)

describe("Checkpoint", () => {
  it.prop("survives a round trip as JSON, in one line", [Checkpoint.Checkpoint], ([checkpoint]) => {
    const json = Schema.encodeSync(Checkpoint.Json)(checkpoint)
    assert.notInclude(json, "\n")
    assert.deepStrictEqual(Schema.decodeSync(Checkpoint.Json)(json), checkpoint)
  })

  it.effect("starts with nothing", () =>
    Effect.gen(function*() {
      const start = Checkpoint.start(Export.ExportId.make("e-1"))
      assert.strictEqual(
        yield* Schema.encode(Checkpoint.Json)(start),
        text({ records: 0, rejected: 0, position: 0 })
      )
    }))

  it("reads what was written, with and without an ETag", () => {
    assert.isTrue(Either.isRight(decode(text({}))))
    assert.isTrue(Either.isRight(decode(text({ etag: "\"abc\"" }))))
  })

  for (
    const [name, broken] of Object.entries({
      "another version": text({ version: 2 }),
      "half a line": text({}).slice(0, -5),
      "nothing": "",
      "a negative position": text({ position: -1 }),
      "half a record": text({ records: 0.5 }),
      "more than a number holds": text({ position: 2 ** 53 }),
      "no export": text({ exportId: "" })
    })
  ) {
    it(`refuses ${name}`, () => assert.isTrue(Either.isLeft(decode(broken))))
  }
})
