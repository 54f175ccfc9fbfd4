/** The dated versions of DIDWW's API. @since 0.1.0 */
export * as ApiVersion from "./ApiVersion.js"

/** Webhooks: the callback of a completed export, and its signature. @since 0.1.0 */
export * as Callback from "./Callback.js"

/** The records of a completed export. @since 0.1.0 */
export * as CallRecord from "./CallRecord.js"

/** Typed failures. @since 0.1.0 */
export * as DidwwError from "./DidwwError.js"

/** Exports: the union, its codec, its guards. @since 0.1.0 */
export * as Export from "./Export.js"

/** The algebra of filters. @since 0.1.0 */
export * as ExportFilter from "./ExportFilter.js"

/** Queries of the list. @since 0.1.0 */
export * as ExportQuery from "./ExportQuery.js"

/** Requests for exports. @since 0.1.0 */
export * as ExportRequest from "./ExportRequest.js"

/** JSON:API documents as DIDWW sends them. @since 0.1.0 */
export * as JsonApi from "./JsonApi.js"

/** The parts of the protocol that a client needs. @since 0.1.0 */
export * as Protocol from "./Protocol.js"
