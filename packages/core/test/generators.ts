import { ExportFilter } from "@effect-didww/core"
import type { DateTime } from "effect"
import * as BigDecimal from "effect/BigDecimal"
import { FastCheck } from "./property.js"

const json = FastCheck.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown)

// a known key with a right, odd or senseless value, or left out
const attribute = (...values: ReadonlyArray<FastCheck.Arbitrary<unknown>>) =>
  FastCheck.option(
    FastCheck.oneof({ weight: 8, arbitrary: FastCheck.oneof(...values) }, { weight: 1, arbitrary: json }),
    { nil: undefined, freq: 6 }
  )

const record = (entries: FastCheck.Arbitrary<Record<string, unknown>>) =>
  FastCheck.tuple(entries, FastCheck.dictionary(FastCheck.string(), json, { maxKeys: 2 })).map(([known, more]) =>
    Object.fromEntries(
      [...Object.entries(more), ...Object.entries(known)].filter(([, value]) => value !== undefined)
    )
  )

const pad = (value: number, width = 2) => String(value).padStart(width, "0")

const two = (max: number) => FastCheck.integer({ min: 0, max }).map((value) => pad(value))

const day = FastCheck.tuple(FastCheck.integer({ min: 1, max: 9999 }), two(13), two(32)).map(([year, month, day]) =>
  `${pad(year, 4)}-${month}-${day}`
)

const clock = FastCheck.tuple(two(24), two(60), two(60)).map((parts) => parts.join(":"))

const time = FastCheck.tuple(
  day,
  FastCheck.constantFrom("T", " "),
  clock,
  FastCheck.constantFrom("", ".000", ".798", ".5", ".123456"),
  FastCheck.constantFrom("", "Z", "+00:00", "-0530", " UTC")
).map((parts) => parts.join(""))

const spelled = (...values: ReadonlyArray<string>) =>
  FastCheck.constantFrom(
    ...values.flatMap((
      value
    ) => [value, value, value.toUpperCase(), `${value.charAt(0).toUpperCase()}${value.slice(1)}`])
  )

const nil = FastCheck.constant(null)
const text = FastCheck.string()
const number = FastCheck.oneof(text, FastCheck.integer(), FastCheck.constant("972862594"))
const integer = FastCheck.oneof(FastCheck.integer(), FastCheck.constantFrom("2026", "03", "7", "-1"))
const texts = FastCheck.oneof(text, FastCheck.array(text, { maxLength: 3 }), FastCheck.array(json, { maxLength: 2 }))

const filters = record(
  FastCheck.record({
    from: attribute(time, nil),
    to: attribute(time, nil),
    year: attribute(integer, nil),
    month: attribute(integer, nil),
    day: attribute(integer),
    did_number: attribute(number, nil),
    "voice_out_trunk.id": attribute(text, nil),
    source_number: attribute(number),
    destination: attribute(number),
    status: attribute(text),
    trunk_type: attribute(texts),
    "sms_trunk.id": attribute(texts, nil),
    service_type: attribute(spelled("p2p", "a2p")),
    "sender_id_verification.id": attribute(texts)
  })
)

/** Attributes of an export of any age, type and spelling, as JSON. */
export const attributes = FastCheck.tuple(
  FastCheck.oneof(
    { weight: 9, arbitrary: spelled("cdr_in", "cdr_out", "sms_in", "sms_out") },
    { weight: 1, arbitrary: text }
  ),
  record(
    FastCheck.record({
      status: attribute(spelled("pending", "processing", "completed", "unknown"), nil),
      created_at: attribute(time, nil),
      external_reference_id: attribute(text, nil),
      url: attribute(FastCheck.webUrl(), nil),
      callback_url: attribute(FastCheck.webUrl(), nil),
      callback_method: attribute(spelled("get", "post"), nil),
      filters: attribute(filters, nil)
    })
  )
).map(([export_type, rest]) => ({ ...rest, export_type }))

/** A resource of an export, with other members beside. */
export const resource = FastCheck.tuple(
  FastCheck.string({ minLength: 1 }),
  attributes,
  FastCheck.dictionary(FastCheck.string(), json, { maxKeys: 1 })
).map(([id, attributes, more]) => ({ ...more, id, type: "exports" as const, attributes }))

/** An answer of the list. */
export const collection = FastCheck.tuple(
  FastCheck.array(resource, { maxLength: 4 }),
  FastCheck.option(json, { nil: undefined }),
  FastCheck.option(json, { nil: undefined }),
  FastCheck.dictionary(FastCheck.string(), json, { maxKeys: 1 })
).map(([data, meta, links, more]) => ({
  ...more,
  data,
  ...(meta !== undefined && { meta }),
  ...(links !== undefined && { links })
}))

/** JSON of any shape, sometimes almost an export. */
export const almost = FastCheck.oneof(
  json,
  FastCheck.record(
    { id: FastCheck.oneof(text, json), type: FastCheck.oneof(FastCheck.constant("exports"), text), attributes: json },
    { requiredKeys: [] }
  ),
  FastCheck.record({
    id: text,
    type: FastCheck.constant("exports"),
    attributes: FastCheck.dictionary(FastCheck.constantFrom("export_type", "status", "filters"), json)
  })
)

interface Values {
  readonly id: FastCheck.Arbitrary<string>
  readonly exportType: FastCheck.Arbitrary<string>
  readonly reference: FastCheck.Arbitrary<string>
  /** A number or a trunk. */
  readonly requestedFor: FastCheck.Arbitrary<string>
  readonly time: FastCheck.Arbitrary<DateTime.Utc>
}

const some = <A>(value: FastCheck.Arbitrary<A>) =>
  FastCheck.tuple(value, FastCheck.array(value, { maxLength: 2 })).map(([head, tail]): [A, ...Array<A>] => [
    head,
    ...tail
  ])

/** Filters of every kind, of these values. */
export const filterOf = ({ exportType, id, requestedFor, reference, time }: Values) =>
  FastCheck.letrec<{ readonly filter: ExportFilter.ExportFilter }>((tie) => ({
    filter: FastCheck.oneof(
      { depthSize: "medium", withCrossShrink: true },
      some(id).map((values): ExportFilter.ExportFilter => ExportFilter.id(...values)),
      some(exportType).map((values) => ExportFilter.exportType(...values)),
      some(FastCheck.constantFrom("pending" as const, "completed" as const)).map((values) =>
        ExportFilter.status(...values)
      ),
      some(reference).map((values) => ExportFilter.externalReferenceId(...values)),
      FastCheck.record({ gte: time, gt: time, lte: time, lt: time }, { requiredKeys: [] }).map(ExportFilter.createdAt),
      time.map(ExportFilter.periodFrom),
      time.map(ExportFilter.periodTo),
      requestedFor.map(ExportFilter.didNumber),
      requestedFor.map(ExportFilter.voiceOutTrunkId),
      FastCheck.constant(ExportFilter.hasUrl),
      FastCheck.constant(ExportFilter.completed),
      FastCheck.array(tie("filter"), { maxLength: 3 }).map(ExportFilter.all),
      FastCheck.array(tie("filter"), { maxLength: 3 }).map(ExportFilter.any),
      tie("filter").map(ExportFilter.not)
    )
  })).filter
const fragment = FastCheck.oneof(
  {
    weight: 9,
    arbitrary: FastCheck.constantFrom("a", "b", "\"", "\"", ",", "\n", "\r\n", "\r", " ", "é", "ж", "日", "😀", "0")
  },
  // many plain characters in a row: a splitter may read several at once
  { weight: 1, arbitrary: FastCheck.integer({ min: 2, max: 13 }).map((length) => "0123456789abc".slice(0, length)) }
)

/** Text of the characters that mean something in CSV, in any order. */
export const wild = FastCheck.array(fragment, { maxLength: 40 }).map((parts) => parts.join(""))

/** Lines of two cells, many of them with stray quotes. */
export const strays = FastCheck.array(
  FastCheck.tuple(
    FastCheck.constantFrom("a", "\"a", "a\"", "\"a\"", "\"\"", ""),
    FastCheck.constantFrom("b", "\"b", "b\"", "\"b\"", "é"),
    FastCheck.constantFrom("\n", "\r\n", ",\n")
  ),
  { maxLength: 12 }
).map((lines) => lines.map(([one, other, end]) => `${one},${other}${end}`).join(""))

const lineEnd = FastCheck.constantFrom("\n", "\r\n")

// a cell and its spelling: quoted where it must be, and at will elsewhere
const written = FastCheck.oneof(
  FastCheck.constant({ cell: null, text: "" }),
  FastCheck.constant({ cell: "", text: "\"\"" }),
  FastCheck.tuple(
    FastCheck.oneof(wild, FastCheck.string()).filter((cell) => cell !== ""),
    FastCheck.boolean()
  ).map(([cell, isQuoted]) => ({
    cell,
    text: isQuoted || /[",\r\n]/.test(cell) ? `"${cell.replaceAll("\"", "\"\"")}"` : cell
  }))
)

/** A file by RFC 4180, and its cells. */
export const csv = FastCheck.tuple(
  FastCheck.array(FastCheck.tuple(FastCheck.array(written, { minLength: 1, maxLength: 4 }), lineEnd), { maxLength: 6 }),
  FastCheck.boolean()
).map(([lines, isEnded]) => {
  const text = lines.map(([cells, end]) => cells.map(({ text }) => text).join(",") + end).join("")
  const last = lines[lines.length - 1]
  // without its line end a last line of one null is not a line
  const isEmpty = last?.[0].length === 1 && last[0][0]?.cell === null
  return {
    text: isEnded || isEmpty ? text : text.replace(/\r?\n$/, ""),
    cells: lines.map(([cells]) => cells.map(({ cell }) => cell))
  }
})

const seconds = FastCheck.tuple(day, FastCheck.constantFrom(" ", " ", " ", "T"), clock).map((parts) => parts.join(""))

const likely = FastCheck.tuple(two(13), two(32), clock).map(([month, day, clock]) => `2026-${month}-${day} ${clock}`)

const decimal = FastCheck.oneof(
  FastCheck.tuple(FastCheck.nat(2000), FastCheck.nat(999)).map(([whole, part]) => `${whole}.${pad(part, 3)}`),
  FastCheck.tuple(FastCheck.bigInt(), FastCheck.nat({ max: 20 })).map(([value, scale]) =>
    BigDecimal.format(BigDecimal.make(value, scale))
  ),
  FastCheck.constantFrom(
    "0",
    "0.000",
    "-0.01",
    "-0",
    "1.",
    ".5",
    "-",
    ".",
    "1e3",
    "+1",
    "1,5",
    "1..2",
    "0.0000001",
    "00.10",
    "1e-05",
    "-2.50E+03",
    ".5e1",
    "1e-",
    "e5",
    "1e1000"
  )
)

const whole = FastCheck.oneof(
  FastCheck.nat().map(String),
  FastCheck.tuple(FastCheck.nat(99_999), FastCheck.nat(9999)).map(([whole, part]) => `${whole}.${part}`),
  FastCheck.constantFrom("007", "-1", "-0", "1.5", "57.0", "5.7e1", "+3", "9".repeat(15), "9".repeat(16))
)

const blanks = FastCheck.constantFrom("", " ", "  ", "\t", "\u00a0")

const zeroTime = FastCheck.constantFrom("0000-00-00", "0000-00-00 00:00:00", "0000-00-00T00:00:00.000Z")

const field = (value: FastCheck.Arbitrary<string>) =>
  FastCheck.oneof(
    { weight: 6, arbitrary: value },
    { weight: 1, arbitrary: FastCheck.tuple(blanks, value, blanks).map((parts) => parts.join("")) },
    { weight: 1, arbitrary: FastCheck.constantFrom(null, "", "  ") },
    { weight: 1, arbitrary: FastCheck.oneof(text, FastCheck.constantFrom("x", " 1", "１", "\"", "é\n")) }
  )

/** Cells by the kind of their column, now and then of another kind. */
export const cells = {
  time: field(FastCheck.oneof(seconds, likely, time, zeroTime)),
  money: field(decimal),
  whole: field(whole),
  text: field(text)
}
