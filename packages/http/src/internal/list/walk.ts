/**
 * Paging by number while rows move: which pages to ask for next, which rows of the answers are new, when it is over.
 * Pure: the requests are somebody else's.
 *
 * One page after the other. Newest first, creations enter at place 0 and expiries leave anywhere. `covered` is a prefix
 * of the places with the invariant: **every export that has lived since the first answer and was not emitted stands at
 * place `covered` or further down.** Let C exports be created and D vanish between two answers: the total goes from T to
 * T + C - D. One not emitted moves down by C and up by at most D: up by at most D - C, the fall of the total, and by
 * nothing if it did not fall. Hence `covered` shrinks by the fall, and only a page that joins it without a gap is emitted.
 *
 * Several pages at once. In which order a server evaluates them nobody knows, so they wait for a probe that is sent after
 * they came: if total and newest export are what they were before, and every page said that total, nothing moved that
 * matters. For whatever was created since must have vanished again, the newest being the old one; the total being the old
 * one, nothing else vanished; and no page saw one of those while it was there, or its total would have been greater.
 * Otherwise their rows are thrown away, and it goes on one page at a time.
 *
 * While exports expire, pages of another size are asked for: such that they begin before `covered`, with room for what falls
 * meanwhile. Otherwise steady expiry would hold the walk in its place.
 *
 * What was created after the first answer was not promised, and is left out: it would stand behind older rows.
 *
 * Rows of unknown age may stand before the newest: then creations enter behind them, and the first page must hold them all.
 * They and equal times have no order, so that rows can be missing in the end. Where such rows, or pages with fewer rows than
 * there should be, were seen, and fewer rows came than were promised, it looks once more from the first page on, and emits
 * what is new; the order is best effort there.
 */
import type * as Option from "effect/Option"
import { type Identified, Seen } from "./emittedIds.js"

/** What a page says of the collection. */
export interface Answer<Row> {
  readonly rows: ReadonlyArray<Row>
  readonly total: number | undefined
  /** Whether there is a next page, says a server that names its pages. */
  readonly hasNext: boolean | undefined
  /** The version that answered. */
  readonly apiVersion: Option.Option<string>
}

export interface Walk<Row> {
  /** The page to ask for, from 1. */
  readonly page: number
  /** Rows a page, as the server serves them: it may clamp what was asked for. */
  readonly stride: number
  /** Pages at once. */
  readonly concurrency: number
  /** A row that was created before, in milliseconds, is the end: what is behind it is older still. */
  readonly until: number
  readonly covered: number
  /** The last total that the server gave. */
  readonly total: number | undefined
  /** How many rows must be emitted in the end: the first total, less what fell. */
  readonly expected: number
  /** How many were, of those that were there at first. */
  readonly emitted: number
  /** When the newest of the first answer was created: what came later was not promised. */
  readonly since: number
  /** Newest first: creations come before all others. */
  readonly isNewestFirst: boolean
  /** Something was seen that the argument does not cover. */
  readonly isIrregular: boolean
  /** When the last row of the last page was created: one with the same time may stand on either side of the edge. */
  readonly edge: number | undefined
  /** Rows that the next page should overlap what is covered, because the total is falling. */
  readonly overlap: number
  /** The place that the walk began at, in pages. */
  readonly from: number
  readonly answers: number
  /** Answers in a row that brought nothing new. */
  readonly idle: number
  /** The last answer changed nothing: it is asked for once more. */
  readonly repeated: boolean
  /** The walk went back to its first page, because rows were missing at the end. */
  readonly again: boolean
  /** An answer after the first brought something new. */
  readonly progressed: boolean
  /** The newest export when the total was `total`; unknown after either moved. */
  readonly newest: string | undefined
  /** Pages to go one at a time before several are tried again. */
  readonly alone: number
  /** Pages that wait for their probe. */
  readonly held: ReadonlyArray<readonly [page: number, answer: Answer<Row>]>
  readonly seen: Seen
}

/** Pages to ask for at once; `probes`: and the newest export alone. */
export interface Batch {
  readonly pages: ReadonlyArray<number>
  /** Rows a page. */
  readonly size: number
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

/** `Broken`: more rows were promised than any page brought. `Restless`: rows move faster than pages come. */
export interface Step<Row> {
  readonly _tag: "Continue" | "Done" | "Broken" | "Restless"
  readonly emissions: ReadonlyArray<Emission<Row>>
  readonly walk: Walk<Row>
}

export interface Options {
  /** From 1. */
  readonly page: number
  readonly pageSize: number
  readonly concurrency: number
  readonly isNewestFirst: boolean
  readonly until: number
}

export const start = <Row>(options: Options): Walk<Row> => ({
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
  seen: new Seen()
})

/** From the first page on once more; what was emitted stays so. */
export const restart = <Row>(walk: Walk<Row>): Walk<Row> => ({
  ...goAlone(walk),
  page: walk.from + 1,
  covered: walk.from * walk.stride,
  overlap: 0,
  repeated: false
})

/** Throws away what waits, and goes on one page at a time as far as that was. */
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
  // what is known of the newest is out of date: this page, and what is now
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
  // what came with the probe waits for a probe of its own
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

/** Pages in their order, each as if it had been asked for alone; as far as the walk goes that way. */
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

/** What a probe, or the first page, says of the newest. It finds creations only where they sort first. */
const snapshot = <Row extends Identified>(
  { concurrency }: Walk<Row>,
  { rows: [newest] }: Answer<Row>
): Pick<Walk<Row>, "newest" | "concurrency"> => ({
  newest: newest?.id,
  concurrency: newest?.createdAt == null ? 1 : concurrency
})

/** The rows that were promised and not emitted before; marks them as emitted. */
const emit = <Row extends Identified>({ seen, since }: Walk<Row>, rows: ReadonlyArray<Row>): ReadonlyArray<Row> =>
  rows.filter((row) => {
    if (Number(row.createdAt?.epochMillis) > since || seen.has(row)) return false
    seen.add(row)
    return true
  })

const timeOf = (row: Identified | undefined): number | undefined => row?.createdAt?.epochMillis

/** Rows without a time, or with the same, have no order of their own. */
const isUnordered = (edge: number | undefined, rows: ReadonlyArray<Identified>): boolean =>
  rows.some((row, index) => {
    const at = timeOf(row)
    return at === undefined || at === edge || at === timeOf(rows[index + 1])
  })

/** The last row is older than any that matters. */
const isPast = <Row extends Identified>({ until }: Walk<Row>, { rows }: Answer<Row>): boolean =>
  Number(timeOf(rows.at(-1))) < until

/** Without a total: to the empty page, or to one that is the last by its links. Best effort. */
const advanceUncounted = <Row extends Identified>(walk: Walk<Row>, answer: Answer<Row>): Step<Row> => ({
  _tag: answer.rows.length === 0 || answer.hasNext === false || isPast(walk, answer) ? "Done" : "Continue",
  emissions: [{ number: walk.page, answer, fresh: emit(walk, answer.rows) }],
  walk: { ...walk, page: walk.page + 1, answers: walk.answers + 1 }
})

/** When the newest of these was created, in milliseconds. */
export const newestOf = (rows: ReadonlyArray<Identified>): number | undefined =>
  rows.reduce<number | undefined>(
    (newest, { createdAt }) => createdAt == null ? newest : Math.max(newest ?? -Infinity, createdAt.epochMillis),
    undefined
  )

const first = <Row extends Identified>(walk: Walk<Row>, { hasNext, rows }: Answer<Row>, total: number): Walk<Row> => {
  // fewer rows than asked for, and not because there are no more: the server serves smaller pages
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
    since: walk.isNewestFirst ? newestOf(rows) ?? Infinity : Infinity
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
  const progressed = walk.progressed || (walk.answers > 0 && answer.rows.some((row) => !walk.seen.has(row)))
  const fresh = joins ? emit(walk, answer.rows) : []
  const joined = joins ? Math.max(kept, place + answer.rows.length) : kept
  const stands = walk.answers > 0 && joined === walk.covered && total === walk.total
  // an answer that changed nothing is asked for once more; then its page counts as read, or as the end
  const isForced = stands && walk.repeated
  const covered = !isForced ? joined : answer.rows.length > 0 ? place + size : total
  const next: Walk<Row> = {
    ...walk,
    page: Math.floor(covered / walk.stride) + 1,
    covered,
    total,
    expected: walk.expected - fell,
    emitted: walk.emitted + fresh.length,
    isIrregular: walk.isIrregular || isForced || isUnordered(walk.edge, answer.rows),
    edge: timeOf(answer.rows.at(-1)),
    // as long as it falls, and until it held still for a page
    overlap: fell > 0 ? Math.min(2 * fell, walk.stride - 1) : joins ? 0 : walk.overlap,
    answers: walk.answers + 1,
    idle: fresh.length === 0 ? walk.idle + 1 : 0,
    repeated: stands && !walk.repeated,
    progressed,
    alone: Math.max(0, walk.alone - 1),
    ...(place === 0 ? snapshot(walk, answer) : { newest: total === walk.total ? walk.newest : undefined })
  }
  const emissions = [{ number: page, answer, fresh }]
  // all that stands before was covered, so nothing that matters is left
  if (joins && isPast(walk, answer)) return { _tag: "Done", emissions, walk: next }
  if (covered >= total) return end(next, emissions)
  const isRestless = next.idle > 3 * Math.ceil(total / walk.stride) + 100
  return { _tag: isRestless ? "Restless" : "Continue", emissions, walk: next }
}

/** At the end: all that was promised was emitted; or once more from the first page; or the promise was broken. */
const end = <Row>(walk: Walk<Row>, emissions: ReadonlyArray<Emission<Row>>): Step<Row> => {
  const complete = !walk.isIrregular || walk.emitted >= walk.expected
  return complete || walk.again
    ? { _tag: complete || walk.progressed ? "Done" : "Broken", emissions, walk }
    : { _tag: "Continue", emissions, walk: { ...restart(walk), again: true } }
}
