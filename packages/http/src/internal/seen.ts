/** The rows that a walk has emitted. */

export interface Identified {
  readonly id: string
  readonly createdAt?: { readonly epochMillis: number } | null
}

/**
 * A row that was created before all of them is none of them, and newest first that is every row, as long as nothing moves:
 * the ids are indexed only when one may have come before.
 */
export class Seen {
  private readonly ids: Array<string> = []
  private readonly index = new Set<string>()
  private indexed = 0
  private oldest = Infinity
  /** Those whose time is unknown, and may be told later. */
  private readonly ageless = new Set<string>()

  has({ createdAt, id }: Identified): boolean {
    if (createdAt != null && createdAt.epochMillis < this.oldest) return this.ageless.size > 0 && this.ageless.has(id)
    for (; this.indexed < this.ids.length; this.indexed++) this.index.add(this.ids[this.indexed]!)
    return this.index.has(id)
  }

  /** One that is not there yet. */
  add({ createdAt, id }: Identified): void {
    this.ids.push(id)
    if (createdAt == null) this.ageless.add(id)
    else if (createdAt.epochMillis < this.oldest) this.oldest = createdAt.epochMillis
  }
}
