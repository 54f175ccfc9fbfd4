/** What callbacks are signed with. */
import * as Config from "effect/Config"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"

/** Nothing to verify with. */
export class NoSecret extends Data.TaggedError("NoSecret")<{}> {
  override get message(): string {
    return "There is no callback secret. Set DIDWW_CALLBACK_SECRET to the one of your account."
  }
}

export const get = Config.option(Config.redacted("DIDWW_CALLBACK_SECRET")).pipe(
  Effect.map(Option.filter((secret) => Redacted.value(secret) !== ""))
)

export const required = Effect.flatMap(get, Option.match({ onNone: () => new NoSecret(), onSome: Effect.succeed }))
