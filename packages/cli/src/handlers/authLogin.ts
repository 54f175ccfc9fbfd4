/** Saves an account. */
import type { ApiVersion } from "@effect-didww/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as AccountFile from "../AccountFile.js"
import * as Accounts from "../Accounts.js"
import * as Client from "../Client.js"
import { Explained, Usage } from "../Failure.js"
import * as Key from "../Key.js"
import type * as KeyCommand from "../KeyCommand.js"
import * as Prompt from "../Prompt.js"
import { interruptible } from "../Session.js"
import { Stdio } from "../Stdio.js"

export interface Input {
  readonly name: Option.Option<string>
  readonly env: Option.Option<"production" | "sandbox">
  readonly apiUrl: Option.Option<string>
  readonly apiVersion: Option.Option<ApiVersion.ApiVersion>
  readonly keyCommand: Option.Option<KeyCommand.KeyCommand>
  readonly noCheck: boolean
}

const checkFlags = ({ apiUrl, env }: Input, name: string): Effect.Effect<void, Usage> =>
  !Schema.is(AccountFile.Name)(name)
    ? new Usage({ message: `${name} is no name of an account. A name has ${AccountFile.nameTakes}.` })
    : Option.isSome(apiUrl) && Option.isSome(env)
    ? new Usage({ message: "Give either --env or --api-url." })
    : Option.exists(apiUrl, (url) => !Schema.is(AccountFile.ApiUrl)(url))
    ? new Usage({ message: "--api-url takes an http or https URL without user, query or fragment." })
    : Effect.void

/** Asks for the key. */
const askedKey = (name: string) =>
  Effect.gen(function*() {
    const text = yield* Prompt.secret(`Paste the API key of the account ${name}, then press Enter. It does not show.`)
    const key = Key.parse(Redacted.value(text).trim())
    return Option.isSome(key)
      ? key.value
      : yield* new Usage({
        message: "Expected an API key: one line of visible characters without spaces. Nothing was saved."
      })
  })

/** The settings of before without the key, changed by the flags. */
const settingsOf = (
  { apiUrl, apiVersion, env }: Input,
  before: AccountFile.Settings | undefined
): Omit<AccountFile.Settings, "key" | "keyCommand"> => {
  const { apiUrl: url, apiVersion: version, environment } = before ?? {}
  const kept = Option.isSome(apiUrl) || Option.isSome(env)
    ? {}
    : { ...(url !== undefined && { apiUrl: url }), ...(environment !== undefined && { environment }) }
  return {
    ...kept,
    ...(version !== undefined && { apiVersion: version }),
    ...Option.match(apiUrl, { onNone: () => ({}), onSome: (apiUrl) => ({ apiUrl }) }),
    ...Option.match(env, { onNone: () => ({}), onSome: (environment) => ({ environment }) }),
    ...Option.match(apiVersion, { onNone: () => ({}), onSome: (apiVersion) => ({ apiVersion }) })
  }
}

const unsaved = (cause: unknown): Explained =>
  new Explained({ cause, explanation: "Nothing was saved. --no-check saves an account without a check." })

export const run = Effect.fnUntraced(
  function*(input: Input) {
    const stdio = yield* Stdio
    const name = Option.getOrElse(input.name, () => Accounts.usual)
    yield* checkFlags(input, name)
    // a file that cannot be used is reported before the question
    const accounts = yield* AccountFile.read
    const settings: AccountFile.Settings = {
      ...settingsOf(input, AccountFile.get(accounts, name)),
      ...(Option.isSome(input.keyCommand)
        ? { keyCommand: input.keyCommand.value }
        : { key: yield* askedKey(name) })
    }
    const account = Accounts.open({ _tag: "Saved", name, settings })
    const version = input.noCheck
      ? Option.none()
      : yield* Effect.mapError(Effect.flatMap(account, Client.check), unsaved)
    const path = yield* AccountFile.change((accounts) => Effect.succeed({ ...accounts, [name]: settings }))
    const answered = Option.match(version, {
      onNone: () => "",
      onSome: (version) => ` DIDWW answered with API version ${version}.`
    })
    yield* stdio.note(`Saved the account ${name} in ${path}.${answered}`)
    const variable = yield* Accounts.setVariable
    if (Option.isSome(variable)) {
      yield* stdio.note(`${variable.value} is set, so that only commands with --account ${name} use this account.`)
    }
  },
  interruptible("Nothing was saved.")
)
