// Writes what is derived from tables, but must be plain code to be fast: the constructors and the encoders of call records,
// from the table of columns. A loop over the table decodes a third slower. Also writes the data dictionary. Run by tsx, which
// reads the tables. With --check it writes nothing, and fails if a file is not current.
import { readFileSync, writeFileSync } from "node:fs"
import { cdrIn, cdrOut } from "../packages/core/src/internal/columns.ts"
import * as dictionary from "./dictionary.mjs"

const constructor = (tag, columns) => `
export const ${tag} = function(
  this: Writable<CallRecord.${tag}>,
  cells: Cells,
  row: number,
  indexes: Indexes<"${tag}">,
  extra: CallRecord.Columns
) {
  this._tag = "${tag}"
${Object.entries(columns).map(([key, { kind }]) => `  this.${key} = cells.${kind}(row, indexes.${key})`).join("\n")}
  this.extra = extra
} as unknown as Constructor<"${tag}", CallRecord.${tag}>
${tag}.prototype = Object.prototype
`

const encoder = (name, tag, columns) => `
export const ${name} = (self: CallRecord.${tag}): typeof CallRecord.${tag}.Encoded => ({
  _tag: "${tag}",
${Object.entries(columns).map(([key, { kind }]) => `  ${key}: json.${kind}(self.${key}),`).join("\n")}
  extra: self.extra
})
`

const code = `/** Written by scripts/generate.mjs from the table of columns. Do not edit. */
import type * as CallRecord from "../../CallRecord.js"
import type { Tag } from "../columns.js"
import type { Cells } from "./cells.js"
import * as json from "./json.js"
import type { Indexes } from "./layout.js"

type Writable<A> = { -readonly [Key in keyof A]: A[Key] }

type Constructor<T extends Tag, A> = new(cells: Cells, row: number, indexes: Indexes<T>, extra: CallRecord.Columns) => A

// Constructors of plain objects. V8 allocates a literal in the old generation for good once it saw most of its objects
// survive, as those of a batch do. Each dead record there keeps its values until the next full collection.
${constructor("CdrInRecord", cdrIn)}${constructor("CdrOutRecord", cdrOut)}${
  encoder("cdrInJson", "CdrInRecord", cdrIn)
}${encoder("cdrOutJson", "CdrOutRecord", cdrOut)}`

const files = { "packages/core/src/internal/callRecord/generated.ts": code, [dictionary.path]: dictionary.text }

for (const [path, text] of Object.entries(files)) {
  if (!process.argv.includes("--check")) writeFileSync(path, text)
  else if (readFileSync(path, "utf8") !== text) {
    process.stdout.write(`${path} is not current: node_modules/.bin/tsx scripts/generate.mjs\n`)
    process.exitCode = 1
  }
}
