import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import * as walking from "../src/internal/walk.js"

/** An account by places: the newest first. A change happens between two requests. */
type Change =
  | { readonly _tag: "Create"; readonly count: number }
  | { readonly _tag: "Expire"; readonly at: number }

const changes = FastCheck.array(
  FastCheck.array(
    FastCheck.oneof(
      FastCheck.record({ _tag: FastCheck.constant("Create" as const), count: FastCheck.integer({ min: 1, max: 3 }) }),
      FastCheck.record({ _tag: FastCheck.constant("Expire" as const), at: FastCheck.nat(60) })
    ),
    { maxLength: 4 }
  ),
  { maxLength: 30 }
)

const account = (size: number) => {
  let next = 0
  const rows: Array<{ readonly id: string; readonly order: number }> = []
  const create = (count: number) => {
    for (let index = 0; index < count; index++) rows.unshift({ id: `e${next}`, order: next++ })
  }
  create(size)
  return {
    rows,
    apply: (change: Change) =>
      change._tag === "Create" ? create(change.count) : rows.splice(change.at % (rows.length + 1), 1)
  }
}

interface Outcome {
  readonly emitted: ReadonlyArray<{ readonly id: string; readonly order: number }>
  readonly lived: ReadonlyArray<string>
  readonly requests: number
}

const walkOver = (size: number, pageSize: number, script: ReadonlyArray<ReadonlyArray<Change>>): Outcome => {
  const { apply, rows } = account(size)
  const emitted: Array<{ readonly id: string; readonly order: number }> = []
  const atFirst = rows.map(({ id }) => id)
  let walk = walking.start(1, pageSize)
  for (let requests = 1;; requests++) {
    assert.isBelow(requests, 2000)
    const step = walking.advance(walk, {
      rows: rows.slice((walk.page - 1) * pageSize, walk.page * pageSize),
      total: rows.length,
      isLast: false
    })
    emitted.push(...step.fresh)
    assert.notStrictEqual(step._tag, "Broken")
    if (step._tag === "Done") {
      const alive = new Set(rows.map(({ id }) => id))
      return { emitted, lived: atFirst.filter((id) => alive.has(id)), requests }
    }
    script[requests - 1]?.forEach(apply)
    walk = step.walk
  }
}

const size = FastCheck.nat(50)
const pageSize = FastCheck.integer({ min: 1, max: 11 })

/** The pages that are asked for, where each answers the same each time. */
const asked = (answers: ReadonlyArray<ReadonlyArray<string>>, total: number, stride: number) => {
  const pages: Array<number> = []
  const emitted: Array<string> = []
  for (let walk = walking.start(1, stride);;) {
    pages.push(walk.page)
    const rows = (answers[walk.page - 1] ?? []).map((id) => ({ id }))
    const step = walking.advance(walk, { rows, total, isLast: false })
    emitted.push(...step.fresh.map(({ id }) => id))
    if (step._tag !== "Continue") return { pages, emitted, end: step._tag }
    walk = step.walk
  }
}

describe("walk", () => {
  it.prop(
    "every row that lived through the walk is emitted exactly once, in order",
    [size, pageSize, changes],
    ([size, pageSize, script]) => {
      const { emitted, lived } = walkOver(size, pageSize, script)
      const ids = emitted.map(({ id }) => id)
      assert.strictEqual(new Set(ids).size, ids.length)
      const wanted = new Set(lived)
      assert.deepStrictEqual(ids.filter((id) => wanted.has(id)), lived)
    },
    { fastCheck: { numRuns: 3000 } }
  )

  it.prop(
    "costs one request a page while nothing vanishes",
    [size, pageSize],
    ([size, pageSize]) => {
      assert.strictEqual(walkOver(size, pageSize, []).requests, Math.max(1, Math.ceil(size / pageSize)))
    }
  )

  it("the naive pager fails this", () => {
    const naive = (size: number, pageSize: number, script: ReadonlyArray<ReadonlyArray<Change>>): boolean => {
      const { apply, rows } = account(size)
      const atFirst = rows.map(({ id }) => id)
      const ids: Array<string> = []
      for (let page = 1; (page - 1) * pageSize < rows.length; page++) {
        ids.push(...rows.slice((page - 1) * pageSize, page * pageSize).map(({ id }) => id))
        script[page - 1]?.forEach(apply)
      }
      const alive = new Set(rows.map(({ id }) => id))
      return new Set(ids).size === ids.length && atFirst.every((id) => !alive.has(id) || ids.includes(id))
    }
    const failure = FastCheck.check(FastCheck.property(size, pageSize, changes, naive), { numRuns: 1000 })
    assert.isTrue(failure.failed)
  })

  it("pages with nothing new are not the end: what is behind them is emitted", () => {
    assert.deepStrictEqual(asked([["a", "b"], ["a", "b"], ["c", "d"]], 6, 2), {
      pages: [1, 2, 3, 1, 2, 3],
      emitted: ["a", "b", "c", "d"],
      end: "Done"
    })
  })

  it("a short page in the middle is not the end", () => {
    assert.deepStrictEqual(asked([["a", "b", "c"], ["d"], ["e", "f", "g"]], 7, 3), {
      pages: [1, 2, 2, 2, 3],
      emitted: ["a", "b", "c", "d", "e", "f", "g"],
      end: "Done"
    })
  })

  it("an empty answer is asked for once more; promised rows that no page brings break the walk", () => {
    assert.deepStrictEqual(asked([["a", "b"]], 4, 2), { pages: [1, 2, 2, 1, 2, 2], emitted: ["a", "b"], end: "Broken" })
  })

  it("an account of nothing is one request", () => {
    assert.deepStrictEqual(asked([], 0, 2), { pages: [1], emitted: [], end: "Done" })
  })
})
