/** Makes an `ExportRequest` from the flags of a command. */
import { ExportRequest } from "@effect-didww/core"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { Usage } from "./Failure.js"
import * as When from "./When.js"

/** A filter by its name in the library, and its value. */
export type Filter = readonly [name: string, value: string]

/** What the flags of a request say. */
export interface Input {
  readonly type: ExportRequest.ExportRequest["exportType"]
  readonly month: Option.Option<When.Month>
  readonly from: Option.Option<When.When>
  readonly to: Option.Option<When.When>
  readonly did: Option.Option<string>
  readonly trunk: Option.Option<string>
  readonly filter: ReadonlyArray<Filter>
  readonly callback: Option.Option<string>
  readonly callbackMethod: "get" | "post"
}

const schemas = {
  cdr_in: ExportRequest.CdrInRequest,
  cdr_out: ExportRequest.CdrOutRequest,
  sms_in: ExportRequest.SmsInRequest,
  sms_out: ExportRequest.SmsOutRequest
}

/** The types of exports by their names in the API. */
export const types = ["cdr_in", "cdr_out", "sms_in", "sms_out"] as const

const lists: ReadonlyArray<string> = ["smsTrunkId", "trunkType", "senderIdVerificationId"]

/** The fields of a request that have flags of their own. */
const flagOf = new Map([
  ["exportType", "--type"],
  ["from", "--from"],
  ["to", "--to"],
  ["callback", "--callback"],
  ["externalReferenceId", "--reference"]
])

const periodOf = Effect.fnUntraced(function*({ from, month, to }: Input) {
  if (Option.isSome(month)) {
    return Option.isNone(from) && Option.isNone(to)
      ? yield* When.period(month.value)
      : yield* new Usage({ message: "Give either --month, or --from and --to." })
  }
  if (Option.isSome(from) && Option.isSome(to)) {
    return { from: yield* When.instant(from.value), to: yield* When.instant(to.value) }
  }
  return Option.isNone(from) && Option.isNone(to)
    ? ExportRequest.lastMonth(yield* DateTime.now)
    : yield* new Usage({ message: "Give both --from and --to." })
})

/** A sentence about a filter that two flags give, or that one flag gives twice. The request could keep only one. */
const conflict = ({ did, filter, trunk }: Input): string | undefined => {
  const names = filter.map(([name]) => name)
  for (const [index, name] of names.entries()) {
    const flag = flagOf.get(name)
    if (flag !== undefined) return `Give ${flag} instead of --filter ${name}.`
    if (names.indexOf(name) !== index) {
      return `Give --filter ${name} only once${lists.includes(name) ? ", with commas between its values" : ""}.`
    }
  }
  return names.includes("didNumber") && Option.isSome(did)
    ? "Give either --did or --filter didNumber."
    : names.includes("voiceOutTrunkId") && Option.isSome(trunk)
    ? "Give either --trunk or --filter voiceOutTrunkId."
    : undefined
}

const filtersOf = ({ did, filter, trunk }: Input): Readonly<Record<string, string | ReadonlyArray<string>>> => ({
  ...Object.fromEntries(filter.map(([name, value]) => [name, lists.includes(name) ? value.split(",") : value])),
  ...Option.match(did, { onNone: () => ({}), onSome: (didNumber) => ({ didNumber }) }),
  ...Option.match(trunk, { onNone: () => ({}), onSome: (voiceOutTrunkId) => ({ voiceOutTrunkId }) })
})

/** Decodes a request of its type. The client checks DIDWW's rules. */
const decode = (
  type: Input["type"],
  fields: Readonly<Record<string, unknown>>
): Either.Either<ExportRequest.ExportRequest, Usage> => {
  const known = Object.keys(schemas[type].fields)
  const unknown = Object.keys(fields).filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    const filters = known.filter((name) => !flagOf.has(name))
    return Either.left(
      new Usage({
        message: `Unknown filter ${unknown.join(", ")} for ${type}. Known filters: ${filters.join(", ")}.`
      })
    )
  }
  const schema: Schema.Schema<ExportRequest.ExportRequest> = Schema.typeSchema(ExportRequest.ExportRequest)
  return Either.mapLeft(Schema.decodeUnknownEither(schema)({ ...fields, exportType: type }), (error) => {
    const problems = ParseResult.ArrayFormatter.formatErrorSync(error).filter(({ path }) => path[0] !== "exportType")
    return new Usage({
      message: problems.map(({ message, path }) => `Invalid filter ${path.join(".")}: ${message}.`).join(" ")
    })
  })
}

/** Makes the request that the flags say. */
export const make = Effect.fnUntraced(function*(input: Input, reference: Option.Option<string>) {
  const message = conflict(input)
  if (message !== undefined) return yield* new Usage({ message })
  const { from, to } = yield* periodOf(input)
  return yield* decode(input.type, {
    ...filtersOf(input),
    from,
    to,
    ...Option.match(input.callback, {
      onNone: () => ({}),
      onSome: (url) => ({ callback: { url, method: input.callbackMethod } })
    }),
    ...Option.match(reference, { onNone: () => ({}), onSome: (externalReferenceId) => ({ externalReferenceId }) })
  })
})

export type Repeatable = ExportRequest.ExportRequest & ExportRequest.Referenced

/** Makes a request that can be repeated, because it has a reference. */
export const repeatable = (
  input: Input & { readonly reference: string }
): Effect.Effect<Repeatable, Usage> =>
  Effect.map(make(input, Option.some(input.reference)), (request) => ({
    ...request,
    externalReferenceId: input.reference
  }))
