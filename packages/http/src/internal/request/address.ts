/** Addresses that requests can be sent to. */
import * as DidwwError from "@effect-didww/core/DidwwError"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"

const parse = Option.liftThrowable((text: string) => new URL(text))

const isHttp = ({ password, protocol, username }: URL): boolean =>
  /^https?:$/.test(protocol) && `${username}${password}` === ""

/** Removes slashes at the end. `undefined` if no path can be appended to the address. */
export const normalize = (text: string): string | undefined =>
  Option.match(parse(text), {
    onNone: () => undefined,
    onSome: (url) =>
      isHttp(url) && `${url.search}${url.hash}` === "" ? `${url.origin}${url.pathname.replace(/\/+$/, "")}` : undefined
  })

/** The origin of an address. `undefined` if nothing can be fetched from it. */
export const originOf = (text: string): string | undefined =>
  Option.match(parse(text), { onNone: () => undefined, onSome: (url) => isHttp(url) ? url.origin : undefined })

/** The failure for an address that no request can be sent to. */
export const unusable = (): DidwwError.TransportError =>
  new DidwwError.TransportError({ attempts: 0, elapsed: Duration.zero, reason: "url" })
