import { ExportFilter } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Either, Equal, Schema } from "effect"
import { filterOf } from "./generators.js"
import { arbitraryOf, FastCheck, prop } from "./property.js"

const { and, any, createdAt, everything, exportType, hasUrl, id, not, nothing, or, parse, print } = ExportFilter

const at = (text: string) => DateTime.unsafeMake(text)

const refused = (text: string): ExportFilter.FilterSyntaxError => Either.getOrThrow(Either.flip(parse(text)))

const assertParses = (text: string, filter: ExportFilter.ExportFilter) => {
  const parsed = Either.getOrThrowWith(parse(text), (error) => new Error(`${error.message}\n${error.pointer(text)}`))
  assert.isTrue(Equal.equals(parsed, filter), `${text}\nis ${print(parsed)}\nnot ${print(filter)}`)
}

// quotes, controls, halves of characters, keywords and times, in any order
const text = FastCheck.oneof(
  FastCheck.string({ unit: "binary" }),
  FastCheck.array(FastCheck.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
  FastCheck.constantFrom(
    "",
    "and",
    "AND",
    "Not",
    "in",
    "has",
    "everything",
    "completed",
    "2026-11-01",
    "a, b",
    "'",
    "\""
  ),
  FastCheck.stringMatching(/^[A-Za-z0-9_.:+-]+$/)
)

const anyFilter = filterOf({
  id: text,
  exportType: FastCheck.oneof(text, FastCheck.constantFrom("cdr_in", "CDR_IN", "Sms_Out", "fax_in", "unknown")),
  reference: text,
  requestedFor: text,
  // every instant of a date
  time: FastCheck.oneof(
    FastCheck.integer({ min: -8.64e15, max: 8.64e15 }),
    FastCheck.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000)
  ).map((millis) => DateTime.unsafeMake(millis))
})

describe("parse and print", () => {
  const often = 2000

  prop("a printed filter parses as the same filter", [anyFilter], ([filter]) => {
    assertParses(print(filter), filter)
  }, often)

  prop(
    "a printed filter of the schema's arbitrary parses as the same filter",
    [arbitraryOf(ExportFilter.ExportFilter)],
    (
      [filter]
    ) => {
      assertParses(print(filter), filter)
    },
    often
  )

  prop("print writes only printable characters", [anyFilter], ([filter]) => {
    assert.notMatch(print(filter), /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u)
  }, often)

  const token = FastCheck.constantFrom(
    ..."and or not ( ) , = != >= < in has url id status completed created_at 2026-11-01 10:00 everything x \" ' \\ \"a\" &"
      .split(" ")
  )

  prop("any text is a filter, or an error at a position of the text", [
    FastCheck.oneof(
      FastCheck.string({ unit: "binary" }),
      FastCheck.array(token, { maxLength: 12 }).map((tokens) => tokens.join(" ")),
      // one unit more or less
      FastCheck.tuple(anyFilter.map(print), FastCheck.nat(), FastCheck.constantFrom("", " ", "(", "\"", "x")).map((
        [text, nat, insertion]
      ) => {
        const cut = nat % (text.length + 1)
        return text.slice(0, cut) + insertion + text.slice(cut + 1)
      })
    )
  ], ([text]) => {
    const result = parse(text)
    if (Either.isRight(result)) return assertParses(print(result.right), result.right)
    const { found, message, position } = result.left
    assert.isTrue(position >= 0 && position <= text.length)
    assert.isTrue(found !== undefined && text.startsWith(found.replace(/…$/, ""), position))
    assert.notMatch(message, /\n/)
    const [line = "", caret = "", ...more] = result.left.pointer(text).split("\n")
    assert.isTrue(Array.from(line).length < 80 && more.length === 0)
    assert.match(caret, /^ *\^$/)
  }, often)

  it("two bounds of one condition print differently from two conditions", () => {
    const [gte, lt] = [at("2026-11-01"), at("2026-12-01")]
    const one = not(createdAt({ gte, lt }))
    const two = not(and(createdAt({ gte }), createdAt({ lt })))
    assert.strictEqual(print(one), "not (created_at >= 2026-11-01T00:00:00Z and < 2026-12-01T00:00:00Z)")
    assert.strictEqual(print(two), "not (created_at >= 2026-11-01T00:00:00Z and created_at < 2026-12-01T00:00:00Z)")
  })
})

const a = id("a")
const b = id("b")
const c = id("c")

// texts that print does not write
const right: ReadonlyArray<readonly [text: string, filter: ExportFilter.ExportFilter]> = [
  ["STATUS = Completed", ExportFilter.status("completed")],
  ["status in (PENDING, 'processing')", ExportFilter.status("pending", "processing")],
  ["status=completed", ExportFilter.status("completed")],
  ["  id\t=\n a  ", a],
  ["id = \u00a0a", a],
  ["id = 'a'", a],
  ["id = '\"'", id("\"")],
  ["id = \"it's\"", id("it's")],
  ["id = 'it\\'s'", id("it's")],
  ["id = \"\\u0041\\n\\/\"", id("A\n/")],
  ["id = \"two\nlines\"", id("two\nlines")],
  ["id in (a)", a],
  ["id in(a,b)", id("a", "b")],
  ["id != a", not(a)],
  ["id!=a", not(a)],
  ["not id != a", not(not(a))],
  ["id not in (a, b)", not(id("a", "b"))],
  ["id Not In (a, b)", not(id("a", "b"))],
  ["id = status", id("status")],
  ["export_type = CDR_IN", exportType("cdr_in")],
  ["export_type = \"CDR_IN\"", exportType("CDR_IN")],
  ["export_type in (Sms_In, FAX)", exportType("sms_in", "FAX")],
  ["external_reference_id = größe/2026#1", ExportFilter.externalReferenceId("größe/2026#1")],
  ["did_number != \"\"", not(ExportFilter.didNumber(""))],
  ["voice_out_trunk.id = 7", ExportFilter.voiceOutTrunkId("7")],
  ["Has URL", hasUrl],
  ["has created_at", createdAt({})],
  ["EVERYTHING", everything],
  ["Nothing", nothing],
  // precedence, parentheses
  ["id = a and id = b or id = c", or(and(a, b), c)],
  ["id = a or id = b and id = c", or(a, and(b, c))],
  ["(id = a or id = b) and id = c", and(or(a, b), c)],
  ["id = a AND id = b Or id = c", or(and(a, b), c)],
  ["not id = a and id = b", and(not(a), b)],
  ["not(id = a and id = b)", not(and(a, b))],
  ["NOT not id = a", not(not(a))],
  ["((id = a))", a],
  ["(id = a and (id = b and id = c))", ExportFilter.all([a, b, c])],
  ["(id = a or id = b) or id = c", any([a, b, c])],
  ["id = a and everything", a],
  // times
  ["created_at >= 2026-11-01", createdAt({ gte: at("2026-11-01T00:00:00Z") })],
  ["created_at>2026-11-01T08:30", createdAt({ gt: at("2026-11-01T08:30:00Z") })],
  ["created_at <= 2026-11-01 08:30", createdAt({ lte: at("2026-11-01T08:30:00Z") })],
  ["created_at < 2026-11-01 08:30:15", createdAt({ lt: at("2026-11-01T08:30:15Z") })],
  ["created_at < 2026-11-01 08:30:15.5 UTC", createdAt({ lt: at("2026-11-01T08:30:15.500Z") })],
  ["created_at < 2026-11-01 08:30 +02:00", createdAt({ lt: at("2026-11-01T06:30:00Z") })],
  ["created_at < 2026-11-01T08:30-0530", createdAt({ lt: at("2026-11-01T14:00:00Z") })],
  ["created_at < 2026-11-01t08:30:00z", createdAt({ lt: at("2026-11-01T08:30:00Z") })],
  ["created_at < \"2026-11-01 08:30:00\"", createdAt({ lt: at("2026-11-01T08:30:00Z") })],
  ["created_at < 2028-02-29", createdAt({ lt: at("2028-02-29T00:00:00Z") })],
  ["created_at < 0000-01-01", createdAt({ lt: at("0000-01-01T00:00:00Z") })],
  ["created_at < +010000-01-01T00:00:00Z", createdAt({ lt: at("+010000-01-01T00:00:00Z") })],
  ["created_at >= 2026-11-01 and < 2026-12-01", createdAt({ gte: at("2026-11-01"), lt: at("2026-12-01") })],
  [
    "created_at < 2026-12-01 AND >= 2026-11-01 and id = a",
    and(createdAt({ gte: at("2026-11-01"), lt: at("2026-12-01") }), a)
  ],
  [
    "created_at >= 2026-11-01 and created_at < 2026-12-01",
    and(createdAt({ gte: at("2026-11-01") }), createdAt({ lt: at("2026-12-01") }))
  ],
  ["from = 2026-11-01", ExportFilter.periodFrom(at("2026-11-01"))],
  ["to != 2026-11-01 00:00 or id = a", or(not(ExportFilter.periodTo(at("2026-11-01"))), a)]
]

describe("parse reads", () => {
  for (const [text, filter] of right) it(text, () => assertParses(text, filter))
})

const condition =
  "a condition (id, export_type, status, external_reference_id, created_at, from, to, did_number, voice_out_trunk.id, " +
  "has, everything, nothing), `not` or `(`"
const more = "`and`, `or` or the end"
const moreOrQuotes = "`and`, `or`, the end or quotes around a value of several words"
const within = "`and`, `or` or `)`"
const comparison = "`=`, `!=`, `in` or `not in`"
const equality = "`=` or `!=`"
const bound = "`>=`, `>`, `<=` or `<`"
const value = "a value"
const notWord = "a value, in quotes if it is a keyword"
const list = "`(` before the values"
const inList = "`,` or `)`"
const inListOrQuotes = "`,`, `)` or quotes around a value of several words"
const several = "`in (…)` around several values"
const known = "`pending`, `processing` or `completed`"
const time = "a time such as 2026-11-01, 2026-11-01T08:00:00Z or 2026-11-01 08:00 +02:00"
const real = "a date and time that exist"
const something = "`url` or `created_at`"
const escape = "one of the escapes \\\" \\' \\\\ \\/ \\b \\f \\n \\r \\t \\u0000"
const quotes = (char: string) => `quotes around a value with \`${char}\` in it`
const closed = (mark: string) => `a string that ends with \`${mark}\``
const name = (name: string) => `\`${name}\``

// ‸ marks the position that the error points at
const wrong: ReadonlyArray<readonly [text: string, expected: string, found: string]> = [
  // no condition
  ["‸", condition, ""],
  ["   ‸", condition, ""],
  ["not‸", condition, ""],
  ["not not ‸", condition, ""],
  ["id = a and‸", condition, ""],
  ["id = a or ‸", condition, ""],
  ["‸and id = a", condition, "and"],
  ["‸OR", condition, "OR"],
  ["id = a and ‸and id = b", condition, "and"],
  ["id = a and ‸or id = b", condition, "or"],
  ["id = a or not ‸and", condition, "and"],
  ["(‸)", condition, ")"],
  ["‸)", condition, ")"],
  ["‸, id = a", condition, ","],
  ["‸= a", condition, "="],
  ["‸>= 2026-11-01", condition, ">="],
  ["‸in (a)", condition, "in"],
  ["‸!id = a", condition, "!"],
  ["‸\"status\" = completed", condition, "\"status\""],
  ["‸'id = a'", condition, "'id = a'"],
  ["id = a and ‸< 3", condition, "<"],
  // names
  ["‸foo = 1", condition, "foo"],
  ["‸color = red", condition, "color"],
  ["‸* = a", condition, "*"],
  ["‸constructor = a", condition, "constructor"],
  ["‸__proto__ = a", condition, "__proto__"],
  ["‸創 = a", condition, "創"],
  ["‸statsu = completed", name("status"), "statsu"],
  ["‸staus = completed", name("status"), "staus"],
  ["‸state = completed", condition, "state"],
  ["‸createdAt >= 2026-11-01", name("created_at"), "createdAt"],
  ["‸created-at >= 2026-11-01", name("created_at"), "created-at"],
  ["‸created >= 2026-11-01", name("created_at"), "created"],
  ["‸craeted_at >= 2026-11-01", name("created_at"), "craeted_at"],
  ["‸type = cdr_in", name("export_type"), "type"],
  ["‸exporttype = cdr_in", name("export_type"), "exporttype"],
  ["‸ids = a", name("id"), "ids"],
  ["‸reference = a", name("external_reference_id"), "reference"],
  ["‸externalReferenceId = a", name("external_reference_id"), "externalReferenceId"],
  ["‸did = 1", name("did_number"), "did"],
  ["‸did_numbr = 1", name("did_number"), "did_numbr"],
  ["‸voice_out_trunk_id = 1", name("voice_out_trunk.id"), "voice_out_trunk_id"],
  ["‸trunk = 1", name("voice_out_trunk.id"), "trunk"],
  ["‸form = 2026-11-01", name("from"), "form"],
  ["‸everythin", name("everything"), "everythin"],
  ["‸nohting", name("nothing"), "nohting"],
  ["‸hass url", name("has"), "hass"],
  ["id = a and ‸nto id = b", name("not"), "nto"],
  ["id = a and ‸nott id = b", name("not"), "nott"],
  ["‸completed", condition, "completed"],
  // operators
  ["status‸", comparison, ""],
  ["status ‸completed", comparison, "completed"],
  ["status ‸is completed", comparison, "is"],
  ["id ‸: a", comparison, ":"],
  ["id ‸== a", comparison, "=="],
  ["id ‸<> a", comparison, "<>"],
  ["id ‸=! a", comparison, "=!"],
  ["id ‸>= a", comparison, ">="],
  ["id ‸(a)", comparison, "("],
  ["id not ‸a", "`in`", "a"],
  ["id not ‸= a", "`in`", "="],
  ["export_type ‸like cdr", comparison, "like"],
  ["external_reference_id ‸~ a", comparison, "~"],
  ["did_number‸", equality, ""],
  ["did_number ‸in (1, 2)", equality, "in"],
  ["did_number ‸> 1", equality, ">"],
  ["voice_out_trunk.id ‸not in (1)", equality, "not"],
  ["from ‸>= 2026-11-01", equality, ">="],
  ["to ‸< 2026-11-01", equality, "<"],
  ["from ‸2026-11-01", equality, "2026-11-01"],
  ["created_at‸", bound, ""],
  ["created_at ‸= 2026-11-01", bound, "="],
  ["created_at ‸!= 2026-11-01", bound, "!="],
  ["created_at ‸=> 2026-11-01", bound, "=>"],
  ["created_at ‸in (2026-11-01)", bound, "in"],
  ["created_at ‸2026-11-01", bound, "2026-11-01"],
  ["created_at >= 2026-11-01 and ‸>= 2026-11-02", "`>`, `<=` or `<`", ">="],
  ["created_at >= 2026-11-01 and > 2026-11-01 and <= 2026-12-01 and ‸= 2026-11-02", "`<`", "="],
  ["has‸", something, ""],
  ["has ‸status", something, "status"],
  ["has ‸\"url\"", something, "\"url\""],
  ["has ‸= url", something, "="],
  // values
  ["id =‸", value, ""],
  ["id = ‸)", value, ")"],
  ["id = ‸(a)", value, "("],
  ["id = ‸= a", value, "="],
  ["id = ‸, a", value, ","],
  ["id = ‸and", notWord, "and"],
  ["id = ‸NOT id = a", notWord, "NOT"],
  ["id = ‸nothing", notWord, "nothing"],
  ["id in (a, ‸or)", notWord, "or"],
  ["id = a‸, b", several, ","],
  ["status = pending‸,completed", several, ","],
  ["id = \"a\"‸, \"b\"", several, ","],
  ["id = a‸*b", quotes("*"), "*"],
  ["id = ‸$id", quotes("$"), "$"],
  ["id = ‸“a”", quotes("“"), "“"],
  ["id = o‸'brien", quotes("'"), "'"],
  ["id = a‸\"b\"", quotes("\""), "\""],
  ["id = a‸😀", quotes("😀"), "😀"],
  ["id in (a, b‸;)", quotes(";"), ";"],
  ["id = a ‸b", moreOrQuotes, "b"],
  ["external_reference_id = invoice ‸42 and has url", moreOrQuotes, "42"],
  ["status = ‸", known, ""],
  ["status = ‸pendin", known, "pendin"],
  ["status = ‸unknown", known, "unknown"],
  ["status = ‸completed;", known, "completed;"],
  ["status in (pending, ‸done)", known, "done"],
  ["status = ‸\"\"", known, "\"\""],
  ["status = ‸(pending)", known, "("],
  // lists
  ["id in‸", list, ""],
  ["id in ‸a, b", list, "a"],
  ["id in ‸= a", list, "="],
  ["id in (‸", value, ""],
  ["id in (‸)", value, ")"],
  ["id in (a,‸)", value, ")"],
  ["id in (a,‸, b)", value, ","],
  ["id in (a ‸b)", inListOrQuotes, "b"],
  ["id in (\"a\" ‸b)", inList, "b"],
  ["status in (pending ‸completed)", inList, "completed"],
  ["id in (a, b‸", inList, ""],
  ["id in (a ‸or b)", inListOrQuotes, "or"],
  ["id in (‸(a))", value, "("],
  // times
  ["created_at >=‸", time, ""],
  ["created_at >= ‸and id = a", time, "and"],
  ["created_at >= ‸tomorrow", time, "tomorrow"],
  ["created_at >= ‸2026", time, "2026"],
  ["created_at >= ‸2026-11", time, "2026-11"],
  ["created_at >= ‸2026-1-1", time, "2026-1-1"],
  ["created_at >= ‸1.11.2026", time, "1.11.2026"],
  ["created_at >= ‸11/01/2026", time, "11/01/2026"],
  ["created_at >= ‸20261101", time, "20261101"],
  ["created_at >= ‸1793491200000", time, "1793491200000"],
  ["created_at >= ‸2026-11-01T8:00", time, "2026-11-01T8:00"],
  ["created_at >= ‸2026-11-01 08", time, "2026-11-01 08"],
  ["created_at >= ‸2026-11-01 08:00 +15:00", time, "2026-11-01 08:00 +15:00"],
  ["created_at >= ‸2026-11-01T08:00+02:60", time, "2026-11-01T08:00+02:60"],
  ["created_at >= ‸\"\"", time, "\"\""],
  ["created_at >= ‸+010000-02-30T00:00:00Z", time, "+010000-02-30T00:00:00Z"],
  ["created_at >= ‸2026-02-29", real, "2026-02-29"],
  ["created_at >= ‸2026-02-30T00:00:00Z", real, "2026-02-30T00:00:00Z"],
  ["created_at >= ‸2026-13-01", real, "2026-13-01"],
  ["created_at >= ‸2026-00-01", real, "2026-00-01"],
  ["created_at >= ‸2026-11-31 08:00", real, "2026-11-31 08:00"],
  ["created_at >= ‸2026-11-01T24:00", real, "2026-11-01T24:00"],
  ["created_at >= ‸2026-11-01 08:60", real, "2026-11-01 08:60"],
  ["created_at >= 2026-11-01 and < ‸2026-11-31", real, "2026-11-31"],
  ["from = ‸2100-02-29", real, "2100-02-29"],
  ["to = ‸'2026-04-31'", real, "'2026-04-31'"],
  ["created_at >= 2026-11-01 ‸CET", more, "CET"],
  ["created_at >= 2026-11-01‸, 2026-12-01", more, ","],
  ["from = 2026-11-01‸, 2026-12-01", more, ","],
  ["from = 2026-11-01 ‸to = 2026-12-01", more, "to"],
  // strings
  ["id = ‸\"a", closed("\""), "\"a"],
  ["id = ‸'a\"", closed("'"), "'a\""],
  ["id in (a, ‸\"b)", closed("\""), "\"b)"],
  ["id = ‸\"", closed("\""), "\""],
  ["id = ‸\"a\\\"", closed("\""), "\"a\\\""],
  ["‸\"", closed("\""), "\""],
  ["id = a or ‸'", closed("'"), "'"],
  ["id = \"a‸\\x41\"", escape, "\\x"],
  ["id = \"‸\\u12\"", escape, "\\u"],
  ["id = \"‸\\", escape, "\\"],
  ["id = 'a\\n‸\\ '", escape, "\\ "],
  // parentheses
  ["(‸", condition, ""],
  ["(id = a‸", within, ""],
  ["(id = a and (id = b)‸", within, ""],
  ["((id = a or has url‸", within, ""],
  ["(has url‸, id = a)", within, ","],
  ["(id = \"a\" ‸id = b)", within, "id"],
  ["(id = a ‸id = b)", "`and`, `or`, `)` or quotes around a value of several words", "id"],
  ["not (id = a‸", within, ""],
  ["has url‸)", more, ")"],
  ["(has url)‸)", more, ")"],
  ["id in (a)‸)", more, ")"],
  ["not everything‸)", more, ")"],
  // more than a filter
  ["has url ‸has url", more, "has"],
  ["has url ‸not has url", more, "not"],
  ["has url ‸&& has created_at", more, "&&"],
  ["has url ‸|| has created_at", more, "||"],
  ["has url‸, has created_at", more, ","],
  ["has url ‸; drop table exports", more, ";"],
  ["everything ‸but id = a", more, "but"],
  ["nothing ‸= a", more, "="],
  ["id = \"a\" ‸\"b\"", more, "\"b\""],
  ["id = \"a\"‸b", more, "b"],
  ["id = a ‸= b", more, "="],
  ["id in (a, b) ‸(has url)", more, "("],
  ["(has url) ‸(has url)", more, "("],
  ["status = completed ‸in (a)", more, "in"],
  ["status = completed ‸processing", more, "processing"],
  ["did_number = 1‸, 2", more, ","],
  // the first error counts
  ["‸foo = \"unclosed", condition, "foo"],
  ["status = ‸nope and id = \"unclosed", known, "nope"]
]

describe("parse refuses, at the mark,", () => {
  it("more than a hundred wrong texts", () => assert.isAbove(wrong.length, 100))

  for (const [marked, expected, found] of wrong) {
    it(marked, () => {
      const error = refused(marked.replace("‸", ""))
      assert.deepStrictEqual(
        [error.position, error.expected, error.found],
        [marked.indexOf("‸"), expected, found]
      )
    })
  }
})

describe("levels", () => {
  const levels = "a filter of at most 100 levels"

  it("parse reads a hundred levels", () => {
    let filter: ExportFilter.ExportFilter = createdAt({ gte: at("2026-11-01"), lt: at("2026-12-01") })
    for (let depth = 1; depth < 100; depth++) filter = not(filter)
    assertParses(print(filter), filter)
    assertParses(`${"(".repeat(100)}id = a${")".repeat(100)}`, a)
  })

  it("parse refuses the next level where it begins", () => {
    assert.deepInclude(refused(`${"(".repeat(101)}id = a${")".repeat(101)}`), { position: 100, expected: levels })
    assert.deepInclude(refused(`${"not ".repeat(101)}id = a`), { position: 400, expected: levels, found: "not" })
    assert.deepInclude(refused(`${"not ".repeat(100)}id = a`), { position: 396, expected: levels })
    assert.deepInclude(refused(`${"id = a and (id = b or ".repeat(99)}id = c${")".repeat(99)}`), {
      position: 98 * 22 + 11,
      expected: levels
    })
  })

  it("a filter that parse reads encodes as JSON", () => {
    const text = `${"id = a and (id = b or ".repeat(49)}id = c${")".repeat(49)}`
    assert.isTrue(Either.isRight(Schema.encodeEither(ExportFilter.ExportFilter)(Either.getOrThrow(parse(text)))))
  })

  it("a hundred thousand levels or conditions do not overflow the stack", () => {
    const many = 100_000
    assert.strictEqual(refused("(".repeat(many)).position, 100)
    assert.strictEqual(refused("not ".repeat(many)).position, 400)
    assert.strictEqual(refused(`id = ${"a".repeat(many)} ${"(".repeat(many)}`).expected, more)
    const filter = Either.getOrThrow(parse(`${"has url or ".repeat(many)}has url`))
    assert.lengthOf(filter._tag === "Or" ? filter.filters : [], many + 1)
  })
})

describe("FilterSyntaxError", () => {
  const pointed = (text: string) => refused(text).pointer(text)

  it("message says what was expected and what was found", () => {
    assert.strictEqual(
      refused("status = complete").message,
      "The filter is wrong at position 9: expected `pending`, `processing` or `completed`, found `complete`."
    )
    assert.strictEqual(refused("id =").message, "The filter is wrong at position 4: expected a value, found the end.")
    assert.strictEqual(
      new ExportFilter.FilterSyntaxError({ position: 4, expected: "a value" }).message,
      "The filter is wrong at position 4: expected a value."
    )
    assert.strictEqual(refused(`status = ${"x".repeat(1000)}`).found, `${"x".repeat(29)}…`)
    assert.include(refused("id = \"\u001b[31m").message, "\\u001b")
  })

  it("pointer marks the position with a caret", () => {
    assert.strictEqual(pointed("status = complete"), "status = complete\n         ^")
    assert.strictEqual(pointed(""), "\n^")
    assert.strictEqual(pointed("id = a and"), "id = a and\n          ^")
  })

  it("pointer counts wide characters as two columns, and marks as none", () => {
    assert.strictEqual(pointed("id = \"名前\" x"), "id = \"名前\" x\n            ^")
    assert.strictEqual(pointed("id = \"e\u0301😀\" x"), "id = \"e\u0301😀\" x\n           ^")
    assert.strictEqual(pointed("id = \"\u001b\"\n\tx"), "id = \"\ufffd\"  x\n          ^")
  })

  it("pointer shows the part of a long text around the position", () => {
    const long = `${"has url or ".repeat(20)}foo${" or has url".repeat(20)}`
    assert.strictEqual(
      pointed(long),
      "…l or has url or has url or has url or has url or foo or has url or has url o…\n" + `${" ".repeat(50)}^`
    )
  })
})
