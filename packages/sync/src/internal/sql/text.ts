/** Text that both databases can hold. */

/** Any surrogate: a quick look that finds nothing in most texts. */
const suspicious = /[\0\ud800-\udfff]/

/** Postgres refuses NUL, and UTF-8 cannot hold a surrogate without its partner. */
const unstorable = /[\0\p{Surrogate}]/gu

/** Replaces each character that a database cannot hold with U+FFFD. */
export class Cleaner {
  /** In how many texts a character was replaced. */
  replaced = 0

  text(text: string): string {
    if (!suspicious.test(text)) return text
    const clean = text.replace(unstorable, "\ufffd")
    if (clean !== text) this.replaced++
    return clean
  }

  /** JSON. `JSON.stringify` alone writes escapes that `jsonb` refuses. */
  json(value: unknown): string {
    const text = JSON.stringify(value)
    return /\\u(?:0000|d[89a-f])/.test(text) ? JSON.stringify(this.clean(value)) : text
  }

  private clean(value: unknown): unknown {
    if (typeof value === "string") return this.text(value)
    if (Array.isArray(value)) return value.map((item) => this.clean(item))
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [this.text(name), this.clean(item)]))
  }
}
