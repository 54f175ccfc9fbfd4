/** Flags that several commands have, and how their values are read. */
import { Export, ExportFilter, type ExportQuery } from "@effect-didww/core"
import * as Args from "@effect/cli/Args"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { formats } from "./Rows.js"

/** What every command has. */
export const common = {
  quiet: Options.boolean("quiet").pipe(
    Options.withAlias("q"),
    Options.withDescription("No progress and no summary on stderr; errors still.")
  ),
  verbose: Options.boolean("verbose").pipe(
    Options.withDescription("Show the cause of an error, too.")
  )
}

export interface Common {
  readonly quiet: boolean
  readonly verbose: boolean
}

/** Which account. */
export const account = {
  ...common,
  env: Options.choice("env", ["production", "sandbox"]).pipe(
    Options.optional,
    Options.withDescription("DIDWW's environment, instead of DIDWW_ENV and DIDWW_API_URL.")
  ),
  simulator: Options.boolean("simulator").pipe(
    Options.withDescription("An embedded simulator's account of 10,000 exports; needs no key.")
  )
}

export interface Account extends Common {
  readonly env: Option.Option<"production" | "sandbox">
  readonly simulator: boolean
}

export const id = Args.text({ name: "ID" }).pipe(
  Args.withDescription("Of the export."),
  Args.map((text) => Export.ExportId.make(text))
)

export const format = Options.choice("format", formats).pipe(
  Options.optional,
  Options.withDescription(
    "Default: by the ending of --output; a table on a terminal; else tsv, a tab-separated line each, the id first."
  )
)

export const output = Options.text("output").pipe(
  Options.withAlias("o"),
  Options.withPseudoName("FILE"),
  Options.optional,
  Options.withDescription(
    "Write to this file, which is whole or not there; one that is there is replaced. Default: stdout."
  )
)

/** What `parse` understands of a flag's value; `takes` says what it understands. */
export const reading =
  <A>(name: string, takes: string, parse: (text: string) => Option.Option<A>) =>
  (text: string): Effect.Effect<A, ValidationError.ValidationError> =>
    Option.match(parse(text.trim()), {
      onNone: () => Effect.fail(ValidationError.invalidValue(HelpDoc.p(`--${name} takes ${takes}, not ${text}.`))),
      onSome: Effect.succeed
    })

/** What DIDWW exports, by the names of its API. */
export const types = ["cdr_in", "cdr_out", "sms_in", "sms_out"] as const

/** A flag of which `parse` understands the value. */
export const parsed = <A>(...how: Parameters<typeof reading<A>>): Options.Options<A> =>
  Options.text(how[0]).pipe(Options.mapEffect(reading(...how)))

/** A whole number. */
export const whole = (name: string, { max, min }: { readonly min: number; readonly max?: number }) =>
  parsed(
    name,
    max === undefined ? `a whole number from ${min} on` : `a whole number from ${min} to ${max}`,
    (text) => {
      const value = Number(text)
      return /^\d+$/.test(text) && value >= min && value <= (max ?? Number.MAX_SAFE_INTEGER)
        ? Option.some(value)
        : Option.none()
    }
  ).pipe(Options.withPseudoName("N"))

export const port = (fallback: number) =>
  whole("port", { min: 0, max: 65_535 }).pipe(
    Options.withDefault(fallback),
    Options.withDescription(`Default: ${fallback}; 0 is any that is free.`)
  )

export const limit = whole("limit", { min: 1 }).pipe(
  Options.optional,
  Options.withDescription("No more than so many.")
)

/** As in a filter's text, so that a time is written in one way only. */
export const parseTime = (text: string): Option.Option<DateTime.Utc> =>
  Option.flatMap(
    Option.getRight(ExportFilter.parse(`from = ${text}`)),
    (filter) => filter._tag === "From" ? Option.some(filter.value) : Option.none()
  )

export const time = (name: string, description: string): Options.Options<Option.Option<DateTime.Utc>> =>
  parsed(name, "a time such as 2026-11-01 or 2026-11-01T08:00:00Z", parseTime).pipe(
    Options.withPseudoName("TIME"),
    Options.withDescription(description),
    Options.optional
  )

const units: Readonly<Record<string, (count: number) => Duration.Duration>> = {
  s: Duration.seconds,
  m: Duration.minutes,
  h: Duration.hours
}

/** `90 seconds`, `10m`. */
export const parseDuration = (text: string): Option.Option<Duration.Duration> => {
  const match = /^(\d+)\s*(s|m|h)(?:ec(?:onds?)?|in(?:utes?)?|ours?)?$/i.exec(text)
  const unit = units[match?.[2]?.toLowerCase() ?? ""]
  return unit === undefined ? Option.none() : Option.some(unit(Number(match?.[1])))
}

export const timeout = parsed("timeout", "a duration such as \"90 seconds\" or 10m", parseDuration).pipe(
  Options.withPseudoName("DURATION"),
  Options.withDescription("How long to wait until it is complete, such as \"90 seconds\". Default: 30 minutes."),
  Options.withDefault(Duration.minutes(30))
)

/** Parts between commas, each of them known. */
export const oneOf = <A extends string>(known: ReadonlyArray<A>) => (text: string): Option.Option<ReadonlyArray<A>> =>
  Option.all(
    text.split(",").map((part) => Option.fromNullable(known.find((name) => name === part.trim())))
  )

export const sorts: ReadonlyArray<ExportQuery.Sort> = [
  "createdAt",
  "-createdAt",
  "status",
  "-status",
  "externalReferenceId",
  "-externalReferenceId"
]
