/** The rows that a walk has emitted. */

export interface Identified {
  readonly id: string
  readonly createdAt?: { readonly epochMillis: number } | null
}

const separator = "\n"

/** So many ids in one text: half the memory of as many strings, and the collector moves one thing. */
const perText = 1000

/**
 * A row that was created before all of them is none of them, and newest first that is every row, as long as nothing moves:
 * the ids are indexed only when one may have come before.
 */
export class Seen {
  private readonly index = new Set<string>()
  /** Those that are not indexed: the last ones as they came, the others joined. */
  private recent: Array<string> = []
  private texts: Array<string> = []
  private oldest = Infinity
  /** Those whose time is unknown, and may be told later. */
  private readonly ageless = new Set<string>()

  has({ createdAt, id }: Identified): boolean {
    if (createdAt != null && createdAt.epochMillis < this.oldest) return this.ageless.size > 0 && this.ageless.has(id)
    this.indexAll()
    return this.index.has(id)
  }

  /** One that is not there yet. */
  add({ createdAt, id }: Identified): void {
    if (id.includes(separator)) this.index.add(id)
    else if (this.recent.push(id) === perText) {
      this.texts.push(this.recent.join(separator))
      this.recent = []
    }
    if (createdAt == null) this.ageless.add(id)
    else if (createdAt.epochMillis < this.oldest) this.oldest = createdAt.epochMillis
  }

  private indexAll(): void {
    for (const text of this.texts) for (const id of text.split(separator)) this.index.add(id)
    for (const id of this.recent) this.index.add(id)
    this.texts = []
    this.recent = []
  }
}
