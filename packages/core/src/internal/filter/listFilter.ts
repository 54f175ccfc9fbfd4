/** One filter of `GET /exports`, as a version takes it. */
import type { ApiVersion } from "../../ApiVersion.js"

export interface ListFilter {
  /** `many`: a comma-separated list, of which any value matches. `range`: two parameters that end in `_gteq` and `_lteq`. */
  readonly values: "one" | "many" | "range"
  /** Whether a blank value is allowed. It matches an export without a value. */
  readonly blank: boolean
  /** Whether documentation and practice disagree, so that a server may refuse or ignore the filter. */
  readonly unverified: boolean
}

/** The versions that have a filter. */
export type ListFilters = { readonly [Version in ApiVersion]?: ListFilter }

export const one: ListFilter = { values: "one", blank: false, unverified: false }

export const many: ListFilter = { ...one, values: "many" }

export const range: ListFilter = { ...one, values: "range" }
