import type { CallRecord } from "@effect-didww/core"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import { once } from "node:events"
import type { Server } from "node:http"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"
import { bars } from "../src/bars.js"
import { resultOf } from "../src/ratios.js"
import { report, summary } from "../src/report.js"
import { addressOf, records, typed } from "../src/rows.js"
import { start } from "../src/server.js"

const result = (bar: string, contender: string) =>
  Effect.scoped(Effect.flatten(bars.find(({ name }) => name === bar)!.contenders[contender]!.prepare))

describe("bench", () => {
  let server: Server | undefined

  beforeAll(async () => {
    const started = await start()
    server = started.server
    process.env.BENCH_SERVER = started.url
    return async () => {
      server?.closeAllConnections()
      server?.close()
      await once(started.server, "close")
    }
  })

  for (const bar of bars) {
    it.scopedLive(`the contenders of ${bar.name} succeed`, () =>
      Effect.gen(function*() {
        for (const name of Object.keys(bar.contenders)) yield* result(bar.name, name)
        assert.isTrue(Object.hasOwn(bar.contenders, bar.ours))
        assert.isTrue(bar.against === undefined || Object.hasOwn(bar.contenders, bar.against))
      }))
  }

  it.live("every contender of gets-* gets every export", () =>
    Effect.gen(function*() {
      for (const name of ["effect-didww", "fetch, JSON.parse", "undici, JSON.parse"]) {
        assert.strictEqual(yield* result("gets-cold", name), 100, name)
      }
    }))

  it.live("every pager reads every export", () =>
    Effect.gen(function*() {
      for (const bar of bars.filter(({ name }) => name.startsWith("pages-") || name.startsWith("latency-"))) {
        for (const name of Object.keys(bar.contenders)) {
          assert.strictEqual(yield* result(bar.name, name), 1000, `${bar.name}: ${name}`)
        }
      }
    }))

  it.live("the other schema libraries decode to values equal to ours", () =>
    Effect.gen(function*() {
      const ours = yield* result("decode-zod", "effect-didww")
      for (const name of ["zod", "valibot", "arktype", "effect-didww, its Schema"]) {
        assert.deepStrictEqual(yield* result("decode-zod", name), ours, name)
      }
    }))

  it.live("every reader of rows returns the same sum and the same typed rows", () =>
    Effect.gen(function*() {
      const expected = yield* result("rows-gunzip-node", "effect-didww, zlib")
      assert.deepStrictEqual(yield* result("rows-gunzip-web", "effect-didww, DecompressionStream"), expected)
      for (const name of ["csv-parse", "papaparse", "fast-csv", "gunzip whole, csv-parse/sync"]) {
        assert.deepStrictEqual(yield* result("rows-csv-parse", name), expected, name)
      }
      const { parse } = yield* Effect.promise(() => import("csv-parse/sync"))
      const response = yield* Effect.promise(() => fetch(addressOf(1000)))
      const csv = gunzipSync(yield* Effect.promise(() => response.arrayBuffer()))
      const [, ...cells]: ReadonlyArray<ReadonlyArray<string>> = parse(csv)
      const rows: ReadonlyArray<CallRecord.Row> = yield* records(1000)
      assert.deepStrictEqual(rows, cells.map(typed))
    }))

  it.live("DuckDB returns the same number of rows and the same sums", () =>
    Effect.gen(function*() {
      for (const name of ["rows-duckdb", "stats"]) {
        assert.deepStrictEqual(yield* result(name, "effect-didww"), yield* result(name, "DuckDB"), name)
      }
    }))

  it.live("the filter matches as many exports as the predicate by hand", () =>
    Effect.gen(function*() {
      const found = yield* result("filter-matches", "matches")
      assert.strictEqual(found, yield* result("filter-matches", "by hand"))
      assert.isAbove(Number(found), 0)
    }))

  it("a ratio compares medians, and the README's table shows it", () => {
    const [bar] = bars
    const found = resultOf(bar!, new Map([[bar!.ours, [3, 9, 4]], [bar!.against!, [2, 1, 7]]]))
    assert.strictEqual(found.ratio, 2)
    assert.include(summary(report([found]), [found]), `| **2** | ${bar!.must} | ${bar!.aim} |`)
  })

  it("the command measures a bar and prints JSON", () => {
    const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))
    const run = () =>
      execFileSync(
        process.execPath,
        ["--import", "tsx", main, "--only", "rows-gunzip-node", "--rounds", "1", "--json"],
        { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, BENCH_SERVER: undefined } }
      )
    const said = Effect.runSync(
      Effect.try(run).pipe(
        // The command fails if the bar does not hold. This test checks only the output.
        Effect.catchAll(({ error }) =>
          Effect.succeed(String(error instanceof Object && "stdout" in error && error.stdout))
        )
      )
    )
    const { bars: [found] } = JSON.parse(said.trim().split("\n").at(-1) ?? "")
    assert.strictEqual(found.name, "rows-gunzip-node")
    assert.isNumber(found.ratio)
  })
})
