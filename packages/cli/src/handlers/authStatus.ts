/** Checks the key of each account. */
import { RateLimit } from "@effect-didww/http"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as AccountRow from "../AccountRow.js"
import * as Accounts from "../Accounts.js"
import * as Client from "../Client.js"
import { codeOf, Exited, messageOf, NoKey } from "../Failure.js"
import * as Output from "../Output.js"
import { Stdio } from "../Stdio.js"

export interface Input {
  readonly json: boolean
}

/** Checks in flight at once. */
const concurrency = 8

/** Reads the key now. The check itself is the effect that it gives, which can run beside others. */
const opened = (chosen: Accounts.Chosen, rateLimit: string) =>
  Effect.map(Effect.either(Accounts.open(chosen)), (account) =>
    Effect.gen(function*() {
      const result = yield* Effect.either(Effect.flatMap(account, Client.check))
      const { apiUrl } = chosen._tag === "Saved"
        ? Accounts.addressOf(chosen.settings)
        : Either.match(account, { onLeft: () => ({ apiUrl: undefined }), onRight: ({ options }) => options })
      const row: AccountRow.AccountRow = {
        name: chosen.name,
        source: chosen._tag === "Saved" ? "file" : "variables",
        environment: AccountRow.environmentOf(apiUrl),
        apiVersion: Option.getOrNull(Option.flatten(Either.getRight(result))),
        rateLimit,
        key: Option.getOrNull(Option.map(Either.getRight(account), ({ fingerprint }) => fingerprint)),
        check: AccountRow.checkOf(result)
      }
      return { row, error: Either.getLeft(result) }
    }))

export const run = Effect.fnUntraced(function*({ json }: Input) {
  const stdio = yield* Stdio
  const chosen = yield* Output.choose({
    format: json ? Option.some({ format: "json", isCompressed: false }) : Option.none(),
    output: Option.none(),
    header: false
  })
  const accounts = yield* Accounts.all
  if (accounts.length === 0) return yield* new NoKey({ variable: Option.getOrUndefined(yield* Accounts.setVariable) })
  const rateLimit = AccountRow.rateLimitOf(yield* RateLimit.config)
  // one after the other, because commands may ask for a passphrase
  const checks = yield* Effect.forEach(accounts, (account) => opened(account, rateLimit))
  const checked = yield* Effect.all(checks, { concurrency })
  yield* Output.rows(
    chosen,
    () => AccountRow.shape,
    (write: Output.WriteRows<AccountRow.AccountRow>) => write(checked.map(({ row }) => row))
  )
  const failed = checked.flatMap(({ error, row }) =>
    Option.isSome(error) ? [{ name: row.name, error: error.value }] : []
  )
  for (const { error, name } of failed) yield* stdio.err(`didww-exports: ${name}: ${messageOf(error)}`)
  const [first] = failed
  if (first !== undefined) return yield* new Exited({ code: codeOf(first.error) })
})
