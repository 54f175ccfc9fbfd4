/** Reports a run, for programs and for the README. */
import { readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { cpus } from "node:os"
import { fileURLToPath } from "node:url"
import { type Result, rounded } from "./ratios.js"
import { markdown } from "./table.js"

export interface Report {
  readonly machine: string
  readonly date: string
  readonly versions: Readonly<Record<string, string>>
  readonly bars: ReadonlyArray<{
    readonly name: string
    readonly ratio: number
    readonly must: number
    readonly aim: number
    readonly holds: boolean
    readonly unit?: string
  }>
}

const contenders = [
  "effect",
  "@effect/platform",
  "@effect/platform-node",
  "@octokit/core",
  "@octokit/plugin-paginate-rest",
  "arktype",
  "bottleneck",
  "csv-parse",
  "fast-csv",
  "got",
  "jsona",
  "kitsu",
  "p-queue",
  "papaparse",
  "undici",
  "valibot",
  "zod"
]

/** Reads a package's version from its folder: not every package exports its package.json. */
const versionOf = (name: string): string => {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? []
  for (const folder of folders) {
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`, "utf8")).version
    } catch {
      continue
    }
  }
  return "unknown"
}

export const machine = (): string => `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}`

export const today = (): string => new Date().toISOString().slice(0, 10)

export const report = (results: ReadonlyArray<Result>): Report => ({
  machine: machine(),
  date: today(),
  versions: { node: process.versions.node, ...Object.fromEntries(contenders.map((name) => [name, versionOf(name)])) },
  bars: results.filter(({ bar }) => bar.isExtra !== true).map(({ bar, holds, ratio }) => ({
    name: bar.name,
    ratio,
    must: rounded(bar.must),
    aim: bar.aim,
    holds,
    ...(bar.unit !== undefined && { unit: bar.unit })
  }))
})

/** Formats the README's table. An extra line shows no ratio to hold. */
export const summary = ({ date, machine, versions }: Report, results: ReadonlyArray<Result>): string => {
  const { node, ...others } = versions
  return `${machine}, Node ${node}, ${date}. Lower is better; of one run, medians of interleaved processes.\n\n${
    markdown([
      ["bar", "what", "is", "must", "aim"],
      ...results.map(({ bar: { aim, isExtra = false, must, name, says, unit = "" }, ratio }) => [
        `\`${name}\``,
        says,
        `**${ratio}${unit && ` ${unit}`}**`,
        isExtra ? "" : String(rounded(must)),
        isExtra ? "" : String(aim)
      ])
    ])
  }\nMeasured with ${Object.entries(others).map(([name, version]) => `${name} ${version}`).join(", ")}.\n`
}

const readme = fileURLToPath(new URL("../../../README.md", import.meta.url))

/** Replaces the text between two markers in the README. */
export const write = (marker: string, text: string): void => {
  const [begin, end] = [`<!-- ${marker} -->`, `<!-- /${marker} -->`]
  const before = readFileSync(readme, "utf8")
  const [from, to] = [before.indexOf(begin), before.indexOf(end)]
  if (from < 0 || to < from) process.stderr.write(`The README has no ${begin} followed by ${end}.\n`)
  else writeFileSync(readme, `${before.slice(0, from + begin.length)}\n${text}${before.slice(to)}`)
}
