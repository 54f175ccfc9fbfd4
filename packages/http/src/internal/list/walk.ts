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
 * The same sum says that these exports move down by at least C - D. `reach` is `covered` where it also grows with the total.
 * A page without a new row shows that rows were pushed down: then `covered` goes on to `reach`. The rises count only then,
 * because a total that rises for another reason would skip rows.
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
 * No success with fewer rows than promised. A walk promises the first total. If it emitted fewer rows, then the others
 * vanished, or the argument does not hold. So the walk looks once more, from the first page on, and promises the total of
 * the look's first answer. If all emitted rows and the later exports at the top of the list make up that total, then nothing
 * is missing. In an honest list they do: each row of the total was emitted or is later than the first answer, and later rows
 * come first. Otherwise the order is wrong, and the walk emits all that it finds, in whatever order. A look that emits
 * nothing and does not keep its promise ends the walk as `Broken`. Rows with equal times, rows of unknown age and short
 * pages have no other rule: they can be missing after the first pass, and the look finds them.
 *
 * A server may ignore the sort. A row that is newer than the row before it proves this. So does a row that is newer than the
 * newest row of the first answer, but was created before that answer. From then on later rows are not left out, old rows do
 * not end the walk, and pages come one at a time.
 *
 * Every walk ends. A pass gives up after `idleLimit` answers in a row without a row that is new to the pass, whatever the
 * totals say: `Stuck`. A look follows only a pass that emitted a row. So the number of answers depends on the rows that
 * came, and on no number that the server states.
 *
 * Rows of unknown age may stand before the newest row. Then created rows enter behind them, and the first page must hold all
 * of them.
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
  /** Rows in a page, as the server serves them. It may serve fewer or more than the walk asks for. */
  readonly stride: number
  /** Pages at once. */
  readonly concurrency: number
  /** A row that was created before this time, in milliseconds, is the end: all rows behind it are older. */
  readonly until: number
  /** Rows that were created before this time, in milliseconds, existed when the first page was answered. */
  readonly knownSince: number
  readonly covered: number
  /** At least `covered`: it grows with the total, too. */
  readonly reach: number
  /** The last total that the server gave. */
  readonly total: number | undefined
  /** How many rows the first answer of this pass promised. `undefined` before that answer. */
  readonly promised: number | undefined
  /** How many rows were emitted, over all passes. */
  readonly emitted: number
  /** How many rows that are later than the first answer this pass has left out, counted as long as they come newest first. */
  readonly late: number
  /** When the last of these rows was created. */
  readonly lateAt: number
  /** When the newest row of the first answer was created. */
  readonly newestAt: number | undefined
  /** No row has shown that older rows can come before newer ones. */
  readonly isSorted: boolean
  /** How many covered rows the next page should repeat, because the total is falling. */
  readonly overlap: number
  /** The place where the walk began, in pages. */
  readonly from: number
  readonly answers: number
  /** Answers in a row without a row that is new to this pass. */
  readonly idle: number
  /** The last answer changed nothing, so its page is asked for once more. */
  readonly repeated: boolean
  /** The walk went back to its first page, because rows were missing at the end. */
  readonly look: Look | undefined
  /** The newest export when the total was `total`. Unknown after one of them changed. */
  readonly newest: string | undefined
  /** Pages to ask for one at a time, before several at once are tried again. */
  readonly alone: number
  /** Pages that wait for their probe. */
  readonly held: ReadonlyArray<readonly [page: number, answer: Answer<Row>]>
  readonly emittedIds: EmittedIds
}

/** A pass over pages that were read before. */
interface Look {
  /** The rows of this pass. */
  readonly seenIds: EmittedIds
  /** How many rows were emitted before this pass. */
  readonly emitted: number
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

/** `Broken`: the server promised more rows than its pages brought. `Stuck`: page after page brings no new row. */
export interface Step<Row> {
  readonly _tag: "Continue" | "Done" | "Broken" | "Stuck"
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
  /** When the first page was answered, in milliseconds. */
  readonly answeredAt: number
}

/** So far the clocks of client and server may differ, in milliseconds. */
const skew = 300_000

export const start = <Row>(options: Options<Row>): Walk<Row> => ({
  createdAtOf: options.createdAtOf,
  page: options.page,
  stride: options.pageSize,
  concurrency: options.concurrency,
  until: options.until,
  knownSince: options.answeredAt - skew,
  covered: (options.page - 1) * options.pageSize,
  reach: 0,
  total: undefined,
  promised: undefined,
  emitted: 0,
  late: 0,
  lateAt: Infinity,
  newestAt: undefined,
  isSorted: options.isNewestFirst,
  overlap: 0,
  from: options.page - 1,
  answers: 0,
  idle: 0,
  repeated: false,
  look: undefined,
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
  reach: 0,
  overlap: 0,
  idle: 0,
  repeated: false
})

/** Starts another pass, with a promise of its own. */
const lookAgain = <Row>(walk: Walk<Row>): Walk<Row> => ({
  ...restart(walk),
  // the first page often says that nothing is missing
  alone: 1,
  promised: undefined,
  late: 0,
  lateAt: Infinity,
  look: { seenIds: new EmittedIds(), emitted: walk.emitted }
})

/** Throws away the pages that wait, and asks for as many pages one at a time. */
export const goAlone = <Row>(walk: Walk<Row>, more = 0): Walk<Row> => ({
  ...walk,
  newest: undefined,
  alone: walk.held.length + more,
  held: []
})

/** From now on the order of rows says nothing. */
const disordered = <Row>(walk: Walk<Row>): Walk<Row> => ({
  ...walk,
  isSorted: false,
  concurrency: 1,
  newest: undefined
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

/** So many page sizes are tried, whatever the server says of its pages. */
const sizesTried = 1000

/** The page, of any size up to the stride, that begins at least `overlap` rows before `covered` and reaches furthest. */
const overlapping = (covered: number, overlap: number, stride: number): Batch => {
  const before = Math.max(0, covered - overlap)
  let [best, reach] = [stride, 0]
  for (let size = stride; size > Math.max(0, stride - sizesTried); size--) {
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
  const begun = walk.answers > 0 ? walk : { ...walk, newestAt: newestOf(walk.createdAtOf, answer.rows) }
  const ordered = begun.isSorted && disproves(begun, answer.rows) ? disordered(begun) : begun
  // a server may leave the total out of an answer
  const total = answer.total ?? walk.total
  if (total === undefined) return advanceUncounted(ordered, answer)
  if (ordered !== begun && walk.late > 0) return lookFor(ordered, total)
  if (walk.promised !== undefined) return advanceCounted(ordered, page, size, answer, total)
  const counted = count(ordered, answer, total)
  return advanceCounted(counted, page, counted.stride, answer, total)
}

/** Rows were left out for a wrong reason: looks for them. */
const lookFor = <Row>(walk: Walk<Row>, total: number): Step<Row> => ({
  _tag: "Continue",
  emissions: [],
  walk: { ...lookAgain(walk), total, answers: walk.answers + 1 }
})

/** What a probe, or the first page, says of the newest export. It finds created exports only where they sort first. */
const snapshot = <Row extends Identified>(
  { concurrency, createdAtOf }: Walk<Row>,
  { rows: [newest] }: Answer<Row>
): Pick<Walk<Row>, "newest" | "concurrency"> => ({
  newest: newest?.id,
  concurrency: timeOf(createdAtOf, newest) === undefined ? 1 : concurrency
})

/** Rows that were created after this time are left out. Without a total nobody would miss a row that was left out. */
const sinceOf = <Row>({ isSorted, newestAt, total }: Walk<Row>): number =>
  isSorted && total !== undefined ? newestAt ?? Infinity : Infinity

/** The rows that were promised and not emitted before. Marks them as emitted. */
const emit = <Row extends Identified>(walk: Walk<Row>, rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const { createdAtOf, emittedIds } = walk
  const since = sinceOf(walk)
  return rows.filter((row) => {
    const at = createdAtOf(row)
    return !(Number(at) > since) && isAdded(emittedIds, row, at)
  })
}

/** Adds a row. False if it was added before. */
const isAdded = (ids: EmittedIds, { id }: Identified, at: number | undefined): boolean => {
  if (ids.has(id, at)) return false
  ids.add(id, at)
  return true
}

const timeOf = <Row>(createdAtOf: CreatedAtOf<Row>, row: Row | undefined): number | undefined =>
  row === undefined ? undefined : createdAtOf(row)

/** Whether an older row comes before a newer one. */
export const ascends = <Row>(createdAtOf: CreatedAtOf<Row>, rows: ReadonlyArray<Row>): boolean => {
  let before = Infinity
  return rows.some((row) => {
    const at = createdAtOf(row)
    if (at === undefined) return false
    const isNewer = at > before
    before = at
    return isNewer
  })
}

/** Whether these rows show that older rows can come before newer ones. */
const disproves = <Row>(
  { createdAtOf, knownSince, newestAt = Infinity }: Walk<Row>,
  rows: ReadonlyArray<Row>
): boolean =>
  ascends(createdAtOf, rows) || rows.some((row) => {
    const at = createdAtOf(row)
    return at !== undefined && newestAt < at && at < knownSince
  })

/** Whether the last row is older than each row that matters. A newer row before it shows that rows do come newest first. */
const isPast = <Row>({ createdAtOf, isSorted, newestAt = -Infinity, until }: Walk<Row>, rows: ReadonlyArray<Row>) => {
  const last = timeOf(createdAtOf, rows.at(-1))
  return last !== undefined && last < until && isSorted &&
    last < Math.max(newestAt, newestOf(createdAtOf, rows) ?? -Infinity)
}

/** When the newest of these rows was created, in milliseconds. */
export const newestOf = <Row>(createdAtOf: CreatedAtOf<Row>, rows: ReadonlyArray<Row>): number | undefined =>
  rows.reduce<number | undefined>((newest, row) => {
    const at = createdAtOf(row)
    return at === undefined ? newest : Math.max(newest ?? -Infinity, at)
  }, undefined)

/** So many answers in a row without a new row end a pass: at least ten, and pages of a hundred rows in all. */
export const idleLimit = <Row>({ stride }: Walk<Row>): number => Math.max(10, Math.ceil(100 / stride))

/** Without a total, walks to an empty page, or to a page that is the last one by its links. Best effort. */
const advanceUncounted = <Row extends Identified>(walk: Walk<Row>, answer: Answer<Row>): Step<Row> => {
  const fresh = emit(walk, answer.rows)
  const next: Walk<Row> = {
    ...walk,
    page: walk.page + 1,
    emitted: walk.emitted + fresh.length,
    answers: walk.answers + 1,
    idle: fresh.length > 0 ? 0 : walk.idle + 1
  }
  const isOver = !(answer.hasNext ?? answer.rows.length > 0) || isPast(walk, answer.rows)
  return {
    _tag: isOver ? "Done" : next.idle >= idleLimit(next) ? "Stuck" : "Continue",
    emissions: [{ number: walk.page, answer, fresh }],
    walk: next
  }
}

/** The first answer of a pass that has a total. It shows the size of the server's pages. */
const count = <Row>(walk: Walk<Row>, { hasNext, rows }: Answer<Row>, total: number): Walk<Row> => {
  // other rows than asked for although there are more: the server serves pages of another size
  const due = Math.min(walk.stride, Math.max(0, total - (walk.page - 1) * walk.stride))
  const differs = rows.length > walk.stride ||
    (rows.length > 0 && rows.length < walk.stride && (rows.length !== due || hasNext === true))
  const stride = differs ? rows.length : walk.stride
  return { ...walk, stride, covered: (walk.page - 1) * stride, total }
}

const advanceCounted = <Row extends Identified>(
  walk: Walk<Row>,
  page: number,
  size: number,
  answer: Answer<Row>,
  total: number
): Step<Row> => {
  const { rows } = answer
  const place = (page - 1) * size
  const change = total - (walk.total ?? total)
  const fell = Math.max(0, -change)
  const kept = Math.max(0, walk.covered - fell)
  const joins = place <= kept
  const fresh = joins ? emit(walk, rows) : []
  // the rows that this pass has not seen
  const unseen = joins && walk.look !== undefined ? unseenOf(walk, walk.look, rows) : fresh
  const isIdle = unseen.length === 0
  const joined = joins ? Math.max(kept, place + Math.min(rows.length, size)) : kept
  const stands = walk.answers > 0 && joined === walk.covered && total === walk.total
  // a page that changed nothing is asked for once more; after that it counts as read, or as the end
  const isForced = stands && walk.repeated
  const read = !isForced ? joined : rows.length > 0 ? place + size : total
  const reach = Math.max(walk.reach + change, read)
  const covered = joins && isIdle && rows.length > 0 && sinceOf(walk) < Infinity ? reach : read
  const next: Walk<Row> = {
    ...walk,
    page: Math.floor(covered / walk.stride) + 1,
    covered,
    reach,
    total,
    promised: walk.promised ?? Math.max(0, total - walk.from * walk.stride),
    emitted: walk.emitted + fresh.length,
    ...(joins && leaveOut(walk, walk.look === undefined ? rows : unseen)),
    // while the total falls, and until it held still for a page
    overlap: fell > 0 ? Math.min(2 * fell, walk.stride - 1) : joins ? 0 : walk.overlap,
    answers: walk.answers + 1,
    idle: isIdle ? walk.idle + 1 : 0,
    repeated: stands && !walk.repeated,
    alone: Math.max(0, walk.alone - 1),
    ...(place === 0 ? snapshot(walk, answer) : { newest: total === walk.total ? walk.newest : undefined })
  }
  const step: Step<Row> = { _tag: "Continue", emissions: [{ number: page, answer, fresh }], walk: next }
  // all rows before it are covered, so that no row is left that matters
  if (joins && isPast(next, rows)) return { ...step, _tag: "Done" }
  // a link to a next page says that the total is too small, as long as pages bring new rows
  const isOver = covered >= total && (isIdle || answer.hasNext !== true)
  const isLook = next.look !== undefined
  if (isLook && isKept(next)) return { ...step, _tag: "Done" }
  // later rows come first, and do not make up for the rows that are missing: a wrong order hides these
  const isWrong = isLook && next.isSorted && (isOver || (joins && isBehindLater(next, rows)))
  if (isWrong && next.late > 0) return { ...step, walk: lookAgain(disordered(next)) }
  const judged = isWrong ? { ...step, walk: disordered(next) } : step
  return isOver ? end(judged) : next.idle >= idleLimit(next) ? { ...judged, _tag: "Stuck" } : judged
}

/** The rows that this pass sees for the first time. */
const unseenOf = <Row extends Identified>(
  { createdAtOf }: Walk<Row>,
  { seenIds }: Look,
  rows: ReadonlyArray<Row>
): ReadonlyArray<Row> => rows.filter((row) => isAdded(seenIds, row, createdAtOf(row)))

/** Counts the rows that are later than the first answer. Rows that were created during a look may come in between. */
const leaveOut = <Row>(walk: Walk<Row>, rows: ReadonlyArray<Row>): Pick<Walk<Row>, "late" | "lateAt"> => {
  const since = sinceOf(walk)
  let { late, lateAt } = walk
  for (const row of rows) {
    const at = walk.createdAtOf(row)
    if (at === undefined || at <= since || at > lateAt) continue
    late = late + 1
    lateAt = at
  }
  return { late, lateAt }
}

/** Whether one of these rows is not later than the first answer: all later rows come before it. */
const isBehindLater = <Row>(walk: Walk<Row>, rows: ReadonlyArray<Row>): boolean => {
  const since = sinceOf(walk)
  return rows.some((row) => Number(walk.createdAtOf(row)) <= since)
}

/** Whether rows make up what was promised. In a look, later rows may stand for rows that vanished unseen. */
const isKept = <Row>({ emitted, late, look, promised = 0 }: Walk<Row>): boolean =>
  emitted + (look === undefined ? 0 : late) >= promised

/** At the end a pass kept its promise, or the walk looks once more, unless such a look found nothing. */
const end = <Row>(step: Step<Row>): Step<Row> => {
  const { emitted, look } = step.walk
  if (isKept(step.walk)) return { ...step, _tag: "Done" }
  return look !== undefined && look.emitted === emitted
    ? { ...step, _tag: "Broken" }
    : { ...step, walk: lookAgain(step.walk) }
}
