/**
 * Options from the environment. A blank variable is an unset one, because compose files and CI systems pass unset variables
 * so. A failure names the variable and what it takes, and does not show its value, which may hold a secret.
 */
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as address from "./address.js"

/** The text of a variable without white space around it. `undefined` if the variable is unset or blank. */
export const text = (name: string): Config.Config<string | undefined> =>
  Config.map(Config.withDefault(Config.string(name), ""), (text) => text.trim() === "" ? undefined : text.trim())

/** A variable that `parse` understands. `takes` says in words what it understands. */
export const parsed = <A>(
  name: string,
  takes: string,
  parse: (text: string) => Option.Option<A>
): Config.Config<A | undefined> =>
  Config.mapOrFail(text(name), (text): Either.Either<A | undefined, ConfigError.ConfigError> =>
    text === undefined
      ? Either.right(undefined)
      : Either.fromOption(parse(text), () => ConfigError.InvalidData([name], `Expected ${takes}`)))

/** A variable that must be set. `value` says in words what to set it to. */
export const required = <A>(
  self: Config.Config<A | undefined>,
  name: string,
  value: string
): Config.Config<A> =>
  Config.mapOrFail(self, (found) =>
    found === undefined
      ? Either.left(ConfigError.MissingData([name], `Set ${name} to ${value}`))
      : Either.right(found))

/** A variable that must be set, and whose value nobody may see. */
export const secret = (name: string, value: string): Config.Config<Redacted.Redacted> =>
  Config.map(required(text(name), name, value), Redacted.make)

/** A whole number. */
export const whole = (name: string, least: number): Config.Config<number | undefined> =>
  parsed(name, `a whole number of ${least} or more`, (text) =>
    Option.liftPredicate(
      Number(text),
      (number) => /^\d+$/.test(text) && number >= least && number <= Number.MAX_SAFE_INTEGER
    ))

/** A duration such as `20 seconds`. */
export const duration = (
  name: string,
  least: "zero" | "more than zero"
): Config.Config<Duration.Duration | undefined> =>
  parsed(
    name,
    least === "zero" ? "a duration such as 20 seconds" : "a duration of more than zero, such as 20 seconds",
    (text) =>
      Option.filter(
        // the decoder takes a negative duration for zero
        text.startsWith("-") ? Option.none() : Duration.decodeUnknown(text),
        (duration) => least === "zero" || Duration.greaterThan(duration, Duration.zero)
      )
  )

/** One of these values. */
export const oneOf = <const A extends string>(name: string, values: ReadonlyArray<A>): Config.Config<A | undefined> =>
  parsed(name, `one of ${values.join(", ")}`, (text) => Option.fromNullable(values.find((value) => value === text)))

/** An address that requests can be sent to. */
export const url = (name: string): Config.Config<URL | undefined> =>
  parsed(
    name,
    "an http or https URL without user, query or fragment",
    (text) => Option.map(Option.fromNullable(address.normalize(text)), (text) => new URL(text))
  )
