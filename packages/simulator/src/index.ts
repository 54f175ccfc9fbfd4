/** The exports that the simulator serves. @since 0.1.0 */
export * as Account from "./Account.js"

/** What is downloaded of a completed export. @since 0.1.0 */
export * as Archive from "./Archive.js"

/** What tells of a completed export. @since 0.1.0 */
export * as Callback from "./Callback.js"

/** What goes wrong, on demand. @since 0.1.0 */
export * as Fault from "./Fault.js"

/** The API itself. @since 0.1.0 */
export * as Simulator from "./Simulator.js"

/** The API as an `HttpClient` with no socket. @since 0.1.0 */
export * as SimulatorClient from "./SimulatorClient.js"
