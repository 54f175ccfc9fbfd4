import { assert, describe, it } from "@effect/vitest"
import * as utc from "../src/internal/utc.js"
import * as wireTime from "../src/internal/wireTime.js"
import { FastCheck, prop, runs } from "./property.js"

const digits = (count: number) => FastCheck.stringMatching(new RegExp(`^\\d{${count}}$`))

const pad = (min: number, max: number) =>
  FastCheck.integer({ min, max }).map((value) => String(value).padStart(String(max).length, "0"))

// changes a character of a time, now and then
const spoiled = (text: FastCheck.Arbitrary<string>) =>
  FastCheck.tuple(text, FastCheck.option(FastCheck.tuple(FastCheck.nat(30), FastCheck.string({ maxLength: 2 })))).map(
    ([text, change]) => change === null ? text : text.slice(0, change[0]) + change[1] + text.slice(change[0] + 1)
  )

const shaped = (between: string, fraction: FastCheck.Arbitrary<string>) =>
  FastCheck.tuple(
    FastCheck.oneof(pad(1, 9999), digits(4)),
    FastCheck.oneof(pad(1, 12), digits(2)),
    FastCheck.oneof(pad(1, 31), digits(2)),
    FastCheck.oneof(pad(10, 23), digits(2)),
    FastCheck.oneof(pad(10, 59), digits(2)),
    FastCheck.oneof(pad(10, 59), digits(2)),
    fraction
  ).map(([year, month, day, hour, minute, second, rest]) =>
    `${year}-${month}-${day}${between}${hour}:${minute}:${second}${rest}`
  )

const time = spoiled(FastCheck.oneof(
  shaped("T", digits(3).map((millis) => `.${millis}Z`)),
  shaped(" ", FastCheck.constant("")),
  shaped("T", FastCheck.constantFrom("", "Z", ".5", "+0530", " UTC", ".1234"))
))

describe("wireTime", () => {
  it("parse accepts only offsets that a place on Earth has", () => {
    const at = (offset: string) => wireTime.parse(`2026-10-01 00:00:00${offset}`)?.epochMillis
    assert.strictEqual(at("+14:00"), Date.UTC(2026, 8, 30, 10))
    assert.strictEqual(at("-0930"), Date.UTC(2026, 9, 1, 9, 30))
    for (const offset of ["+99:99", "+15:00", "-05:60"]) assert.isUndefined(at(offset), offset)
  })

  prop(
    "parse reads what the pattern reads, of any text",
    [FastCheck.oneof(time, FastCheck.string())],
    ([text]) => {
      assert.deepStrictEqual(wireTime.parse(text), wireTime.parseAny(text))
    },
    runs(500)
  )

  prop(
    "millisOfBytes reads what parse reads of a text like 2026-04-16 08:00:00, and no other",
    [FastCheck.oneof(time, FastCheck.string({ minLength: 19, maxLength: 19 })), FastCheck.nat(3)],
    ([text, at]) => {
      const bytes = new Uint8Array(at + 40)
      bytes.set(new TextEncoder().encode(text).subarray(0, 40), at)
      const written = new TextDecoder().decode(bytes.subarray(at, at + 19))
      const read = wireTime.isSeconds(written) ? wireTime.parseAny(written) : undefined
      assert.deepStrictEqual(wireTime.millisOfBytes(bytes, at), read === undefined ? NaN : utc.millisOf(read))
    },
    runs(500)
  )

  it("parse accepts only days that exist", () => {
    const text = (number: number, length: number) => String(number).padStart(length, "0")
    for (const year of [0, 1, 4, 99, 100, 400, 1900, 1970, 1999, 2000, 2023, 2024, 2100, 9999]) {
      for (let month = 0; month <= 13; month++) {
        for (let day = 0; day <= 32; day++) {
          const time = `${text(year, 4)}-${text(month, 2)}-${text(day, 2)} 12:34:56`
          assert.deepStrictEqual(wireTime.parse(time), wireTime.parseAny(time), time)
        }
      }
    }
  })

  prop("a text with a canonical shape is written as it was read", [time], ([text]) => {
    const read = wireTime.parse(text)
    if (read === undefined) return
    if (wireTime.isIso(text)) assert.strictEqual(wireTime.formatIso(read), text)
    if (wireTime.isSeconds(text)) assert.strictEqual(wireTime.formatSeconds(read), text)
  }, runs(500))
})
