import { Export } from "@effect-didww/core"
import type { Manifest, Plan, Sync } from "@effect-didww/sync"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Option } from "effect"
import { codes } from "../src/Failure.js"
import * as Rows from "../src/Rows.js"
import * as StatusRow from "../src/StatusRow.js"
import * as SyncProgress from "../src/SyncProgress.js"
import * as SyncReport from "../src/SyncReport.js"

const at = (time: string): DateTime.Utc => DateTime.unsafeMake(time)

const subject = (account: string, exportType: Export.ExportType, day: string): Manifest.Subject => ({
  account,
  exportType,
  window: { from: at(day), to: DateTime.add(at(day), { days: 1 }), key: day },
  generation: 1
})

const first = subject("acme", "cdr_in", "2026-10-01")
const second = subject("globex-eu", "cdr_out", "2026-10-02")

const manifest = (of: Manifest.Subject, records: number, requestedAt: string): Manifest.Manifest => ({
  version: 1,
  subject: of,
  request: { exportType: "cdr_in", from: of.window.from, to: of.window.to },
  exportId: Export.ExportId.make("e-1"),
  requestedAt: at(requestedAt),
  archiveSha256: "",
  archiveBytes: 212_000,
  records,
  rejected: 0,
  rejectedLines: 0,
  replacedTexts: 0,
  sums: {},
  times: {},
  rowsHash: "0",
  completedAt: at(requestedAt)
})

const pull = (of: Manifest.Subject): Plan.PlannedPull => ({
  subject: of,
  reason: "missing",
  deadline: at("2026-12-01"),
  intent: undefined,
  manifest: undefined
})

const track = (of: Manifest.Subject, nextLoss: Plan.Track["nextLoss"]): Plan.Track => ({
  account: of.account,
  exportType: of.exportType,
  since: at("2026-09-01"),
  completeUntil: of.window.from,
  nextLoss
})

const plan: Plan.Plan = {
  pulls: [pull(first), pull(second)],
  audits: [],
  isUrgent: false,
  tracks: [track(first, undefined), track(second, { at: at("2026-12-01"), windows: 3 })],
  waiting: [],
  overdue: [],
  suspicious: [],
  provisional: [],
  disputed: [],
  lost: []
}

const lost: Plan.Lost = { ...first, at: at("2026-11-01"), isAcknowledged: false }

const report: Sync.Report = {
  startedAt: at("2026-11-28"),
  endedAt: at("2026-11-28T19:00:00Z"),
  created: 8,
  adopted: 352,
  wasted: 0,
  committed: [manifest(first, 3012, "2026-10-05")],
  late: 0,
  waiting: [],
  failed: [],
  failedAccounts: [],
  audits: [],
  plan
}

const exportId = Export.ExportId.make("e-1")

const progress = (rows: number) => ({ bytes: 10, rows, total: Option.none(), etag: Option.none() })

/** What shows after some events, each a second after the one before. */
const following = (hasColor: boolean) => {
  const follow = SyncProgress.make({ hasColor, settles: Duration.toMillis("26 hours") })
  let now = 0
  return { ...follow, add: (event: Sync.Event) => follow.add(event, now += 1000) }
}

describe("the lines of a sync", () => {
  it("a line names a window, its state, its rows, its size and its rate", () => {
    const { add } = following(false)
    add({ _tag: "Planned", plan })
    add({ _tag: "Loading", subject: first, progress: progress(0) })
    assert.strictEqual(
      add({ _tag: "Committed", manifest: manifest(first, 3012, "2026-10-05"), reason: "missing", late: 0 }),
      "acme       cdr_in   2026-10-01  complete         3,012 rows  212.0 kB      3,012 rows/s"
    )
    assert.strictEqual(
      add({ _tag: "Committed", manifest: manifest(second, 1, "2026-10-03T02:00:00Z"), reason: "missing", late: 0 }),
      "globex-eu  cdr_out  2026-10-02  provisional          1 rows  212.0 kB"
    )
    assert.strictEqual(
      add({ _tag: "Committed", manifest: manifest(first, 3014, "2026-10-06"), reason: "audit", late: 2 }),
      "acme       cdr_in   2026-10-01  replaced         3,014 rows  212.0 kB  2 late"
    )
  })

  it("a line says how another window ended", () => {
    const { add } = following(false)
    add({ _tag: "Planned", plan })
    const month = { ...first, window: { ...first.window, key: "2026-10.audit" } }
    assert.deepStrictEqual([
      add({ _tag: "Requested", subject: first, exportId }),
      add({ _tag: "Waiting", subject: first }),
      add({ _tag: "Audited", subject: month, differing: 2 })
    ], [
      undefined,
      "acme       cdr_in   2026-10-01  waiting      DIDWW has not completed the export",
      "acme       cdr_in   2026-10     audited      2 windows differ"
    ])
  })

  it("the state has a color on a terminal that has colors", () => {
    const { add } = following(true)
    assert.include(add({ _tag: "Waiting", subject: first }) ?? "", "\u001b[33mwaiting    \u001b[39m")
  })

  it("the line of progress counts requests, waits, loads, rows and the time that is left", () => {
    const { add, line } = following(false)
    assert.strictEqual(line({ elapsed: 0, spinner: "*" }), "* Looking for what is missing")
    add({ _tag: "Planned", plan })
    add({ _tag: "Requested", subject: first, exportId })
    add({ _tag: "Adopted", subject: second, exportId })
    add({ _tag: "Ready", subject: first, exportId })
    assert.strictEqual(
      line({ elapsed: 4000, spinner: "*" }),
      "* 0 of 2 windows  1 requested  1 waiting  1 loading  0 rows/s"
    )
    add({ _tag: "Committed", manifest: manifest(first, 3012, "2026-10-05"), reason: "missing", late: 0 })
    assert.strictEqual(
      line({ elapsed: 6000, spinner: "*" }),
      "* 1 of 2 windows  1 requested  1 waiting  0 loading  502 rows/s  0:06 left"
    )
  })
})

describe("the report of a sync", () => {
  it("counts exports, windows and records, and says until when all is complete", () => {
    assert.strictEqual(
      SyncReport.sentence({ ...report, late: 2 }),
      "1 window with 3,012 records loaded. Exports: 8 created, 352 adopted, 0 wasted. 2 records came late."
    )
    assert.deepStrictEqual(SyncReport.tracks(report), [
      "acme cdr_in is complete until 2026-10-01 00:00 UTC.",
      "globex-eu cdr_out is complete until 2026-10-02 00:00 UTC. 3 windows are missing, lost in 2 d 5 h."
    ])
  })

  it("names what needs another run, or somebody's attention", () => {
    assert.deepStrictEqual(SyncReport.problems({ ...report, waiting: [second], plan: { ...plan, lost: [lost] } }), [
      "1 export is not ready: globex-eu/cdr_out/2026-10-02. Run the same command again later.",
      "1 window is lost, because DIDWW has deleted the records: acme/cdr_in/2026-10-01. " +
      "Use sync acknowledge to report them no more."
    ])
  })

  it("the exit code is 6 only if nothing but exports is awaited", () => {
    assert.strictEqual(SyncReport.codeFor(report), 0)
    assert.strictEqual(SyncReport.codeFor({ ...report, waiting: [first] }), codes.timedOut)
  })
})

describe("the status of a destination", () => {
  const status: Sync.Status = { plan: { ...plan, lost: [lost] }, lastSuccess: at("2026-11-26T00:00:00Z"), records: 1 }
  const now = at("2026-11-28T19:00:00Z")

  const table = (columns: number) => {
    const { end, rows } = Rows.writer({
      shape: () => StatusRow.shape,
      format: "table",
      hasHeader: false,
      isTerminal: true,
      columns,
      hasColor: false
    })
    return `${rows(StatusRow.of(status, now))}${end()}`.split("\n")
  }

  it("shows a countdown in a terminal of 80 and 120 columns", () => {
    assert.deepStrictEqual(table(80), [
      "ACCOUNT    TYPE     COMPLETE UNTIL    MISSING  PROVISIONAL  NEXT LOSS",
      "acme       cdr_in   2026-10-01 00:00        1            0",
      "globex-eu  cdr_out  2026-10-02 00:00        1            0  3 windows in 2 d 5 h",
      ""
    ])
    assert.deepStrictEqual(table(120), [
      "ACCOUNT    TYPE     COMPLETE UNTIL    MISSING  PROVISIONAL  WAITING  OVERDUE  SUSPICIOUS  DISPUTED  NEXT LOSS",
      "acme       cdr_in   2026-10-01 00:00        1            0        0        0           0         0",
      "globex-eu  cdr_out  2026-10-02 00:00        1            0        0        0           0         0  3 windows in 2 d 5 h",
      ""
    ])
  })

  it("needs attention if a loss is near, a window is lost, or no run succeeded for long", () => {
    assert.deepStrictEqual(StatusRow.problems(status, now, Duration.hours(36)), [
      "globex-eu cdr_out: 3 windows missing, lost in 2 d 5 h (2026-12-01 00:00 UTC).",
      "1 window is lost, because DIDWW has deleted the records: acme/cdr_in/2026-10-01. " +
      "Use sync acknowledge to report them no more.",
      "The last run that succeeded ended 2 d 19 h ago."
    ])
    assert.deepStrictEqual(StatusRow.problems({ ...status, plan: { ...plan, tracks: [] } }, now, Duration.days(3)), [])
  })
})
