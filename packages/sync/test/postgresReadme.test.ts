import { Account } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { makePostgres } from "./sql/databases.js"
import { start } from "./sql/processes.js"

describe("The README's program for Postgres", () => {
  it.scopedLive("stores each row once, although it runs twice", () =>
    Effect.gen(function*() {
      const { client, url } = yield* makePostgres
      const simulator = yield* SimulatorServer.SimulatorServer
      for (const _ of [1, 2]) {
        const { ended } = yield* start("postgres", {
          DIDWW_API_KEY: "key",
          DIDWW_API_URL: simulator.url,
          DIDWW_DATABASE_URL: url
        })
        assert.deepStrictEqual(yield* ended, {
          code: 0,
          lines: [`500 records in postgres:${new URL(url).pathname.slice(1)}`]
        })
      }
      const count = Effect.flatMap(
        SqlClient.SqlClient,
        (sql) => sql.unsafe("SELECT count(*)::int AS n FROM didww.calls")
      )
      assert.deepStrictEqual(yield* Effect.provide(count, client), [{ n: 500 }])
    }).pipe(Effect.provide(SimulatorServer.layer({
      account: Account.make([]),
      archives: { rows: 500 },
      processing: { pending: 0, processing: 0 }
    }))), { timeout: 120_000 })
})
