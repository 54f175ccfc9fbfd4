import { Fault, type Simulator } from "@effect-didww/simulator"
import { Sync, type Verification } from "@effect-didww/sync"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import * as memories from "./memory.js"
import { verified } from "./verified.js"
import { account, at, clients, ending } from "./world.js"

const isDownload = ({ url }: Simulator.ReceivedRequest): boolean => url.endsWith(".csv.gz")

/** An account in memory from a day on, and a server whose downloads go wrong as the test wants. */
const world = (since = "2026-11-22") =>
  Effect.gen(function*() {
    yield* at("2026-11-28T12:00:00Z")
    const server: { fault: Fault.Fault | undefined } = { fault: undefined }
    const acme = yield* account("acme", {
      traffic: { seed: 2, callsPerDay: 3 },
      faults: (request) => isDownload(request) ? server.fault : undefined
    })
    const destination = memories.make(memories.empty())
    const accounts = clients([acme])
    yield* ending(
      Sync.run({ accounts, destination, types: ["cdr_in"], audit: false, since: DateTime.unsafeMake(since) })
    )
    const asked = Effect.map(acme.simulator.received, (all) => all.length)
    const verify = (options: Partial<Verification.Options> = {}) =>
      Effect.gen(function*() {
        const before = yield* asked
        const result = yield* ending(verified({ destination, accounts, ...options }))
        const requests = (yield* acme.simulator.received).slice(before)
        return { ...result, downloads: requests.filter(isDownload), lists: requests.filter((one) => !isDownload(one)) }
      })
    return { server, verify }
  })

/** The windows from that day on. */
const windows = 6

describe("verify with accounts", () => {
  it.effect("asks for each archive by one ranged request, and for 50 archives by one list request", () =>
    Effect.gen(function*() {
      const { verify } = yield* world("2026-10-01")
      const windows = 31 + 27
      const { downloads, findings, lists, report } = yield* verify()
      assert.deepStrictEqual(findings, [])
      assert.strictEqual(report.looked.archive, windows)
      assert.strictEqual(downloads.length, windows)
      assert.isTrue(downloads.every(({ headers }) => headers.range === "bytes=0-0"))
      assert.strictEqual(lists.length, Math.ceil(windows / 50))
    }))

  it.effect("downloads the archives only if that is wanted, and then finds a flipped bit", () =>
    Effect.gen(function*() {
      const { server, verify } = yield* world()
      server.fault = Fault.flippedBit(100)
      assert.deepStrictEqual((yield* verify()).findings, [])
      const { findings, report } = yield* verify({ deep: true })
      assert.strictEqual(findings.length, windows)
      assert.strictEqual(report.findings.archiveChanged, windows)
      assert.include(findings[0]?.message, "The archive of cdr_in of acme in 2026-11-22 has changed")
    }))

  it.effect("finds an archive of another size, and believes no other ETag without a look at the bytes", () =>
    Effect.gen(function*() {
      const { server, verify } = yield* world()
      server.fault = Fault.headers({ etag: "\"another\"" })
      assert.deepStrictEqual((yield* verify()).findings, [])
      server.fault = Fault.trailing([0])
      const { findings } = yield* verify()
      assert.strictEqual(findings.length, windows)
      assert.match(findings[0]?.found ?? "", /^\d+ bytes$/)
    }))

  it.effect("finds nothing where archives are gone", () =>
    Effect.gen(function*() {
      const { server, verify } = yield* world()
      server.fault = Fault.status(404)
      const { findings, report } = yield* verify({ deep: true })
      assert.deepStrictEqual(findings, [])
      assert.strictEqual(report.looked.archive, 0)
    }))

  it.effect("says which account it could not ask, and verifies the rest", () =>
    Effect.gen(function*() {
      const { server, verify } = yield* world()
      server.fault = Fault.status(403)
      const { findings, report } = yield* verify()
      assert.deepStrictEqual(findings, [])
      assert.deepStrictEqual(report.unasked, ["acme"])
      assert.strictEqual(report.looked.data, windows)
    }))
})
