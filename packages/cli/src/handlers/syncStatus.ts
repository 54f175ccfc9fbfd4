/** Says how complete a destination is. */
import { Sync } from "@effect-didww/sync"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { codes, Exited } from "../Failure.js"
import type * as Format from "../Format.js"
import { grouped, span, toJson } from "../internal/text.js"
import * as Output from "../Output.js"
import * as StatusRow from "../StatusRow.js"
import { Stdio } from "../Stdio.js"
import * as SyncTarget from "../SyncTarget.js"

export interface Input {
  readonly destination: string
  readonly account: ReadonlyArray<string>
  readonly maxAge: Duration.Duration
  readonly json: boolean
  readonly format: Option.Option<Format.Encoding>
}

const jsonOf = (status: Sync.Status, rows: ReadonlyArray<StatusRow.StatusRow>, problems: ReadonlyArray<string>) => ({
  isWell: problems.length === 0,
  problems,
  lastSuccess: status.lastSuccess === undefined ? null : DateTime.formatIso(status.lastSuccess),
  records: status.records,
  tracks: rows.map(StatusRow.shape.json),
  lost: status.plan.lost.map(({ account, at, exportType, isAcknowledged, window }) => ({
    account,
    type: exportType,
    window: window.key,
    lostAt: DateTime.formatIso(at),
    isAcknowledged
  }))
})

export const run = Effect.fnUntraced(function*({ account, destination: name, format, json, maxAge }: Input) {
  const stdio = yield* Stdio
  const destination = yield* SyncTarget.openMade(name)
  const now = yield* DateTime.now
  const all = yield* Sync.status({ destination })
  const status = account.length === 0 ? all : { ...all, plan: yield* Sync.plan({ destination, accounts: account }) }
  const rows = StatusRow.of(status, now)
  const problems = StatusRow.problems(status, now, maxAge)
  if (json) {
    yield* stdio.out(`${toJson(jsonOf(status, rows, problems), 2)}\n`)
  } else {
    const chosen = yield* Output.choose({ format, output: Option.none(), header: false })
    const write = (write: Output.WriteRows<StatusRow.StatusRow>) => write(rows)
    yield* Output.rows(chosen, () => StatusRow.shape, write)
    const { lastSuccess, records } = status
    yield* stdio.note(
      `${grouped(records)} records.${
        lastSuccess === undefined
          ? ""
          : ` The last run that succeeded ended ${span(DateTime.distance(lastSuccess, now))} ago.`
      }`
    )
  }
  yield* Effect.forEach(problems, (problem) => stdio.err(`didww-exports: ${problem}`))
  if (problems.length > 0) return yield* new Exited({ code: codes.failure })
}, Effect.scoped)
