import { Export } from "@effect-didww/core"
import { RecordFile } from "@effect-didww/http"
import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import * as checkpoint from "../src/internal/archive/checkpoint.js"
import { property } from "./property.js"

const text = (change: Record<string, unknown>) =>
  JSON.stringify({ version: 1, exportId: "e-1", records: 3, rejected: 1, position: 210, ...change })

const decode = Schema.decodeUnknownEither(checkpoint.Json)

describe("a checkpoint", () => {
  property("survives a round trip as JSON, on one line", [RecordFile.Checkpoint], (value) => {
    const json = Schema.encodeSync(checkpoint.Json)(value)
    assert.notInclude(json, "\n")
    assert.deepStrictEqual(Schema.decodeSync(checkpoint.Json)(json), value)
  })

  it("starts with no row", () => {
    const start = checkpoint.start(Export.ExportId.make("e-1"))
    assert.strictEqual(Schema.encodeSync(checkpoint.Json)(start), text({ records: 0, rejected: 0, position: 0 }))
  })

  it("is read with and without an ETag", () => {
    assert.isTrue(Either.isRight(decode(text({}))))
    assert.isTrue(Either.isRight(decode(text({ etag: "\"abc\"" }))))
  })

  const broken = {
    "another version": text({ version: 2 }),
    "half a line": text({}).slice(0, -5),
    "an empty text": "",
    "a negative position": text({ position: -1 }),
    "half a record": text({ records: 0.5 }),
    "more records than a number holds": text({ records: 2 ** 53 }),
    "an empty export id": text({ exportId: "" })
  }
  for (const [name, json] of Object.entries(broken)) {
    it(`is refused with ${name}`, () => assert.isTrue(Either.isLeft(decode(json))))
  }
})
