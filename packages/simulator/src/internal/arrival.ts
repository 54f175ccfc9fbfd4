/** A request, and when it arrived. The quota and the lifetime of tokens count by a clock that nobody sets. */
import type { ReceivedRequest } from "../Simulator.js"

export interface Arrival {
  readonly request: ReceivedRequest
  /** In milliseconds of that clock. `request.at` is the time of day. */
  readonly ticks: number
}
