/**
 * Paging by number while rows move: which page to ask for next, which rows of an answer are new, when it is over.
 * Pure: the requests are somebody else's.
 *
 * Newest first, creations enter at place 0 and expiries leave anywhere. `covered` is a prefix of the places with the
 * invariant: **every export that has lived since the first answer and was not emitted stands at place `covered` or
 * further down.** Let C exports be created and D vanish between two answers: the total goes from T to T + C - D. One
 * not emitted moves down by C and up by at most D, so up by at most D - C = the fall of the total, and by nothing if
 * the total did not fall. Hence `covered` shrinks by the fall, and only a page that joins it without a gap is emitted.
 */

/** What a page says of the collection. */
export interface Answer<Row> {
  readonly rows: ReadonlyArray<Row>
  readonly total: number | undefined
  /** No next page, says a server that does name its pages. */
  readonly isLast: boolean
}

export interface Walk {
  /** The page to ask for, from 1. */
  readonly page: number
  /** Rows a page, as the server serves them: it may clamp what was asked for. */
  readonly stride: number
  readonly covered: number
  /** The last total that the server gave. */
  readonly total: number | undefined
  /** What must be emitted in the end: the first total, less what fell. */
  readonly expected: number
  /** The place that the walk began at. */
  readonly from: number
  readonly answers: number
  /** The last answer changed nothing: it is asked for once more. */
  readonly repeated: boolean
  /** The walk went back to its first page, because rows were missing at the end. */
  readonly again: boolean
  /** An answer after the first brought something new. */
  readonly progressed: boolean
  readonly seen: Set<string>
}

/** The rows to emit, and where the walk stands. `Broken`: more rows were promised than any page brought. */
export interface Step<Row> {
  readonly _tag: "Continue" | "Done" | "Broken"
  readonly fresh: ReadonlyArray<Row>
  readonly walk: Walk
}

interface Identified {
  readonly id: string
}

export const start = (page: number, pageSize: number): Walk => ({
  page,
  stride: pageSize,
  covered: (page - 1) * pageSize,
  total: undefined,
  expected: 0,
  from: page - 1,
  answers: 0,
  repeated: false,
  again: false,
  progressed: false,
  seen: new Set()
})

export const advance = <Row extends Identified>(walk: Walk, answer: Answer<Row>): Step<Row> =>
  answer.total === undefined
    ? advanceUncounted(walk, answer)
    : advanceCounted(walk.answers === 0 ? first(walk, answer, answer.total) : walk, answer, answer.total)

/** The rows that were not emitted before; marks them as emitted. */
const emit = <Row extends Identified>({ seen }: Walk, rows: ReadonlyArray<Row>): ReadonlyArray<Row> =>
  rows.filter(({ id }) => !seen.has(id) && seen.add(id))

/** Without a total: to the empty page, or to one that is the last by its links. Best effort. */
const advanceUncounted = <Row extends Identified>(walk: Walk, answer: Answer<Row>): Step<Row> => ({
  _tag: answer.rows.length === 0 || answer.isLast ? "Done" : "Continue",
  fresh: emit(walk, answer.rows),
  walk: { ...walk, page: walk.page + 1, answers: walk.answers + 1 }
})

const first = (walk: Walk, { rows }: Answer<unknown>, total: number): Walk => {
  // fewer rows than asked for, and more to come: the server serves smaller pages
  const clamped = rows.length > 0 && rows.length < walk.stride && walk.from * walk.stride + rows.length < total
  const stride = clamped ? rows.length : walk.stride
  const covered = walk.from * stride
  return { ...walk, stride, covered, total, expected: Math.max(0, total - covered) }
}

const advanceCounted = <Row extends Identified>(walk: Walk, answer: Answer<Row>, total: number): Step<Row> => {
  const place = (walk.page - 1) * walk.stride
  const fell = Math.max(0, (walk.total ?? total) - total)
  const kept = Math.max(0, walk.covered - fell)
  const joins = place <= kept
  const fresh = joins ? emit(walk, answer.rows) : []
  const joined = joins ? Math.max(kept, place + answer.rows.length) : kept
  const stands = walk.answers > 0 && joined === walk.covered && total === walk.total
  // an answer that changed nothing is asked for once more; then its page counts as read, or as the end
  const covered = !stands || !walk.repeated ? joined : answer.rows.length > 0 ? place + walk.stride : total
  const next: Walk = {
    ...walk,
    page: Math.floor(covered / walk.stride) + 1,
    covered,
    total,
    expected: walk.expected - fell,
    answers: walk.answers + 1,
    repeated: stands && !walk.repeated,
    progressed: walk.progressed || (walk.answers > 0 && fresh.length > 0)
  }
  return covered < total ? { _tag: "Continue", fresh, walk: next } : end(next, fresh)
}

/** At the end: all that was promised was emitted; or once more from the first page; or the promise was broken. */
const end = <Row>(walk: Walk, fresh: ReadonlyArray<Row>): Step<Row> => {
  const complete = walk.seen.size >= walk.expected
  if (complete || walk.again) return { _tag: complete || walk.progressed ? "Done" : "Broken", fresh, walk }
  const covered = walk.from * walk.stride
  return {
    _tag: "Continue",
    fresh,
    walk: { ...walk, page: walk.from + 1, covered, repeated: false, again: true }
  }
}
