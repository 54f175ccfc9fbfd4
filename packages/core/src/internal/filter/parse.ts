/** Filters from the text that `print` makes of them, and from the text that people type. */
import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import { statuses } from "../attributes.js"
import { nearest } from "../didYouMean.js"
import { exportTypeOf } from "../filters.js"
import { shorten } from "../terminalText.js"
import * as wireTime from "../wireTime.js"
import { isTooDeep, maxDepth, notDeeper } from "./codec.js"
import * as data from "./data.js"
import { nameOf } from "./names.js"
import type { Bounds, ExportFilter } from "./nodes.js"
import { keywords } from "./print.js"
import { type Token, tokenAt } from "./tokens.js"

/** Where a text is wrong, and how. */
export interface Fault {
  readonly position: number
  readonly expected: string
  readonly found: string
}

type Parsed<A> = Either.Either<A, Fault>

/** A text that is read up to `token`. */
interface Source {
  readonly text: string
  token: Token
  /** Whether a value without quotes stands before the token. */
  isLoose: boolean
  parentheses: number
  /** Parentheses and `not`s around the token. */
  nesting: number
  /** The token that had most of them around it. */
  deepest: { readonly nesting: number; readonly token: Token }
}

export const parse = (text: string): Parsed<ExportFilter> => {
  const first = tokenAt(text, 0)
  const source: Source = {
    text,
    token: first,
    isLoose: false,
    parentheses: 0,
    nesting: 0,
    deepest: { nesting: 0, token: first }
  }
  return Either.flatMap(disjunction(source), (filter) =>
    source.token.kind !== "end"
      ? unended(source, ["`and`", "`or`", source.parentheses === 0 ? "the end" : "`)`"])
      : isTooDeep(filter)
      ? fail(source.deepest.token, notDeeper)
      : Either.right(filter))
}

const fail = (token: Token, expected: string): Parsed<never> =>
  Either.left({
    position: token.at,
    expected: token.kind === "broken" ? token.value : expected,
    found: shorten(token.text, 30)
  })

/** Something else stands where the condition or the list goes on or ends. */
const unended = (source: Source, expected: ReadonlyArray<string>): Parsed<never> =>
  fail(
    source.token,
    choice(
      source.isLoose && source.token.kind === "word"
        ? [...expected, "quotes around a value of several words"]
        : expected
    )
  )

const choice = (options: ReadonlyArray<string>): string =>
  options.length < 2 ? options.join() : `${options.slice(0, -1).join(", ")} or ${options.slice(-1).join()}`

const quoted = (word: string): string => `\`${word}\``

const advance = (source: Source): Token => {
  const { token } = source
  source.isLoose = false
  source.token = tokenAt(source.text, token.end)
  return token
}

const is = ({ kind, text }: Token, wanted: string): boolean =>
  kind === "word" ? text.toLowerCase() === wanted : (kind === "mark" || kind === "sign") && text === wanted

const accept = (source: Source, wanted: string): boolean => {
  const accepted = is(source.token, wanted)
  if (accepted) advance(source)
  return accepted
}

const disjunction = (source: Source): Parsed<ExportFilter> =>
  Either.gen(function*() {
    const parts = [yield* conjunction(source)]
    while (accept(source, "or")) parts.push(yield* conjunction(source))
    return data.any(parts)
  })

const conjunction = (source: Source): Parsed<ExportFilter> =>
  Either.gen(function*() {
    const parts = [yield* operand(source)]
    while (accept(source, "and")) parts.push(yield* operand(source))
    return data.all(parts)
  })

const operand = (source: Source): Parsed<ExportFilter> =>
  is(source.token, "not")
    ? deeper(source, () => Either.map(operand(source), (filter): ExportFilter => data.not(filter)))
    : is(source.token, "(")
    ? deeper(source, () => enclosed(source))
    : condition(source)

// counts the levels, each of which is a level of recursion
const deeper = (source: Source, inner: () => Parsed<ExportFilter>): Parsed<ExportFilter> => {
  if (source.nesting === maxDepth) return fail(source.token, notDeeper)
  source.nesting++
  if (source.nesting > source.deepest.nesting) source.deepest = { nesting: source.nesting, token: source.token }
  advance(source)
  const filter = inner()
  source.nesting--
  return filter
}

const enclosed = (source: Source): Parsed<ExportFilter> => {
  source.parentheses++
  return Either.flatMap(disjunction(source), (filter) => {
    if (!accept(source, ")")) return unended(source, ["`and`", "`or`", source.parentheses === 0 ? "the end" : "`)`"])
    source.parentheses--
    return Either.right(filter)
  })
}

const condition = (source: Source): Parsed<ExportFilter> => {
  const { token } = source
  const read = token.kind === "word" ? conditions.get(token.text.toLowerCase()) : undefined
  if (read === undefined) {
    const names = Array.from(conditions.keys())
    const meant = token.kind === "word" && !keywords.has(token.text.toLowerCase())
      ? nearest(token.text, ["not", ...names])
      : undefined
    return fail(token, meant === undefined ? `a condition (${names.join(", ")}), \`not\` or \`(\`` : quoted(meant))
  }
  advance(source)
  return read(source)
}

const has = (source: Source): Parsed<ExportFilter> =>
  accept(source, "url")
    ? Either.right(data.hasUrl)
    : accept(source, nameOf("CreatedAt"))
    ? Either.right(data.createdAt({}))
    : fail(source.token, "`url` or `created_at`")

const signs: ReadonlyArray<readonly [sign: string, bound: keyof Bounds]> = [
  [">=", "gte"],
  [">", "gt"],
  ["<=", "lte"],
  ["<", "lt"]
]

const createdAt = (source: Source): Parsed<ExportFilter> =>
  Either.gen(function*() {
    const bounds: { -readonly [Bound in keyof Bounds]: DateTime.Utc } = {}
    do {
      const left = signs.filter(([, bound]) => bounds[bound] === undefined)
      const found = left.find(([sign]) => is(source.token, sign))
      if (found === undefined) return yield* fail(source.token, choice(left.map(([sign]) => quoted(sign))))
      advance(source)
      bounds[found[1]] = yield* time(source)
    } while (goesOn(source))
    return data.createdAt(bounds)
  })

/** Takes the `and` of `and <`, which adds a bound to the same attribute. */
const goesOn = (source: Source): boolean =>
  is(source.token, "and") && tokenAt(source.text, source.token.end).kind === "sign" && accept(source, "and")

/** A condition with one value. */
const single = <A>(
  read: (source: Source) => Parsed<A>,
  make: (value: A) => ExportFilter
) =>
(source: Source): Parsed<ExportFilter> =>
  is(source.token, "=") || is(source.token, "!=") ? compared(source, read, make) : fail(source.token, "`=` or `!=`")

/** A condition with one value or a list. */
const listed = (
  tag: "Id" | "ExportType" | "Status" | "ExternalReferenceId",
  read: (source: Source) => Parsed<string>
) =>
(source: Source): Parsed<ExportFilter> => {
  if (is(source.token, "=") || is(source.token, "!=")) {
    return Either.flatMap(
      compared(source, read, (value) => data.oneOf(tag, [value])),
      (filter) => is(source.token, ",") ? fail(source.token, "`in (…)` around several values") : Either.right(filter)
    )
  }
  const isNegated = accept(source, "not")
  if (!accept(source, "in")) return fail(source.token, isNegated ? "`in`" : "`=`, `!=`, `in` or `not in`")
  return Either.map(list(source, read), (values) => {
    const filter: ExportFilter = data.oneOf(tag, values)
    return isNegated ? data.not(filter) : filter
  })
}

const compared = <A>(
  source: Source,
  read: (source: Source) => Parsed<A>,
  make: (value: A) => ExportFilter
): Parsed<ExportFilter> => {
  const isNegated = advance(source).text === "!="
  return Either.map(read(source), (value) => isNegated ? data.not(make(value)) : make(value))
}

const list = <A>(source: Source, read: (source: Source) => Parsed<A>): Parsed<ReadonlyArray<A>> =>
  Either.gen(function*() {
    if (!accept(source, "(")) return yield* fail(source.token, "`(` before the values")
    const values = [yield* read(source)]
    while (accept(source, ",")) values.push(yield* read(source))
    return accept(source, ")") ? values : yield* unended(source, ["`,`", "`)`"])
  })

// allows more than `print` leaves without quotes, and nothing that has a meaning here or in a shell's patterns
const special = /[^\p{L}\p{M}\p{N}_.:+\-/@#]/u

const text = (source: Source): Parsed<string> => {
  const { token } = source
  if (token.kind === "word" && !keywords.has(token.text.toLowerCase())) {
    const match = special.exec(token.text)
    if (match !== null) {
      const [char] = match
      return fail({ ...token, at: token.at + match.index, text: char }, `quotes around a value with \`${char}\` in it`)
    }
  } else if (token.kind !== "string") {
    return fail(token, token.kind === "word" ? "a value, in quotes if it is a keyword" : "a value")
  }
  advance(source)
  source.isLoose = token.kind === "word"
  return Either.right(token.value)
}

/** A known type can have any letter case, except in quotes. */
const exportType = (source: Source): Parsed<string> => {
  const { kind } = source.token
  return Either.map(text(source), (value) => {
    const known = exportTypeOf(value)
    return kind === "string" || known === "unknown" ? value : known
  })
}

const status = (source: Source): Parsed<string> => {
  const { token } = source
  const found = statuses.find((status) => status === token.value.toLowerCase())
  if (found === undefined || token.kind === "broken") return fail(token, choice(statuses.map(quoted)))
  advance(source)
  return Either.right(found)
}

const aTime = "a time such as 2026-11-01, 2026-11-01T08:00:00Z or 2026-11-01 08:00 +02:00"

const time = (source: Source): Parsed<DateTime.Utc> => {
  const { token } = source
  if ((token.kind !== "word" || keywords.has(token.text.toLowerCase())) && token.kind !== "string") {
    return fail(token, aTime)
  }
  let { end, value: written } = advance(source)
  // spaces between day, time and zone need no quotes
  while (token.kind === "word" && source.token.kind === "word" && /^(?:[+-]?\d|z$|utc$)/i.test(source.token.text)) {
    end = source.token.end
    written += ` ${advance(source).text}`
  }
  const match = times.exec(written.trim().toUpperCase())
  const time = match === null
    ? exactly(written)
    : wireTime.parse(`${match[1]}T${match[2] ?? "00:00"}${match[3] ?? ":00"}${match[4] ?? ""}`)
  return time !== undefined
    ? Either.right(time)
    : fail({ ...token, text: source.text.slice(token.at, end) }, match === null ? aTime : "a date and time that exist")
}

const times = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?)?(?: ?(Z|UTC|[+-](?:0\d|1[0-4]):?[0-5]\d))?$/

/** Years of more than four digits are read only as `print` writes them. */
const exactly = (written: string): DateTime.Utc | undefined => {
  const millis = Date.parse(written)
  if (Number.isNaN(millis)) return undefined
  const time = DateTime.unsafeMake(millis)
  return wireTime.formatShort(time) === written ? time : undefined
}

const conditions: ReadonlyMap<string, (source: Source) => Parsed<ExportFilter>> = new Map([
  [nameOf("Id"), listed("Id", text)],
  [nameOf("ExportType"), listed("ExportType", exportType)],
  [nameOf("Status"), listed("Status", status)],
  [nameOf("ExternalReferenceId"), listed("ExternalReferenceId", text)],
  [nameOf("CreatedAt"), createdAt],
  [nameOf("From"), single(time, (value) => data.valued("From", value))],
  [nameOf("To"), single(time, (value) => data.valued("To", value))],
  [nameOf("DidNumber"), single(text, (value) => data.valued("DidNumber", value))],
  [nameOf("VoiceOutTrunkId"), single(text, (value) => data.valued("VoiceOutTrunkId", value))],
  ["has", has],
  ["everything", () => Either.right(data.everything)],
  ["nothing", () => Either.right(data.nothing)]
])
