/**
 * Says what broke a request: a reason and a code, from what the transport says. Nothing else of a foreign error is safe to
 * show, because its words may hold the request. So words are only recognized, and never repeated.
 */
import type * as DidwwError from "@effect-didww/core/DidwwError"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as Predicate from "effect/Predicate"
import type { GunzipError } from "../archive/gunzipError.js"
import type { Scrub } from "./scrub.js"

export type Fault = Pick<DidwwError.TransportError, "reason" | "code">

type Lasting = Exclude<Fault["reason"], "request" | "response">

export type Broken =
  | HttpClientError.HttpClientError
  | GunzipError
  /** A transport that dies. */
  | { readonly _tag: "Defect"; readonly cause: unknown }

export const make = (error: Broken, scrub: Scrub): Fault => {
  const { code, reason } = signOf(error.cause)
  return {
    reason: error._tag === "ResponseError" || error._tag === "GunzipError"
      ? "response"
      : error._tag === "RequestError" && error.reason === "InvalidUrl"
      ? "url"
      : reason ?? "request",
    code: scrub(code)
  }
}

/** The codes of failures that no further attempt can mend. Node, undici and Bun use the same ones. */
const lasting: Readonly<Record<Lasting, ReadonlySet<string>>> = {
  url: new Set(["ERR_INVALID_URL", "ERR_INVALID_PROTOCOL", "ERR_UNESCAPED_CHARACTERS"]),
  port: new Set(),
  permission: new Set(["ERR_ACCESS_DENIED"]),
  certificate: new Set([
    "CERT_CHAIN_TOO_LONG",
    "CERT_HAS_EXPIRED",
    "CERT_NOT_YET_VALID",
    "CERT_REJECTED",
    "CERT_REVOKED",
    "CERT_SIGNATURE_FAILURE",
    "CERT_UNTRUSTED",
    "CRL_HAS_EXPIRED",
    "CRL_NOT_YET_VALID",
    "CRL_SIGNATURE_FAILURE",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "ERROR_IN_CERT_NOT_AFTER_FIELD",
    "ERROR_IN_CERT_NOT_BEFORE_FIELD",
    "ERROR_IN_CRL_LAST_UPDATE_FIELD",
    "ERROR_IN_CRL_NEXT_UPDATE_FIELD",
    "ERR_TLS_CERT_ALTNAME_FORMAT",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "HOSTNAME_MISMATCH",
    "INVALID_CA",
    "INVALID_PURPOSE",
    "PATH_LENGTH_EXCEEDED",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
    "UNABLE_TO_DECRYPT_CERT_SIGNATURE",
    "UNABLE_TO_DECRYPT_CRL_SIGNATURE",
    "UNABLE_TO_GET_CRL",
    "UNABLE_TO_GET_ISSUER_CERT",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
  ]),
  protocol: new Set([
    "ERR_SSL_NO_PROTOCOLS_AVAILABLE",
    "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
    "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
    "ERR_SSL_UNSUPPORTED_PROTOCOL",
    "ERR_SSL_WRONG_VERSION_NUMBER"
  ])
}

interface Sign {
  readonly code?: string
  readonly reason?: Lasting
}

const coded = (code: string): Sign => {
  const reason = lastingReasons.find((reason) => lasting[reason].has(code))
  return reason === undefined ? { code } : { code, reason }
}

const lastingReasons: ReadonlyArray<Lasting> = ["url", "port", "permission", "certificate", "protocol"]

/** What is recognized in words: the fetch of Deno and of Node has no code for these, or one code for many failures. */
const spoken: ReadonlyArray<readonly [words: RegExp, sign: Sign]> = [
  [/^bad port$|^Fetch failed: Requests to port \d+ are blocked/, { reason: "port" }],
  [/^unknown scheme$|^Url scheme '.*' not supported/, { reason: "url" }],
  [/^Requires net access to /, { reason: "permission" }],
  [/invalid peer certificate: certificate expired/, coded("CERT_HAS_EXPIRED")],
  [/invalid peer certificate: certificate not valid yet/, coded("CERT_NOT_YET_VALID")],
  [/invalid peer certificate: certificate not valid for name/, coded("ERR_TLS_CERT_ALTNAME_INVALID")],
  [/invalid peer certificate: UnknownIssuer/, coded("UNABLE_TO_GET_ISSUER_CERT_LOCALLY")],
  [/invalid peer certificate: /, { reason: "certificate" }],
  [/alert protocol version|received fatal alert: ProtocolVersion/, coded("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION")],
  [/alert handshake failure|received fatal alert: HandshakeFailure/, coded("ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE")],
  [/:wrong version number:|of type InvalidContentType/, coded("ERR_SSL_WRONG_VERSION_NUMBER")],
  [/^EPROTO: The TLS handshake failed/, { code: "EPROTO", reason: "protocol" }],
  [/: dns error: /, { code: "ENOTFOUND" }],
  [/: Connection refused \(os error \d+\)$/, { code: "ECONNREFUSED" }],
  [/Connection reset by peer \(os error \d+\)$/, { code: "ECONNRESET" }]
]

/** The names that earlier versions of Bun have in place of codes. */
const renamed: ReadonlyMap<string, string> = new Map([
  ["ConnectionClosed", "ECONNRESET"],
  ["ConnectionRefused", "ECONNREFUSED"],
  ["FailedToOpenSocket", "EHOSTUNREACH"]
])

/** Looks at an error and at what caused it, wherever the transport puts it. */
const signOf = (cause: unknown, depth = 0): Sign => {
  if (!Predicate.isObject(cause) || depth > 4) return {}
  const words = Predicate.hasProperty(cause, "message") && Predicate.isString(cause.message) ? cause.message : ""
  const said = spoken.find(([pattern]) => pattern.test(words))?.[1]
  if (said !== undefined) return said
  const code = Predicate.hasProperty(cause, "code") && Predicate.isString(cause.code) ? cause.code : ""
  const name = renamed.get(code) ?? code
  if (/^[A-Z][A-Z0-9_]+$/.test(name)) return coded(name)
  return Predicate.hasProperty(cause, "cause") ? signOf(cause.cause, depth + 1) : {}
}
