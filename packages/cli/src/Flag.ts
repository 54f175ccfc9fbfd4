/** Flags and operands of a command, as data. Help, completions and the reading of arguments come from this data. */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { listed } from "./internal/text.js"

/** A flag whose value in the command's input is an `A`. */
export interface Flag<out A> {
  /** The long name without its dashes. */
  readonly name: string
  /** The letter of the short name. */
  readonly short: string | undefined
  /** How help writes the value. `undefined` for a switch, which takes no value. */
  readonly value: string | undefined
  /** The values to choose from. Empty where any text can be a value. */
  readonly choices: ReadonlyArray<string>
  /** Values that a shell completes, beside others that cannot be listed. */
  readonly words: ReadonlyArray<string>
  readonly description: string
  readonly isRequired: boolean
  readonly isRepeatable: boolean
  /** Reads the values that were given, in order. A switch that was given has one empty value. Fails with a sentence. */
  readonly read: (values: ReadonlyArray<string>) => Either.Either<A, string>
}

/** A value that stands without a flag. */
export interface Operand<out A> {
  /** How help writes it. */
  readonly name: string
  readonly description: string
  readonly isRequired: boolean
  /** Whether it takes all values from its place on. Only the last operand can. */
  readonly isRepeatable: boolean
  /** Reads its values: one, or one and more. */
  readonly read: (values: ReadonlyArray<string>) => A
}

/** Flags by the names that they have in a command's input. */
export type Flags = { readonly [key: string]: Flag<unknown> }

/** Operands by the names that they have in a command's input, in order. */
export type Operands = { readonly [key: string]: Operand<unknown> }

/** The input of a command with these flags or operands. */
export type Values<Parameters extends Flags | Operands> = {
  readonly [Key in keyof Parameters]: Parameters[Key] extends Flag<infer A> | Operand<infer A> ? A : never
}

/** What every flag has. */
export interface Options {
  readonly name: string
  readonly short?: string | undefined
  readonly description: string
}

/** A required flag that may be given once. */
const make = <A>(
  { description, name, short }: Options,
  value: string | undefined,
  choices: ReadonlyArray<string>,
  read: Flag<A>["read"]
): Flag<A> => ({ name, short, value, choices, words: [], description, isRequired: true, isRepeatable: false, read })

/** A switch: true if it was given. */
export const toggle = (options: Options): Flag<boolean> => ({
  ...make(options, undefined, [], (values) => Either.right(values.length > 0)),
  isRequired: false
})

/** A flag that takes any text. */
export const text = (options: Options & { readonly value: string }): Flag<string> =>
  make(options, options.value, [], ([text = ""]) => Either.right(text))

/** A flag whose value `parse` understands. `takes` says in words what it understands. */
export const parsed = <A>(
  options: Options & {
    readonly value: string
    readonly choices?: ReadonlyArray<string>
    readonly words?: ReadonlyArray<string>
    readonly takes: string
    readonly parse: (text: string) => Option.Option<A>
  }
): Flag<A> => ({
  ...make(
    options,
    options.value,
    options.choices ?? [],
    ([text = ""]) =>
      Either.fromOption(options.parse(text.trim()), () => `--${options.name} takes ${options.takes}, not ${text}.`)
  ),
  words: options.words ?? []
})

/** A flag that takes one of these values. `value` is how help writes it. Default: all of them. */
export const choice = <const A extends string>({ choices, value = choices.join("|"), ...options }: Options & {
  readonly choices: ReadonlyArray<A>
  readonly value?: string
}): Flag<A> =>
  parsed({
    ...options,
    value,
    choices,
    takes: listed(choices, "or"),
    parse: (text) => Option.fromNullable(choices.find((choice) => choice === text))
  })

/** A flag that takes a whole number. */
export const whole = ({ max, min, value = "N", ...options }: Options & {
  readonly value?: string
  readonly min: number
  readonly max?: number
}): Flag<number> =>
  parsed({
    ...options,
    value,
    takes: max === undefined ? `a whole number of ${min} or more` : `a whole number from ${min} to ${max}`,
    parse: (text) => {
      const number = Number(text)
      return /^\d+$/.test(text) && number >= min && number <= (max ?? Number.MAX_SAFE_INTEGER)
        ? Option.some(number)
        : Option.none()
    }
  })

/** Makes a flag optional. */
export const optional = <A>(self: Flag<A>): Flag<Option.Option<A>> => ({
  ...self,
  isRequired: false,
  read: (values) => values.length === 0 ? Either.right(Option.none()) : Either.map(self.read(values), Option.some)
})

/** Makes a flag optional, with a value for where it is missing. */
export const withDefault = <A>(self: Flag<A>, fallback: NoInfer<A>): Flag<A> => ({
  ...self,
  isRequired: false,
  read: (values) => values.length === 0 ? Either.right(fallback) : self.read(values)
})

/** Makes a flag optional, and accepts it many times. */
export const repeated = <A>(self: Flag<A>): Flag<ReadonlyArray<A>> => ({
  ...self,
  isRequired: false,
  isRepeatable: true,
  read: (values) => Either.all(values.map((value) => self.read([value])))
})

/** An operand that takes any text. */
export const operand = (options: Pick<Operand<string>, "name" | "description">): Operand<string> => ({
  ...options,
  isRequired: true,
  isRepeatable: false,
  read: ([value = ""]) => value
})

/** Makes an operand optional. Only the last operand can be. */
export const optionalOperand = <A>(self: Operand<A>): Operand<Option.Option<A>> => ({
  ...self,
  isRequired: false,
  read: (values) => values.length === 0 ? Option.none() : Option.some(self.read(values))
})

/** An operand that takes one text or more. */
export const operands = (options: Pick<Operand<string>, "name" | "description">): Operand<ReadonlyArray<string>> => ({
  ...options,
  isRequired: true,
  isRepeatable: true,
  read: (values) => values
})

/** Changes what an operand is read as. */
export const mapOperand = <A, B>(self: Operand<A>, f: (value: A) => B): Operand<B> => ({
  ...self,
  read: (values) => f(self.read(values))
})

/** The names of a flag as they are typed, the short one first. */
export const names = ({ name, short }: Flag<unknown>): ReadonlyArray<string> =>
  short === undefined ? [`--${name}`] : [`-${short}`, `--${name}`]

/** A flag and its value, such as `--limit N`. */
export const written = ({ name, value }: Flag<unknown>): string =>
  value === undefined ? `--${name}` : `--${name} ${value}`
