/**
 * The accounts that a command uses: those of the file by their names, or the one of the environment variables.
 *
 * A name chooses an account of the file, with its key and all of its settings. Without a name the variables choose, if one of
 * them is set. Otherwise the account `default` of the file is used, or its only account.
 */
import { Credentials, ExportsClient } from "@effect-didww/http"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Arr from "effect/Array"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as AccountFile from "./AccountFile.js"
import { NoKey, Usage } from "./Failure.js"
import { suggestion } from "./internal/suggestion.js"
import { listed } from "./internal/text.js"
import * as Key from "./Key.js"
import * as KeyCommand from "./KeyCommand.js"
import type { Stdio } from "./Stdio.js"
import * as Variable from "./Variable.js"

/** An account that a command uses. */
export interface Account {
  /** Lower-case letters, digits, `_` and `-`. `default` for that of the variables. */
  readonly name: string
  readonly source: "variables" | "file"
  readonly options: ExportsClient.Options
  /** The first 8 hex digits of the key's SHA-256, which tell keys apart. */
  readonly fingerprint: string
}

/** A chosen account, whose key is not read yet. */
export type Chosen =
  | { readonly _tag: "Variables"; readonly name: string }
  | { readonly _tag: "Saved"; readonly name: string; readonly settings: AccountFile.Settings }

export type ChooseError = AccountFile.ReadError | Usage

export type KeyError = NoKey | ConfigError.ConfigError | KeyCommand.KeyCommandFailed

/** The name of the account that is used without a name. */
export const usual = "default"

const variables: Chosen = { _tag: "Variables", name: usual }

/** The set variable that chooses a key or where it is sent. Then commands without a name use the variables. */
export const setVariable: Config.Config<Option.Option<string>> = Config.map(
  Config.all(
    ["DIDWW_API_KEY", "DIDWW_API_URL", "DIDWW_ENV", "DIDWW_TOKEN_URL"].map((name) =>
      Config.map(Variable.text(name), Option.as(name))
    )
  ),
  Option.firstSomeOf
)

const saved = (name: string, settings: AccountFile.Settings): Chosen => ({ _tag: "Saved", name, settings })

/** The settings of an account of the file. Fails for a name that is not there. */
export const find = (accounts: AccountFile.Accounts, name: string): Effect.Effect<AccountFile.Settings, Usage> => {
  const known = Object.keys(accounts)
  const settings = AccountFile.get(accounts, name)
  return settings === undefined
    ? new Usage({
      message: known.length === 0
        ? `Unknown account ${name}. Save it with didww-exports auth login ${name}.`
        : `Unknown account ${name}.${suggestion(name, known)} Known accounts: ${known.join(", ")}.`
    })
    : Effect.succeed(settings)
}

/** The account that is used without a name. */
const chooseUsual: Effect.Effect<Chosen, ChooseError, FileSystem.FileSystem> = Effect.gen(function*() {
  if (Option.isSome(yield* setVariable)) return variables
  const accounts = yield* AccountFile.read
  const names = Object.keys(accounts)
  const name = names.length === 1 ? names[0] ?? usual : usual
  const settings = AccountFile.get(accounts, name)
  if (settings !== undefined) return saved(name, settings)
  return names.length === 0
    ? variables
    : yield* new Usage({ message: `Several accounts are saved. Use --account with ${listed(names, "or")}.` })
})

/** Chooses the accounts with these names, each once, or the one that is used without a name. Reads no key. */
export const choose = (
  names: ReadonlyArray<string>
): Effect.Effect<Arr.NonEmptyReadonlyArray<Chosen>, ChooseError, FileSystem.FileSystem> => {
  const distinct = Arr.dedupe(names)
  return Arr.isNonEmptyReadonlyArray(distinct)
    ? Effect.flatMap(
      AccountFile.read,
      (accounts) =>
        Effect.forEach(distinct, (name) => Effect.map(find(accounts, name), (settings) => saved(name, settings)))
    )
    : Effect.map(chooseUsual, Arr.of)
}

/** Every account that a command can use: that of the variables, if they have a key, and those of the file. */
export const all: Effect.Effect<
  ReadonlyArray<Chosen>,
  AccountFile.ReadError,
  FileSystem.FileSystem
> = Effect.zipWith(
  Variable.text("DIDWW_API_KEY"),
  AccountFile.read,
  (key, accounts) => [
    ...(Option.isSome(key) ? [variables] : []),
    ...Object.entries(accounts).map(([name, settings]) => saved(name, settings))
  ]
)

const ofVariables: Effect.Effect<Account, KeyError> = Effect.gen(function*() {
  const key = yield* Variable.secret("DIDWW_API_KEY")
  if (Option.isNone(key)) return yield* new NoKey({ variable: Option.getOrUndefined(yield* setVariable) })
  return {
    name: usual,
    source: "variables",
    options: yield* ExportsClient.config,
    fingerprint: Key.fingerprint(key.value)
  }
})

/** Reads the first key from its command at once, so that a failure names the account. */
const printed = (name: string, command: KeyCommand.KeyCommand) =>
  Effect.gen(function*() {
    const run = Effect.provide(KeyCommand.run(name, command), yield* Effect.context<Stdio>())
    const first = yield* run
    let isUsed = false
    const credentials = Credentials.apiKey(Effect.suspend(() => {
      // the client asks again after a 401: the key may be another one by then
      if (isUsed) return run
      isUsed = true
      return Effect.succeed(first)
    }))
    return { key: first, credentials }
  })

/** The address and the version of an account. */
export const addressOf = (
  { apiUrl, apiVersion, environment = "production" }: AccountFile.Settings
): Omit<ExportsClient.Options, "credentials"> => ({
  apiUrl: apiUrl ?? ExportsClient.environments[environment],
  apiVersion
})

/** Reads the key of a chosen account. */
export const open = (chosen: Chosen): Effect.Effect<Account, KeyError, Stdio> =>
  Effect.gen(function*() {
    if (chosen._tag === "Variables") return yield* ofVariables
    const { name, settings } = chosen
    const { credentials, key } = settings.keyCommand === undefined
      ? yield* kept(settings)
      : yield* printed(name, settings.keyCommand)
    return { name, source: "file", options: { ...addressOf(settings), credentials }, fingerprint: Key.fingerprint(key) }
  })

const kept = ({ key }: AccountFile.Settings) =>
  key === undefined ? new NoKey({}) : Effect.succeed({ key, credentials: Credentials.apiKey(key) })

/**
 * The accounts with these names, each once and in this order. Without names there is one: that of the variables, the account
 * `default` of the file, or its only account.
 */
export const resolve = (
  names: ReadonlyArray<string>
): Effect.Effect<Arr.NonEmptyReadonlyArray<Account>, ChooseError | KeyError, FileSystem.FileSystem | Stdio> =>
  // one after the other, because commands may ask for a passphrase
  Effect.flatMap(choose(names), (chosen) => Effect.forEach(chosen, open))
