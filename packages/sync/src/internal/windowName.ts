/** The names of windows in messages. All destinations use the same words. */
import type { Subject } from "../Manifest.js"

/** Names a window, such as `cdr_in of acme in 2026-10`. */
export const windowName = (account: string, exportType: string, key: string): string =>
  `${exportType} of ${account} in ${key}`

/** Names the window of a subject. */
export const nameOf = ({ account, exportType, window }: Subject): string => windowName(account, exportType, window.key)

/** Names a window that overlaps the window of a pull. */
export const overlapping = (name: string): string => `${name}, which overlaps this window`
