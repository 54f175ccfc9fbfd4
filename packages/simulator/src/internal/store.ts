/** The exports over time: they are processed, completed and, a month later, deleted. */
import type { Record as Row } from "../Account.js"
import * as dates from "./dates.js"

interface Plan {
  readonly processing: number
  readonly completed: number
  readonly deleted: number
  readonly url: string | null
}

/** An export as it was when it completed, and the origin at which it was ordered. */
export interface Completion {
  readonly row: Row
  readonly origin: string
}

export interface Store {
  /** As they are now, in order of creation. */
  readonly at: (now: number) => ReadonlyArray<Row>
  readonly set: (rows: ReadonlyArray<Row>) => void
  readonly order: (row: Row, origin: string, times: Pick<Plan, "processing" | "completed" | "url">) => void
  readonly update: (row: Row) => void
  /** Of those that were ordered, in the order of their completion. */
  readonly completions: () => ReadonlyArray<Completion>
}

export const make = (given: ReadonlyArray<Row>): Store => {
  const plans = new Map<string, Plan>()
  // id and origin
  const unfinished = new Map<string, string>()
  const completions: Array<Completion> = []
  let rows = given
  // when something happens next
  let next = Infinity

  const plan = (id: string, times: Omit<Plan, "deleted">): void => {
    const deleted = Number.isFinite(times.completed) ? dates.monthLater(times.completed) : Infinity
    plans.set(id, { ...times, deleted })
    next = Math.min(next, times.processing)
  }

  for (const { completedAt, id, url } of given) {
    if (completedAt !== undefined) plan(id, { processing: -Infinity, completed: completedAt, url })
  }

  const complete = (now: number): void => {
    const due = Array.from(unfinished).flatMap(([id, origin]) => {
      const planned = plans.get(id)
      return planned !== undefined && planned.completed <= now ? [{ id, origin, planned }] : []
    })
    if (due.length === 0) return
    const byId = new Map(rows.map((row) => [row.id, row]))
    for (const { id, origin, planned } of due.sort((a, b) => a.planned.completed - b.planned.completed)) {
      unfinished.delete(id)
      const row = byId.get(id)
      if (row !== undefined) completions.push({ row: completed(row, planned), origin })
    }
  }

  const advance = (now: number): void => {
    complete(now)
    rows = rows.flatMap((row) => {
      const planned = plans.get(row.id)
      if (planned === undefined || now < planned.processing) return [row]
      if (planned.deleted <= now) return []
      if (planned.completed <= now) return [row.status === "completed" ? row : completed(row, planned)]
      return [{ ...row, status: "processing" as const }]
    })
    next = Infinity
    for (const [id, planned] of plans) {
      if (planned.deleted <= now) plans.delete(id)
      else next = Math.min(next, upcoming(planned, now))
    }
  }

  return {
    at: (now) => {
      if (now >= next) advance(now)
      return rows
    },
    set: (changed) => {
      rows = changed
    },
    order: (row, origin, times) => {
      rows = [...rows, row]
      unfinished.set(row.id, origin)
      plan(row.id, times)
    },
    update: (changed) => {
      rows = rows.map((row) => row.id === changed.id ? changed : row)
    },
    completions: () => completions
  }
}

const completed = (row: Row, { url }: Plan): Row => ({ ...row, status: "completed", url })

const upcoming = ({ completed, deleted, processing }: Plan, now: number): number =>
  [processing, completed, deleted].find((at) => at > now) ?? Infinity
