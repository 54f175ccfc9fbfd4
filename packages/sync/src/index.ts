/** Stores of records. @since 0.1.0 */
export * as Destination from "./Destination.js"

/** Files as destinations. @since 0.1.0 */
export * as FileDestination from "./FileDestination.js"

/** The proof of what a destination holds. @since 0.1.0 */
export * as Manifest from "./Manifest.js"

/** The metrics of runs. @since 0.1.0 */
export * as Metrics from "./Metrics.js"

/** From a request to the records in a destination. @since 0.1.0 */
export * as Pull from "./Pull.js"

/** What to request, and when. @since 0.1.0 */
export * as Plan from "./Plan.js"

/** Reads the text that destinations write. @since 0.1.0 */
export * as RecordText from "./RecordText.js"

/** Calls, durations and money by any columns. @since 0.1.0 */
export * as Summary from "./Summary.js"

/** Every call record of accounts, and the proof of it. @since 0.1.0 */
export * as Sync from "./Sync.js"

/** What a destination has, compared with its manifests. @since 0.1.0 */
export * as Verification from "./Verification.js"

/** The proof that a destination has every call record of a month. @since 0.1.0 */
export * as Certificate from "./Certificate.js"
