/** `fetch` through proxies. The casts are here because undici's types of `fetch` differ from those of the runtime. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { ProxyAgent } from "undici"
import * as Proxy from "../Proxy.js"

/** Keeps connections to the proxies until the scope closes. Loads undici only for a request that needs a proxy. */
export const make = (variables: Proxy.Variables): Effect.Effect<typeof globalThis.fetch, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => new Map<string, ProxyAgent>()),
      (agents) => Effect.promise(() => Promise.all(Array.from(agents.values(), (agent) => agent.destroy())))
    ),
    (agents) => {
      const through = async (variable: Proxy.Variable, url: URL, init: RequestInit | undefined) => {
        const undici = await import("./undici.js")
        const address = Proxy.addressOf(variable)
        if (Either.isLeft(address)) return Promise.reject(address.left)
        const uri = Redacted.value(address.right).href
        const dispatcher = agents.get(uri) ?? new undici.ProxyAgent({ uri })
        agents.set(uri, dispatcher)
        return await undici.fetch(url, { ...(init as object), dispatcher }) as unknown as Response
      }
      return (input, init) => {
        const url = new URL(input instanceof Request ? input.url : input)
        const variable = Proxy.selected(variables, url)
        return Option.isSome(variable) ? through(variable.value, url, init) : globalThis.fetch(input, init)
      }
    }
  )
