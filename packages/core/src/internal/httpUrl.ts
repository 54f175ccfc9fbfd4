/** The parts of an http URL, unchanged. The class `URL` drops default ports and encodes again. */
import * as Option from "effect/Option"

export interface HttpUrl {
  /** Lower case. */
  readonly scheme: string
  readonly userinfo: string | undefined
  /** An IPv6 address keeps its brackets. */
  readonly host: string
  /** As written; empty if absent. */
  readonly port: string
  readonly path: string
  /** With its `?`. */
  readonly query: string
  /** With its `#`. */
  readonly fragment: string
}

const pattern =
  /^(https?):\/\/(?:([^/?#]*)@)?(\[[^/?#@[\]]+\]|[^:/?#@[\]]+)(?::(\d{0,5}))?(\/[^?#]*)?(\?[^#]*)?(#.*)?$/i

const unprintable = /[\0-\x20\x7f]/

export const parse = (text: string): Option.Option<HttpUrl> => {
  const match = unprintable.test(text) ? null : pattern.exec(text)
  if (match === null) return Option.none()
  const [, scheme = "", userinfo, host = "", port = "", path = "", query = "", fragment = ""] = match
  return Option.some({ scheme: scheme.toLowerCase(), userinfo, host, port, path, query, fragment })
}

/** Writes the port in any case. */
export const format = ({ fragment, host, path, port, query, scheme, userinfo }: HttpUrl): string => {
  const user = userinfo === undefined ? "" : `${userinfo}@`
  const explicit = port !== "" ? port : scheme === "https" ? "443" : "80"
  return `${scheme}://${user}${host}:${explicit}${path}${query}${fragment}`
}
