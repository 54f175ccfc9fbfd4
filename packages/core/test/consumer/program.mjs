// A stranger's program: the packed core and effect, nothing else. Decodes the documents named on its command line, and
// filters them.
import { Export, ExportFilter, JsonApi } from "@effect-didww/core"
import * as FilterModule from "@effect-didww/core/ExportFilter"
import { Effect, Schema } from "effect"
import { readFileSync } from "node:fs"

const decode = Schema.decodeUnknown(JsonApi.collection(Export.Export))
const isWanted = ExportFilter.matches(
  ExportFilter.and(ExportFilter.exportType("cdr_out"), FilterModule.status("completed"))
)

const program = Effect.forEach(
  process.argv.slice(2),
  (path) =>
    Effect.map(
      decode(JSON.parse(readFileSync(path, "utf8"))),
      ({ data }) => [data.length, data.filter(isWanted).length]
    )
)

process.stdout.write(`${JSON.stringify(Effect.runSync(program))}\n`)
