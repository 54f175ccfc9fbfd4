/** Work that needs nothing of ours: promises, as applications have them. */
import * as Effect from "effect/Effect"
import type { Contender } from "./bar.js"

export const byHand = (work: () => Promise<unknown>): Contender["prepare"] => Effect.succeed(Effect.promise(work))

/** With a library, which is loaded unmeasured. */
export const withLibrary = <A>(
  load: () => Promise<A>,
  work: (library: A) => () => Promise<unknown>
): Contender["prepare"] => Effect.map(Effect.promise(load), (library) => Effect.promise(work(library)))

export const headers = {
  accept: "application/vnd.api+json",
  "content-type": "application/vnd.api+json",
  "x-didww-api-version": "2026-04-16",
  "api-key": "a-key-of-the-bench"
}

export const query = (page: number, size: number): string =>
  `sort=-created_at&page%5Bnumber%5D=${page}&page%5Bsize%5D=${size}`

export interface Page {
  readonly data: ReadonlyArray<{ readonly id: string }>
  readonly meta: { readonly total_records: number }
}

/** Page after page. */
export const pageAfterPage = async (
  size: number,
  get: (query: string, page: number) => Promise<Page>
): Promise<number> => {
  let count = 0
  for (let page = 1;; page++) {
    const { data, meta } = await get(query(page, size), page)
    count += data.length
    if (count >= meta.total_records) return count
  }
}
