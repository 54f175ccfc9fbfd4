/** Draws growth as an SVG: time and memory, on logarithmic axes. */
import type { Growth, Point } from "./growth.js"

const width = 400
const height = 260
const margin = { left: 64, right: 16, top: 36, bottom: 44 }

interface Panel {
  readonly title: string
  readonly unit: string
  readonly of: (point: Point) => number
}

const panels: ReadonlyArray<Panel> = [
  { title: "time", unit: "s", of: ({ seconds }) => seconds },
  { title: "peak memory", unit: "MB", of: ({ megabytes }) => megabytes }
]

const colors: Readonly<Record<Growth["what"], string>> = { exports: "#2563eb", rows: "#d97706" }

/** Lists the powers of ten around the values. */
const decades = (values: ReadonlyArray<number>): ReadonlyArray<number> => {
  const from = Math.floor(Math.log10(Math.min(...values)))
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...values))))
  return Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index))
}

const scale = (ticks: ReadonlyArray<number>, from: number, to: number) => {
  const [least, most] = [Math.log10(ticks[0] ?? 1), Math.log10(ticks.at(-1) ?? 10)]
  return (value: number): number => from + (to - from) * (Math.log10(value) - least) / (most - least)
}

const label = (value: number): string =>
  value >= 1e6 ? `${value / 1e6}M` : value >= 1e3 ? `${value / 1e3}k` : String(Number(value.toPrecision(1)))

const drawn = (all: ReadonlyArray<Growth>, { of, title, unit }: Panel, left: number): string => {
  const points = all.flatMap(({ points }) => points)
  const [xs, ys] = [decades(points.map(({ size }) => size)), decades(points.map(of))]
  const x = scale(xs, left + margin.left, left + width - margin.right)
  const y = scale(ys, height - margin.bottom, margin.top)
  const [right, bottom] = [x(xs.at(-1) ?? 1), y(ys[0] ?? 1)]
  return [
    `<text x="${left + margin.left}" y="20" font-weight="bold">${title}, ${unit}</text>`,
    ...xs.map((tick) =>
      `<line x1="${x(tick)}" y1="${margin.top}" x2="${x(tick)}" y2="${bottom}" stroke="#ddd"/>` +
      `<text x="${x(tick)}" y="${bottom + 18}" text-anchor="middle">${label(tick)}</text>`
    ),
    ...ys.map((tick) =>
      `<line x1="${left + margin.left}" y1="${y(tick)}" x2="${right}" y2="${y(tick)}" stroke="#ddd"/>` +
      `<text x="${left + margin.left - 8}" y="${y(tick) + 4}" text-anchor="end">${label(tick)}</text>`
    ),
    ...all.map(({ points, what }) => {
      const path = points.map((point) => `${x(point.size).toFixed(1)},${y(of(point)).toFixed(1)}`)
      return `<polyline points="${path.join(" ")}" fill="none" stroke="${colors[what]}" stroke-width="2"/>` +
        path.map((at) => {
          const [cx, cy] = at.split(",")
          return `<circle cx="${cx}" cy="${cy}" r="3" fill="${colors[what]}"/>`
        }).join("")
    })
  ].join("\n")
}

export const chart = (all: ReadonlyArray<Growth>): string => {
  const total = width * panels.length
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total} ${height}" font-family="sans-serif" font-size="12">
<rect width="${total}" height="${height}" fill="white"/>
${panels.map((panel, index) => drawn(all, panel, index * width)).join("\n")}
${
    all.map(({ what }, index) =>
      `<text x="${margin.left + index * 90}" y="${height - 8}" fill="${colors[what]}">&#9679; ${what}</text>`
    ).join("\n")
  }
</svg>
`
}
