import { assert, describe } from "@effect/vitest"
import { Option } from "effect"
import * as walking from "../src/internal/list/walk.js"
import { FastCheck, property } from "./property.js"
import { generator } from "./random.js"
import { seeds } from "./setup.js"

/** How a server breaks the contract of a list. */
interface Lie {
  readonly order: "newest first" | "oldest first" | "by id" | "pages in reverse" | "shuffled each time"
  readonly paging: "by number" | "the first page" | "each page twice" | "all rows" | "pages of three"
  readonly total: "true" | "growing" | "random" | "too large" | "too small" | "missing" | "at times" | "zero once"
  readonly links: "none" | "true" | "always a next page" | "never a next page"
  readonly times: "distinct" | "equal" | "unknown"
}

interface Row {
  readonly id: string
  /** Milliseconds. */
  readonly createdAt: number | undefined
}

const timeOf: Record<Lie["times"], (index: number) => number | undefined> = {
  distinct: (index) => index * 1000,
  equal: () => 1000,
  unknown: () => undefined
}

const orders: Record<Lie["order"], (rows: ReadonlyArray<Row>, stride: number, shuffle: () => number) => Array<Row>> = {
  "newest first": (rows) => rows.toReversed(),
  "oldest first": (rows) => rows.slice(),
  "by id": (rows) => rows.toSorted((a, b) => a.id < b.id ? -1 : 1),
  "pages in reverse": (rows, stride) =>
    Array.from(
      { length: Math.ceil(rows.length / stride) },
      (_, page) => rows.slice(page * stride, (page + 1) * stride).reverse()
    ).flat(),
  "shuffled each time": (rows, _, shuffle) =>
    rows.map((row) => [row, shuffle()] as const).toSorted(([, a], [, b]) => a - b).map(([row]) => row)
}

const server = (size: number, stride: number, seed: number, lie: Lie) => {
  const random = generator(seed, 3)
  // ids in an order of their own
  const rows = Array.from({ length: size }, (_, index): Row => ({
    id: `${(index * 37 + 11) % 101}-${index}`,
    createdAt: timeOf[lie.times](index)
  }))
  const totals: Record<Lie["total"], (number: number) => number | undefined> = {
    true: () => size,
    growing: (number) => size + number * stride,
    random: () => random.integer(2 * size + 2),
    "too large": () => size + 1 + stride,
    "too small": () => Math.floor(size / 2),
    missing: () => undefined,
    "at times": () => random.integer(2) === 0 ? size : undefined,
    "zero once": (number) => number === 2 ? 0 : size
  }
  const answer = (page: number, asked: number, number: number): walking.Answer<Row> => {
    const all = orders[lie.order](rows, stride, () => random.integer(1_000_000))
    const [place, count] = {
      "by number": [(page - 1) * asked, asked],
      "the first page": [0, asked],
      "each page twice": [Math.floor((page - 1) / 2) * asked, asked],
      "all rows": [0, size],
      "pages of three": [(page - 1) * 3, 3]
    }[lie.paging] as [number, number]
    const total = totals[lie.total](number)
    const isWhole = lie.total !== "zero once" || total !== 0
    return {
      rows: isWhole ? all.slice(place, place + count) : [],
      total,
      hasNext: {
        none: undefined,
        true: isWhole && place + count < size,
        "always a next page": true,
        "never a next page": false
      }[lie.links],
      apiVersion: Option.none()
    }
  }
  return { rows, answer }
}

interface Outcome {
  readonly end: walking.Step<Row>["_tag"]
  readonly emitted: ReadonlyArray<string>
  readonly requests: number
  /** The most answers in a row that emitted nothing. */
  readonly idle: number
  /** The smallest total that the first page was answered with. */
  readonly promised: number
}

const mostRequests = 20_000

/** Long after the newest row was created, in milliseconds. */
const late = 1_000_000_000

const walkOver = (
  stride: number,
  concurrency: number,
  answer: ReturnType<typeof server>["answer"],
  answeredAt = late
): Outcome => {
  let walk = walking.start<Row>({
    createdAtOf: ({ createdAt }) => createdAt,
    page: 1,
    pageSize: stride,
    concurrency,
    isNewestFirst: true,
    until: -Infinity,
    answeredAt
  })
  const emitted: Array<string> = []
  let [requests, idle, mostIdle, promised] = [0, 0, 0, Infinity]
  const ask = (page: number, size: number) => {
    const answered = answer(page, size, ++requests)
    if (page === 1) promised = Math.min(promised, answered.total ?? Infinity)
    return answered
  }
  for (;;) {
    const batch = walking.batch(walk)
    const answers = batch.pages.map((page) => ask(page, batch.size))
    const step = walking.receive(walk, batch, { answers, probe: batch.probes ? ask(1, 1) : undefined })
    const fresh = step.emissions.flatMap(({ fresh }) => fresh.map(({ id }) => id))
    emitted.push(...fresh)
    idle = fresh.length > 0 ? 0 : idle + answers.length
    mostIdle = Math.max(mostIdle, idle)
    if (step._tag !== "Continue" || requests > mostRequests) {
      return { end: step._tag, emitted, requests, idle: mostIdle, promised }
    }
    walk = step.walk
  }
}

const lies = FastCheck.record({
  order: FastCheck.constantFrom<Array<Lie["order"]>>(
    "newest first",
    "oldest first",
    "by id",
    "pages in reverse",
    "shuffled each time"
  ),
  paging: FastCheck.constantFrom<Array<Lie["paging"]>>(
    "by number",
    "the first page",
    "each page twice",
    "all rows",
    "pages of three"
  ),
  total: FastCheck.constantFrom<Array<Lie["total"]>>(
    "true",
    "growing",
    "random",
    "too large",
    "too small",
    "missing",
    "at times",
    "zero once"
  ),
  links: FastCheck.constantFrom<Array<Lie["links"]>>("none", "true", "always a next page", "never a next page"),
  times: FastCheck.constantFrom<Array<Lie["times"]>>("distinct", "equal", "unknown")
})

const size = FastCheck.nat(60)
const pageSize = FastCheck.integer({ min: 1, max: 11 })
const concurrency = FastCheck.constantFrom(1, 2, 8)
const seed = FastCheck.nat()
const numRuns = seeds(3000)

describe("a walk over a server that lies", () => {
  property(
    "ends after a bounded number of answers without a new row, and emits no row twice",
    // where rows are as young as the first answer, the clock says nothing of their order
    [size, pageSize, concurrency, seed, lies, FastCheck.constantFrom(0, late)],
    (size, pageSize, concurrency, seed, lie, answeredAt) => {
      const { answer } = server(size, pageSize, seed, lie)
      const { emitted, end, idle, requests } = walkOver(pageSize, concurrency, answer, answeredAt)
      assert.notStrictEqual(end, "Continue")
      assert.isAtMost(requests, mostRequests)
      assert.strictEqual(new Set(emitted).size, emitted.length)
      // one look over the pages that held rows, and two passes that give up
      const limit = Math.max(10, Math.ceil(100 / Math.min(pageSize, 3)))
      assert.isAtMost(idle, 2 * size + 3 * (limit + concurrency))
    },
    { numRuns }
  )

  property(
    "ends as a success only with all rows where totals are true",
    [size, pageSize, concurrency, seed, lies],
    (size, pageSize, concurrency, seed, lie) => {
      const { answer } = server(size, pageSize, seed, { ...lie, total: "true" })
      const { emitted, end } = walkOver(pageSize, concurrency, answer)
      if (end === "Done") assert.strictEqual(emitted.length, size)
    },
    { numRuns }
  )

  property(
    "ends as a success only with as many rows as a first page promised",
    [size, pageSize, concurrency, seed, lies],
    (size, pageSize, concurrency, seed, lie) => {
      const { answer } = server(size, pageSize, seed, lie)
      const { emitted, end, promised } = walkOver(pageSize, concurrency, answer)
      if (end === "Done" && promised < Infinity) assert.isAtLeast(emitted.length, promised)
    },
    { numRuns }
  )

  property(
    "emits all rows of a server that has an order or a page size of its own",
    [size, pageSize, concurrency, seed, lies, FastCheck.constantFrom(0, late)],
    (size, pageSize, concurrency, seed, { links, order, paging, times, total }, answeredAt) => {
      const { answer } = server(size, pageSize, seed, {
        // an answer without a total and without a next page says that it is the last one
        links: total === "at times" && links === "never a next page" ? "none" : links,
        times,
        order: order === "shuffled each time" ? "by id" : order,
        paging: paging === "the first page" || paging === "each page twice" ? "by number" : paging,
        total: total === "at times" || total === "zero once" ? total : "true"
      })
      const { emitted, end } = walkOver(pageSize, concurrency, answer, answeredAt)
      assert.deepStrictEqual([end, emitted.length], ["Done", size])
    },
    { numRuns }
  )
})
