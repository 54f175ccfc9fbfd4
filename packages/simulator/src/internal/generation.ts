/** Generates the rows of an archive one by one. Each row overwrites the previous one. */
import type { Archive, Options, Row } from "../Archive.js"
import type { Selection, Traffic } from "../Traffic.js"
import type { Period } from "./dates.js"
import * as layouts from "./layouts.js"
import * as randoms from "./random.js"
import * as traffics from "./traffic.js"

export interface Cursor {
  cells: Array<layouts.Cell>
  readonly money: Array<number>
  bad: Row["bad"]
  /** Whether all values of the row are quoted. */
  isQuoted: boolean
  /** Generates the next row. False after the last one. */
  readonly next: () => boolean
}

const october = Date.UTC(2026, 9, 1)

const november = Date.UTC(2026, 10, 1)

export const layoutOf = ({ options }: Pick<Archive, "options">): layouts.Layout =>
  layouts.layoutOf(options.exportType ?? "cdr_in", options.apiVersion ?? "2026-04-16")

const periodOf = ({ from = october, to = november }: Options): Period => ({ from, to })

export const cursor = (archive: Archive): Cursor => {
  const { options } = archive
  const layout = layoutOf(archive)
  const random = randoms.make(options.seed ?? 0)
  const anyQuoting = (["minimal", "all", "mixed"] as const)[random.below(3)]
  const quoting = options.quoting ?? anyQuoting
  const badBelow = (options.badRows ?? 0) * 2 ** 32
  const kinds = layouts.kindsOf(layout)
  const whole: Array<layouts.Cell> = layout.columns.map(() => null)
  const fill = options.traffic === undefined
    ? filling(archive, layout, random)
    : fillingFrom(options.traffic, options, layout)
  const self: Cursor = {
    cells: whole,
    money: layout.money.map(() => 0),
    bad: undefined,
    isQuoted: false,
    next: () => {
      const random = fill(whole, self.money)
      if (random === undefined) return false
      // drawn for good rows too, so that a bad row changes no other row
      const isBad = random.below(2 ** 32) < badBelow
      const lot = random.below(2 ** 32)
      self.bad = isBad ? kinds[lot % kinds.length] : undefined
      self.cells = self.bad === undefined ? whole : layouts.spoiled(layout, whole, self.bad, lot)
      self.isQuoted = quoting === "all" || (quoting === "mixed" && (lot & 7) === 0)
      return true
    }
  }
  return self
}

/** Writes the next row, and gives the random numbers that go on with it. `undefined` after the last row. */
type Fill = (cells: Array<layouts.Cell>, money: Array<number>) => randoms.Random | undefined

/** Spreads the rows of an archive evenly over its period. */
const filling = ({ options, rowCount }: Archive, layout: layouts.Layout, random: randoms.Random): Fill => {
  const { from, to } = periodOf(options)
  const first = Math.floor(from / 1000)
  const seconds = Math.max(1, Math.floor(to / 1000) - first)
  const call: layouts.Call = {
    start: first,
    isAnswered: true,
    ring: 0,
    length: 0,
    id: undefined,
    attempt: undefined,
    didNumber: options.didNumber,
    trunk: undefined
  }
  let index = 0
  return (cells, money) => {
    if (index >= rowCount) return undefined
    call.start = first + Math.floor(index * seconds / rowCount)
    if (layout.answered !== undefined) layouts.draw(call, layout.answered, random)
    layout.fill(cells, money, call, random)
    index = index + 1
    return random
  }
}

/** Writes the calls of an account's traffic that belong in the archive. */
const fillingFrom = (traffic: Traffic, options: Options, layout: layouts.Layout): Fill => {
  const calls = traffics.calls(traffic, selectionOf(options))
  return (cells, money) => {
    const next = calls.next()
    if (next.done === true) return undefined
    layout.fill(cells, money, next.value, next.value.random)
    return next.value.random
  }
}

const selectionOf = (options: Options): Selection => ({
  ...options,
  ...periodOf(options),
  exportType: options.exportType ?? "cdr_in"
})

export const rowCountOf = (options: Options): number =>
  options.traffic === undefined ? options.rows ?? 1000 : traffics.count(options.traffic, selectionOf(options))

/** Writes the header line and then the rows, in pieces of about this many characters. */
export const csv = function*(archive: Archive, size: number): Generator<string> {
  const layout = layoutOf(archive)
  const rows = cursor(archive)
  const quotedTexts = new Map<string, string>()
  const values: Array<layouts.Cell> = []
  let text = `${layout.columns.map(encoded).join(",")}\n`
  while (rows.next()) {
    const { bad, cells, isQuoted } = rows
    values.length = cells.length
    for (let index = 0; index < cells.length; index++) {
      const value = cells[index]!
      values[index] = value === ""
        ? "\"\""
        : value === null || (!isQuoted && bad === undefined)
        ? value
        : isQuoted
        ? quoted(value)
        : encoded(value)
    }
    if (!isQuoted && bad === undefined) {
      // few texts need quotes and they repeat, so each is encoded once
      for (const index of layout.texts) {
        const value = values[index]
        if (value == null || value === "\"\"") continue
        let known = quotedTexts.get(value)
        if (known === undefined) quotedTexts.set(value, known = encoded(value))
        values[index] = known
      }
    }
    // `join` writes null as an empty field
    text += values.join(",")
    text += "\n"
    if (text.length >= size) {
      yield text
      text = ""
    }
  }
  if (text !== "") yield text
}

const special = /[",\r\n]/

const quoted = (value: string): string => `"${value.includes("\"") ? value.replaceAll("\"", "\"\"") : value}"`

const encoded = (value: string): string => special.test(value) ? quoted(value) : value
