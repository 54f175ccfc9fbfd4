/**
 * The texts that a file repeats, such as a status or the name of a trunk, each made once. A column that seldom repeats a text
 * is soon left alone.
 */
import type * as Option from "effect/Option"
import { some } from "../some.js"
import { Flag } from "./flags.js"

const maxText = 64
const slots = 512
const maxCredit = 64

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })

export class Texts {
  private readonly keys = new Uint8Array(slots * maxText)
  private readonly keyWords = new DataView(this.keys.buffer)
  private readonly shapes = new Int32Array(slots)
  private readonly texts: Array<Option.Option<string>> = []
  private credit = new Int8Array(0)

  /** The text of a cell that is not empty; `undefined` if it is too long or of a column that seldom repeats a text. */
  find(
    bytes: Uint8Array,
    words: DataView,
    start: number,
    end: number,
    flags: number,
    column: number
  ): Option.Option<string> | undefined {
    if (column >= this.credit.length) this.makeRoom(column)
    const credit = this.credit[column]!
    const length = end - start
    if (credit === 0 || length > maxText) return undefined
    const ends = bytes[start]! * 31 + bytes[end - 1]!
    const within = bytes[start + (length >> 1)]! * 31 + bytes[start + (length >> 2)]!
    const slot = (column * 37 + length * 17 + ends * 7 + within * 3) & slots - 1
    // two quotes are one quote in a quoted cell, and two in another
    const shape = length << 1 | Number((flags & Flag.escaped) !== 0)
    const key = slot * maxText - start
    if (this.shapes[slot] === shape) {
      const { keyWords } = this
      // the last word may have bytes of the one before it
      const last = end - 4
      let at = start
      if (last >= start) {
        while (at < last && keyWords.getInt32(key + at, true) === words.getInt32(at, true)) at += 4
        if (at >= last && keyWords.getInt32(key + last, true) === words.getInt32(last, true)) at = end
      } else {
        while (at < end && this.keys[key + at] === bytes[at]) at++
      }
      if (at === end) {
        if (credit < maxCredit) this.credit[column] = credit + 1
        return this.texts[slot]
      }
    }
    this.credit[column] = credit - 1
    const raw = bytes.subarray(start, end)
    this.keys.set(raw, slot * maxText)
    this.shapes[slot] = shape
    // from its own bytes: a slice of a longer text would keep that text in memory
    const text = utf8.decode(raw)
    return this.texts[slot] = some((shape & 1) === 1 ? text.replaceAll("\"\"", "\"") : text)
  }

  private makeRoom(column: number): void {
    const credit = new Int8Array(column + 32).fill(maxCredit)
    credit.set(this.credit)
    this.credit = credit
  }
}
