import { Callback } from "@effect-didww/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { createHmac } from "node:crypto"
import { FastCheck, propEffect } from "./property.js"

const key = Redacted.make("SOMEAPIKEY")
const other = Redacted.make("OTHERAPIKEY")

const example = { id: "1dd7a68b-e235-402b-8912-fe73ee14243a", status: "completed", type: "orders" }

/** DIDWW's own examples. */
const vectors = [
  ["http://example.com/callbacks", "fe99e416c3547f2f59002403ec856ea386d05b2f", key],
  ["http://example.com/callbacks?foo=bar#baz", "32754ba93ac1207e540c0cf90371e7786b3b1cde", other],
  ["http://foo.com/bar", "4d1ce2be656d20d064183bec2ab98a2ff3981f73", key],
  ["http://foo.com:80/bar", "4d1ce2be656d20d064183bec2ab98a2ff3981f73", key],
  ["http://foo.com:443/bar", "904eaa65c0759afac0e4d8912de424e2dfb96ea1", key],
  ["https://foo.com:8384/bar", "9c9fec4b7ebd6e1c461cb8e4ffe4f2987a19a5d3", key],
  ["https://qwe:asd@foo.com/bar", "7a8cd4a6c349910dfecaf9807e56a63787250bbd", key],
  ["http://[::1]/bar", "e0e9b83e4046d097f54b3ae64b08cbb4a539f601", key]
] as const

const publicUrl = "https://example.com/didww"

const payload = {
  id: "1dd7a68b-e235-402b-8912-fe73ee14243a",
  type: "exports",
  status: "completed",
  url: "https://api.didww.com/v3/exports/1.csv.gz?a=1+1&b=ü"
}

const form = (members: Record<string, string> = payload) => new URLSearchParams(members).toString()

const reasonOf = <A>(effect: Effect.Effect<A, Callback.CallbackRefused>) =>
  Effect.map(Effect.flip(effect), ({ reason }) => reason)

const posted = Effect.fnUntraced(function*(
  body: string,
  options: {
    readonly signed?: string
    readonly signature?: string | undefined
    readonly furtherMembers?: ReadonlyArray<string>
  } = {}
) {
  const signed = new URLSearchParams(options.signed ?? body)
  const signature = yield* Callback.sign({ url: publicUrl, payload: Object.fromEntries(signed), secret: key })
  return yield* Callback.fromPost({ publicUrl, secrets: [key], body, signature, ...options })
})

describe("a signature", () => {
  for (const [url, signature, secret] of vectors) {
    it.effect(`sign makes DIDWW's signature for ${url}, and verify accepts it`, () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* Callback.sign({ url, payload: example, secret }), signature)
        yield* Callback.verify({ url, payload: example, signature, secrets: [Redacted.make("another"), secret] })
        assert.strictEqual(
          yield* reasonOf(Callback.verify({ url, payload: example, signature, secrets: [Redacted.make("another")] })),
          "wrong signature"
        )
      }))
  }

  const part = FastCheck.stringMatching(/^[\w%~.!$&'()*+,;=:@é-]*$/)
  const host = FastCheck.constantFrom("example.com", "Example.COM", "127.0.0.1", "[::1]", "[2001:db8::7]")
  const port = FastCheck.constantFrom(["", 80, 443], [":80", 80, 80], [":443", 443, 443], [":8384", 8384, 8384])
  const prefix = (text: string) => part.map((rest) => rest === "" ? "" : `${text}${rest}`)

  propEffect(
    "sign gives Node's HMAC over the URL with an explicit port and the sorted payload",
    [
      FastCheck.tuple(FastCheck.boolean(), prefix(""), host, port, prefix("/"), prefix("?"), prefix("#")),
      FastCheck.dictionary(FastCheck.string(), FastCheck.string({ unit: "grapheme" })),
      FastCheck.string({ minLength: 1 })
    ],
    ([[secure, user, host, [written, plain, tls], path, query, fragment], payload, secret]) =>
      Effect.gen(function*() {
        const scheme = secure ? "https" : "http"
        const userinfo = user === "" ? "" : `${user}@`
        const explicit = `${scheme}://${userinfo}${host}:${secure ? tls : plain}${path}${query}${fragment}`
        const members = Object.keys(payload).sort().map((name) => `${name}${payload[name]}`).join("")
        assert.strictEqual(
          yield* Callback.sign({
            url: `${scheme}://${userinfo}${host}${written}${path}${query}${fragment}`,
            payload,
            secret: Redacted.make(secret)
          }),
          createHmac("sha1", secret).update(explicit + members).digest("hex")
        )
      })
  )

  for (const url of ["", "example.com/a", "ftp://example.com", "http://", "http:///a", "http://a b/", "http://a:x/"]) {
    it.effect(`sign refuses the URL ${JSON.stringify(url)}`, () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* reasonOf(Callback.sign({ url, payload, secret: key })), "malformed url")
      }))
  }

  it.effect("sign and verify refuse an empty secret, also beside another", () =>
    Effect.gen(function*() {
      const empty = Redacted.make("")
      assert.strictEqual(yield* reasonOf(Callback.sign({ url: publicUrl, payload, secret: empty })), "empty secret")
      const signature = yield* Callback.sign({ url: publicUrl, payload, secret: key })
      assert.strictEqual(
        yield* reasonOf(Callback.verify({ url: publicUrl, payload, signature, secrets: [key, empty] })),
        "empty secret"
      )
    }))
})

describe("a callback", () => {
  it.effect("fromPost decodes plus signs and percent-encoding", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual<unknown>(yield* posted(form()), payload)
      const { url } = yield* posted("id=a&type=exports&status=completed&url=x+y%2Bz%C3%BC")
      assert.strictEqual(url, "x y+zü")
    }))

  it.effect("fromPost accepts a callback without url and with a capital status, as before 2026-04-16", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual<unknown>(yield* posted("id=a&type=exports&status=Completed"), {
        id: "a",
        type: "exports",
        status: "completed"
      })
    }))

  it.effect("with a member that nobody named is refused, and the refusal says which option names it", () =>
    Effect.gen(function*() {
      const body = `${form()}&attempt=2`
      const refusal = yield* Effect.flip(posted(body))
      assert.strictEqual(refusal.reason, "unknown member")
      assert.include(refusal.message, "furtherMembers")
      // with a wrong signature, nothing is said of members
      assert.strictEqual(yield* reasonOf(posted(body, { signed: form() })), "wrong signature")
    }))

  it.effect("may have members that furtherMembers names: they are signed, and left out of the result", () =>
    Effect.gen(function*() {
      const body = `${form()}&attempt=2`
      const furtherMembers = ["attempt", "other"]
      assert.deepStrictEqual<unknown>(yield* posted(body, { furtherMembers }), payload)
      assert.deepStrictEqual<unknown>(yield* posted(form(), { furtherMembers }), payload)
      assert.strictEqual(yield* reasonOf(posted(`${body}&more=1`, { furtherMembers })), "unknown member")
      assert.strictEqual(yield* reasonOf(posted(body, { signed: form(), furtherMembers })), "wrong signature")
    }))

  for (
    const [name, signature, reason] of [
      ["missing", undefined, "missing signature"],
      ["empty", "", "missing signature"],
      ["too short", "fe99e416c3547f2f59002403ec856ea386d05b", "wrong signature"],
      ["too long", "fe99e416c3547f2f59002403ec856ea386d05b2f00", "wrong signature"],
      ["not hexadecimal", "ze99e416c3547f2f59002403ec856ea386d05b2f", "wrong signature"],
      ["of another callback", "fe99e416c3547f2f59002403ec856ea386d05b2f", "wrong signature"]
    ] as const
  ) {
    it.effect(`fromPost refuses a signature that is ${name}`, () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* reasonOf(posted(form(), { signature })), reason)
      }))
  }

  it.effect("fromPost refuses a signature in upper case", () =>
    Effect.gen(function*() {
      const signature = yield* Callback.sign({ url: publicUrl, payload, secret: key })
      assert.strictEqual(
        yield* reasonOf(posted(form(), { signature: signature.toUpperCase() })),
        "wrong signature"
      )
    }))

  propEffect(
    "fromPost refuses a signature with any other digit",
    [FastCheck.integer({ min: 0, max: 39 }), FastCheck.integer({ min: 1, max: 15 })],
    ([at, by]) =>
      Effect.gen(function*() {
        const right = yield* Callback.sign({ url: publicUrl, payload, secret: key })
        const digit = (Number.parseInt(right.charAt(at), 16) ^ by).toString(16)
        const signature = right.slice(0, at) + digit + right.slice(at + 1)
        assert.strictEqual(yield* reasonOf(posted(form(), { signature })), "wrong signature")
      })
  )

  for (const body of ["id=a&id=b&type=exports&status=completed", `${form()}&id=${payload.id}`]) {
    it.effect(`fromPost refuses a repeated member: ${body.slice(0, 20)}`, () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* reasonOf(posted(body)), "malformed payload")
      }))
  }

  for (
    const body of [
      "",
      form(example),
      "id=&type=exports&status=completed",
      "type=exports&status=completed",
      "id=a&type=exports&status=pending"
    ]
  ) {
    it.effect(`fromPost refuses a signed payload of something else: ${JSON.stringify(body)}`, () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* reasonOf(posted(body)), "malformed payload")
      }))
  }

  type Members = ReadonlyArray<readonly [name: string, value: string]>

  /** Moves bytes over the border between two members, or between a name and its value. The signed text stays the same. */
  const moved = (members: Members, kind: number, index: number, from: number, to: number): Members => {
    const at = index % members.length
    const [name, value] = members[at]!
    const [next, nextValue] = members[at + 1] ?? ["", ""]
    const i = from % (value.length + 1)
    const j = i + to % (value.length - i + 1)
    const pairs: Members = [
      [[name + value.slice(0, i), value.slice(i)], [next, nextValue]],
      [[name, value.slice(0, i)], [value.slice(i) + next, nextValue]],
      [[name, value.slice(0, i)], [value.slice(i, j), value.slice(j)], [next, nextValue]],
      [[name, value + next + nextValue]]
    ][kind % 4]!.map(([name = "", value = ""]) => [name, value] as const)
    return [...members.slice(0, at), ...pairs.filter((pair) => pair.join("") !== ""), ...members.slice(at + 2)]
  }

  const textOf = (members: Members) =>
    Array.from(members).sort(([a], [b]) => a < b ? -1 : 1).map((member) => member.join("")).join("")

  const step = FastCheck.tuple(FastCheck.nat(3), FastCheck.nat(5), FastCheck.nat(90), FastCheck.nat(40))
  const genuine = FastCheck.record({
    id: FastCheck.constantFrom(payload.id, "did-id-type-url"),
    status: FastCheck.constantFrom("completed", "Completed"),
    type: FastCheck.constant("exports"),
    url: FastCheck.constantFrom(payload.url, "https://api.didww.com/v3/statuscompletedtypeexportsurl")
  })

  it.effect.prop(
    "is refused with bytes moved between its names and values, although the signature is right",
    [genuine, FastCheck.array(step, { minLength: 1, maxLength: 3 })],
    ([callback, steps]) =>
      Effect.gen(function*() {
        const members: Members = Object.entries(callback)
        const forged = steps.reduce<Members>((members, step) => moved(members, ...step), members)
        FastCheck.pre(textOf(forged) === textOf(members) && JSON.stringify(forged) !== JSON.stringify(members))
        const body = new URLSearchParams(forged.map(([name, value]) => [name, value])).toString()
        const signature = yield* Callback.sign({ url: publicUrl, payload: callback, secret: key })
        assert.include(
          ["unknown member", "malformed payload"],
          yield* reasonOf(Callback.fromPost({ publicUrl, secrets: [key], body, signature }))
        )
      }),
    { fastCheck: { numRuns: 100 } }
  )

  it.effect("whose url was made the address of another host is refused", () =>
    Effect.gen(function*() {
      const signature = yield* Callback.sign({ url: publicUrl, payload, secret: key })
      const [url, rest] = [payload.url.slice(0, 15), payload.url.slice(15)]
      const body = form({ ...payload, url, [rest]: "" })
      assert.strictEqual(url, "https://api.did")
      yield* Effect.forEach(
        [
          Callback.fromPost({ publicUrl, secrets: [key], body, signature }),
          Callback.verify({ url: publicUrl, payload: { ...payload, url, [rest]: "" }, secrets: [key], signature })
        ],
        (refused) => Effect.map(reasonOf<unknown>(refused), (reason) => assert.strictEqual(reason, "unknown member"))
      )
    }))

  const fetched = Effect.fnUntraced(function*(options: {
    readonly publicUrl: string
    readonly signed: string
    readonly query: string
  }) {
    const signature = yield* Callback.sign({ url: options.signed, payload, secret: other })
    return yield* Callback.fromGet({ ...options, secrets: [key, other], signature })
  })

  it.effect("fromGet verifies the URL with the payload, and the payload again", () =>
    Effect.gen(function*() {
      const query = form()
      const signed = `https://example.com/didww?${query}`
      assert.deepStrictEqual<unknown>(yield* fetched({ publicUrl, signed, query }), payload)
      assert.strictEqual(yield* reasonOf(fetched({ publicUrl, signed: publicUrl, query })), "wrong signature")
      assert.strictEqual(
        yield* reasonOf(fetched({ publicUrl: "https://example.org/didww", signed, query })),
        "wrong signature"
      )
    }))

  it.effect("fromGet verifies the query as it was encoded", () =>
    Effect.gen(function*() {
      const query = form().replaceAll("+", "%20").replaceAll("%2F", "/")
      assert.notStrictEqual(query, form())
      const signed = `https://example.com:443/didww?${query}`
      assert.deepStrictEqual<unknown>(yield* fetched({ publicUrl, signed, query }), payload)
    }))

  it.effect("fromGet leaves the public URL's own query out of the payload", () =>
    Effect.gen(function*() {
      for (const own of ["tenant=7", "tenant=7&tenant=8", "id=of+mine"]) {
        const query = `${own}&${form()}`
        assert.deepStrictEqual<unknown>(
          yield* fetched({ publicUrl: `${publicUrl}?${own}`, signed: `${publicUrl}?${query}`, query }),
          payload
        )
      }
    }))

  it.effect("by GET, with a member that is neither the payload's nor the public URL's is refused", () =>
    Effect.gen(function*() {
      const own = "tenant=7"
      for (const query of [`${own}&extra=1&${form()}`, `${own}&${own}&${form()}`, `${form()}&tenant=8`]) {
        const members = new URLSearchParams(query)
        members.delete("tenant", "7")
        if (query.includes(`${own}&${own}`)) members.append("tenant", "7")
        const signature = yield* Callback.sign({
          url: `${publicUrl}?${query}`,
          payload: Object.fromEntries(members),
          secret: key
        })
        const received = { publicUrl: `${publicUrl}?${own}`, secrets: [key] as const, signature, query }
        assert.strictEqual(yield* reasonOf(Callback.fromGet(received)), "unknown member")
        const named = Callback.fromGet({ ...received, furtherMembers: ["extra", "tenant"] })
        assert.deepStrictEqual<unknown>(yield* named, payload)
      }
    }))

  it.effect("by GET, to a public URL that is none", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* reasonOf(fetched({ publicUrl: "/didww", signed: publicUrl, query: form() })),
        "malformed url"
      )
    }))
})
