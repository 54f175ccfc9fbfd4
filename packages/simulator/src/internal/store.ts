/** The exports over time: they are processed, completed and, later, deleted. */
import type { StoredExport } from "../Account.js"
import * as dates from "./dates.js"

/** When an export changes, in milliseconds since 1970. */
interface Plan {
  readonly processing: number
  readonly completed: number
  readonly deleted: number
  readonly url: string | null
}

/** An export as it was when it completed, and the origin of the request that created it. */
export interface Completion {
  readonly stored: StoredExport
  readonly origin: string
}

export interface Store {
  /** The exports at this time, in order of creation. */
  readonly at: (now: number) => ReadonlyArray<StoredExport>
  readonly set: (exports: ReadonlyArray<StoredExport>) => void
  readonly create: (
    stored: StoredExport,
    origin: string,
    plan: Pick<Plan, "processing" | "completed" | "url">
  ) => void
  readonly update: (stored: StoredExport) => void
  /** The completions of exports that requests created, in order of time. */
  readonly completions: () => ReadonlyArray<Completion>
}

/** Without a retention in milliseconds, exports are deleted one month after their completion. */
export const make = (given: ReadonlyArray<StoredExport>, retention: number | undefined): Store => {
  const plans = new Map<string, Plan>()
  // the origin of each created export by its id, until the export is completed
  const unfinished = new Map<string, string>()
  const completions: Array<Completion> = []
  let exports = given
  // when the next change happens
  let next = Infinity

  const plan = (id: string, times: Omit<Plan, "deleted">): void => {
    const deleted = retention !== undefined
      ? times.completed + retention
      : Number.isFinite(times.completed)
      ? dates.monthLater(times.completed)
      : Infinity
    plans.set(id, { ...times, deleted })
    next = Math.min(next, times.processing)
  }

  for (const { completedAt, id, url } of given) {
    if (completedAt !== undefined) plan(id, { processing: -Infinity, completed: completedAt, url })
  }

  const complete = (now: number): void => {
    const due = Array.from(plans).filter(([id, { completed }]) => unfinished.has(id) && completed <= now)
    if (due.length === 0) return
    const byId = new Map(exports.map((stored) => [stored.id, stored]))
    for (const [id, planned] of due.sort(([, a], [, b]) => a.completed - b.completed)) {
      const stored = byId.get(id)
      if (stored !== undefined) completions.push({ stored: completed(stored, planned), origin: unfinished.get(id)! })
      unfinished.delete(id)
    }
  }

  const advance = (now: number): void => {
    if (unfinished.size > 0) complete(now)
    exports = exports.flatMap((stored) => advanced(stored, plans.get(stored.id), now))
    next = Infinity
    for (const [id, planned] of plans) {
      if (planned.deleted <= now) plans.delete(id)
      else next = Math.min(next, upcoming(planned, now))
    }
  }

  return {
    at: (now) => {
      if (now >= next) advance(now)
      return exports
    },
    set: (changed) => {
      exports = changed
    },
    create: (stored, origin, times) => {
      exports = [...exports, stored]
      unfinished.set(stored.id, origin)
      plan(stored.id, times)
    },
    update: (changed) => {
      exports = exports.map((stored) => stored.id === changed.id ? changed : stored)
    },
    completions: () => completions
  }
}

const completed = (stored: StoredExport, { url }: Plan): StoredExport => ({ ...stored, status: "completed", url })

/** The export at this time, or an empty array once it is deleted. */
const advanced = (stored: StoredExport, plan: Plan | undefined, now: number): ReadonlyArray<StoredExport> => {
  if (plan === undefined || now < plan.processing) return [stored]
  if (plan.deleted <= now) return []
  if (plan.completed <= now) return [stored.status === "completed" ? stored : completed(stored, plan)]
  return [{ ...stored, status: "processing" }]
}

const upcoming = ({ completed, deleted, processing }: Plan, now: number): number =>
  [processing, completed, deleted].find((at) => at > now) ?? Infinity
