/** Receives callbacks. @since 0.1.0 */
export * as CallbackApp from "./CallbackApp.js"

/** How requests are authenticated. @since 0.1.0 */
export * as Credentials from "./Credentials.js"

/** The client. @since 0.1.0 */
export * as ExportsClient from "./ExportsClient.js"

/** A lock that processes share through a file. @since 0.1.0 */
export * as FileLock from "./FileLock.js"

/** Decompresses archives. @since 0.1.0 */
export * as Gunzip from "./Gunzip.js"

/** The metrics of the client. @since 0.1.0 */
export * as Metrics from "./Metrics.js"

/** Limits how fast requests start, in this process. @since 0.1.0 */
export * as RateLimit from "./RateLimit.js"

/** Writes records to a file, and goes on with it after an interruption. @since 0.1.0 */
export * as RecordFile from "./RecordFile.js"

/** Says what is tried again, when, and for how long. @since 0.1.0 */
export * as RetryPolicy from "./RetryPolicy.js"
