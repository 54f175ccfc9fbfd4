import { Account, Fault, type Simulator } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Layer } from "effect"
import { execFileSync } from "node:child_process"
import { lstatSync, readdirSync, readFileSync, statSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs"
import * as CommandLine from "../src/CommandLine.js"
import { program } from "../src/commands/program.js"
import { width } from "../src/internal/text.js"
import { directory, run } from "./terminal.js"

const exportId = "979c67fb-2a50-4c1e-a8de-b48bb4ca2779"
const pendingId = "eb370315-e9a7-47ba-aa27-08216d494805"

const commands = [
  ["list"],
  ["show"],
  ["create"],
  ["ensure"],
  ["wait"],
  ["download"],
  ["records"],
  ["stats"],
  ["pull"],
  ["simulator"],
  ["auth", "login"],
  ["auth", "logout"],
  ["auth", "status"],
  ["callback", "verify"],
  ["callback", "serve"]
]

/** Serves an account, and gives the variables that select it. */
const serving = (options: Simulator.Options) =>
  Effect.gen(function*() {
    const context = yield* Layer.build(SimulatorServer.layer(options))
    const { url } = yield* Effect.provide(SimulatorServer.SimulatorServer, context)
    return { env: { DIDWW_API_KEY: "key", DIDWW_API_URL: url, DIDWW_RETRY_MAX_ATTEMPTS: "1" } }
  })

const failing = (fault: Fault.Fault) => serving({ account: Account.generate({ size: 3 }), faults: () => fault })

describe("help", () => {
  for (const command of commands) {
    it.live(`${command.join(" ")} --help shows usage, example and flags, and is plain in a pipe`, () =>
      Effect.gen(function*() {
        const { code, err, out } = yield* run([...command, "--help"])
        assert.deepStrictEqual([code, err], [0, ""])
        assert.match(out, new RegExp(`^USAGE\n  didww-exports ${command.join(" ")} `))
        assert.include(out, `\nExample: didww-exports ${command.join(" ")} `)
        assert.include(out, "\n  --verbose ")
        assert.notMatch(out, /\u001b/)
        assert.deepStrictEqual(
          out.split("\n").filter((line) => width(line) > 80 && !line.startsWith("Example: ")),
          []
        )
        assert.strictEqual((yield* run([...command, "--limit", "x", "-h"])).out, out)
        assert.include((yield* run([...command, "--help"], { columns: 120 })).out, "\u001b[1mUSAGE")
      }))

    it.effect(`the example of ${command.join(" ")} is valid`, () =>
      Effect.gen(function*() {
        const { out } = yield* run([...command, "--help"])
        const [, text = ""] = /^Example: didww-exports (.*)$/m.exec(out) ?? []
        const args = Array.from(text.matchAll(/'([^']*)'|\S+/g), ([word, quoted]) => quoted ?? word)
        assert.strictEqual(Either.getOrUndefined(CommandLine.read(program, args))?._tag, "Run")
      }))
  }

  it.live("--help shows help wherever it stands", () =>
    Effect.gen(function*() {
      const { out } = yield* run(["list", "--help"])
      for (const args of [["list", "--limit", "--help"], ["list", "extra", "-qh"], ["list", "--nope", "-h"]]) {
        assert.deepStrictEqual(yield* run(args), { code: 0, out, err: "" })
      }
      assert.strictEqual((yield* run(["list", "--", "--help"])).code, 2)
      assert.deepStrictEqual(yield* run(["-h"]), yield* run([]))
      assert.include((yield* run(["callback", "--help"])).out, "\n  callback serve ")
    }))

  it.live("no arguments show every command", () =>
    Effect.gen(function*() {
      const { code, out } = yield* run([])
      assert.strictEqual(code, 0)
      for (const words of commands) assert.include(out, `\n  ${words.join(" ")} `)
    }))

  it.live("--version prints the version, and --completions a script for three shells", () =>
    Effect.gen(function*() {
      assert.match((yield* run(["--version"])).out, /^\d+\.\d+\.\d+\n$/)
      for (const shell of ["bash", "fish", "zsh"]) {
        const { code, out } = yield* run(["--completions", shell])
        assert.strictEqual(code, 0)
        assert.include(out, "ensure")
      }
    }))

  it.live("bash completes commands, flags and choices, and files where a flag takes any text", () =>
    Effect.gen(function*() {
      const { out } = yield* run(["--completions", "bash"])
      const completed = (...words: ReadonlyArray<string>) =>
        execFileSync(
          "bash",
          ["-c", `${out}COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _didww_exports; echo "\${COMPREPLY[*]}"`, "-"]
            .concat("didww-exports", words),
          { encoding: "utf8" }
        ).trim()
      assert.strictEqual(completed("l"), "list")
      assert.strictEqual(completed("callback", ""), "verify serve")
      assert.strictEqual(completed("auth", ""), "login logout status")
      assert.strictEqual(completed("callback", "verify", "--si"), "--signature")
      assert.strictEqual(completed("list", "--simulator", "--st"), "--status")
      assert.strictEqual(completed("list", "--status", "p"), "pending processing")
      assert.strictEqual(completed("list", "--since", "y"), "yesterday")
      assert.strictEqual(completed("list", "-o", ""), "")
      assert.strictEqual(completed("--completions", ""), "bash fish zsh")
    }))
})

describe("exit codes", () => {
  const usage: ReadonlyArray<readonly [args: ReadonlyArray<string>, says: RegExp]> = [
    [["lst"], /: Unknown command lst\. Did you mean list\? See didww-exports --help\./],
    [["help"], /Unknown command help\. Known commands: list, show, .*See didww-exports --help\./],
    [["--limit", "3", "list"], /Expected a command first, but got --limit\./],
    [["--wizard"], /Expected a command first, but got --wizard\./],
    [["callback", "very"], /Unknown command callback very\..*See didww-exports callback --help\./],
    [
      ["callback", "verify", "x"],
      /callback verify needs --url URL and --signature HEX\. See didww-exports callback verify/
    ],
    [["show"], /show needs ID\. See didww-exports show --help\./],
    [["show", ""], /show needs ID\./],
    [["show", "a", "b"], /Unexpected argument b: show takes only ID and flags\./],
    [["list", "extra"], /Unexpected argument extra: list takes flags only\./],
    [
      ["pull", "--month", "2026-10"],
      /pull needs --reference NAME and --output FILE\|DIR\|DATABASE\|-\. See didww-exports pull --help\./
    ],
    [["list", "--nope"], /: Unknown flag --nope for list\. See didww-exports list --help\./],
    [["list", "--limi=3"], /Unknown flag --limi for list\. Did you mean --limit\?/],
    [["list", "--key=k3y-that-nobody-may-see"], /: Unknown flag --key for list\. See/],
    [["list", "-x"], /Unknown flag -x for list\./],
    [["list", "--limit"], /--limit needs a value: --limit N\. See didww-exports list --help\./],
    [["list", "--limit="], /--limit needs a value/],
    [["list", "--limit", "--quiet"], /--limit needs a value/],
    [["list", "--limit", "x"], /--limit takes a whole number of 1 or more, not x\./],
    [["list", "--limit", "0"], /--limit takes a whole number of 1 or more, not 0\./],
    [["list", "--limit", "-1"], /--limit takes a whole number of 1 or more, not -1\./],
    [["list", "--limit", "1.5"], /--limit takes a whole number of 1 or more, not 1\.5\./],
    [["list", "--limit", "1", "--limit=2"], /Give --limit only once\./],
    [
      ["list", "--format", "xml"],
      /--format takes table, table\.gz, tsv, tsv\.gz, .*json, json\.gz or parquet, not xml\./
    ],
    [["list", "--format"], /--format needs a value: table, .* or parquet\./],
    [["list", "--env", "staging"], /--env takes production or sandbox, not staging\./],
    [["list", "--reference", ""], /--reference needs a value/],
    [["ensure", "--reference", "--simulator"], /--reference needs a value/],
    [["list", "--simulator=maybe"], /--simulator takes no value\./],
    [["simulator", "--port", "70000"], /--port takes a whole number from 0 to 65535, not 70000\./],
    [["simulator", "--faults", "101"], /--faults takes a whole number from 0 to 100, not 101\./],
    [["--completions"], /--completions needs a value: bash, fish or zsh\./],
    [["--completions", "tcsh"], /--completions takes bash, fish or zsh, not tcsh\./],
    [["create", "--filter", "nope"], /--filter takes a filter such as [^,]+, not nope\./],
    [
      ["list", "--since", "soon"],
      /--since takes a time such as 2026-11-01, .*today, yesterday, this-month or last-month, not soon\./
    ],
    [["list", "--since"], /--since needs a value: --since TIME\./],
    [["list", "--sort", "size"], /--sort takes/],
    [["list", "--fields", "id,price"], /--fields takes/],
    [["wait", "x", "--timeout", "soon"], /--timeout takes/],
    [
      ["create", "--month", "October"],
      /--month takes a month such as 2026-10, this-month or last-month, not October\./
    ],
    [["create", "--month", "yesterday"], /--month takes/],
    [["create", "--from", "2026-10-01"], /both --from and --to/],
    [["create", "--month", "2026-10", "--to", "2026-11-01"], /either --month/],
    [["create", "--filter", "nope=1"], /Unknown filter nope for cdr_in\. Known filters: didNumber, sourceNumber, /],
    [
      ["create", "--type", "sms_in", "--filter", "status=Lost"],
      /Invalid filter status: Expected [^\n]+, actual "Lost"\./
    ],
    [["create", "--filter", "from=2026-09-05"], /--from instead of --filter from/],
    [["ensure", "--reference", "a", "--filter", "externalReferenceId=b"], /--reference instead of --filter/],
    [["create", "--filter", "didNumber=1", "--filter", "didNumber=2"], /--filter didNumber only once\./],
    [["create", "--filter", "trunkType=a", "--filter", "trunkType=b"], /only once, with commas between its values\./],
    [["create", "--did", "1", "--filter", "didNumber=2"], /either --did or --filter didNumber/],
    [["create", "--trunk", "1", "--filter", "voiceOutTrunkId=2"], /either --trunk or --filter voiceOutTrunkId/],
    [
      ["create", "--type", "cdr_out", "--did", "1"],
      /Unknown filter didNumber for cdr_out\. Known filters: voiceOutTrunkId, /
    ],
    [["records", "README.md"], /README\.md holds other text instead of call records\. It must be an archive, /]
  ]
  it.live("a usage error exits with 2 and writes one line", () =>
    Effect.gen(function*() {
      for (const [args, says] of usage) {
        const { code, err, out } = yield* run(args)
        assert.deepStrictEqual([code, out], [2, ""], args.join(" "))
        assert.match(err, says)
        assert.match(err, /^didww-exports: [^\n\u001b]+\n$/)
        assert.notInclude(err, "k3y-that-nobody-may-see")
      }
    }))

  it.live("an invalid filter exits with 2 and shows a caret below the place", () =>
    Effect.gen(function*() {
      const { code, err } = yield* run(["list", "--where", "status in (a"])
      assert.strictEqual(code, 2)
      assert.deepStrictEqual(err.split("\n").slice(1), ["status in (a", "           ^", ""])
    }))

  it.live("a missing key exits with 3 and suggests --simulator", () =>
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
  it.scopedLive("an error of DIDWW exits with 1, 3 or 5", () =>
    Effect.gen(function*() {
      for (const [expected, fault] of byFault) {
        const { code, err, out } = yield* run(["list"], yield* failing(fault))
        assert.deepStrictEqual([code, out], [expected, ""])
        assert.match(err, /^didww-exports: [^\n]+\n$/)
      }
    }))

  it.live("an unknown id exits with 4", () =>
    Effect.gen(function*() {
      for (const command of ["show", "wait", "records"]) {
        assert.strictEqual((yield* run([command, "none", "--simulator"])).code, 4)
      }
    }))

  it.scopedLive("a late answer or export exits with 6", () =>
    Effect.gen(function*() {
      const { env } = yield* failing(Fault.delay("1 minute"))
      assert.strictEqual((yield* run(["list"], { env: { ...env, DIDWW_RETRY_ATTEMPT_TIMEOUT: "100 millis" } })).code, 6)
      assert.strictEqual((yield* run(["wait", pendingId, "--simulator", "--timeout", "1s"])).code, 6)
    }))

  it.live("a reader that goes away, at once or later, exits with 0", () =>
    Effect.gen(function*() {
      for (const closesAfter of [0, 1]) {
        const { code, err } = yield* run(["list", "--simulator"], { closesAfter })
        assert.deepStrictEqual([code, err], [0, ""])
      }
    }))

  it.scopedLive("--verbose shows the cause below the line, without the key", () =>
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
  it.scopedLive("list finds the exports of a number with and without its +", () =>
    Effect.gen(function*() {
      const account = Account.generate({ size: 40, types: ["cdr_in"] })
      const { env } = yield* serving({ account })
      const number = account.exports.flatMap(({ filters }) =>
        filters?.did_number === undefined ? [] : [filters.did_number]
      )[0]
      const plain = yield* run(["list", "--did", `${number}`], { env })
      assert.isNotEmpty(plain.out)
      for (const flags of [["--did", `+${number}`], ["--where", `did_number = +${number}`]]) {
        assert.strictEqual((yield* run(["list", ...flags], { env })).out, plain.out)
      }
    }))

  it.live("flags filter as --where does", () =>
    Effect.gen(function*() {
      const flags = ["--type", "CDR_in", "--status", "pending", "--status", "processing", "--since", "2026-10-30"]
      const words = "export_type = cdr_in and status in (pending, processing) and created_at >= 2026-10-30"
      const byFlags = yield* run(["list", "--simulator", ...flags])
      const byWords = yield* run(["list", "--simulator", "--where", words])
      assert.isAbove(byFlags.out.length, 0)
      assert.strictEqual(byFlags.out, byWords.out)
    }))

  it.live("--simulator uses the API version of the environment", () =>
    Effect.gen(function*() {
      const requests = (version: string) =>
        Effect.map(
          run(["list", "--simulator", "--limit", "1"], { env: { DIDWW_API_VERSION: version } }),
          ({ err }) => Number(/(\d+) requests?/.exec(err)?.[1])
        )
      const before = yield* requests("2026-04-16")
      // one more request, for the token
      assert.strictEqual((yield* requests("2026-11-19")) - before, 2)
    }))

  it.live("--explain sends no request and needs no key", () =>
    Effect.gen(function*() {
      const { code, err, out } = yield* run(["list", "--explain", "--status", "pending"])
      assert.deepStrictEqual([code, err], [0, ""])
      assert.match(out, /^API version 2026-04-16\n[^]*status/)
    }))

  const origins: ReadonlyArray<readonly [args: ReadonlyArray<string>, env: Record<string, string>, origin: string]> = [
    [[], {}, "https://api.didww.com"],
    [["--env", "production"], {}, "https://api.didww.com"],
    [["--env", "sandbox"], {}, "https://sandbox-api.didww.com"],
    [[], { DIDWW_ENV: "sandbox" }, "https://sandbox-api.didww.com"],
    [["--env", "production"], { DIDWW_ENV: "sandbox" }, "https://api.didww.com"],
    [[], { DIDWW_ENV: "sandbox", DIDWW_API_URL: "https://example.com/v3" }, "https://example.com"],
    [["--env=sandbox"], { DIDWW_API_URL: "https://example.com/v3" }, "https://sandbox-api.didww.com"]
  ]
  it.live("--env wins over the variables, and production is the default", () =>
    Effect.gen(function*() {
      for (const [args, env, origin] of origins) {
        const asked: Array<string> = []
        const fetch: typeof globalThis.fetch = (url) => {
          asked.push(new URL(String(url)).origin)
          return Promise.resolve(new Response("{}", { status: 401 }))
        }
        const { code } = yield* run(["list", ...args], { env: { DIDWW_API_KEY: "key", ...env }, fetch })
        assert.deepStrictEqual([code, asked], [3, [origin]], args.join(" "))
      }
    }))

  it.live("an invalid variable is named in one line", () =>
    Effect.gen(function*() {
      for (const [name, value] of [["DIDWW_ENV", "staging"], ["DIDWW_API_URL", "nowhere"]] as const) {
        const { code, err } = yield* run(["list"], { env: { DIDWW_API_KEY: "key", [name]: value } })
        assert.strictEqual(code, 1)
        assert.match(err, new RegExp(`^didww-exports: Cannot use the variable ${name}: [^\\n]+\\.\\n$`))
      }
    }))
})

describe("records", () => {
  it.scopedLive("records leaves out unreadable rows and counts them, under --quiet too", () =>
    Effect.gen(function*() {
      const account = yield* serving({
        account: Account.generate({ size: 30 }),
        archives: { rows: 500, seed: 8, badRows: 0.02 }
      })
      const { out: list } = yield* run(["list", "--status", "completed", "--type", "cdr_in", "--limit", "1"], account)
      const records = ["records", list.split("\t")[0] ?? ""]
      const { code, err, out } = yield* run(records, account)
      // some of the rows have a cell of two lines
      const [, number = "", rejected = "", lines = ""] =
        /^(\d+) records\ndidww-exports: (\d+) rows could not be read and are left out \((\d+) lines of the file\); /
          .exec(err) ?? []
      assert.match(err, /; the first is row \d+: [^\n]+\n$/)
      assert.isAbove(Number(lines), Number(rejected))
      assert.strictEqual(code, 0)
      assert.strictEqual(out.split("\n").length - 1, Number(number))
      assert.strictEqual(Number(number) + Number(rejected), 500)
      assert.isAbove(Number(rejected), 0)
      const quiet = yield* run([...records, "--quiet", "--format", "ndjson"], account)
      assert.strictEqual(quiet.err, err.slice(err.indexOf("\n") + 1))
      assert.notInclude(quiet.out, "RejectedRow")
      assert.strictEqual((yield* run([...records, "--limit", "1"], account)).out.split("\n").length, 2)
    }))
})

describe("requests", () => {
  it.scopedLive("ensure finds the export that it created, and create makes another one", () =>
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

  it.scopedLive("pull requests an export, waits for it, and writes its records once", () =>
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
  it.scopedLive("-o FILE, -o=FILE, -oFILE and --output=FILE name the same file", () =>
    Effect.gen(function*() {
      const file = `${yield* directory}/exports.tsv`
      for (const output of [["-o", file], [`-o=${file}`], [`-o${file}`], [`--output=${file}`]]) {
        const { code, out } = yield* run(["list", "--simulator", "--limit", "1", ...output])
        assert.deepStrictEqual([code, out, lstatSync(file).isFile()], [0, "", true])
        unlinkSync(file)
      }
    }))

  it.scopedLive("a failure leaves no file", () =>
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

  it.scopedLive("--output replaces a file, keeps a link and permissions, and names the path of an error as it was given", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      writeFileSync(`${folder}/real.tsv`, "")
      symlinkSync(`${folder}/real.tsv`, `${folder}/link.tsv`)
      writeFileSync(`${folder}/there.tsv`, "of before", { mode: 0o600 })
      const three = ["list", "--simulator", "--limit", "3", "--quiet", "--format", "tsv", "-o"]
      const list = (path: string) => run([...three, path])
      assert.strictEqual((yield* list(`${folder}/there.tsv`)).code, 0)
      assert.strictEqual(readFileSync(`${folder}/there.tsv`, "utf8").split("\n").length, 4)
      assert.strictEqual(statSync(`${folder}/there.tsv`).mode & 0o777, 0o600)
      assert.strictEqual((yield* list(`${folder}/link.tsv`)).code, 0)
      assert.isTrue(lstatSync(`${folder}/link.tsv`).isSymbolicLink())
      assert.strictEqual(readFileSync(`${folder}/real.tsv`, "utf8").split("\n").length, 4)
      assert.include((yield* list(folder)).err, `Cannot open ${folder}: it is a folder. Use the name of a file.`)
      assert.match((yield* list("/dev/full")).err, /Cannot write \/dev\/full: no space is left on the device\. Free/)
      const missing = yield* list(`${folder}/nowhere/x.tsv`)
      assert.strictEqual(missing.code, 1)
      assert.include(missing.err, `Cannot open ${folder}/nowhere/x.tsv: no such file or folder. Check the name.`)
    }))

  it.live("download refuses to write an archive to a terminal", () =>
    Effect.gen(function*() {
      const { code, out } = yield* run(["download", exportId, "--simulator"], { columns: 80 })
      assert.deepStrictEqual([code, out], [2, ""])
    }))

  it.live("progress shows on a terminal and disappears", () =>
    Effect.gen(function*() {
      const waiting = ["wait", pendingId, "--simulator", "--timeout", "1s"]
      const { err } = yield* run(waiting, { columns: 80 })
      assert.include(err, `Export ${pendingId} is pending`)
      assert.include(err, "\r\u001b[Kdidww-exports: ")
      for (const quiet of [yield* run(waiting), yield* run([...waiting, "--quiet"], { columns: 80 })]) {
        assert.match(quiet.err, /^didww-exports: [^\n]+\n$/)
      }
    }))

  it.live("colors show on terminals only, and not under NO_COLOR", () =>
    Effect.gen(function*() {
      const args = ["list", "--simulator", "--limit", "3", "--format", "table"]
      assert.include((yield* run(args, { columns: 80 })).out, "\u001b[32mcompleted")
      assert.notInclude((yield* run(args)).out, "\u001b")
      assert.notInclude((yield* run(args, { columns: 80, env: { NO_COLOR: "1" } })).out, "\u001b")
    }))
})
