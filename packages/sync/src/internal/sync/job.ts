/** One export that a run needs: of a window, or of a month that is audited. */
import type { Subject } from "../../Manifest.js"
import type { Plan, PlannedAudit, PlannedPull } from "../../Plan.js"
import type { Intent } from "./state.js"

export type Job =
  | {
    readonly _tag: "Pull"
    readonly subject: Subject
    readonly intent: Intent | undefined
    readonly pull: PlannedPull
  }
  | {
    readonly _tag: "Audit"
    readonly subject: Subject
    readonly intent: Intent | undefined
    readonly audit: PlannedAudit
  }

/** The jobs of an account, those nearest to their deadlines first. */
export const ofAccount = ({ audits, pulls }: Plan, account: string): ReadonlyArray<Job> => [
  ...pulls
    .filter(({ subject }) => subject.account === account)
    .map((pull): Job => ({ _tag: "Pull", subject: pull.subject, intent: pull.intent, pull })),
  ...audits
    .filter(({ subject }) => subject.account === account)
    .map((audit): Job => ({ _tag: "Audit", subject: audit.subject, intent: audit.intent, audit }))
]
