import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { run } from "./terminal.js"

const blanks = ["", " ", "\r\n"]

const list = ["list", "--simulator", "--limit", "1", "--quiet"]
const explain = ["list", "--explain"]

const optional = [
  ["DIDWW_API_VERSION", "2022-05-11", "one of 2022-05-10, 2026-04-16", list],
  ["DIDWW_API_VERSION", "latest", "one of 2022-05-10, 2026-04-16", explain],
  ["DIDWW_RETRY_MAX_ATTEMPTS", "0", "a whole number of 1 or more", list],
  ["DIDWW_RETRY_BUDGET", "-1", "a whole number of 0 or more", list],
  ["DIDWW_RETRY_BASE_DELAY", "soon", "a duration such as 20 seconds", list],
  ["DIDWW_RETRY_TOTAL_TIMEOUT", "0 seconds", "a duration of more than zero", list],
  ["DIDWW_RATE_LIMIT", "0", "a whole number of 1 or more", list],
  ["DIDWW_RATE_INTERVAL", "1", "a duration of more than zero", list]
] as const

describe("a variable", () => {
  for (const [name, wrong, takes, command] of optional) {
    it.live(`${name} counts as unset if it is blank, for ${command.join(" ")}`, () =>
      Effect.gen(function*() {
        const unset = yield* run(command)
        assert.strictEqual(unset.code, 0)
        for (const blank of blanks) assert.deepStrictEqual(yield* run(command, { env: { [name]: blank } }), unset)
      }))

    it.live(`${name} of ${wrong} is refused by name, for ${command.join(" ")}`, () =>
      Effect.gen(function*() {
        const { code, err, out } = yield* run(command, { env: { [name]: wrong } })
        assert.deepStrictEqual([code === 0, out], [false, ""])
        assert.include(err, `Cannot use the variable ${name}: Expected ${takes}`)
      }))
  }

  const required = [
    ["DIDWW_API_KEY", ["list", "--limit", "1"]],
    ["DIDWW_CALLBACK_SECRET", ["callback", "verify", "--url", "https://example.com", "--signature", "y", "id=1"]]
  ] as const
  for (const [name, command] of required) {
    it.live(`${name} must be set and not be blank, and the failure says so`, () =>
      Effect.gen(function*() {
        const unset = yield* run(command)
        assert.deepStrictEqual([unset.code, unset.out], [3, ""])
        assert.match(unset.err, new RegExp(`[Ss]et ${name}`))
        for (const blank of blanks) assert.deepStrictEqual(yield* run(command, { env: { [name]: blank } }), unset)
      }))
  }
})
