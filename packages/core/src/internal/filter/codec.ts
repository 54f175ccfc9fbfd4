/** Filters from and to JSON. */
import type { LazyArbitrary } from "effect/Arbitrary"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { Bounds, Encoded, ExportFilter as Filter } from "../../ExportFilter.js"
import * as data from "./data.js"

/** Deeper, and recursion ends in a stack overflow somewhere, here or at whoever gets it. */
export const maxDepth = 100

type Status = "pending" | "processing" | "completed"

type Tree =
  | { readonly _tag: "Id" | "ExportType" | "ExternalReferenceId"; readonly values: readonly [string, ...Array<string>] }
  | { readonly _tag: "Status"; readonly values: readonly [Status, ...Array<Status>] }
  | { readonly _tag: "CreatedAt" } & Bounds
  | { readonly _tag: "From" | "To"; readonly value: DateTime.Utc }
  | { readonly _tag: "DidNumber" | "VoiceOutTrunkId"; readonly value: string }
  | { readonly _tag: "HasUrl" }
  | { readonly _tag: "And" | "Or"; readonly filters: ReadonlyArray<Tree> }
  | { readonly _tag: "Not"; readonly filter: Tree }

const Bound = Schema.optional(Schema.DateTimeUtc)

const Tree: Schema.Schema<Tree, Encoded> = Schema.Union(
  Schema.Struct({
    _tag: Schema.Literal("Id", "ExportType", "ExternalReferenceId"),
    values: Schema.NonEmptyArray(Schema.String)
  }),
  Schema.Struct({
    _tag: Schema.Literal("Status"),
    values: Schema.NonEmptyArray(Schema.Literal("pending", "processing", "completed"))
  }),
  Schema.Struct({ _tag: Schema.Literal("CreatedAt"), gte: Bound, gt: Bound, lte: Bound, lt: Bound }),
  Schema.Struct({ _tag: Schema.Literal("From", "To"), value: Schema.DateTimeUtc }),
  Schema.Struct({ _tag: Schema.Literal("DidNumber", "VoiceOutTrunkId"), value: Schema.String }),
  Schema.Struct({ _tag: Schema.Literal("HasUrl") }),
  Schema.Struct({ _tag: Schema.Literal("And", "Or"), filters: Schema.Array(Schema.suspend(() => Tree)) }),
  Schema.Struct({ _tag: Schema.Literal("Not"), filter: Schema.suspend(() => Tree) })
)

const build = (tree: Tree): Filter => {
  switch (tree._tag) {
    case "CreatedAt":
      return data.createdAt(tree)
    case "From":
    case "To":
    case "DidNumber":
    case "VoiceOutTrunkId":
      return data.valued(tree._tag, tree.value)
    case "HasUrl":
      return data.hasUrl
    case "And":
      return data.all(tree.filters.map(build))
    case "Or":
      return data.any(tree.filters.map(build))
    case "Not":
      return data.not(build(tree.filter))
    default:
      return data.oneOf(tree._tag, tree.values)
  }
}

/** Without recursion, which is what it is there to bound. */
export const isTooDeep = (root: unknown): boolean => {
  const open: Array<readonly [node: unknown, depth: number]> = [[root, 1]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, depth] = next
    if (!Predicate.isRecord(node)) continue
    if (depth > maxDepth) return true
    const below = [node.filter, ...(Array.isArray(node.filters) ? node.filters : [])]
    below.forEach((child) => open.push([child, depth + 1]))
  }
  return false
}

const guarded = <A, B>(
  parse: (input: unknown, options?: ParseOptions) => Effect.Effect<A, ParseResult.ParseIssue>,
  use: (a: A) => B
) =>
(input: unknown, options: ParseOptions, ast: ParseResult.Type["ast"]): Effect.Effect<B, ParseResult.ParseIssue> =>
  isTooDeep(input)
    ? Effect.fail(new ParseResult.Type(ast, undefined, `Expected a filter of at most ${maxDepth} levels`))
    : Effect.map(parse(input, options), use)

type ParseOptions = Parameters<ReturnType<typeof ParseResult.decodeUnknown>>[1]

const Json: Schema.Schema<Encoded> = Schema.declare(
  (input): input is Encoded => Predicate.hasProperty(input, "_tag"),
  { identifier: "@effect-didww/core/ExportFilterEncoded" }
)

const Self: Schema.Schema<Filter> = Schema.declare(data.isExportFilter, {
  identifier: "@effect-didww/core/ExportFilter",
  arbitrary: () => arbitrary
})

export const ExportFilter: Schema.Schema<Filter, Encoded> = Schema.transformOrFail(Json, Self, {
  strict: true,
  decode: guarded(ParseResult.decodeUnknown(Tree), build),
  encode: guarded(ParseResult.encodeUnknown(Tree), (encoded) => encoded)
})

const arbitrary: LazyArbitrary<Filter> = (fc) => {
  const time = fc.date({ min: new Date(0), max: new Date("2099-12-31T00:00:00Z"), noInvalidDate: true }).map((date) =>
    Schema.decodeSync(Schema.DateTimeUtcFromDate)(date)
  )
  const values = fc.array(fc.string(), { minLength: 1, maxLength: 3 })
  const statuses = fc.array(fc.constantFrom("pending", "processing", "completed"), { minLength: 1, maxLength: 3 })
  const types = fc.array(fc.constantFrom("cdr_in", "cdr_out", "sms_in", "sms_out", "fax_in"), {
    minLength: 1,
    maxLength: 3
  })
  const { filter } = fc.letrec<{ readonly filter: Filter }>((tie) => {
    const filters = fc.array(tie("filter"), { maxLength: 3 })
    return {
      filter: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        values.map((values) => data.oneOf("Id", values)),
        values.map((values) => data.oneOf("ExternalReferenceId", values)),
        types.map((values) => data.oneOf("ExportType", values)),
        statuses.map((values) => data.oneOf("Status", values)),
        fc.record({ gte: time, gt: time, lte: time, lt: time }, { requiredKeys: [] }).map((bounds) =>
          data.createdAt(bounds)
        ),
        fc.tuple(fc.constantFrom("From" as const, "To" as const), time).map(([tag, value]) => data.valued(tag, value)),
        fc.tuple(fc.constantFrom("DidNumber" as const, "VoiceOutTrunkId" as const), fc.string()).map(([tag, value]) =>
          data.valued(tag, value)
        ),
        fc.constant<Filter>(data.hasUrl),
        filters.map((filters) => data.all(filters)),
        filters.map((filters) => data.any(filters)),
        tie("filter").map((filter) => data.not(filter))
      )
    }
  })
  return filter
}
