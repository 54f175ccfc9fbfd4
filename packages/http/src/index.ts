/** The receiver of callbacks. @since 0.1.0 */
export * as CallbackApp from "./CallbackApp.js"

/** What proves who asks. @since 0.1.0 */
export * as Credentials from "./Credentials.js"

/** The client. @since 0.1.0 */
export * as ExportsClient from "./ExportsClient.js"

/** What archives are decompressed with. @since 0.1.0 */
export * as Gunzip from "./Gunzip.js"

/** How fast, in this process. @since 0.1.0 */
export * as RateLimit from "./RateLimit.js"

/** The resumable file of records. @since 0.1.0 */
export * as RecordFile from "./RecordFile.js"

/** What is tried again, when, and how long. @since 0.1.0 */
export * as RetryPolicy from "./RetryPolicy.js"
