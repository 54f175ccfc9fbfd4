/** An export as a line of text. */
import type { Export } from "@effect-didww/core"
import * as DateTime from "effect/DateTime"

export interface Format {
  readonly header: ReadonlyArray<string>
  readonly line: (self: Export.Export) => string
}

const cells = (self: Export.Export): ReadonlyArray<string> => [
  self.id,
  self.exportType === "unknown" ? self.rawType : self.exportType,
  self.status,
  time(self.createdAt),
  period(self),
  self.externalReferenceId ?? ""
]

const names = ["ID", "TYPE", "STATUS", "CREATED", "PERIOD", "REFERENCE"]
const widths = [36, 7, 10, 20, 21]

const time = (value: DateTime.Utc | null | undefined): string =>
  value == null ? "" : DateTime.formatIso(value).replace(/\.\d+Z$/, "Z")

const period = ({ exportType, filters }: Export.Export): string =>
  exportType === "unknown" || filters == null
    ? ""
    : filters.from != null && filters.to != null
    ? [time(filters.from), time(filters.to)].map((end) => end.replace("T00:00:00Z", "")).join("/")
    : [filters.year, filters.month, filters.day].filter((part) => part != null).map((part) =>
      String(part).padStart(2, "0")
    )
      .join("-")

/** One line, no tab, and nothing that a terminal takes for a command. */
export const plain = (text: string): string => text.replace(/\p{Cc}+/gu, " ")

/** The id first, no header. */
export const tabSeparated: Format = {
  header: [],
  line: (self) => `${cells(self).map(plain).join("\t")}\n`
}

const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`

const colours: Readonly<Record<Export.ExportStatus, number>> = {
  completed: 32,
  processing: 33,
  pending: 36,
  unknown: 31
}

/** Columns for a terminal of this width; what does not fit is cut. */
export const table = (columns: number): Format => {
  const aligned = (texts: ReadonlyArray<string>): string =>
    texts.map((text, index) => plain(text).padEnd(widths[index] ?? 0)).join("  ").slice(0, columns).trimEnd()
  return {
    header: [`${bold(aligned(names))}\n`],
    line: (self) => {
      const line = aligned(cells(self))
      return `${line.replace(self.status, `\u001b[${colours[self.status]}m${self.status}\u001b[39m`)}\n`
    }
  }
}
