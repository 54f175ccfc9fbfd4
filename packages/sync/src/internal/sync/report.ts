/** Counts what happens in a run. */
import type { Report } from "../../Sync.js"
import type { Event } from "../../Sync.js"

export interface Tally {
  created: number
  adopted: number
  wasted: number
  late: number
  readonly committed: Array<Report["committed"][number]>
  readonly waiting: Array<Report["waiting"][number]>
  readonly failed: Array<Report["failed"][number]>
  readonly failedAccounts: Array<Report["failedAccounts"][number]>
  readonly audits: Array<Report["audits"][number]>
}

export const make = (): Tally => ({
  created: 0,
  adopted: 0,
  wasted: 0,
  late: 0,
  committed: [],
  waiting: [],
  failed: [],
  failedAccounts: [],
  audits: []
})

export const add = (tally: Tally, event: Event): void => {
  switch (event._tag) {
    case "Requested":
      tally.created++
      break
    case "Adopted":
      tally.adopted++
      break
    case "Committed":
      tally.committed.push(event.manifest)
      tally.late += event.late
      break
    case "Waiting":
      tally.waiting.push(event.subject)
      break
    case "Failed":
      tally.failed.push({ subject: event.subject, error: event.error })
      break
    case "AccountFailed":
      tally.failedAccounts.push({ account: event.account, error: event.error })
      break
    case "Audited":
      tally.audits.push({ subject: event.subject, differing: event.differing })
  }
}

export const waste = (tally: Tally, exports: number): void => {
  tally.wasted += exports
}

export const isClean = ({ failed, failedAccounts }: Tally): boolean => failed.length + failedAccounts.length === 0

export const of = (tally: Tally): Omit<Report, "startedAt" | "endedAt" | "plan"> => ({ ...tally })
