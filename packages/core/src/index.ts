/** The dated versions of DIDWW's API. @since 0.1.0 */
export * as ApiVersion from "./ApiVersion.js"

/** The rows of a completed export. @since 0.1.0 */
export * as CallRecord from "./CallRecord.js"

/** Every typed failure. @since 0.1.0 */
export * as DidwwError from "./DidwwError.js"

/** Exports: the union, its codec, its guards. @since 0.1.0 */
export * as Export from "./Export.js"

/** The filter algebra. @since 0.1.0 */
export * as ExportFilter from "./ExportFilter.js"

/** What a list request asks for. @since 0.1.0 */
export * as ExportQuery from "./ExportQuery.js"

/** JSON:API documents as DIDWW sends them. @since 0.1.0 */
export * as JsonApi from "./JsonApi.js"
