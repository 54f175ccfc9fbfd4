/** Filters from and to JSON. */
import type * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { statuses } from "../attributes.js"
import { compose, declare, declareBy, transformOrRefuse } from "../schema.js"
import * as data from "./data.js"
import type { Bounds, ExportFilter as Filter } from "./nodes.js"

/** Deeper filters overflow the stack of some recursion, here or in a program that receives them. */
export const maxDepth = 100

export const notDeeper = `a filter of at most ${maxDepth} levels`

type Status = typeof statuses[number]

/**
 * A filter as JSON.
 *
 * @since 0.1.0
 * @category models
 */
export type ExportFilterEncoded =
  | { readonly _tag: "Id" | "ExportType" | "ExternalReferenceId"; readonly values: readonly [string, ...Array<string>] }
  | { readonly _tag: "Status"; readonly values: readonly [Status, ...Array<Status>] }
  | {
    readonly _tag: "CreatedAt"
    readonly gte?: string | undefined
    readonly gt?: string | undefined
    readonly lte?: string | undefined
    readonly lt?: string | undefined
  }
  | { readonly _tag: "From" | "To"; readonly value: string }
  | { readonly _tag: "DidNumber" | "VoiceOutTrunkId"; readonly value: string }
  | { readonly _tag: "HasUrl" }
  | { readonly _tag: "And" | "Or"; readonly filters: ReadonlyArray<ExportFilterEncoded> }
  | { readonly _tag: "Not"; readonly filter: ExportFilterEncoded }

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

const Tree: Schema.Schema<Tree, ExportFilterEncoded> = Schema.Union(
  Schema.Struct({
    _tag: Schema.Literal("Id", "ExportType", "ExternalReferenceId"),
    values: Schema.NonEmptyArray(Schema.String)
  }),
  Schema.Struct({ _tag: Schema.Literal("Status"), values: Schema.NonEmptyArray(Schema.Literal(...statuses)) }),
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

/** Works without recursion, which it is there to bound. */
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

/** JSON that is not too deep to look into. */
const Shallow: Schema.Schema<ExportFilterEncoded> = declareBy(
  (input) =>
    isTooDeep(input)
      ? Either.left({ path: [], expected: notDeeper })
      // `Tree` decodes it next, and finds what else is wrong
      : Either.right(input as ExportFilterEncoded),
  "@effect-didww/core/ExportFilterEncoded"
)

const Self: Schema.Schema<Filter> = declare(data.isExportFilter, "@effect-didww/core/ExportFilter", {
  of: Schema.typeSchema(Tree),
  make: build
})

export const ExportFilter: Schema.Schema<Filter, ExportFilterEncoded> = transformOrRefuse(
  compose(Shallow, Tree),
  Self,
  {
    decode: (tree) => Either.right(build(tree)),
    // a filter is a tree, and its lists are as long as the constructors want them: encoding checks it
    encode: (filter) => isTooDeep(filter) ? Either.left(notDeeper) : Either.right(filter as Tree)
  }
)
