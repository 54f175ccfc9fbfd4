/** Names of windows on the command line: `2026-10-03`, `cdr_in/2026-10-03`, `acme/cdr_in/2026-10`. */
import { Export } from "@effect-didww/core"
import type { Manifest } from "@effect-didww/sync"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Usage } from "./Failure.js"

/** The windows with a name. A month stands for its days too. */
export interface WindowName {
  readonly text: string
  readonly account: string | undefined
  readonly exportType: Export.ExportType | undefined
  readonly key: string
}

/** What stands for a window. */
export type Named = Pick<Manifest.Subject, "account" | "exportType" | "window">

const isType = Schema.is(Export.ExportType)

const isKey = (text: string): boolean => /^\d{4}-\d{2}(-\d{2}|-\d{2}T[^/]*_[^/]*)?$/.test(text)

/** Reads a name. */
export const parse = (text: string): Option.Option<WindowName> => {
  const parts = text.split("/")
  const key = parts.pop() ?? ""
  const last = parts.at(-1)
  const exportType = isType(last) ? last : undefined
  const accounts = exportType === undefined ? parts : parts.slice(0, -1)
  return isKey(key) && accounts.length <= 1 && !accounts.includes("")
    ? Option.some({ text, account: accounts[0], exportType, key })
    : Option.none()
}

/** Reads the name of an operand. */
export const read = (text: string): Effect.Effect<WindowName, Usage> =>
  Effect.mapError(
    parse(text),
    () =>
      new Usage({
        message: `A window is written like 2026-10-03, cdr_in/2026-10-03 or acme/cdr_in/2026-10, not ${text}.`
      })
  )

/** Whether a name means a window. */
export const means = ({ account, exportType, key }: WindowName) => (window: Named): boolean =>
  (account === undefined || account === window.account) &&
  (exportType === undefined || exportType === window.exportType) &&
  (key === window.window.key || window.window.key.startsWith(`${key}-`))

/** Writes the name of a window. */
export const of = ({ account, exportType, window }: Named): string => `${account}/${exportType}/${window.key}`
