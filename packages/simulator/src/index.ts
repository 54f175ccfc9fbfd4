/** The exports that the simulator serves. @since 0.1.0 */
export * as Account from "./Account.js"

/** The archives of completed exports. @since 0.1.0 */
export * as Archive from "./Archive.js"

/** The callbacks of completed exports. @since 0.1.0 */
export * as Callback from "./Callback.js"

/** Faults on demand. @since 0.1.0 */
export * as Fault from "./Fault.js"

/** The API. @since 0.1.0 */
export * as Simulator from "./Simulator.js"

/** The API as an `HttpClient` without a socket. @since 0.1.0 */
export * as SimulatorClient from "./SimulatorClient.js"

/** The calls of which all archives of an account have their part. @since 0.1.0 */
export * as Traffic from "./Traffic.js"
