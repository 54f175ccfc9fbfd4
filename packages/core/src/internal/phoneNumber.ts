/** Phone numbers as DIDWW writes them: E.164 without the `+`. */

/** Removes one `+` before a digit. The result is the same when it is applied again. */
export const withoutPlus = (text: string): string => text.replace(/^\+(?=\d)/, "")
