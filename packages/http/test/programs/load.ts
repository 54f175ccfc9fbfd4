import { CallRecord } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import { SqlClient } from "@effect/sql"
import { Chunk, Effect, Stream } from "effect"

/** Each row of an archive once, in `calls`; how many of an export are there, in `pulls`. */
export const load = (completed: ExportsClient.Archived) =>
  Effect.gen(function*() {
    const client = yield* ExportsClient.ExportsClient
    const sql = yield* SqlClient.SqlClient
    const [stored] = yield* sql<{ readonly rows: number }>`SELECT rows FROM pulls WHERE export_id = ${completed.id}`
    let rows = stored?.rows ?? 0
    yield* client.records(completed).pipe(
      Stream.drop(rows),
      Stream.grouped(500),
      Stream.runForEach((batch) => {
        const values = Chunk.toReadonlyArray(batch).map((row, index) => ({
          export_id: completed.id,
          number: rows + index + 1,
          row: JSON.stringify(CallRecord.encode(row))
        }))
        rows = rows + values.length
        // both or neither: what is stored is what was counted
        return sql.withTransaction(Effect.zipRight(
          sql`INSERT INTO calls ${sql.insert(values)}`,
          sql`INSERT INTO pulls ${sql.insert({ export_id: completed.id, rows })}
              ON CONFLICT (export_id) DO UPDATE SET rows = EXCLUDED.rows`
        ))
      })
    )
    return rows
  })
