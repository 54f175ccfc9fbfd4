/** The size of our own code in an application's bundle. */
import * as Effect from "effect/Effect"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import type { Bar, Contender } from "./bar.js"

/** An application that streams exports and their records. It imports submodules. */
const application = `
  import * as ExportFilter from "@effect-didww/core/ExportFilter"
  import * as Export from "@effect-didww/core/Export"
  import * as ExportsClient from "@effect-didww/http/ExportsClient"
  import * as RateLimit from "@effect-didww/http/RateLimit"
  import * as RetryPolicy from "@effect-didww/http/RetryPolicy"
  import * as Effect from "effect/Effect"
  import * as Layer from "effect/Layer"
  import * as Stream from "effect/Stream"

  const client = Layer.provide(
    ExportsClient.layerConfig(),
    [RetryPolicy.layer({ maxAttempts: 5 }), RateLimit.layer({ limit: 10 })]
  )
  export const program = Stream.unwrap(Effect.map(ExportsClient.ExportsClient, (client) =>
    client.stream({ filter: ExportFilter.exportType("cdr_in") }).pipe(
      Stream.filter(Export.isCompleted),
      Stream.flatMap((self) => client.records(self))
    ))).pipe(Stream.runDrain, Effect.provide(client))
`

/** Measures minified kilobytes. Leaves out the packages that the application brings itself. */
const size = (compress: (code: Uint8Array) => Uint8Array): Contender => ({
  prepare: Effect.map(Effect.promise(() => import("esbuild")), ({ build }) =>
    Effect.promise(async () => {
      const { outputFiles: [output] } = await build({
        stdin: { contents: application, resolveDir: fileURLToPath(new URL("..", import.meta.url)) },
        bundle: true,
        minify: true,
        write: false,
        format: "esm",
        platform: "neutral",
        target: "es2022",
        external: ["effect/*", "@effect/*"],
        treeShaking: true
      })
      return output === undefined ? NaN : compress(output.contents).length / 1000
    }))
})

export const bars: ReadonlyArray<Bar> = [
  {
    name: "bundle",
    says: "our own code in an application's bundle, minified and gzipped",
    measure: "result",
    per: { count: 1, unit: "a bundle" },
    ours: "gzipped",
    contenders: { gzipped: size(gzipSync), minified: size((code) => code) },
    must: 20,
    aim: 14,
    unit: "kB"
  }
]
