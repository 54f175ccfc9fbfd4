/** The dated versions of DIDWW's API. @since 0.1.0 */
export * as ApiVersion from "./ApiVersion.js"

/** The completion callback: payload, signature. @since 0.1.0 */
export * as Callback from "./Callback.js"

/** The rows of a completed export. @since 0.1.0 */
export * as CallRecord from "./CallRecord.js"

/** Where a pull stands. @since 0.1.0 */
export * as Checkpoint from "./Checkpoint.js"

/** Every typed failure. @since 0.1.0 */
export * as DidwwError from "./DidwwError.js"

/** Exports: the union, its codec, its guards. @since 0.1.0 */
export * as Export from "./Export.js"

/** The filter algebra. @since 0.1.0 */
export * as ExportFilter from "./ExportFilter.js"

/** What a list request asks for. @since 0.1.0 */
export * as ExportQuery from "./ExportQuery.js"

/** What creates an export. @since 0.1.0 */
export * as ExportRequest from "./ExportRequest.js"

/** JSON:API documents as DIDWW sends them. @since 0.1.0 */
export * as JsonApi from "./JsonApi.js"
