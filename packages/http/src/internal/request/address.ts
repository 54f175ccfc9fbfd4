/** Addresses that requests can be sent to. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"

/** Without a slash at its end; `undefined` if no path can be put behind it. */
export const normalize = (text: string): string | undefined =>
  Option.match(Option.liftThrowable((text: string) => new URL(text))(text), {
    onNone: () => undefined,
    onSome: ({ hash, origin, password, pathname, protocol, search, username }) =>
      /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === ""
        ? `${origin}${pathname.replace(/\/+$/, "")}`
        : undefined
  })

export const unusable = (): DidwwError.TransportError =>
  new DidwwError.TransportError({ attempts: 0, elapsed: Duration.zero, reason: "url" })

/** `undefined` if nothing can be fetched from there. */
export const originOf = (text: string): string | undefined =>
  Option.match(Option.liftThrowable((text: string) => new URL(text))(text), {
    onNone: () => undefined,
    onSome: ({ origin, password, protocol, username }) =>
      /^https?:$/.test(protocol) && `${username}${password}` === "" ? origin : undefined
  })
