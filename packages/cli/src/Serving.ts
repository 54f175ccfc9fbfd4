/** Where a server listens, or why it cannot. */
import type * as HttpServer from "@effect/platform/HttpServer"
import type * as HttpServerError from "@effect/platform/HttpServerError"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import * as SystemFailure from "./SystemFailure.js"

/** Where a server listens. */
export interface Place {
  readonly host: string
  readonly port: number
}

const meanings: Readonly<Record<string, SystemFailure.Meaning>> = {
  EACCES: { happened: "this user may not open the port", advice: "Use a --port of 1024 or more." },
  EADDRINUSE: { happened: "another program uses the port", advice: "Use another --port, or 0 for a free one." },
  EADDRNOTAVAIL: { happened: "this machine does not have the address", advice: "Use another --host." },
  EAFNOSUPPORT: { happened: "this machine does not support such addresses", advice: "Use another --host." },
  EAI_AGAIN: { happened: "the name of the host could not be looked up", advice: "Use an address as --host." },
  EINVAL: { happened: "the address is invalid", advice: "Use another --host." },
  ENOTFOUND: { happened: "no such host", advice: "Use another --host." }
}

const inUrl = (host: string): string => host.includes(":") ? `[${host}]` : host

/** The URL of a server that listens. */
export const urlOf = (address: HttpServer.Address): string =>
  address._tag === "UnixAddress" ? address.path : `http://${inUrl(address.hostname)}:${address.port}`

/** The system does not let a server listen. */
export class NotListening extends Data.TaggedError("NotListening")<Place & { readonly cause: unknown }> {
  override get message(): string {
    const code = SystemFailure.codeOf(this.cause) ?? ""
    const { advice, happened } = meanings[code] ?? SystemFailure.meaning(code)
    return `Cannot listen on ${inUrl(this.host)}:${this.port}: ${happened}. ${advice}`
  }
}

/** Stands for platform's `ServeError`, whose message is blank. */
export const notListening =
  ({ host, port }: Place) => ({ cause }: HttpServerError.ServeError): Effect.Effect<never, NotListening> =>
    new NotListening({ host, port, cause })
