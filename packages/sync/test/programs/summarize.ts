import { CallRecord } from "@effect-didww/core"
import { Gunzip } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { Summary } from "@effect-didww/sync"
import { FileSystem } from "@effect/platform"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Schema, Stream } from "effect"

// sums the archives of a directory by trunk and date, and prints the summary and the MiB in use after each archive
const program = Effect.gen(function*() {
  const files = yield* FileSystem.FileSystem
  const folder = process.argv[2] ?? "."
  const options: Summary.Input = { by: ["trunk", "date"], increment: "1 minute" }
  const heaps: Array<number> = []
  const rowsOf = (name: string) =>
    Gunzip.decompress(files.stream(`${folder}/${name}`)).pipe(
      CallRecord.decodeStream({ columns: Summary.columns(options) }),
      Stream.ensuring(Effect.sync(() => {
        globalThis.gc?.()
        heaps.push(process.memoryUsage().heapUsed / 2 ** 20)
      }))
    )
  const names = yield* files.readDirectory(folder)
  const summary = yield* Stream.run(Stream.flatMap(Stream.fromIterable(names), rowsOf), Summary.sink(options))
  yield* Console.log(JSON.stringify({ summary: Schema.encodeSync(Summary.Summary)(summary), heaps }))
})

NodeRuntime.runMain(Effect.provide(program, [NodeContext.layer, NodeGunzip.layer]))
