/** Compares a destination with its manifests, with itself and with the archives that still exist. */
import { Certificate, type Destination, Sync, type Verification } from "@effect-didww/sync"
import * as FileSystem from "@effect/platform/FileSystem"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { codes, Exited, messageOf, NoKey, Usage } from "../Failure.js"
import { plural, styled, toJson } from "../internal/text.js"
import * as Progress from "../Progress.js"
import { interruptible } from "../Session.js"
import { Stdio } from "../Stdio.js"
import * as SyncAccounts from "../SyncAccounts.js"
import * as SyncTarget from "../SyncTarget.js"

export interface Input {
  readonly destination: string
  readonly account: ReadonlyArray<string>
  readonly sample: Option.Option<Verification.Sample>
  readonly offline: boolean
  readonly deep: boolean
  readonly quarantine: boolean
  readonly certificate: Option.Option<string>
  readonly json: boolean
}

const Line = Schema.parseJson(Certificate.Certificate)

/** Checks the certificates of a file. Fails if one of them promises more than the destination holds. */
const certified = (path: string, destination: Destination.SyncDestination, json: boolean) =>
  Effect.gen(function*() {
    const { err, out } = yield* Stdio
    const files = yield* FileSystem.FileSystem
    const lines = (yield* files.readFileString(path)).split("\n").filter((line) => line.trim() !== "")
    let isLower = lines.length === 0
    for (const line of lines) {
      const certificate = yield* Effect.mapError(
        Schema.decode(Line)(line),
        () => new Usage({ message: `${path} holds something else than certificates, one on each line.` })
      )
      const { account, exportType, month } = certificate
      const { level, reasons } = yield* Certificate.check(certificate, destination)
      const levels = Certificate.Level.literals
      isLower = isLower || levels.indexOf(level) < levels.indexOf(certificate.level)
      yield* out(
        json
          ? `${toJson({ account, type: exportType, month, certified: certificate.level, level, reasons })}\n`
          : `${account}  ${exportType}  ${month}  certified ${certificate.level}, holds ${level}\n`
      )
      yield* Effect.forEach(json ? [] : reasons, (reason) => err(`didww-exports: ${account}/${exportType}: ${reason}`))
    }
    if (isLower) return yield* new Exited({ code: codes.failure })
  })

/** The clients that archives are asked with. Without a key the destination is compared with itself. */
const clients = ({ account, offline }: Input) =>
  offline
    ? Effect.succeed(undefined)
    : SyncAccounts.open(account).pipe(
      Effect.map(({ accounts }): Sync.Options["accounts"] | undefined => accounts),
      Effect.catchIf((error) => error instanceof NoKey, () =>
        Effect.flatMap(Stdio, ({ note }) =>
          Effect.as(note("No API key, so that the archives of DIDWW are not compared."), undefined)))
    )

/** Names the destination in the commands of a remedy. */
const remedyOf = (remedy: string, destination: string): string =>
  remedy.replace(/\bsync( (?:acknowledge|pull|verify))?(?= |,|$)/g, (command) => `${command} ${destination}`)

const jsonOf = (event: Verification.Event): Readonly<Record<string, unknown>> | undefined => {
  switch (event._tag) {
    case "Looked":
      return undefined
    case "Found": {
      const { exportType, other, window, ...finding } = event.finding
      return { event: "found", ...finding, type: exportType, window: window?.key, other: other?.key }
    }
    case "Unasked":
      return { event: "unasked", account: event.account, error: event.error._tag, message: messageOf(event.error) }
    case "Ended": {
      const { endedAt, startedAt, ...report } = event.report
      const [from, to] = [startedAt, endedAt].map(DateTime.formatIso)
      return { event: "ended", startedAt: from, endedAt: to, ...report }
    }
  }
}

const verbs: Readonly<Record<Verification.Check, string>> = {
  data: "Reading",
  archive: "Asking for the archive of",
  duplicates: "Looking for duplicates of"
}

const lineOf = (event: Extract<Verification.Event, { _tag: "Looked" }>) => ({ spinner }: Progress.Moment): string =>
  `${spinner} ${event.number} of ${event.total}  ${verbs[event.check]} ${event.account}/${event.exportType}/` +
  event.window.key

/** Writes what is found, and follows how far the verification is. */
const writing = Effect.gen(function*() {
  const { err, hasColor, out } = yield* Stdio
  let line = ({ spinner }: Progress.Moment): string => `${spinner} Reading the manifests`
  const take = (event: Verification.Event, { destination, json }: Input) => {
    if (event._tag === "Looked") {
      return Effect.sync(() => {
        line = lineOf(event)
      })
    }
    if (json) {
      const value = jsonOf(event)
      return value === undefined ? Effect.void : out(`${toJson(value)}\n`)
    }
    if (event._tag === "Unasked") return err(`didww-exports: ${event.account}: ${messageOf(event.error)}`)
    if (event._tag === "Ended") return Effect.void
    const { class: name, message, quarantine, remedy } = event.finding
    const moved = quarantine === undefined ? "" : ` It is in ${quarantine} now.`
    const shown = name.padEnd("archiveChanged".length)
    return out(
      `${hasColor ? styled(shown, "red") : shown}  ${message}${moved} To mend it: ${remedyOf(remedy, destination)}.\n`
    )
  }
  return { line: (moment: Progress.Moment) => line(moment), take }
})

const verified = (input: Input, destination: Destination.SyncDestination) =>
  Effect.gen(function*() {
    const { note } = yield* Stdio
    const { line, take } = yield* writing
    const { deep, quarantine } = input
    const sample = Option.getOrUndefined(input.sample)
    let report: Verification.Report | undefined
    const events = Sync.verify({ destination, accounts: yield* clients(input), sample, deep, quarantine })
    yield* Stream.runForEach(events, (event) => {
      if (event._tag === "Ended") report = event.report
      return take(event, input)
    }).pipe(Progress.during(line))
    if (report === undefined) return
    const { findings, looked, unasked } = report
    const count = Object.values(findings).reduce((sum, findings) => sum + findings, 0)
    yield* note(
      `${plural(looked.data, "window")} read, ${plural(looked.archive, "archive")} compared: ${
        count === 0 ? "nothing is wrong" : plural(count, "finding")
      }.`
    )
    if (count + unasked.length > 0) return yield* new Exited({ code: codes.failure })
  }).pipe(interruptible("Nothing was changed. Run the same command again."))

export const run = Effect.fnUntraced(function*(input: Input) {
  const destination = yield* SyncTarget.openMade(input.destination)
  yield* Option.match(input.certificate, {
    onNone: () => verified(input, destination),
    onSome: (path) => certified(path, destination, input.json)
  })
}, Effect.scoped)
