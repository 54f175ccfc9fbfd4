/** Writes the certificates of a month, one on each line. */
import { Certificate, Sync } from "@effect-didww/sync"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { codes, Exited, NoWindow } from "../Failure.js"
import * as Output from "../Output.js"
import { Stdio } from "../Stdio.js"
import * as SyncTarget from "../SyncTarget.js"
import * as WindowName from "../WindowName.js"

export interface Input {
  readonly destination: string
  readonly month: string
  readonly output: Option.Option<string>
}

const encode = Schema.encode(Schema.parseJson(Certificate.Certificate))

export const run = Effect.fnUntraced(function*(input: Input) {
  const { err, note } = yield* Stdio
  const { account, exportType, key } = yield* WindowName.read(input.month)
  const destination = yield* SyncTarget.openMade(input.destination)
  const { plan: { tracks } } = yield* Sync.status({ destination })
  const meant = tracks.filter((track) =>
    (account === undefined || track.account === account) &&
    (exportType === undefined || track.exportType === exportType)
  )
  if (meant.length === 0) {
    return yield* new NoWindow({ name: input.month, known: "The destination keeps other accounts and types." })
  }
  const certificates = yield* Effect.forEach(
    meant,
    ({ account, exportType }) => Certificate.make({ destination, account, exportType, month: key })
  )
  yield* Output.to(
    input.output,
    (write) =>
      Effect.forEach(
        certificates,
        (certificate) => Effect.flatMap(Effect.orDie(encode(certificate)), (line) => write(`${line}\n`)),
        { discard: true }
      )
  )
  for (const certificate of certificates) {
    yield* note(Certificate.line(certificate))
    yield* Effect.forEach(
      certificate.reasons,
      (reason) => err(`didww-exports: ${certificate.account}/${certificate.exportType}/${key}: ${reason}`)
    )
  }
  if (certificates.some(({ level }) => level === "incomplete")) return yield* new Exited({ code: codes.failure })
}, Effect.scoped)
