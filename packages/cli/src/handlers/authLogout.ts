/** Removes an account. */
import * as Effect from "effect/Effect"
import * as AccountFile from "../AccountFile.js"
import * as Accounts from "../Accounts.js"
import { Stdio } from "../Stdio.js"

export interface Input {
  readonly name: string
}

export const run = Effect.fnUntraced(function*({ name }: Input) {
  const stdio = yield* Stdio
  const path = yield* AccountFile.change((accounts) =>
    Effect.as(
      Accounts.find(accounts, name),
      Object.fromEntries(Object.entries(accounts).filter(([other]) => other !== name))
    )
  )
  yield* stdio.note(`Removed the account ${name} from ${path}. Its key stays valid at DIDWW until you delete it there.`)
})
