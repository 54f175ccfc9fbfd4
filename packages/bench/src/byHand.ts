/** Work without our packages: promises, as applications write them. */
import * as Effect from "effect/Effect"
import type { Contender } from "./bar.js"

export const byHand = (work: () => Promise<unknown>): Contender["prepare"] => Effect.succeed(Effect.promise(work))

/** Works with a library. Loads the library unmeasured. */
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

/** Reads pages one after the other until their rows reach `total_records`. */
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
