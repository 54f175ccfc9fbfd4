/** Remembers the ids that a walk has emitted, in little memory. */

const separator = "\n"

/** So many ids are joined into one text: it takes half the memory of separate strings, and the collector moves one object. */
const perText = 1000

/**
 * A row that is older than all emitted rows was not emitted. Newest first, this holds for each row while nothing moves.
 * The ids are indexed only when a row may have been emitted before.
 */
export class EmittedIds {
  private readonly index = new Set<string>()
  /** The last ids that are not indexed yet. */
  private recent: Array<string> = []
  /** The ids before them, joined. */
  private texts: Array<string> = []
  private oldest = Infinity
  /** Rows without a time: a later answer may tell it. */
  private readonly ageless = new Set<string>()

  /** Whether the row was emitted. Times are in milliseconds, `undefined` if unknown. */
  has(id: string, createdAt: number | undefined): boolean {
    if (createdAt !== undefined && createdAt < this.oldest) return this.ageless.size > 0 && this.ageless.has(id)
    this.indexAll()
    return this.index.has(id)
  }

  /** Adds a row that was not emitted before. */
  add(id: string, createdAt: number | undefined): void {
    if (id.includes(separator)) this.index.add(id)
    else if (this.recent.push(id) === perText) {
      this.texts.push(this.recent.join(separator))
      this.recent = []
    }
    if (createdAt === undefined) this.ageless.add(id)
    else if (createdAt < this.oldest) this.oldest = createdAt
  }

  private indexAll(): void {
    for (const text of this.texts) for (const id of text.split(separator)) this.index.add(id)
    for (const id of this.recent) this.index.add(id)
    this.texts = []
    this.recent = []
  }
}
