/** Which proxy a request goes through, by the variables that curl and other programs read too. */
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { secret } from "./Variable.js"

/** A variable that is set, and its value. The address of a proxy may contain a password. */
export interface Variable {
  readonly name: string
  readonly value: Redacted.Redacted
}

/** The variables of proxies that are set. */
export interface Variables {
  readonly https: Option.Option<Variable>
  readonly http: Option.Option<Variable>
  /** Not used: undici and most other clients of Node do not read it. */
  readonly all: Option.Option<Variable>
  /** The hosts that no proxy is used for. */
  readonly exempt: Option.Option<Variable>
}

/** Reads a variable in lower case, else in upper case. */
const variable = (name: string): Config.Config<Option.Option<Variable>> => {
  const read = (name: string) => Config.map(secret(name), Option.map((value) => ({ name, value })))
  return Config.zipWith(read(name), read(name.toUpperCase()), (lower, upper) => Option.orElse(lower, () => upper))
}

/** Reads the variables. */
export const variables: Config.Config<Variables> = Config.all({
  https: variable("https_proxy"),
  http: variable("http_proxy"),
  all: variable("all_proxy"),
  exempt: variable("no_proxy")
})

/** The variable that is meant for a scheme. Like undici, requests with https use the proxy for http if it is alone. */
const meant = ({ http, https }: Variables, { protocol }: URL): Option.Option<Variable> =>
  protocol === "https:" ? Option.orElse(https, () => http) : http

/** The variable whose proxy a request to a URL goes through. */
export const selected = (variables: Variables, url: URL): Option.Option<Variable> =>
  isLoopback(url) || isExempt(variables, url) ? Option.none() : meant(variables, url)

const isLoopback = ({ hostname }: URL): boolean =>
  /^(?:(?:.*\.)?localhost\.?|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/.test(
    hostname
  )

/** Whether a host, a domain above it, or `*` is in the list. An entry with a port exempts only that port. */
const isExempt = ({ exempt }: Variables, { hostname, port, protocol }: URL): boolean =>
  Option.exists(exempt, ({ value }) =>
    Redacted.value(value).toLowerCase().split(/[,\s]+/).some((entry) => {
      // an IPv6 address may stand without its brackets
      const [, host = `[${entry}]`, only] = /^(\[.*\]|[^:]+)(?::(\d+))?$/.exec(entry) ?? []
      const domain = host.replace(/^\*?\./, "")
      return domain === "*" ||
        (only ?? portOf({ port, protocol })) === portOf({ port, protocol }) &&
          (hostname === domain || hostname.endsWith(`.${domain}`))
    }))

const portOf = ({ port, protocol }: Pick<URL, "port" | "protocol">): string =>
  port !== "" ? port : protocol === "https:" ? "443" : "80"

/** The address of a proxy. Fails for what is no address of an http or https proxy. */
export const addressOf = (
  { name, value }: Variable
): Either.Either<Redacted.Redacted<URL>, ConfigError.ConfigError> => {
  const text = Redacted.value(value)
  return Option.liftThrowable((text: string) => new URL(text))(text.includes("://") ? text : `http://${text}`).pipe(
    Option.filter(({ protocol }) => /^https?:$/.test(protocol)),
    Option.map((url) => Redacted.make(url)),
    Either.fromOption(() =>
      ConfigError.InvalidData([name], "Expected the address of an http or https proxy, such as http://proxy:3128")
    )
  )
}

/** An API key over http would be readable for the proxy. */
export class KeyInClear extends Data.TaggedError("KeyInClear")<{
  readonly host: string
  readonly variable: string
}> {
  override get message(): string {
    return `Refusing to send the API key to ${this.host} through the proxy in ${this.variable}, ` +
      "because http shows the key to the proxy. Use an https address (DIDWW_API_URL, DIDWW_TOKEN_URL), " +
      "or add the host to NO_PROXY."
  }
}

/** Fails if a request with the API key to one of these addresses would go through a proxy that can read it or is none. */
export const check = (
  variables: Variables,
  urls: ReadonlyArray<URL>
): Effect.Effect<void, KeyInClear | ConfigError.ConfigError> =>
  Effect.gen(function*() {
    for (const url of urls) {
      const variable = Option.getOrUndefined(selected(variables, url))
      if (variable === undefined) continue
      if (url.protocol === "http:") return yield* new KeyInClear({ host: url.host, variable: variable.name })
      yield* addressOf(variable)
    }
  })

/** Says which proxy requests to a URL go through, or why a variable that is set has no effect. Empty if none is set. */
export const explain = (variables: Variables, url: URL): string => {
  const used = selected(variables, url)
  if (Option.isSome(used)) return `Requests go through the proxy in ${used.value.name}.`
  const { all, exempt, http, https } = variables
  return Option.match(Option.firstSomeOf([meant(variables, url), https, http, all]), {
    onNone: () => "",
    onSome: ({ name }) => {
      const reason = isLoopback(url)
        ? "a loopback address needs no proxy"
        : isExempt(variables, url)
        ? `${Option.match(exempt, { onNone: () => "", onSome: ({ name }) => name })} exempts the host`
        : `set ${url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY"} instead`
      return `${name} is set but not used: ${reason}.`
    }
  })
}
