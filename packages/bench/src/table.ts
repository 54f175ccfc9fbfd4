/** Formats results as text. */
import type { Bar } from "./bar.js"
import { type Result, rounded } from "./ratios.js"

/** Formats the measure of one unit of work. */
export const shown = ({ measure, per, unit }: Bar, value: number): string => {
  if (measure === "result") return `${rounded(value)} ${unit ?? ""}`
  if (measure === "memory") return `${rounded(value)} MB`
  const micros = value * 1000 / per.count
  return micros >= 10_000 ? `${rounded(micros / 1000)} ms` : `${rounded(micros)} µs`
}

export const verdict = ({ bar, holds, ratio }: Result): string =>
  bar.isExtra === true
    ? "no ratio to hold"
    : holds
    ? ratio <= bar.aim ? "holds, and the aim" : "holds"
    : "DOES NOT HOLD"

/** Formats a result for a terminal. */
export const table = (result: Result): string => {
  const { bar, lines, ratio } = result
  const rows = [
    ["", bar.measure === "result" ? "" : `${bar.measure}, ${bar.per.unit}`, "spread", "ratio", "leaves out"],
    ...lines.map(({ least, median, most, name, ratio, without }) => [
      name,
      shown(bar, median),
      `${shown(bar, least)} to ${shown(bar, most)}`,
      bar.against === undefined ? "" : String(rounded(ratio)),
      without ?? ""
    ])
  ]
  return `${bar.name}: ${ratio}${bar.unit === undefined ? "" : ` ${bar.unit}`}, must ${rounded(bar.must)}, aim ${
    rounded(bar.aim)
  }: ${verdict(result)}\n${bar.says}\n${columns(rows)}\n`
}

export const columns = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)))
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd() + "\n"
  )
    .join("")
}

export const markdown = (rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  rows.map((row, index) =>
    `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n${
      index === 0 ? `|${"---|".repeat(row.length)}\n` : ""
    }`
  ).join("")
