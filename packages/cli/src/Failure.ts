/** Turns a failure into one line for a person and an exit code. */
import { isPlatformError } from "@effect/platform/Error"
import * as Cause from "effect/Cause"
import * as ConfigError from "effect/ConfigError"
import * as Data from "effect/Data"
import * as Predicate from "effect/Predicate"
import { plain } from "./internal/text.js"

/** The arguments contradict each other or DIDWW's rules. */
export class Usage extends Data.TaggedError("Usage")<{
  readonly message: string
  /** More lines, which show the place of the error. */
  readonly lines?: ReadonlyArray<string>
}> {}

/** The variable DIDWW_API_KEY is not set. */
export class NoKey extends Data.TaggedError("NoKey")<{}> {
  override get message(): string {
    return "No API key. Create one in DIDWW's user panel and set DIDWW_API_KEY, or try --simulator."
  }
}

/** The run has ended with this exit code. Everything is reported already. */
export class Exited extends Data.TaggedError("Exited")<{ readonly code: number }> {}

export const codes = {
  failure: 1,
  usage: 2,
  unauthorized: 3,
  notFound: 4,
  rateLimited: 5,
  timedOut: 6,
  interrupted: 130
} as const

const byTag: Readonly<Record<string, number>> = {
  Usage: codes.usage,
  FilterSyntaxError: codes.usage,
  InvalidExportRequest: codes.usage,
  NoKey: codes.unauthorized,
  NoSecret: codes.unauthorized,
  Unauthorized: codes.unauthorized,
  Forbidden: codes.unauthorized,
  TokenRefused: codes.unauthorized,
  NotFound: codes.notFound,
  RateLimited: codes.rateLimited,
  RateLimitWaitExceeded: codes.rateLimited,
  TimedOut: codes.timedOut,
  AwaitTimedOut: codes.timedOut
}

export interface Report {
  readonly code: number
  /** Lines for a person. Empty where nothing needs to be said. */
  readonly lines: ReadonlyArray<string>
}

const reasons: Readonly<Record<string, string>> = {
  NotFound: "no such file or folder",
  PermissionDenied: "permission denied",
  AlreadyExists: "the file exists already",
  BadResource: "this is no file"
}

const messageOf = (error: unknown): string =>
  ConfigError.isConfigError(error) && (error._op === "InvalidData" || error._op === "MissingData")
    ? `Cannot use the variable ${error.path.join("_")}: ${error.message.replace(/\.?$/, ".")}`
    : isPlatformError(error) && error._tag === "SystemError" && typeof error.pathOrDescriptor === "string"
    ? `Cannot read or write ${error.pathOrDescriptor}: ${reasons[error.reason] ?? error.description ?? error.reason}.`
    : error instanceof Error
    ? error.message
    : String(error)

/** Reports a failure. `verbose` adds its cause. */
export const report = (cause: Cause.Cause<unknown>, options: { readonly verbose: boolean }): Report => {
  if (Cause.isInterruptedOnly(cause)) return { code: codes.interrupted, lines: [] }
  const error = Cause.squash(cause)
  if (Predicate.isTagged(error, "Closed")) return { code: 0, lines: [] }
  return {
    code: Predicate.hasProperty(error, "_tag") ? byTag[String(error._tag)] ?? codes.failure : codes.failure,
    lines: [
      `didww-exports: ${plain(messageOf(error))}`,
      ...(error instanceof Usage ? error.lines ?? [] : []),
      ...(options.verbose ? Cause.pretty(cause, { renderErrorCause: true }).split("\n").map(plain) : [])
    ]
  }
}
