/** Downloads an archive, and checks that it is whole. */
import type { Export } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Archived from "../Archived.js"
import * as ArchiveFile from "../ArchiveFile.js"
import * as Client from "../Client.js"
import { Usage } from "../Failure.js"
import * as Format from "../Format.js"
import { bytes } from "../internal/text.js"
import * as Output from "../Output.js"
import * as Progress from "../Progress.js"
import { interruptible } from "../Session.js"
import { Stdio } from "../Stdio.js"

export interface Input extends Client.Account {
  readonly id: Export.ExportId
  readonly output: Option.Option<string>
}

const saved = Effect.fnUntraced(function*(input: Input, path: Option.Option<string>) {
  const stdio = yield* Stdio
  const client = yield* ExportsClient.ExportsClient
  const archived = yield* Archived.get(input.id)
  const { line, onProgress, progress } = Archived.progress()
  const archive = client.download(archived, { onProgress })
  yield* Output.to(path, (write) => ArchiveFile.proven(archive, write)).pipe(
    Progress.during(line),
    interruptible("Nothing was saved. Run the same command again.")
  )
  if (Option.isSome(path)) yield* stdio.note(`${bytes(progress().bytes)} in ${path.value}`)
})

export const run = Effect.fnUntraced(function*(input: Input) {
  const { columns } = yield* Stdio
  const path = Format.pathOf(input)
  if (columns !== undefined && Option.isNone(path)) {
    return yield* new Usage({ message: "Refusing to write an archive to the terminal. Use -o FILE." })
  }
  yield* Client.provide(saved(input, path), input)
})
