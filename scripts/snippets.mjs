// Compiles every TypeScript snippet of the READMEs and guides and every @example of the sources, as files in build/snippets. Runs those
// fenced as `ts run`, and compares their output with the text block that follows. With --write the script updates the block.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"

const out = "build/snippets"
const packages = readdirSync("packages").map((name) => join("packages", name))

const guides = readdirSync("docs").filter((name) => name.endsWith(".md")).map((name) => join("docs", name))
const readmes = ["README.md", ...packages.map((path) => join(path, "README.md")).filter((path) => existsSync(path))]
  .concat(guides)
const sources = packages.flatMap((path) =>
  readdirSync(join(path, "src")).filter((name) => name.endsWith(".ts")).map((name) => join(path, "src", name))
)

const blocks = (text) =>
  Array.from(
    text.matchAll(/^```ts( run)?\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?/gms),
    ([, run, code, printed]) => ({ run, code, printed })
  )
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

const run = (cwd, command, ...args) => {
  const { status, stdout } = spawnSync(join(process.cwd(), "node_modules/.bin", command), args, {
    cwd,
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8"
  })
  if (status !== 0) {
    process.stdout.write(stdout)
    process.exit(status ?? 1)
  }
  return stdout
}

run(".", "tsc", "-p", out)
for (const { file, path, printed, run: runs } of snippets) {
  if (!runs) continue
  const stdout = run(out, "tsx", basename(file))
  if (printed === undefined || stdout === printed) continue
  if (process.argv.includes("--write")) {
    writeFileSync(path, readFileSync(path, "utf8").replace(`\`\`\`text\n${printed}`, () => `\`\`\`text\n${stdout}`))
  } else {
    process.stdout.write(`${path}: a snippet prints\n${stdout}but the page shows\n${printed}`)
    process.exit(1)
  }
}
process.stdout.write(`${snippets.length} snippets compile, ${snippets.filter(({ run }) => run).length} of them run\n`)
