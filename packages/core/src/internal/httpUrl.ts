/** An http address taken apart with nothing changed: `URL` drops default ports and encodes anew. */
import * as Option from "effect/Option"

export interface HttpUrl {
  /** Lower case. */
  readonly scheme: string
  readonly userinfo: string | undefined
  /** IPv6 in its brackets. */
  readonly host: string
  /** As it was given; empty if it was not. */
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

/** With the port always there. */
export const format = ({ fragment, host, path, port, query, scheme, userinfo }: HttpUrl): string => {
  const user = userinfo === undefined ? "" : `${userinfo}@`
  const explicit = port !== "" ? port : scheme === "https" ? "443" : "80"
  return `${scheme}://${user}${host}:${explicit}${path}${query}${fragment}`
}
