import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import * as walking from "../src/internal/list/walk.js"
import { FastCheck, isBroken, property } from "./property.js"

/** A change of an account between two requests. Places count from the newest row. */
type Change =
  | { readonly _tag: "Create"; readonly count: number }
  | { readonly _tag: "Expire"; readonly at: number }

// often the newest place, so that a created row vanishes before any request sees it
const place = FastCheck.oneof(FastCheck.constant(0), FastCheck.nat(60))

const moments = FastCheck.array(
  FastCheck.record({
    turn: FastCheck.nat(7),
    changes: FastCheck.array(
      FastCheck.oneof(
        FastCheck.record({ _tag: FastCheck.constant("Create" as const), count: FastCheck.integer({ min: 1, max: 3 }) }),
        FastCheck.record({ _tag: FastCheck.constant("Expire" as const), at: place })
      ),
      { maxLength: 4 }
    )
  }),
  { maxLength: 40 }
)

const account = (size: number) => {
  let next = 0
  const rows: Array<Row> = []
  const create = (count: number) => {
    for (let index = 0; index < count; index++) {
      rows.unshift({ id: `e${next}`, order: next, createdAt: next++ })
    }
  }
  create(size)
  return {
    rows,
    apply: (change: Change) =>
      change._tag === "Create" ? create(change.count) : rows.splice(change.at % (rows.length + 1), 1)
  }
}

/** Times are in milliseconds. */
interface Row {
  readonly id: string
  readonly order: number
  readonly createdAt: number
}

interface Timed {
  readonly id: string
  readonly createdAt?: number
}

const start = <A extends Timed>(pageSize: number, concurrency: number) =>
  walking.start<A>({
    createdAtOf: ({ createdAt }) => createdAt,
    page: 1,
    pageSize,
    concurrency,
    isNewestFirst: true,
    until: -Infinity,
    answeredAt: -Infinity
  })

interface Outcome {
  readonly emitted: ReadonlyArray<Row>
  readonly lived: ReadonlyArray<string>
  readonly requests: number
}

/** Walks over an account that changes between any two requests. Requests of one batch arrive in any order. */
const walkOver = (
  size: number,
  pageSize: number,
  concurrency: number,
  script: ReadonlyArray<{ readonly changes: ReadonlyArray<Change>; readonly turn: number }>
): Outcome => {
  const { apply, rows } = account(size)
  const emitted: Array<Row> = []
  const atFirst = rows.map(({ id }) => id)
  let requests = 0
  let walk = start<Row>(pageSize, concurrency)
  const answer = (page: number, size: number): walking.Answer<Row> => {
    if (requests > 0) script[requests - 1]?.changes.forEach(apply)
    requests = requests + 1
    assert.isBelow(requests, 3000)
    return {
      rows: rows.slice((page - 1) * size, page * size),
      total: rows.length,
      hasNext: undefined,
      apiVersion: Option.none()
    }
  }
  for (;;) {
    const batch = walking.batch(walk)
    assert.isAtMost(batch.pages.length + (batch.probes ? 1 : 0), Math.max(concurrency, 2))
    // the server evaluates the requests of a batch in an order of its own
    const asked = [...batch.pages, ...(batch.probes ? [undefined] : [])]
    const turned = asked.map((page, index) => ({ page, index, turn: script[requests + index]?.turn ?? 0 }))
      .toSorted((a, b) => a.turn - b.turn)
    const answers = turned.map(({ index, page }) => ({
      index,
      page,
      answer: page === undefined ? answer(1, 1) : answer(page, batch.size)
    }))
      .toSorted((a, b) => a.index - b.index)
    const step = walking.receive(walk, batch, {
      answers: answers.filter(({ page }) => page !== undefined).map(({ answer }) => answer),
      probe: answers.find(({ page }) => page === undefined)?.answer
    })
    emitted.push(...step.emissions.flatMap(({ fresh }) => fresh))
    assert.oneOf(step._tag, ["Continue", "Done"])
    if (step._tag === "Done") {
      const alive = new Set(rows.map(({ id }) => id))
      return { emitted, lived: atFirst.filter((id) => alive.has(id)), requests }
    }
    walk = step.walk
  }
}

const size = FastCheck.nat(50)
// a switch for long runs: WALK_SEEDS=10000
const numRuns = Number(process.env.WALK_SEEDS ?? 3000)
const concurrency = FastCheck.constantFrom(1, 2, 8)
const pageSize = FastCheck.integer({ min: 1, max: 11 })

/** The pages that a walk asks for, where each page gives the same answer each time. */
const asked = (answers: ReadonlyArray<ReadonlyArray<string>>, total: number, stride: number) => {
  const pages: Array<number> = []
  const emitted: Array<string> = []
  for (let walk = start<Timed>(stride, 1);;) {
    pages.push(walk.page)
    const rows = (answers[walk.page - 1] ?? []).map((id) => ({ id }))
    const answer = { rows, total, hasNext: undefined, apiVersion: Option.none() }
    const step = walking.receive(walk, walking.batch(walk), { answers: [answer], probe: undefined })
    emitted.push(...step.emissions.flatMap(({ fresh }) => fresh.map(({ id }) => id)))
    if (step._tag !== "Continue") return { pages, emitted, end: step._tag }
    walk = step.walk
  }
}

describe("walk", () => {
  property(
    "emits each row that lived through the walk exactly once, in order",
    [size, pageSize, concurrency, moments],
    (size, pageSize, concurrency, script) => {
      const { emitted, lived } = walkOver(size, pageSize, concurrency, script)
      const ids = emitted.map(({ id }) => id)
      assert.strictEqual(new Set(ids).size, ids.length)
      const wanted = new Set(lived)
      assert.deepStrictEqual(ids.filter((id) => wanted.has(id)), lived)
    },
    { numRuns }
  )

  property(
    "sends one request a page while nothing moves, and a probe for each batch of several pages",
    [size, pageSize, concurrency],
    (size, pageSize, concurrency) => {
      const pages = Math.max(1, Math.ceil(size / pageSize))
      const { requests } = walkOver(size, pageSize, concurrency, [])
      const most = concurrency === 1 ? pages : pages + Math.ceil(pages / (concurrency - 1)) + 1
      assert.isTrue(requests >= pages && requests <= most)
    }
  )

  it("finds that the naive pager breaks this law", () => {
    const naive = (
      size: number,
      pageSize: number,
      script: ReadonlyArray<{ readonly changes: ReadonlyArray<Change> }>
    ): boolean => {
      const { apply, rows } = account(size)
      const atFirst = rows.map(({ id }) => id)
      const ids: Array<string> = []
      for (let page = 1; (page - 1) * pageSize < rows.length; page++) {
        ids.push(...rows.slice((page - 1) * pageSize, page * pageSize).map(({ id }) => id))
        script[page - 1]?.changes.forEach(apply)
      }
      const alive = new Set(rows.map(({ id }) => id))
      return new Set(ids).size === ids.length && atFirst.every((id) => !alive.has(id) || ids.includes(id))
    }
    assert.isTrue(isBroken([size, pageSize, moments], naive, 1000))
  })

  describe("several pages at once", () => {
    const time = 0
    const page = (number: number, total = 12): walking.Answer<Timed> => ({
      rows: [1, 2].map((place) => ({ id: `${number}.${place}`, createdAt: time })),
      total,
      hasNext: undefined,
      apiVersion: Option.none()
    })
    const probe = (id: string, total = 12) => ({ ...page(1, total), rows: [{ id, createdAt: time }] })
    // after page 1, pages 2 to 4 wait for their probe, which is sent with pages 5 and 6
    const first = start<Timed>(2, 3)
    const opened = walking.receive(first, walking.batch(first), { answers: [page(1)], probe: undefined }).walk
    const waiting = (...pages: ReadonlyArray<walking.Answer<Timed>>) =>
      walking.receive(opened, walking.batch(opened), { answers: pages, probe: undefined })
    const after = (
      answers: ReadonlyArray<walking.Answer<Timed>>,
      newest: walking.Answer<Timed>
    ) => {
      const { walk } = waiting(page(2), page(3), page(4))
      const { emissions, walk: next } = walking.receive(walk, walking.batch(walk), { answers, probe: newest })
      return [emissions.map(({ number }) => number), walking.batch(next)] as const
    }

    it("wait for a probe that is sent with the next pages", () => {
      assert.deepStrictEqual(walking.batch(opened), { pages: [2, 3, 4], size: 2, probes: false })
      const { emissions, walk } = waiting(page(2), page(3), page(4))
      assert.deepStrictEqual([emissions, walking.batch(walk)], [[], { pages: [5, 6], size: 2, probes: true }])
      assert.deepStrictEqual(after([page(5), page(6)], probe("1.1")), [[2, 3, 4], { pages: [], size: 2, probes: true }])
    })

    it("are thrown away when a total or the newest row has changed, and are asked for one at a time", () => {
      const alone = (page: number) => ({ pages: [page], size: 2, probes: false })
      const { emissions, walk } = waiting(page(2), page(3, 13), page(4))
      assert.deepStrictEqual([emissions, walking.batch(walk)], [[], alone(2)])
      assert.deepStrictEqual(after([page(5), page(6)], probe("0.9")), [[], alone(2)])
      assert.deepStrictEqual(after([page(5), page(6)], probe("1.1", 11)), [[], alone(2)])
      assert.deepStrictEqual(after([page(5), page(6, 11)], probe("1.1")), [[2, 3, 4], alone(5)])
    })

    it("are not asked for where a created row may not come first", () => {
      const answer = { ...page(1), rows: [{ id: "a" }, { id: "b", createdAt: time }] }
      const { walk } = walking.receive(first, walking.batch(first), { answers: [answer], probe: undefined })
      assert.deepStrictEqual(walking.batch(walk), { pages: [2], size: 2, probes: false })
    })
  })

  it("goes on after pages without a new row, emits the rows behind them, and breaks when rows are missing", () => {
    assert.deepStrictEqual(asked([["a", "b"], ["a", "b"], ["c", "d"]], 6, 2), {
      pages: [1, 2, 3, 1, 2, 3],
      emitted: ["a", "b", "c", "d"],
      end: "Broken"
    })
  })

  it("goes on after a short page in the middle", () => {
    assert.deepStrictEqual(asked([["a", "b", "c"], ["d"], ["e", "f", "g"]], 7, 3), {
      pages: [1, 2, 2, 2, 3],
      emitted: ["a", "b", "c", "d", "e", "f", "g"],
      end: "Done"
    })
  })

  it("asks once more for an empty page, and breaks when no page brings the promised rows", () => {
    assert.deepStrictEqual(asked([["a", "b"]], 4, 2), { pages: [1, 2, 2, 1, 2, 2], emitted: ["a", "b"], end: "Broken" })
  })

  it("ends when the total never stays the same", () => {
    const rows = (page: number) => [1, 2].map((place) => ({ id: `${page}.${place}` }))
    let walk = start<Timed>(2, 1)
    for (let requests = 1; requests < 1000; requests++) {
      const answer = { rows: walk.page > 10 ? [] : rows(walk.page), total: 30 + requests % 2, hasNext: undefined }
      const step = walking.receive(walk, walking.batch(walk), {
        answers: [{ ...answer, apiVersion: Option.none() }],
        probe: undefined
      })
      if (step._tag !== "Continue") return assert.strictEqual(step._tag, "Stuck")
      walk = step.walk
    }
    assert.fail("the walk does not end")
  })

  /** Walks while the account changes in the same way before each request. */
  const under = (size: number, pageSize: number, change: (rows: Array<Row>, request: number) => void) => {
    const { rows } = account(size)
    const atFirst = rows.map(({ id }) => id)
    const ids: Array<string> = []
    let walk = start<Row>(pageSize, 1)
    for (let requests = 1;; requests++) {
      if (requests > 1) change(rows, requests)
      const { pages: [page = 1], size } = walking.batch(walk)
      const answer = {
        rows: rows.slice((page - 1) * size, page * size),
        total: rows.length,
        hasNext: undefined,
        apiVersion: Option.none()
      }
      const step = walking.receive(walk, walking.batch(walk), { answers: [answer], probe: undefined })
      ids.push(...step.emissions.flatMap(({ fresh }) => fresh.map(({ id }) => id)))
      if (step._tag !== "Continue") {
        const alive = new Set(rows.map(({ id }) => id))
        const wanted = atFirst.filter((id) => alive.has(id))
        assert.deepStrictEqual(ids.filter((id) => alive.has(id)), wanted)
        return { requests, end: step._tag }
      }
      walk = step.walk
    }
  }

  it("loses no row when rows with equal times at the edge of two pages change their order", () => {
    const at = (id: string, millis: number) => ({ id, createdAt: millis })
    const [a, b, c, d] = [at("a", 2), at("b", 2), at("c", 3), at("d", 1)]
    const answers = [[c, a], [a, d], [c, a], [b, d]]
    const emitted: Array<string> = []
    let walk = start<Timed>(2, 1)
    for (const rows of answers) {
      const answer = { rows, total: 4, hasNext: undefined, apiVersion: Option.none() }
      const step = walking.receive(walk, walking.batch(walk), { answers: [answer], probe: undefined })
      emitted.push(...step.emissions.flatMap(({ fresh }) => fresh.map(({ id }) => id)))
      walk = step.walk
    }
    assert.deepStrictEqual(emitted, ["c", "a", "d", "b"])
  })

  it("makes progress while exports expire all the time", () => {
    for (const at of [0, 500, 900]) {
      const { end, requests } = under(1000, 10, (rows) => rows.splice(at % rows.length, 1))
      assert.strictEqual(end, "Done")
      assert.isBelow(requests, 350)
    }
    assert.strictEqual(under(1000, 10, (rows) => rows.splice(0, 5)).end, "Done")
    const { end } = under(1000, 100, (rows, request) => {
      if (request % 2 === 0) rows.splice(50, 1)
      else rows.unshift({ id: `n${request}`, order: request, createdAt: 5000 + request })
    })
    assert.strictEqual(end, "Done")
  })

  it("leaves out later exports, and sends no further request when no row was lost", () => {
    const replaced = under(1000, 10, (rows, request) => {
      if (request !== 20) return
      rows.splice(10, 1)
      rows.unshift({ id: "new", order: 2000, createdAt: 2000 })
    })
    assert.deepStrictEqual(replaced, { requests: 100, end: "Done" })
  })

  it("sends one request for an empty account", () => {
    assert.deepStrictEqual(asked([], 0, 2), { pages: [1], emitted: [], end: "Done" })
  })
})
