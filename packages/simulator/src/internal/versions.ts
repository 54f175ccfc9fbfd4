/** The dated versions, and which one answers. */
import type { ApiVersion } from "../Simulator.js"

const versions: ReadonlyArray<ApiVersion> = ["2022-05-10", "2026-04-16", "2026-11-19"]

/** An unknown version, or one older than the account's own, is ignored without a word. */
export const select = (own: ApiVersion, asked: string | undefined): ApiVersion => {
  const version = versions.find((version) => version === asked)
  return version !== undefined && version > own ? version : own
}
