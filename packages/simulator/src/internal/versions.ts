/** The API versions, and which of them answers a request. */
import type { ApiVersion } from "../Simulator.js"

const versions: ReadonlyArray<ApiVersion> = ["2022-05-10", "2026-04-16", "2026-11-19"]

/** Selects the requested version. Ignores a version that is unknown or older than the account's own, as DIDWW does. */
export const select = (own: ApiVersion, requested: string | undefined): ApiVersion => {
  const version = versions.find((version) => version === requested)
  return version !== undefined && version > own ? version : own
}
