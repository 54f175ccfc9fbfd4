import * as core from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { readdirSync } from "node:fs"
import { createRequire } from "node:module"

const src = new URL("../src/", import.meta.url)
const modules = readdirSync(src).filter((name) => name.endsWith(".ts") && name !== "index.ts").map((name) =>
  name.replace(".ts", "")
)
const internals = readdirSync(new URL("internal/", src), { recursive: true }).map(String).filter((name) =>
  name.endsWith(".ts")
)
const { resolve } = createRequire(import.meta.url)

describe("the package", () => {
  it("its index has every public module", () => {
    assert.sameMembers(Object.keys(core), modules)
  })

  for (const name of modules) {
    it(`${name} is an entry of its own`, () => {
      assert.match(resolve(`@effect-didww/core/${name}`), new RegExp(`src/${name}\\.ts$`))
    })
  }

  it("no internal module can be imported", () => {
    assert.isAbove(internals.length, 0)
    for (const name of internals.map((name) => name.replace(".ts", ""))) {
      assert.throws(() => resolve(`@effect-didww/core/internal/${name}`), "is not defined by \"exports\"")
    }
  })
})
