/** The lease of the one writer of a database. It works as the leases of windows do. */
import type { SqlError } from "@effect/sql/SqlError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type DestinationError, DestinationMoved, type Hold } from "../../Destination.js"
import { orTyped } from "./faults.js"
import { type Blocked, keeping, renewed, type Shared, watching } from "./leases.js"
import { beat, type Lease } from "./overlaps.js"

interface Held {
  readonly _tag: "Held"
  readonly fence: string
}

const attempt = ({ database, holder, lease }: Shared): Effect.Effect<Held | Blocked, SqlError> =>
  Effect.gen(function*() {
    const { dialect: { named, now }, query } = database
    const [held] = yield* query<Omit<Held, "_tag">>(
      `INSERT INTO ${named("writers")} AS w (name, holder, fence, expires)
       VALUES ('sync', $1::text, 1, ${now} + $2::bigint)
       ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires = excluded.expires, fence = w.fence + 1
         WHERE w.expires < ${now} RETURNING CAST(fence AS text) AS fence`,
      [holder, Duration.toMillis(lease)]
    )
    if (held !== undefined) return { _tag: "Held" as const, ...held }
    const [other] = yield* query<Lease>(`SELECT holder, ${beat} AS beat FROM ${named("writers")}`, [])
    return { _tag: "Blocked" as const, holder: other?.holder ?? "", beat: other?.beat ?? "" }
  })

/** Takes the lease, and renews it until the scope closes. */
export const hold = (shared: Shared): Effect.Effect<Hold, DestinationError, Scope.Scope> =>
  Effect.gen(function*() {
    const { database: { dialect, query, transact }, lease, place } = shared
    const { fence } = yield* watching(shared, attempt(shared))
    const change = (expires: string) =>
      query(
        `UPDATE ${dialect.named("writers")} SET expires = ${expires} WHERE fence = $1::bigint RETURNING 1 AS one`,
        [fence]
      )
    yield* keeping(shared, change)
    return {
      check: transact(change(renewed(dialect, lease))).pipe(
        orTyped(place),
        Effect.filterOrFail((rows) => rows.length === 1, () => new DestinationMoved({ place })),
        Effect.asVoid
      )
    }
  })
