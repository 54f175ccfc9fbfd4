// Every TypeScript snippet of the READMEs and every @example of the sources as a file in build/snippets, compiled; those
// fenced as `ts run` are run too.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"

const out = "build/snippets"
const packages = readdirSync("packages").map((name) => join("packages", name))

const readmes = ["README.md", ...packages.map((path) => join(path, "README.md"))].filter((path) => existsSync(path))
const sources = packages.flatMap((path) =>
  readdirSync(join(path, "src")).filter((name) => name.endsWith(".ts")).map((name) => join(path, "src", name))
)

const blocks = (text) => Array.from(text.matchAll(/^```ts( run)?\n(.*?)^```$/gms), ([, run, code]) => ({ run, code }))
const uncommented = (text) =>
  Array.from(text.matchAll(/@example\n(.*?)\*\//gs), ([, body]) => body.replaceAll(/^ \* ?/gm, "")).join("\n")

const snippets = [
  ...readmes.flatMap((path) => blocks(readFileSync(path, "utf8")).map((block) => ({ path, ...block }))),
  ...sources.flatMap((path) => blocks(uncommented(readFileSync(path, "utf8"))).map((block) => ({ path, ...block })))
].map((snippet, index) => ({
  ...snippet,
  file: join(out, `${basename(snippet.path).replace(/\W/g, "-")}-${index}.ts`)
}))

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
for (const { code, file } of snippets) writeFileSync(file, code)
writeFileSync(
  join(out, "tsconfig.json"),
  JSON.stringify({
    extends: "../../tsconfig.base.json",
    compilerOptions: { noEmit: true, composite: false, noUnusedLocals: false, types: ["node"] },
    include: ["*.ts"]
  })
)

const run = (command, ...args) => {
  const { status } = spawnSync(command, args, { stdio: "inherit" })
  if (status !== 0) process.exit(status ?? 1)
}

run("node_modules/.bin/tsc", "-p", out)
for (const { file, run: runs } of snippets) if (runs) run("node_modules/.bin/tsx", file)
process.stdout.write(`${snippets.length} snippets compiled, ${snippets.filter(({ run }) => run).length} run\n`)
