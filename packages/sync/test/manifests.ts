/** Manifests for tests of plans. */
import type { Export } from "@effect-didww/core"
import type { Manifest, Plan } from "@effect-didww/sync"
import { DateTime } from "effect"

export const utc = (time: string | number): DateTime.Utc => DateTime.unsafeMake(time)

export interface Facts {
  readonly requestedAt: DateTime.Utc
  readonly rows?: number
  readonly rowsHash?: string
  readonly previous?: Manifest.Manifest["previous"]
}

/** The manifest of a window with so many records. */
export const manifestOf = (
  { account, exportType, generation, window }: Manifest.Subject,
  { previous, requestedAt, rows = 7, rowsHash = "0123456789abcdef" }: Facts
): Manifest.Manifest => ({
  version: 1,
  subject: { account, exportType, window, generation },
  request: { exportType, from: window.from, to: window.to, externalReferenceId: window.key },
  // any id will do
  exportId: `export-of-${window.key}` as Export.ExportId,
  requestedAt,
  archiveSha256: "0".repeat(64),
  archiveBytes: 100,
  records: rows,
  rejected: 0,
  rejectedLines: 0,
  replacedTexts: 0,
  sums: {},
  times: {},
  rowsHash,
  ...(previous !== undefined && { previous }),
  completedAt: requestedAt
})

/** The manifest of a window that was requested so many hours after its end. */
export const afterHours = ({ subject }: Plan.PlannedPull, hours: number, facts: Partial<Facts> = {}) =>
  manifestOf(subject, { requestedAt: DateTime.add(subject.window.to, { hours }), ...facts })
