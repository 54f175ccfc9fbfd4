/** What orders an export, as flags. */
import { ExportRequest } from "@effect-didww/core"
import * as Options from "@effect/cli/Options"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { Usage } from "./Failure.js"
import * as Flags from "./Flags.js"

const reference = Options.text("reference").pipe(
  Options.withPseudoName("NAME"),
  Options.withDescription("A name of your own, at most 100 characters, by which the export is found again.")
)

const flags = {
  type: Options.choice("type", Flags.types).pipe(
    Options.withDefault("cdr_in"),
    Options.withDescription("What of: inbound or outbound calls or messages. Default: cdr_in.")
  ),
  month: Flags.parsed("month", "a month such as 2026-10", monthOf).pipe(
    Options.withPseudoName("YYYY-MM"),
    Options.withDescription("A whole month of UTC. Default, without --from and --to: the last one."),
    Options.optional
  ),
  from: Flags.time("from", "The first second."),
  to: Flags.time("to", "The second after the last."),
  did: Options.text("did").pipe(
    Options.withPseudoName("NUMBER"),
    Options.withDescription("Only calls to this number (cdr_in)."),
    Options.optional
  ),
  trunk: Options.text("trunk").pipe(
    Options.withPseudoName("ID"),
    Options.withDescription("Only calls of this outbound trunk (cdr_out)."),
    Options.optional
  ),
  filter: Options.text("filter").pipe(
    Options.withPseudoName("NAME=VALUE"),
    Options.repeated,
    Options.withDescription(
      "Any other filter by its name in the library, such as sourceNumber=442071838750; lists with commas. " +
        "May be repeated."
    ),
    Options.mapEffect((texts) =>
      Effect.forEach(texts, Flags.reading("filter", "a filter such as sourceNumber=442071838750", filterOf))
    )
  ),
  callback: Options.text("callback").pipe(
    Options.withPseudoName("URL"),
    Options.withDescription("Whom DIDWW tells when it is complete."),
    Options.optional
  ),
  callbackMethod: Options.choice("callback-method", ["get", "post"]).pipe(
    Options.withDefault("post"),
    Options.withDescription("Default: post.")
  )
}

/** An order that may be sent once. */
export const once = { ...flags, reference: Options.optional(reference) }

/** An order that may be repeated. */
export const repeatable = { ...flags, reference }

/** The name of a filter, and its value. */
type Filter = readonly [name: string, value: string]

export interface Order {
  readonly type: ExportRequest.ExportRequest["exportType"]
  readonly month: Option.Option<ExportRequest.Range>
  readonly from: Option.Option<DateTime.Utc>
  readonly to: Option.Option<DateTime.Utc>
  readonly did: Option.Option<string>
  readonly trunk: Option.Option<string>
  readonly filter: ReadonlyArray<Filter>
  readonly callback: Option.Option<string>
  readonly callbackMethod: "get" | "post"
}

function monthOf(text: string): Option.Option<ExportRequest.Range> {
  return Flags.parseTime(`${text}-01`).pipe(
    Option.filter(() => /^\d{4}-\d\d$/.test(text)),
    Option.map((from) => ({ from, to: DateTime.add(from, { months: 1 }) }))
  )
}

function filterOf(text: string): Option.Option<Filter> {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? []
  return name === undefined || value === undefined ? Option.none() : Option.some([name, value])
}

const rangeOf = Effect.fnUntraced(function*({ from, month, to }: Order) {
  if (Option.isSome(month)) {
    return Option.isNone(from) && Option.isNone(to)
      ? month.value
      : yield* new Usage({ message: "Give either --month, or --from and --to." })
  }
  if (Option.isSome(from) && Option.isSome(to)) return { from: from.value, to: to.value }
  return Option.isNone(from) && Option.isNone(to)
    ? ExportRequest.lastMonth(yield* DateTime.now)
    : yield* new Usage({ message: "Give both --from and --to." })
})

const lists: ReadonlyArray<string> = ["smsTrunkId", "trunkType", "senderIdVerificationId"]

/** Fields that are said by flags of their own. */
const flagOf = new Map([
  ["exportType", "--type"],
  ["from", "--from"],
  ["to", "--to"],
  ["callback", "--callback"],
  ["externalReferenceId", "--reference"]
])

/** What says a thing by two flags, or twice: only one of the two would be ordered. */
const doubled = (order: Order): string | undefined => {
  const names = order.filter.map(([name]) => name)
  for (const [index, name] of names.entries()) {
    const flag = flagOf.get(name)
    if (flag !== undefined) return `Give ${flag} instead of --filter ${name}.`
    if (names.indexOf(name) !== index) {
      return `Give --filter ${name} once${lists.includes(name) ? ", with commas between its values" : ""}.`
    }
  }
  return names.includes("didNumber") && Option.isSome(order.did)
    ? "Give either --did or --filter didNumber."
    : names.includes("voiceOutTrunkId") && Option.isSome(order.trunk)
    ? "Give either --trunk or --filter voiceOutTrunkId."
    : undefined
}

/** The filters among the fields that a message quotes. */
const filtersIn = (message: string): string =>
  Array.from(message.matchAll(/"(\w+)"/g), ([, name = ""]) => name).filter((name) => !flagOf.has(name)).join(", ")

const decode = Schema.decodeUnknownEither(Schema.typeSchema(ExportRequest.ExportRequest), { onExcessProperty: "error" })

/** The request that the flags say. The rules of DIDWW are the client's to check. */
export const request = Effect.fnUntraced(function*(order: Order, reference: Option.Option<string>) {
  const message = doubled(order)
  if (message !== undefined) return yield* new Usage({ message })
  const { from, to } = yield* rangeOf(order)
  const filters = order.filter.map(([name, value]) => [name, lists.includes(name) ? value.split(",") : value] as const)
  return yield* Either.mapLeft(
    decode({
      ...Object.fromEntries(filters),
      exportType: order.type,
      from,
      to,
      ...Option.match(order.did, { onNone: () => ({}), onSome: (didNumber) => ({ didNumber }) }),
      ...Option.match(order.trunk, { onNone: () => ({}), onSome: (voiceOutTrunkId) => ({ voiceOutTrunkId }) }),
      ...Option.match(order.callback, {
        onNone: () => ({}),
        onSome: (url) => ({ callback: { url, method: order.callbackMethod } })
      }),
      ...Option.match(reference, { onNone: () => ({}), onSome: (externalReferenceId) => ({ externalReferenceId }) })
    }),
    (error) =>
      new Usage({
        message: `An export of ${order.type} is not ordered so: ${
          ParseResult.ArrayFormatter.formatErrorSync(error).filter(({ path }) => path[0] !== "exportType").map(
            ({ _tag, message, path }) =>
              `${path.join(".")}${
                _tag === "Unexpected" ? ` is no filter of it, but ${filtersIn(message)}` : `: ${message}`
              }`
          ).join("; ")
        }.`
      })
  )
})

export type Repeatable = ExportRequest.ExportRequest & ExportRequest.Referenced

/** The same, with its reference. */
export const repeatableRequest = (
  order: Order & { readonly reference: string }
): Effect.Effect<Repeatable, Usage> =>
  Effect.map(request(order, Option.some(order.reference)), (request) => ({
    ...request,
    externalReferenceId: order.reference
  }))
