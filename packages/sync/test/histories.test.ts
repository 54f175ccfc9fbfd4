import { type Manifest, type Plan, Sync } from "@effect-didww/sync"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Queue, TestClock } from "effect"
import * as histories from "./history.js"
import * as memories from "./memory.js"
import { type Account, account, clients, filtersOf, identity, passing, there } from "./world.js"

// switches for CI: HISTORIES=200, and SEED=17 HISTORIES=1 for the history of one seed
const seeds = Array.from(
  { length: Number(process.env.HISTORIES ?? 2) },
  (_, index) => index + Number(process.env.SEED ?? 1)
)

const hour = 3_600_000

/** The runs without trouble have the new type too. */
const last = 1000

const millis = DateTime.toEpochMillis

const monthOf = (time: number, offset: number): number => {
  const date = new Date(time)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset)
}

/** A destination that several runs filled, one after the other. */
interface Story {
  readonly acme: Account
  readonly memory: memories.Memory
  readonly history: histories.History
}

const selected = ({ exportType, window: { from, to } }: Manifest.Subject) => ({
  exportType,
  from: DateTime.formatIso(from),
  to: DateTime.formatIso(to)
})

/** The windows of a track. Fails if two of them overlap. Gives the instants at which a gap begins. */
const gaps = (windows: ReadonlyArray<Manifest.Window>): ReadonlyArray<string> => {
  const sorted = windows.toSorted((one, other) => millis(one.from) - millis(other.from))
  return sorted.slice(1).flatMap(({ from, key }, index) => {
    const { to } = sorted[index]!
    assert.isAtLeast(millis(from), millis(to), `${key} overlaps another window`)
    return millis(from) > millis(to) ? [DateTime.formatIso(to)] : []
  })
}

const isOf =
  ({ account, exportType }: Plan.Track) => (one: { readonly account: string; readonly exportType: string }): boolean =>
    one.account === account && one.exportType === exportType

const windowsOf = (plan: Plan.Plan, track: Plan.Track, kept: ReadonlyArray<Manifest.Manifest>) => {
  const own = kept.filter(({ subject }) => isOf(track)(subject)).map(({ subject }) => subject.window)
  const names = new Set(own.map(({ key }) => key))
  return [
    ...own,
    ...plan.lost.filter(isOf(track)).map(({ window }) => window).filter(({ key }) => !names.has(key)),
    ...plan.pulls.filter(({ reason, subject }) => reason === "missing" && isOf(track)(subject)).map(({ subject }) =>
      subject.window
    ),
    ...plan.waiting.filter(isOf(track)).map(({ window }) => window)
  ]
}

/** What holds after each run, killed or not. */
const assertSound = ({ acme, memory, history: { rules } }: Story, now: number) =>
  Effect.gen(function*() {
    const plan = yield* Sync.plan({ ...rules, destination: memories.make(memory) })
    const kept = Array.from(memory.windows.values(), ({ manifest }) => manifest)
    for (const track of plan.tracks) {
      // each instant is in one window, and each window in one state
      assert.deepStrictEqual(gaps(windowsOf(plan, track, kept)), [])
      for (const { exportType, window } of plan.lost.filter(isOf(track))) {
        assert.isBelow(millis(window.from), monthOf(now, -2), `${exportType} ${window.key} is not lost`)
      }
    }
    for (const { manifest, rows } of memory.windows.values()) {
      const { requestedAt, subject } = manifest
      const name = `${subject.exportType} ${subject.window.key}`
      const found = rows.map(identity).toSorted()
      assert.deepStrictEqual(
        found,
        there(acme, { ...selected(subject), recordedBy: DateTime.formatIso(requestedAt) }),
        name
      )
      const track = plan.tracks.find((one) => isOf(one)(subject))!
      const isLost = plan.lost.some(({ exportType, window }) =>
        exportType === subject.exportType && window.key === subject.window.key
      )
      if (millis(subject.window.from) < millis(track.completeUntil) && !isLost) {
        const isSettled = millis(requestedAt) >= millis(subject.window.to) + 26 * hour
        assert.isTrue(
          isSettled || found.length === there(acme, selected(subject)).length,
          `${name} is complete too early`
        )
      }
    }
    return plan
  })

/** What holds after enough runs without trouble. */
const assertComplete = ({ acme, history: { isGone, rules }, memory }: Story, plan: Plan.Plan, now: number) =>
  Effect.gen(function*() {
    assert.deepStrictEqual(
      plan.pulls.map(({ reason, subject }) => `${subject.exportType} ${subject.window.key} ${reason}`),
      []
    )
    assert.deepStrictEqual(plan.disputed.map(({ window }) => window.key), [])
    const exports = yield* acme.simulator.exports
    for (const { exportType, window } of plan.lost) {
      const found = exports.filter((one) =>
        one.exportType === exportType && one.filters?.from === filtersOf(window).from &&
        one.filters.to === filtersOf(window).to
      )
      assert.isTrue(
        found.every(({ id, url }) => url === null || isGone(id)),
        `${exportType} ${window.key} could be had`
      )
    }
    const most = (rules.window === "month" ? 31 * 24 + 60 : 60) * hour
    const isOpen = plan.lost.length > 0 || plan.suspicious.length > 0
    for (const { completeUntil, exportType } of plan.tracks) {
      assert.isTrue(isOpen || millis(completeUntil) > now - most, `${exportType} is complete too late`)
    }
    for (const { manifest: { subject }, rows } of memory.windows.values()) {
      const { from, key } = subject.window
      // the closing audit of the month was made
      if (millis(from) >= monthOf(now, -2) && monthOf(Date.parse(key.slice(0, 7)), 1) + 5 * 24 * hour < now) {
        assert.deepStrictEqual(
          rows.map(identity).toSorted(),
          there(acme, selected(subject)),
          `${subject.exportType} ${key}`
        )
      }
    }
  })

const tell = Effect.fnUntraced(function*(history: histories.History) {
  const next = histories.random(history.seed + 1_000_000)
  yield* TestClock.setTime(millis(history.start))
  let fate = histories.quiet
  let isCalm = false
  const acme = yield* account("acme", {
    ...history.simulator,
    faults: (request) => fate.fault(request),
    processing: ({ id }) => !isCalm && history.isSlow(id) ? { processing: "9 hours" } : {}
  })
  const created = yield* acme.simulator.creations
  const memory = memories.empty()
  const story: Story = { acme, memory, history }
  const run = Effect.fnUntraced(function*(pause: number, index: number) {
    yield* TestClock.adjust(pause)
    const types = index < history.newType ? ["cdr_in"] as const : ["cdr_in", "cdr_out"] as const
    const options: Sync.Options = {
      ...history.rules,
      types,
      accounts: clients([acme]),
      wait: "3 minutes",
      destination: memories.make(memory, fate.step)
    }
    yield* passing(fate.survive(Sync.run(options)))
    fate = histories.quiet
    return yield* assertSound(story, yield* now)
  })
  for (const [index, pause] of history.pauses.entries()) {
    if (history.hasTrouble) fate = yield* histories.troubled(next)
    yield* run(pause, index)
  }
  isCalm = true
  const monthEnd = monthOf(millis(history.start), 1)
  yield* run(30 * hour, last)
  yield* run(Math.max(0, monthEnd + 90 * hour - (yield* now)), last)
  for (let day = 0; day < 3; day++) yield* run(26 * hour, last)
  const plan = yield* run(26 * hour, last)
  yield* assertComplete(story, plan, yield* now)
  const references = Array.from(yield* Queue.takeAll(created), ({ externalReferenceId }) => externalReferenceId)
  assert.deepStrictEqual(
    references.filter((reference, index) => references.indexOf(reference) !== index),
    [],
    "requested twice"
  )
  assert.deepStrictEqual(references.filter((reference) => /\.g(\d\d|[7-9])$/.test(reference ?? "")), [])
})

const now = Effect.map(DateTime.now, millis)

describe("A history of runs that are killed, of failures and of months that end", () => {
  for (const seed of seeds) {
    it.scoped(
      `with seed ${seed} ends with every call that can be had once, and requests nothing twice`,
      () => tell(histories.make(seed)),
      120_000
    )
  }
})
