/** Environment variables. A blank one is an unset one, because compose files and CI systems pass unset variables so. */
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"

/** Reads a variable without the white space around it. */
export const text = (name: string): Config.Config<Option.Option<string>> =>
  Config.map(Config.option(Config.string(name)), (value) =>
    value.pipe(
      Option.map((value) => value.trim()),
      Option.filter((value) => value !== "")
    ))

/** Reads a variable whose value nobody may see. */
export const secret = (name: string): Config.Config<Option.Option<Redacted.Redacted>> =>
  Config.map(text(name), Option.map((value) => Redacted.make(value)))

/** Reads a variable that has one of these values. */
export const oneOf = <const A extends string>(
  name: string,
  values: ReadonlyArray<A>
): Config.Config<Option.Option<A>> =>
  Config.mapOrFail(text(name), (set): Either.Either<Option.Option<A>, ConfigError.ConfigError> => {
    if (Option.isNone(set)) return Either.right(Option.none())
    const found = values.find((value) => value === set.value)
    return found === undefined
      ? Either.left(ConfigError.InvalidData([name], `Expected one of ${values.join(", ")}`))
      : Either.right(Option.some(found))
  })
