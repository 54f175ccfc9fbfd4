/**
 * Pages by number while rows move: decides which pages to ask for next, which rows of the answers are new, and when the
 * walk is over. A pure machine: it sends no request.
 *
 * One page after the other. Newest first, created rows enter at place 0, and expired rows leave anywhere. `covered` is a
 * prefix of the places with this invariant: **every export that has lived since the first answer and was not emitted stands
 * at place `covered` or further down.** Let C exports be created and D vanish between two answers: the total goes from T to
 * T + C - D. An export that was not emitted moves down by C, and up by at most D. So it moves up by at most D - C, which is
 * the fall of the total; if the total did not fall, it did not move up. Hence `covered` shrinks by the fall, and a page is
 * emitted only if it joins the prefix without a gap.
 *
 * Several pages at once. Nobody knows in which order a server evaluates them. So they wait for a probe, which is sent after
 * they came. If the total and the newest export are the same as before, and every page said that total, then nothing moved
 * that matters. The newest export is the old one: each export that was created since must have vanished again. The total is
 * the old one: nothing else vanished. And no page saw such an export while it existed, or its total would have been greater.
 * Otherwise the walk throws the rows of these pages away, and goes on one page at a time.
 *
 * While exports expire, the walk asks for pages of another size. Such a page begins before `covered`, with room for the rows
 * that fall meanwhile. Otherwise steady expiry would hold the walk in its place.
 *
 * Exports that were created after the first answer were not promised. They are left out, because they would stand behind
 * older rows.
 *
 * Rows of unknown age may stand before the newest row. Then created rows enter behind them, and the first page must hold all
 * of them. These rows, and rows with equal times, have no order, so that some can be missing in the end. If the walk saw such
 * rows, or pages with fewer rows than they should have, and emitted fewer rows than were promised, it looks once more from
 * the first page on and emits the rows that are new. Their order is best effort.
 */
import type * as Option from "effect/Option"
import { EmittedIds } from "./emittedIds.js"

export interface Identified {
  readonly id: string
}

/** A page, and what it says of the collection. */
export interface Answer<Row> {
  readonly rows: ReadonlyArray<Row>
  readonly total: number | undefined
  /** Whether there is a next page. `undefined` if the server does not name its pages. */
  readonly hasNext: boolean | undefined
  /** The API version that answered. */
  readonly apiVersion: Option.Option<string>
}

export interface Walk<Row> {
  /** When a row was created, in milliseconds. */
  readonly createdAtOf: CreatedAtOf<Row>
  /** The page to ask for, from 1. */
  readonly page: number
  /** Rows in a page, as the server serves them. It may serve fewer than the walk asks for. */
  readonly stride: number
  /** Pages at once. */
  readonly concurrency: number
  /** A row that was created before this time, in milliseconds, is the end: all rows behind it are older. */
  readonly until: number
  readonly covered: number
  /** The last total that the server gave. */
  readonly total: number | undefined
  /** How many rows must be emitted in the end: the first total, less its falls. */
  readonly expected: number
  /** How many of these rows were emitted. */
  readonly emitted: number
  /** When the newest row of the first answer was created. Later rows were not promised. */
  readonly since: number
  /** Newest first: created rows come before all others. */
  readonly isNewestFirst: boolean
  /** The walk saw something that the argument does not cover. */
  readonly isIrregular: boolean
  /** When the last row of the last page was created. A row with the same time may stand on either side of the edge. */
  readonly edge: number | undefined
  /** How many covered rows the next page should repeat, because the total is falling. */
  readonly overlap: number
  /** The place where the walk began, in pages. */
  readonly from: number
  readonly answers: number
  /** Answers in a row without a new row. */
  readonly idle: number
  /** The last answer changed nothing, so its page is asked for once more. */
  readonly repeated: boolean
  /** The walk went back to its first page, because rows were missing at the end. */
  readonly again: boolean
  /** An answer after the first one brought a new row. */
  readonly progressed: boolean
  /** The newest export when the total was `total`. Unknown after one of them changed. */
  readonly newest: string | undefined
  /** Pages to ask for one at a time, before several at once are tried again. */
  readonly alone: number
  /** Pages that wait for their probe. */
  readonly held: ReadonlyArray<readonly [page: number, answer: Answer<Row>]>
  readonly emittedIds: EmittedIds
}

/** When a row was created, in milliseconds. `undefined` if unknown. */
export type CreatedAtOf<Row> = (row: Row) => number | undefined

/** Pages to ask for at once. */
export interface Batch {
  readonly pages: ReadonlyArray<number>
  /** Rows in a page. */
  readonly size: number
  /** Whether to ask for the newest export alone, too. */
  readonly probes: boolean
}

export interface Received<Row> {
  readonly answers: ReadonlyArray<Answer<Row>>
  readonly probe: Answer<Row> | undefined
}

/** A page whose turn has come, and its rows to emit. */
export interface Emission<Row> {
  readonly number: number
  readonly answer: Answer<Row>
  readonly fresh: ReadonlyArray<Row>
}

/** `Broken`: the server promised more rows than its pages brought. `Restless`: rows move faster than pages arrive. */
export interface Step<Row> {
  readonly _tag: "Continue" | "Done" | "Broken" | "Restless"
  readonly emissions: ReadonlyArray<Emission<Row>>
  readonly walk: Walk<Row>
}

export interface Options<Row> {
  readonly createdAtOf: CreatedAtOf<Row>
  /** From 1. */
  readonly page: number
  readonly pageSize: number
  readonly concurrency: number
  readonly isNewestFirst: boolean
  readonly until: number
}

export const start = <Row>(options: Options<Row>): Walk<Row> => ({
  createdAtOf: options.createdAtOf,
  page: options.page,
  stride: options.pageSize,
  concurrency: options.concurrency,
  until: options.until,
  isNewestFirst: options.isNewestFirst,
  covered: (options.page - 1) * options.pageSize,
  total: undefined,
  expected: 0,
  emitted: 0,
  since: Infinity,
  isIrregular: !options.isNewestFirst,
  edge: undefined,
  overlap: 0,
  from: options.page - 1,
  answers: 0,
  idle: 0,
  repeated: false,
  again: false,
  progressed: false,
  newest: undefined,
  alone: 0,
  held: [],
  emittedIds: new EmittedIds()
})

/** Starts again from the first page. Emitted rows stay emitted. */
export const restart = <Row>(walk: Walk<Row>): Walk<Row> => ({
  ...goAlone(walk),
  page: walk.from + 1,
  covered: walk.from * walk.stride,
  overlap: 0,
  repeated: false
})

/** Throws away the pages that wait, and asks for as many pages one at a time. */
export const goAlone = <Row>(walk: Walk<Row>, more = 0): Walk<Row> => ({
  ...walk,
  newest: undefined,
  alone: walk.held.length + more,
  held: []
})

export const batch = <Row>(walk: Walk<Row>): Batch => {
  const { alone, concurrency, covered, held, newest, overlap, page, repeated, stride, total } = walk
  const single: Batch = { pages: [page], size: stride, probes: false }
  if (overlap > 0) return overlapping(covered, overlap, stride)
  if (concurrency < 2 || total === undefined || alone > 0 || repeated) return single
  const last = Math.ceil(total / stride)
  // the newest export is out of date: asks for this page, and for the newest one
  if (newest === undefined) return { ...single, probes: last > page + 1 }
  const begin = page + held.length
  const room = held.length === 0 ? concurrency : concurrency - 1
  const pages = Array.from({ length: Math.max(0, Math.min(room, last - begin + 1)) }, (_, index) => begin + index)
  return held.length > 0 ? { ...single, pages, probes: true } : pages.length > 1 ? { ...single, pages } : single
}

/** The page, of any size up to the stride, that begins at least `overlap` rows before `covered` and reaches furthest. */
const overlapping = (covered: number, overlap: number, stride: number): Batch => {
  const before = Math.max(0, covered - overlap)
  let [best, reach] = [stride, 0]
  for (let size = stride; size > 0; size--) {
    const end = before - before % size + size
    if (end > reach) [best, reach] = [size, end]
  }
  return { pages: [Math.floor(before / best) + 1], size: best, probes: false }
}

export const receive = <Row extends Identified>(
  walk: Walk<Row>,
  { pages, size }: Batch,
  { answers, probe }: Received<Row>
): Step<Row> => {
  const [answer] = answers
  const [page] = pages
  if (walk.held.length === 0 && answers.length === 1 && answer !== undefined && page !== undefined) {
    const step = advance(walk, page, size, answer)
    return probe !== undefined && probe.total === step.walk.total
      ? { ...step, walk: { ...step.walk, ...snapshot(step.walk, probe) } }
      : step
  }
  const stood = walk.held.length === 0 || (probe?.total === walk.total && probe?.rows[0]?.id === walk.newest)
  if (!stood) return { _tag: "Continue", emissions: [], walk: goAlone(walk, answers.length) }
  const step = accept({ ...walk, held: [] }, walk.held)
  if (step._tag !== "Continue") return step
  // the pages that came with the probe wait for a probe of their own
  const waits = step.walk.page === pages[0] && step.walk.newest !== undefined &&
    answers.every(({ total }) => total === walk.total)
  return {
    ...step,
    walk: waits ? { ...step.walk, held: zip(pages, answers) } : goAlone(step.walk, answers.length)
  }
}

const zip = <Row>(pages: ReadonlyArray<number>, answers: ReadonlyArray<Answer<Row>>): Walk<Row>["held"] =>
  answers.flatMap((answer, index) => {
    const page = pages[index]
    return page === undefined ? [] : [[page, answer] as const]
  })

/** Takes pages in their order, each as if it had been asked for alone, for as long as the walk goes on to the next one. */
const accept = <Row extends Identified>(walk: Walk<Row>, held: Walk<Row>["held"]): Step<Row> => {
  let step: Step<Row> = { _tag: "Continue", emissions: [], walk }
  for (const [page, answer] of held) {
    if (step._tag !== "Continue" || step.walk.page !== page) break
    const { emissions, ...next } = advance(step.walk, page, walk.stride, answer)
    step = { ...next, emissions: [...step.emissions, ...emissions] }
  }
  return step
}

const advance = <Row extends Identified>(
  walk: Walk<Row>,
  page: number,
  size: number,
  answer: Answer<Row>
): Step<Row> => {
  if (answer.total === undefined) return advanceUncounted(walk, answer)
  if (walk.answers > 0) return advanceCounted(walk, page, size, answer, answer.total)
  const opened = first(walk, answer, answer.total)
  return advanceCounted(opened, page, opened.stride, answer, answer.total)
}

/** What a probe, or the first page, says of the newest export. It finds created exports only where they sort first. */
const snapshot = <Row extends Identified>(
  { concurrency, createdAtOf }: Walk<Row>,
  { rows: [newest] }: Answer<Row>
): Pick<Walk<Row>, "newest" | "concurrency"> => ({
  newest: newest?.id,
  concurrency: timeOf(createdAtOf, newest) === undefined ? 1 : concurrency
})

/** The rows that were promised and not emitted before. Marks them as emitted. */
const emit = <Row extends Identified>(
  { createdAtOf, emittedIds, since }: Walk<Row>,
  rows: ReadonlyArray<Row>
): ReadonlyArray<Row> =>
  rows.filter((row) => {
    const at = createdAtOf(row)
    if (Number(at) > since || emittedIds.has(row.id, at)) return false
    emittedIds.add(row.id, at)
    return true
  })

const isEmitted = <Row extends Identified>({ createdAtOf, emittedIds }: Walk<Row>, row: Row): boolean =>
  emittedIds.has(row.id, createdAtOf(row))

const timeOf = <Row>(createdAtOf: CreatedAtOf<Row>, row: Row | undefined): number | undefined =>
  row === undefined ? undefined : createdAtOf(row)

/** Rows without a time, or with the same time, have no order of their own. */
const isUnordered = <Row>({ createdAtOf, edge }: Walk<Row>, rows: ReadonlyArray<Row>): boolean =>
  rows.some((row, index) => {
    const at = createdAtOf(row)
    return at === undefined || at === edge || at === timeOf(createdAtOf, rows[index + 1])
  })

/** Whether the last row is older than each row that matters. */
const isPast = <Row>({ createdAtOf, until }: Walk<Row>, { rows }: Answer<Row>): boolean =>
  Number(timeOf(createdAtOf, rows.at(-1))) < until

/** Without a total, walks to an empty page, or to a page that is the last one by its links. Best effort. */
const advanceUncounted = <Row extends Identified>(walk: Walk<Row>, answer: Answer<Row>): Step<Row> => ({
  _tag: answer.rows.length === 0 || answer.hasNext === false || isPast(walk, answer) ? "Done" : "Continue",
  emissions: [{ number: walk.page, answer, fresh: emit(walk, answer.rows) }],
  walk: { ...walk, page: walk.page + 1, answers: walk.answers + 1 }
})

/** When the newest of these rows was created, in milliseconds. */
export const newestOf = <Row>(createdAtOf: CreatedAtOf<Row>, rows: ReadonlyArray<Row>): number | undefined =>
  rows.reduce<number | undefined>((newest, row) => {
    const at = createdAtOf(row)
    return at === undefined ? newest : Math.max(newest ?? -Infinity, at)
  }, undefined)

const first = <Row extends Identified>(walk: Walk<Row>, { hasNext, rows }: Answer<Row>, total: number): Walk<Row> => {
  // fewer rows than asked for although there are more: the server serves smaller pages
  const due = Math.min(walk.stride, Math.max(0, total - walk.from * walk.stride))
  const clamped = rows.length > 0 && rows.length < walk.stride && (rows.length !== due || hasNext === true)
  const stride = clamped ? rows.length : walk.stride
  const covered = walk.from * stride
  return {
    ...walk,
    stride,
    covered,
    total,
    expected: Math.max(0, total - covered),
    since: walk.isNewestFirst ? newestOf(walk.createdAtOf, rows) ?? Infinity : Infinity
  }
}

const advanceCounted = <Row extends Identified>(
  walk: Walk<Row>,
  page: number,
  size: number,
  answer: Answer<Row>,
  total: number
): Step<Row> => {
  const place = (page - 1) * size
  const fell = Math.max(0, (walk.total ?? total) - total)
  const kept = Math.max(0, walk.covered - fell)
  const joins = place <= kept
  const progressed = walk.progressed || (walk.answers > 0 && answer.rows.some((row) => !isEmitted(walk, row)))
  const fresh = joins ? emit(walk, answer.rows) : []
  const joined = joins ? Math.max(kept, place + answer.rows.length) : kept
  const stands = walk.answers > 0 && joined === walk.covered && total === walk.total
  // a page that changed nothing is asked for once more; after that it counts as read, or as the end
  const isForced = stands && walk.repeated
  const covered = !isForced ? joined : answer.rows.length > 0 ? place + size : total
  const next: Walk<Row> = {
    ...walk,
    page: Math.floor(covered / walk.stride) + 1,
    covered,
    total,
    expected: walk.expected - fell,
    emitted: walk.emitted + fresh.length,
    isIrregular: walk.isIrregular || isForced || isUnordered(walk, answer.rows),
    edge: timeOf(walk.createdAtOf, answer.rows.at(-1)),
    // while the total falls, and until it held still for a page
    overlap: fell > 0 ? Math.min(2 * fell, walk.stride - 1) : joins ? 0 : walk.overlap,
    answers: walk.answers + 1,
    idle: fresh.length === 0 ? walk.idle + 1 : 0,
    repeated: stands && !walk.repeated,
    progressed,
    alone: Math.max(0, walk.alone - 1),
    ...(place === 0 ? snapshot(walk, answer) : { newest: total === walk.total ? walk.newest : undefined })
  }
  const emissions = [{ number: page, answer, fresh }]
  // all rows before it are covered, so that no row is left that matters
  if (joins && isPast(walk, answer)) return { _tag: "Done", emissions, walk: next }
  if (covered >= total) return end(next, emissions)
  const isRestless = next.idle > 3 * Math.ceil(total / walk.stride) + 100
  return { _tag: isRestless ? "Restless" : "Continue", emissions, walk: next }
}

/** At the end all promised rows were emitted, or the walk starts again from the first page, or the promise is broken. */
const end = <Row>(walk: Walk<Row>, emissions: ReadonlyArray<Emission<Row>>): Step<Row> => {
  const complete = !walk.isIrregular || walk.emitted >= walk.expected
  return complete || walk.again
    ? { _tag: complete || walk.progressed ? "Done" : "Broken", emissions, walk }
    : { _tag: "Continue", emissions, walk: { ...restart(walk), again: true } }
}
