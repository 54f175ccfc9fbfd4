/** Turns a failure into one line for a person and an exit code. */
import type { Destination } from "@effect-didww/sync"
import { isPlatformError } from "@effect/platform/Error"
import * as Cause from "effect/Cause"
import * as ConfigError from "effect/ConfigError"
import * as Data from "effect/Data"
import * as Predicate from "effect/Predicate"
import { plain } from "./internal/text.js"
import * as SystemFailure from "./SystemFailure.js"

/** The arguments contradict each other or DIDWW's rules. */
export class Usage extends Data.TaggedError("Usage")<{
  readonly message: string
  /** More lines, which show the place of the error. */
  readonly lines?: ReadonlyArray<string>
}> {}

/** Neither a variable nor a saved account has a key. */
export class NoKey extends Data.TaggedError("NoKey")<{
  /** A variable that is set, so that no saved account is used. */
  readonly variable?: string | undefined
}> {
  override get message(): string {
    return this.variable === undefined
      ? "No API key. Create one in DIDWW's user panel, then run didww-exports auth login or set DIDWW_API_KEY. " +
        "Or try --simulator."
      : `No API key. ${this.variable} is set, so set DIDWW_API_KEY too, or choose a saved account with --account.`
  }
}

/** A failure, with more about it than its own message says. */
export class Explained extends Data.TaggedError("Explained")<{
  readonly cause: unknown
  readonly explanation: string
}> {
  override get message(): string {
    return `${messageOf(this.cause)} ${this.explanation}`
  }
}

/** A name stands for no window that the command can use. */
export class NoWindow extends Data.TaggedError("NoWindow")<{
  readonly name: string
  /** A sentence about the windows that it can use. */
  readonly known: string
}> {
  override get message(): string {
    return `No window matches ${this.name}. ${this.known}`
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

const byTag: ReadonlyMap<string, number> = new Map(Object.entries({
  Usage: codes.usage,
  FilterSyntaxError: codes.usage,
  InvalidExportRequest: codes.usage,
  NotRecords: codes.usage,
  NoKey: codes.unauthorized,
  NoSecret: codes.unauthorized,
  KeyCommandFailed: codes.unauthorized,
  Unauthorized: codes.unauthorized,
  Forbidden: codes.unauthorized,
  TokenRefused: codes.unauthorized,
  NotFound: codes.notFound,
  NoWindow: codes.notFound,
  RateLimited: codes.rateLimited,
  RateLimitWaitExceeded: codes.rateLimited,
  TimedOut: codes.timedOut,
  AwaitTimedOut: codes.timedOut
}))

export interface Report {
  readonly code: number
  /** Lines for a person. Empty where nothing needs to be said. */
  readonly lines: ReadonlyArray<string>
}

const isBlank = (text: string): boolean => plain(text).trim() === ""

/** A sentence for each variable that cannot be used. */
const ofVariables = (error: ConfigError.ConfigError): string =>
  error._op === "And" || error._op === "Or"
    ? `${ofVariables(error.left)} ${ofVariables(error.right)}`
    : `Cannot use ${error.path.length === 0 ? "a variable" : `the variable ${error.path.join("_")}`}: ${
      isBlank(error.message) ? "its value is invalid" : error.message.replace(/\.$/, "")
    }.`

/** Stands for an error that says nothing. */
const unexplained = (error: unknown): string => {
  const names = [
    Predicate.hasProperty(error, "_tag") ? error._tag : Predicate.hasProperty(error, "name") ? error.name : undefined,
    SystemFailure.codeOf(error)
  ].filter((name) => Predicate.isString(name) && !isBlank(name))
  return `An unexpected failure${names.length === 0 ? "" : ` (${names.join(", ")})`} ended the command. ${
    SystemFailure.meaning("").advice
  }`
}

const isDestinationFailed = (error: unknown): error is Destination.DestinationFailed =>
  Predicate.isTagged(error, "DestinationFailed")

/** One sentence or more, never blank. */
export const messageOf = (error: unknown): string => {
  if (ConfigError.isConfigError(error)) return ofVariables(error)
  if (isPlatformError(error)) return SystemFailure.message(error)
  if (isDestinationFailed(error)) return SystemFailure.ofDestination(error)
  const message = Predicate.hasProperty(error, "message") ? error.message : error
  return Predicate.isString(message) && !isBlank(message) ? message : unexplained(error)
}

/** The exit code for an error. */
export const codeOf = (error: unknown): number =>
  error instanceof Explained
    ? codeOf(error.cause)
    : Predicate.hasProperty(error, "_tag") && Predicate.isString(error._tag)
    ? byTag.get(error._tag) ?? codes.failure
    : codes.failure

/** Reports a failure. `verbose` adds its cause. */
export const report = (cause: Cause.Cause<unknown>, options: { readonly verbose: boolean }): Report => {
  if (Cause.isInterruptedOnly(cause) && !Cause.isEmpty(cause)) return { code: codes.interrupted, lines: [] }
  const error = Cause.squash(cause)
  if (Predicate.isTagged(error, "Closed")) return { code: 0, lines: [] }
  if (error instanceof Exited) return { code: error.code, lines: [] }
  return {
    code: codeOf(error),
    lines: [
      `didww-exports: ${messageOf(error)}`,
      ...(error instanceof Usage ? error.lines ?? [] : []),
      ...(options.verbose ? Cause.pretty(cause, { renderErrorCause: true }).split("\n") : [])
    ]
  }
}
