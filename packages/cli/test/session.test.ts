import { Account, Simulator, Traffic } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { width } from "../src/internal/text.js"
import { directory } from "./terminal.js"

// runs only where TMUX_SESSION is 1: see vitest.config.ts
const folder = fileURLToPath(new URL("..", import.meta.url))

const options: Simulator.Options = {
  account: Account.generate({ size: 40, seed: 2026 }),
  archives: { rows: 30 },
  processing: { pending: "1 second", processing: "1 second" }
}

/** Keys to press once the screen shows something. Each entry is what tmux sends at once. */
interface Keys {
  readonly at: RegExp
  readonly press: ReadonlyArray<ReadonlyArray<string>>
}

/** Opens a terminal of so many columns with a shell in a folder. */
const terminal = (columns: number, place: string, env: Readonly<Record<string, string>>) =>
  Effect.gen(function*() {
    const socket = `didww-${process.pid}-${columns}`
    const tmux = (...args: ReadonlyArray<string>) =>
      execFileSync("tmux", ["-L", socket, "-f", "/dev/null", ...args], { encoding: "utf8" })
    const variables = Object.entries({ PATH: process.env.PATH ?? "", LANG: "C.UTF-8", ...env })
    yield* Effect.acquireRelease(
      Effect.sync(() =>
        tmux(
          ...["-u", "new-session", "-c", place, "-d", "-x", String(columns), "-y", "60"],
          ...["env", "-i", "TERM=screen", ...variables.map(([name, value]) => `${name}=${value}`), "sh"]
        )
      ),
      () => Effect.sync(() => tmux("kill-server"))
    )
    const screen = () => tmux("capture-pane", "-p")
    let round = 0
    /** Types a command. Gives the last screen, the screens before it, and the exit code. */
    return (command: string, keys?: Keys) =>
      Effect.gen(function*() {
        round = round + 1
        const mark = `end-${round}-`
        const before: Array<string> = []
        let isPressed = false
        tmux("send-keys", "-l", `clear; ${command}; echo e''nd-${round}-$?`)
        tmux("send-keys", "Enter")
        while (true) {
          const now = screen()
          const code = new RegExp(`${mark}(\\d+)`).exec(now)?.[1]
          if (code !== undefined) {
            const text = now.slice(0, now.indexOf(`${mark}${code}`)).trimEnd()
            return {
              text,
              before,
              code: Number(code),
              isColored: /\u001b\[\d*m/.test(tmux("capture-pane", "-p", "-e"))
            }
          }
          if (keys?.at.test(now) === true && !isPressed) {
            isPressed = true
            for (const press of keys.press) tmux("send-keys", ...press)
          }
          before.push(now)
          yield* Effect.sleep("50 millis")
        }
      })
  })

/** Presses Ctrl-C once the screen shows something. */
const interrupting = (at: RegExp): Keys => ({ at, press: [["C-c"]] })

const session = (columns: number) =>
  Effect.gen(function*() {
    execFileSync(process.execPath, [`${folder}scripts/bundle.mjs`])
    const { url } = yield* SimulatorServer.SimulatorServer
    const place = yield* directory
    const type = yield* terminal(columns, place, { DIDWW_API_KEY: "key", DIDWW_API_URL: url, HOME: place })
    const run = (args: string, interruptAt?: RegExp) =>
      type(`node ${folder}dist/bin/main.js ${args}`, interruptAt === undefined ? undefined : interrupting(interruptAt))
    const fits = (text: string) => assert.isTrue(text.split("\n").every((line) => width(line) <= columns))

    const list = yield* run("list --limit 10")
    assert.strictEqual(list.code, 0)
    assert.isTrue(list.isColored)
    assert.match(list.text, /^ID +TYPE +STATUS +CREATED/)
    fits(list.text)
    const id = /([0-9a-f-]{36}) +\S+ +completed/.exec(list.text)?.[1] ?? ""

    const piped = yield* run("list --limit 10 | cat")
    assert.isFalse(piped.isColored)
    assert.strictEqual((yield* run("list | head -1")).code, 0)

    const show = yield* run(`show ${id}`)
    assert.match(show.text, new RegExp(`^ID +${id}$`, "m"))

    const created = yield* run("create --month 2026-10 --format tsv -q")
    const createdId = created.text.split(/\s/)[0] ?? ""
    const waited = yield* run(`wait ${createdId}`)
    assert.strictEqual(waited.code, 0)
    assert.isTrue(waited.before.some((screen) => screen.includes(`Export ${createdId} is`)))
    assert.notInclude(waited.text, "Export ")

    assert.strictEqual((yield* run("ensure --month 2026-10 --reference october")).code, 0)
    const interrupted = yield* run("pull --month 2026-10 --reference november -o calls.ndjson", /Export \S+ is/)
    assert.strictEqual(interrupted.code, 130)
    assert.match(interrupted.text.replaceAll("\n", ""), /Interrupted\. Run the same command again/)
    const pulled = yield* run("pull --month 2026-10 --reference november -o calls.ndjson")
    assert.match(pulled.text, /^30 records of export/m)

    assert.match((yield* run(`download ${id} -o calls.csv.gz`)).text, /kB in /)
    const records = yield* run(`records calls.csv.gz`)
    fits(records.text)
    const [header = "", ...rows] = records.text.split("\n")
    // a cell begins below its title, whatever stands in front of it
    const at = width(header.slice(0, header.indexOf("STATUS")))
    for (const row of rows.slice(0, 30)) {
      let column = 0
      const cell = Array.from(row).findIndex((letter) => (column = column + width(letter)) > at)
      assert.match(Array.from(row).slice(cell).join(""), /^[A-Z][a-z]+/)
    }
    assert.strictEqual((yield* run(`records ${id} --format csv --limit 1`)).code, 0)

    const serving = yield* run("simulator --port 0 --size 5", /http:\/\/127/)
    assert.strictEqual(serving.code, 130)
    const receiving = yield* type(
      `DIDWW_CALLBACK_SECRET=x node ${folder}dist/bin/main.js callback serve --port 0 --url https://example.com`,
      interrupting(/Receiving at/)
    )
    assert.strictEqual(receiving.code, 130)
    const refused = yield* type(
      `DIDWW_CALLBACK_SECRET=x node ${folder}dist/bin/main.js callback verify --url https://example.com --signature y id=1`
    )
    assert.strictEqual(refused.code, 1)
    assert.strictEqual((yield* run("show nothing")).code, 4)
    assert.strictEqual((yield* run("list --help")).code, 0)
  }).pipe(Effect.scoped, Effect.provide(SimulatorServer.layer(options)))

/** Every format, input and width of records and stats. */
const formats = (columns: number) =>
  Effect.gen(function*() {
    execFileSync(process.execPath, [`${folder}scripts/bundle.mjs`])
    const { url } = yield* SimulatorServer.SimulatorServer
    const place = yield* directory
    const type = yield* terminal(columns, place, { DIDWW_API_KEY: "key", DIDWW_API_URL: url, HOME: place })
    const main = `node ${folder}dist/bin/main.js`
    const run = (args: string) => type(`${main} ${args}`)
    const fits = (text: string) => assert.isTrue(text.split("\n").every((line) => width(line) <= columns))
    const works = (args: string) => Effect.tap(run(args), ({ code, text }) => assert.strictEqual(code, 0, text))
    const request = "--month 2026-10 --reference october"

    yield* works("list --limit 5 -o list.parquet")
    for (const ending of ["csv", "csv.gz", "ndjson", "ndjson.gz", "parquet"]) {
      assert.match((yield* works(`pull ${request} -o october.${ending}`)).text, /^30 records of export/m)
      assert.match((yield* works(`stats october.${ending}`)).text, /^ *30 /m)
    }
    for (const ending of ["tsv", "tsv.gz", "json", "json.gz", "txt"]) {
      yield* works(`records october.csv -o records.${ending}`)
      const refused = yield* run(`pull ${request} -o october.${ending}`)
      assert.strictEqual(refused.code, 2)
      assert.match(refused.text.replaceAll("\n", ""), /A file of pull takes csv, csv\.gz, /)
    }
    yield* works(`pull ${request} -o calls/`)
    assert.match((yield* works("stats calls")).text, /^ *30 /m)
    assert.match(
      (yield* works(`pull ${request} -o - --format csv -q | head -2 | cut -c1-9`)).text,
      /^startedAt\n2026-10-/
    )
    for (const command of ["list", `pull ${request}`, "records october.csv", "stats october.csv", "show x"]) {
      const refused = yield* run(`${command} -o x.xlsx`)
      assert.strictEqual(refused.code, 2)
      assert.match(refused.text.replaceAll("\n", ""), /names no format\. ?Known endings: \.(txt|csv)/)
    }

    assert.match((yield* works("stats 'october.[cn]*.gz' calls/account*/*/*/*.parquet")).text, /^ *\d+ /m)
    const piped = yield* type(`cat october.csv.gz | ${main} records - --limit 3 --fields startedAt,total -q`)
    assert.strictEqual(piped.code, 0)
    assert.match(piped.text, /^STARTED AT +TOTAL\n/)
    fits(piped.text)
    fits((yield* works("records october.parquet --limit 5")).text)
    for (const by of ["trunk", "date", "trunk,date", "status,country,trunk"]) {
      const { text } = yield* works(`stats october.csv.gz --by ${by} -q`)
      fits(text)
      const [header = "", ...rows] = text.split("\n")
      assert.match(header, /CALLS/)
      assert.match(rows.at(-1) ?? "", /^TOTAL +30\b/)
      // numbers end below the end of their title
      const end = header.indexOf("CALLS") + "CALLS".length
      for (const row of rows) {
        const ends = Array.from(row.matchAll(/\d(?= |$)/g), ({ index }) => width(row.slice(0, index + 1)))
        assert.include(ends, end)
      }
    }
    if (columns > 60) assert.match((yield* works("stats october.csv.gz --by status")).text, /[▁▂▃▄▅▆▇█]{2}/)
  }).pipe(Effect.scoped, Effect.provide(SimulatorServer.layer(options)))

/** Keys that are typed into a prompt do not show. */
const prompt = Effect.gen(function*() {
  execFileSync(process.execPath, [`${folder}scripts/bundle.mjs`])
  const { url } = yield* SimulatorServer.SimulatorServer
  const place = yield* directory
  const type = yield* terminal(100, place, { HOME: place })
  const login = (...press: Keys["press"]) =>
    type(`node ${folder}dist/bin/main.js auth login --api-url ${url}`, { at: /does not show/, press })
  const shown = ({ before, text }: { readonly before: ReadonlyArray<string>; readonly text: string }) =>
    [...before, text].join("\n")

  const interrupted = yield* login(["-l", "wrong-key"], ["C-c"])
  assert.strictEqual(interrupted.code, 130)
  assert.match(interrupted.text.replaceAll("\n", ""), /Interrupted\. Nothing was saved\./)
  assert.notInclude(shown(interrupted), "wrong-key")
  const refused = yield* login(["-l", "wrong-key"], ["Enter"])
  assert.strictEqual(refused.code, 3)
  assert.notInclude(shown(refused), "wrong-key")
  const saved = yield* login(["-l", "wrong"], ["C-u"], ["-l", "right-keyx"], ["BSpace"], ["Enter"])
  assert.strictEqual(saved.code, 0, saved.text)
  assert.notMatch(shown(saved), /wrong|right-key/)
  assert.match(
    (yield* type(`node ${folder}dist/bin/main.js auth status`)).text,
    /^default +file .* ok$/m
  )
  // the terminal echoes again
  const echoed = yield* type("echo ready; read word", { at: /^ready$/m, press: [["-l", "echoed-word"], ["Enter"]] })
  assert.include(shown(echoed), "echoed-word")
}).pipe(Effect.scoped, Effect.provide(SimulatorServer.layer({ ...options, apiKeys: ["right-key"] })))

/** A sync, its proof and its status. */
const syncs = (columns: number) =>
  Effect.gen(function*() {
    execFileSync(process.execPath, [`${folder}scripts/bundle.mjs`])
    const { url } = yield* SimulatorServer.SimulatorServer
    const place = yield* directory
    const type = yield* terminal(columns, place, { DIDWW_API_KEY: "key-nobody-sees", DIDWW_API_URL: url, HOME: place })
    const run = (args: string, interrupt?: RegExp) =>
      type(`node ${folder}dist/bin/main.js ${args}`, interrupt && interrupting(interrupt))

    const stopped = yield* run("sync calls --since 3d-ago --format ndjson", / 6 waiting /)
    assert.strictEqual(stopped.code, 130)
    assert.match(stopped.text.replaceAll("\n", ""), /Interrupted\. Run the same command again to go on\./)
    const synced = yield* run("sync calls")
    assert.strictEqual(synced.code, 0, synced.text)
    assert.isTrue(synced.isColored)
    assert.isTrue(synced.before.some((screen) => /\d of 6 windows  \d requested  \d waiting/.test(screen)))
    assert.notMatch(synced.text, /\d waiting  /)
    assert.match(synced.text, /^default  cdr_in   \S+  complete +\d+ rows +[\d.]+ kB/m)
    assert.match(synced.text, /^6 windows with \d+ records loaded\. Exports: 0 created, 6 adopted, 0 wasted\.$/m)
    assert.match((yield* run("sync calls | cat")).text, /^Nothing to load\./m)

    const status = yield* run("sync status calls")
    assert.strictEqual(status.code, 0)
    assert.match(status.text, /^ACCOUNT +TYPE +COMPLETE UNTIL +MISSING/)
    assert.isTrue(status.text.split("\n").every((line) => width(line) <= columns))
    assert.match((yield* run("sync verify calls")).text, /nothing is wrong\.$/m)
    assert.match((yield* run("stats calls --by type")).text, /^TOTAL/m)
    for (const { before, text } of [stopped, synced, status]) {
      assert.notInclude([...before, text].join(), "key-nobody-sees")
    }
  }).pipe(
    Effect.scoped,
    Effect.provide(SimulatorServer.layer({
      account: Account.make([]),
      archives: { traffic: Traffic.make({ seed: 1, callsPerDay: 20 }) },
      processing: { pending: "5 seconds", processing: 0 }
    }))
  )

describe("a session", () => {
  for (const columns of [80, 120]) {
    it.live(`sync works in a terminal of ${columns} columns`, () => syncs(columns), { timeout: 300_000 })
  }
  it.live("auth login shows no letter of the key that is typed, and takes Ctrl-C", () => prompt, { timeout: 300_000 })
  for (const columns of [80, 200]) {
    it.live(`every command works in a terminal of ${columns} columns`, () => session(columns), { timeout: 300_000 })
  }
  for (const columns of [60, 80, 120, 200]) {
    it.live(`every format and input works in a terminal of ${columns} columns`, () => formats(columns), {
      timeout: 300_000
    })
  }
})
