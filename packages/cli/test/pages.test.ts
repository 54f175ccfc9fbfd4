import { assert, describe, it } from "@effect/vitest"
import * as Cron from "effect/Cron"
import * as Either from "effect/Either"
import { readdirSync, readFileSync } from "node:fs"
import { parseAllDocuments } from "yaml"
import * as CommandLine from "../src/CommandLine.js"
import { program } from "../src/commands/program.js"

const root = new URL("../../../", import.meta.url)

const read = (path: string): string => readFileSync(new URL(path, root), "utf8")

const list = (folder: string): ReadonlyArray<string> =>
  readdirSync(new URL(folder, root)).map((name) => `${folder}/${name}`)

const pages = [
  "README.md",
  ...list("docs").filter((path) => path.endsWith(".md")),
  ...["core", "http", "sync", "simulator", "cli"].map((name) => `packages/${name}/README.md`)
]

const deployments = [...list("examples/systemd"), ...list("examples/kubernetes")]

/** The blocks of code in these languages. */
const blocks = (page: string): ReadonlyArray<string> =>
  Array.from(page.matchAll(/^ *```(?:sh|text|crontab|ini)\n(.*?)^ *```$/gms), ([, code = ""]) => code)

/** The arguments of each command line of this program. Pipes, redirections and comments end a command. */
const commandsOf = (code: string): ReadonlyArray<ReadonlyArray<string>> =>
  Array.from(
    code.matchAll(/^(?:\$ |ExecStart=|[\d *]+  |.* )?(?:\/\S+\/)?didww-exports (.*)$/gm),
    ([, line = ""]) => {
      const words = Array.from(line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g), ([word, ...quoted]) => ({
        word,
        value: quoted.find((text) => text !== undefined) ?? ""
      }))
      const end = words.findIndex(({ word }) => /^[#|<>&;]/.test(word))
      return words.slice(0, end === -1 ? words.length : end).map(({ value }) => value)
    }
  )

const mistakeIn = (args: ReadonlyArray<string>): string | undefined => {
  const action = CommandLine.read(program, args)
  return Either.isLeft(action) ? `${args.join(" ")}: ${action.left.message}` : undefined
}

const object = (value: unknown): Readonly<Record<string, unknown>> => value as Readonly<Record<string, unknown>>

/** The value at a path of a document. */
const at = (document: unknown, ...path: ReadonlyArray<string | number>): unknown =>
  path.reduce((value, key) => object(value)[key], document)

describe("The pages and the files in examples", () => {
  it("show no command line that the program refuses", () => {
    const commands = [
      ...pages.flatMap((path) => blocks(read(path)).flatMap(commandsOf)),
      ...list("examples/systemd").flatMap((path) => commandsOf(read(path)))
    ]
    assert.isAbove(commands.length, 30)
    assert.deepStrictEqual(commands.flatMap((args) => mistakeIn(args) ?? []), [])
  })

  it("have each unit and each manifest in the guide to operations, as it is", () => {
    const guide = read("docs/operations.md")
    assert.deepStrictEqual(deployments.filter((path) => !guide.includes(`\n${read(path)}\`\`\``)), [])
  })

  it("run one sync at a time in Kubernetes, with the key from a secret", () => {
    const documents = parseAllDocuments(read("examples/kubernetes/didww-sync.yaml"))
    assert.deepStrictEqual(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]), [])
    const [claim, job] = documents.map((document): unknown => document.toJS())
    assert.deepStrictEqual([at(job, "apiVersion"), at(job, "kind")], ["batch/v1", "CronJob"])
    assert.strictEqual(at(job, "spec", "concurrencyPolicy"), "Forbid")
    assert.isTrue(Either.isRight(Cron.parse(String(at(job, "spec", "schedule")), String(at(job, "spec", "timeZone")))))
    const pod = at(job, "spec", "jobTemplate", "spec", "template", "spec")
    const container = at(pod, "containers", 0)
    assert.isUndefined(mistakeIn(at(container, "args") as ReadonlyArray<string>))
    assert.strictEqual(at(container, "env", 0, "name"), "DIDWW_API_KEY")
    assert.deepStrictEqual(Object.keys(object(at(container, "env", 0, "valueFrom"))), ["secretKeyRef"])
    assert.strictEqual(
      at(pod, "volumes", 0, "persistentVolumeClaim", "claimName"),
      at(claim, "metadata", "name")
    )
  })
})
