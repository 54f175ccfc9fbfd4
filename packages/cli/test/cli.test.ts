import { Account, Fault, type Simulator } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { directory, run } from "./terminal.js"

const exportId = "2d920585-442f-4272-a365-06847c17221a"
const pendingId = "25baa26c-74e5-42ff-aeb0-a52c9e86a034"

const commands = [
  ["list"],
  ["show"],
  ["create"],
  ["ensure"],
  ["wait"],
  ["download"],
  ["records"],
  ["pull"],
  ["simulator"],
  ["callback", "verify"],
  ["callback", "serve"]
]

/** The variables of a live account that a server has. */
const serving = (options: Simulator.Options) =>
  Effect.gen(function*() {
    const context = yield* Layer.build(SimulatorServer.layer(options))
    const { url } = yield* Effect.provide(SimulatorServer.SimulatorServer, context)
    return { env: { DIDWW_API_KEY: "key", DIDWW_API_URL: url, DIDWW_RETRY_MAX_ATTEMPTS: "1" } }
  })

const failing = (fault: Fault.Fault) => serving({ account: Account.generate({ size: 3 }), faults: () => fault })

describe("help", () => {
  for (const command of commands) {
    it.live(`${command.join(" ")} --help has an example of it, and no colour in a pipe`, () =>
      Effect.gen(function*() {
        const { code, err, out } = yield* run([...command, "--help"])
        assert.deepStrictEqual([code, err], [0, ""])
        assert.include(out, `Example: didww-exports ${command.join(" ")} `)
        assert.notInclude(out, "\u001b")
      }))
  }

  it.live("no command at all shows what there is", () =>
    Effect.gen(function*() {
      const { code, out } = yield* run([])
      assert.strictEqual(code, 0)
      for (const [name] of commands) assert.include(out, `- ${name}`)
    }))

  it.live("a version, and completions of three shells", () =>
    Effect.gen(function*() {
      assert.match((yield* run(["--version"])).out, /^\d+\.\d+\.\d+\n$/)
      for (const shell of ["bash", "fish", "zsh"]) {
        const { code, out } = yield* run(["--completions", shell])
        assert.strictEqual(code, 0)
        assert.include(out, "ensure")
      }
    }))
})

describe("exit codes", () => {
  const usage: ReadonlyArray<readonly [args: ReadonlyArray<string>, says: RegExp]> = [
    [["lst"], /See didww-exports --help/],
    [["show"], /<ID>.*See didww-exports show --help/],
    [["list", "--nope"], /--nope.*See didww-exports list --help/],
    [["list", "--limit", "-1"], /--limit takes/],
    [["list", "--since", "yesterday"], /--since takes/],
    [["list", "--sort", "size"], /--sort takes/],
    [["list", "--fields", "id,price"], /--fields takes/],
    [["wait", "x", "--timeout", "soon"], /--timeout takes/],
    [["create", "--month", "October"], /--month takes/],
    [["create", "--from", "2026-10-01"], /both --from and --to/],
    [["create", "--month", "2026-10", "--to", "2026-11-01"], /either --month/],
    [["create", "--filter", "nope=1"], /nope/],
    [["create", "--type", "cdr_out", "--did", "1"], /didNumber/]
  ]
  it.live("2: what the command line cannot mean, in one line", () =>
    Effect.gen(function*() {
      for (const [args, says] of usage) {
        const { code, err, out } = yield* run(args)
        assert.deepStrictEqual([code, out], [2, ""], args.join(" "))
        assert.match(err, says)
        assert.match(err, /^didww-exports: [^\n]+\n$/)
      }
    }))

  it.live("2: a filter that does not parse, with a caret under the place", () =>
    Effect.gen(function*() {
      const { code, err } = yield* run(["list", "--where", "status in (a"])
      assert.strictEqual(code, 2)
      assert.deepStrictEqual(err.split("\n").slice(1), ["status in (a", "           ^", ""])
    }))

  it.live("3: no key, and how to do without", () =>
    Effect.gen(function*() {
      const { code, err } = yield* run(["list"])
      assert.strictEqual(code, 3)
      assert.match(err, /DIDWW_API_KEY.*--simulator/)
    }))

  const byFault: ReadonlyArray<readonly [code: number, fault: Fault.Fault]> = [
    [1, Fault.status(500)],
    [1, Fault.cut()],
    [1, Fault.brokenJson],
    [3, Fault.status(401)],
    [3, Fault.status(403)],
    [5, Fault.status(429)]
  ]
  it.scopedLive("1, 3 and 5: what DIDWW answers", () =>
    Effect.gen(function*() {
      for (const [expected, fault] of byFault) {
        const { code, err, out } = yield* run(["list"], yield* failing(fault))
        assert.deepStrictEqual([code, out], [expected, ""])
        assert.match(err, /^didww-exports: [^\n]+\n$/)
      }
    }))

  it.live("4: no such export", () =>
    Effect.gen(function*() {
      for (const command of ["show", "wait", "records"]) {
        assert.strictEqual((yield* run([command, "none", "--simulator"])).code, 4)
      }
    }))

  it.scopedLive("6: an answer, or an export, that takes too long", () =>
    Effect.gen(function*() {
      const { env } = yield* failing(Fault.delay("1 minute"))
      assert.strictEqual((yield* run(["list"], { env: { ...env, DIDWW_RETRY_ATTEMPT_TIMEOUT: "100 millis" } })).code, 6)
      assert.strictEqual((yield* run(["wait", pendingId, "--simulator", "--timeout", "1s"])).code, 6)
    }))

  it.live("0: a reader that goes away, at once or later", () =>
    Effect.gen(function*() {
      for (const closesAfter of [0, 1]) {
        const { code, err } = yield* run(["list", "--simulator"], { closesAfter })
        assert.deepStrictEqual([code, err], [0, ""])
      }
    }))

  it.scopedLive("--verbose shows the cause below the line, and nothing of the key", () =>
    Effect.gen(function*() {
      const { env } = yield* failing(Fault.status(500))
      const secret = { ...env, DIDWW_API_KEY: "k3y-that-nobody-may-see" }
      const short = yield* run(["list"], { env: secret })
      const long = yield* run(["list", "--verbose"], { env: secret })
      assert.match(short.err, /^didww-exports: [^\n]+\n$/)
      assert.match(long.err, /^didww-exports: DIDWW failed \(500\)[^\n]+\n[^]+\n$/)
      assert.include(long.err, "ServerError")
      assert.notInclude(long.err, secret.DIDWW_API_KEY)
    }))
})

describe("list", () => {
  it.live("flags and words filter alike", () =>
    Effect.gen(function*() {
      const flags = ["--type", "cdr_in", "--status", "pending", "--status", "processing", "--since", "2026-10-30"]
      const words = "export_type = cdr_in and status in (pending, processing) and created_at >= 2026-10-30"
      const byFlags = yield* run(["list", "--simulator", ...flags])
      const byWords = yield* run(["list", "--simulator", "--where", words])
      assert.isAbove(byFlags.out.length, 0)
      assert.strictEqual(byFlags.out, byWords.out)
    }))

  it.live("--explain asks nobody, and needs no key", () =>
    Effect.gen(function*() {
      const { code, err, out } = yield* run(["list", "--explain", "--status", "pending"])
      assert.deepStrictEqual([code, err], [0, ""])
      assert.match(out, /^API version 2026-04-16\n[^]*status/)
    }))

  it.live("--env is another account than the variables'", () =>
    Effect.gen(function*() {
      const env = { DIDWW_API_KEY: "key", DIDWW_API_URL: "nowhere" }
      assert.match((yield* run(["list"], { env })).err, /DIDWW_API_URL/)
    }))
})

describe("orders", () => {
  it.scopedLive("ensure finds what it ordered, create orders another", () =>
    Effect.gen(function*() {
      const account = yield* serving({ account: Account.make([]) })
      const month = ["--month", "2026-10", "--reference", "october"]
      const first = yield* run(["ensure", ...month], account)
      const second = yield* run(["ensure", ...month], account)
      const third = yield* run(["create", ...month], account)
      const [one, two, other] = [first, second, third].map(({ out }) => out.split("\t")[0])
      assert.strictEqual(one, two)
      assert.notStrictEqual(one, other)
    }))

  it.scopedLive("an order waits, its archive comes, and its records are written once", () =>
    Effect.gen(function*() {
      const account = yield* serving({
        account: Account.make([]),
        archives: { rows: 500 },
        processing: { pending: 0, processing: 0 }
      })
      const folder = yield* directory
      const pull = ["pull", "--month", "2026-10", "--reference", "october", "-o", `${folder}/october.ndjson`]
      const first = yield* run(pull, account)
      assert.match(first.err, /^500 records of export \S+ in /)
      assert.deepStrictEqual([first.code, first.out], [0, ""])
      assert.deepStrictEqual(yield* run(pull, account), first)
    }))
})

describe("output", () => {
  it.scopedLive("a file that cannot be whole is not there", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      const account = yield* serving({
        account: Account.generate({ size: 2500 }),
        faults: ({ number }) => number === 2 ? Fault.brokenJson : undefined
      })
      const { code } = yield* run(["list", "-o", `${folder}/exports.tsv`], account)
      assert.strictEqual(code, 1)
      assert.deepStrictEqual(readdirSync(folder), [])
    }))

  it.scopedLive("a link stays one, a folder is no file, and what is missing is named as it was asked for", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      writeFileSync(`${folder}/real.tsv`, "")
      symlinkSync(`${folder}/real.tsv`, `${folder}/link.tsv`)
      const list = (path: string) => run(["list", "--simulator", "--limit", "3", "--quiet", "-o", path])
      assert.strictEqual((yield* list(`${folder}/link.tsv`)).code, 0)
      assert.isTrue(lstatSync(`${folder}/link.tsv`).isSymbolicLink())
      assert.strictEqual(readFileSync(`${folder}/real.tsv`, "utf8").split("\n").length, 4)
      assert.include((yield* list(folder)).err, `${folder} cannot be written`)
      const missing = yield* list(`${folder}/nowhere/x.tsv`)
      assert.strictEqual(missing.code, 1)
      assert.include(missing.err, `${folder}/nowhere/x.tsv cannot be written or read: there is no such file or folder`)
    }))

  it.live("an archive is not for a terminal", () =>
    Effect.gen(function*() {
      const { code, out } = yield* run(["download", exportId, "--simulator"], { columns: 80 })
      assert.deepStrictEqual([code, out], [2, ""])
    }))

  it.live("progress shows on a terminal and is wiped out", () =>
    Effect.gen(function*() {
      const waiting = ["wait", pendingId, "--simulator", "--timeout", "1s"]
      const { err } = yield* run(waiting, { columns: 80 })
      assert.include(err, `Export ${pendingId} is pending`)
      assert.include(err, "\r\u001b[Kdidww-exports: ")
      for (const quiet of [yield* run(waiting), yield* run([...waiting, "--quiet"], { columns: 80 })]) {
        assert.match(quiet.err, /^didww-exports: [^\n]+\n$/)
      }
    }))

  it.live("colour is for terminals, and not under NO_COLOR", () =>
    Effect.gen(function*() {
      const args = ["list", "--simulator", "--limit", "3", "--format", "table"]
      assert.include((yield* run(args, { columns: 80 })).out, "\u001b[32mcompleted")
      assert.notInclude((yield* run(args)).out, "\u001b")
      assert.notInclude((yield* run(args, { columns: 80, env: { NO_COLOR: "1" } })).out, "\u001b")
    }))
})
