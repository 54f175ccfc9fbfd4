/** Reads the input of a command. The result is cast, because TypeScript cannot follow a record of different types. */
import * as Either from "effect/Either"
import * as Record from "effect/Record"
import type * as Flag from "../Flag.js"

/** Reads every flag from its given values. */
export const readFlags = <Flags extends Flag.Flags>(
  flags: Flags,
  given: ReadonlyMap<string, ReadonlyArray<string>>
): Either.Either<Flag.Values<Flags>, string> =>
  Either.map(
    Either.all(Record.map(flags, (flag) => flag.read(given.get(flag.name) ?? []))),
    (values) => values as Flag.Values<Flags>
  )

/** Reads every operand from the value in its place, or from all values from there on. */
export const readOperands = <Operands extends Flag.Operands>(
  operands: Operands | undefined,
  given: ReadonlyArray<string>
): Flag.Values<Operands> =>
  Object.fromEntries(
    Object.entries(operands ?? {}).map(([key, operand], index) => [
      key,
      operand.read(operand.isRepeatable ? given.slice(index) : given.slice(index, index + 1))
    ])
  ) as Flag.Values<Operands>
