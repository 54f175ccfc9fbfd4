/** Where records end. @since 0.1.0 */
export * as Destination from "./Destination.js"

/** The proof of what a destination holds. @since 0.1.0 */
export * as Manifest from "./Manifest.js"

/** Calls, durations and money by any columns. @since 0.1.0 */
export * as Summary from "./Summary.js"
