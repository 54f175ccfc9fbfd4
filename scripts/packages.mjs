// Packs each published package. Checks its files, maps and manifest, and runs publint and attw on the tarball.
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative } from "node:path"

const folder = mkdtempSync(join(tmpdir(), "packed-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

const run = (command, args, cwd = ".") => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" })
  if (status === 0) return
  process.stdout.write(`${command} ${args.join(" ")}\n${stdout}${stderr}`)
  process.exit(1)
}
const bin = (name) => join(process.cwd(), "node_modules/.bin", name)

const filesOf = (path) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)))

const json = (path) => JSON.parse(readFileSync(path, "utf8"))

// Importing a module runs nothing, and a program has one copy of effect: the rules of effect's own packages.
const manifestProblems = (manifest) => [
  ...(manifest.sideEffects === false ? [] : ["sideEffects is not false"]),
  ...(manifest.peerDependencies?.effect?.startsWith("^3.") ? [] : ["effect 3 is not a peer dependency"]),
  ...Object.keys(manifest.dependencies ?? {}).filter((name) => !name.startsWith("@effect-didww/")).map((name) =>
    `depends on ${name}`
  )
]

const mapProblems = (root, files) =>
  files.filter((file) => file.endsWith(".map")).flatMap((file) =>
    json(join(root, file)).sources
      .map((source) => join(dirname(file), source))
      .filter((source) => !files.includes(source))
      .map((source) => `${file} points to ${source}, which the tarball lacks`)
  )

const moduleProblems = (files) =>
  files.filter((file) => file.startsWith("src/")).map((file) => file.slice("src/".length, -".ts".length)).flatMap((
    name
  ) =>
    [`${name}.js`, `${name}.js.map`, `${name}.d.ts`, `${name}.d.ts.map`]
      .map((file) => `dist/${file}`)
      .filter((file) => !files.includes(file))
      .map((file) => `${file} is missing`)
  )

const libraryFiles = /^(package\.json|LICENSE|README\.md|src\/.*\.ts|dist\/.*\.(js|js\.map|d\.ts|d\.ts\.map))$/
const cliFiles = /^(package\.json|LICENSE|README\.md|dist\/bin\/(LICENSES\.txt|.*\.js))$/

const fileProblems = (files, allowed) => [
  ...(files.includes("LICENSE") ? [] : ["LICENSE is missing"]),
  ...files.filter((file) => !allowed.test(file)).map((file) => `${file} should not be packed`)
]

const published = readdirSync("packages").filter((name) => {
  const manifest = join("packages", name, "package.json")
  return existsSync(manifest) && json(manifest).private !== true
})

for (const name of published) {
  run("npx", ["-y", "pnpm@12", "pack", "--out", join(folder, `${name}.tgz`)], join("packages", name))
  const tarball = join(folder, `${name}.tgz`)
  run("tar", ["xzf", tarball, "--one-top-level=" + name], folder)
  const root = join(folder, name, "package")
  const files = filesOf(root)
  const isLibrary = name !== "cli"
  const problems = isLibrary
    ? [
      ...fileProblems(files, libraryFiles),
      ...manifestProblems(json(join(root, "package.json"))),
      ...moduleProblems(files),
      ...mapProblems(root, files)
    ]
    : fileProblems(files, cliFiles)
  if (problems.length > 0) {
    process.stdout.write(problems.map((problem) => `${name}: ${problem}\n`).join(""))
    process.exit(1)
  }
  run(bin("publint"), ["--strict", tarball])
  if (isLibrary) {
    const modules = files.map((file) => /^src\/([A-Z]\w*)\.ts$/.exec(file)?.[1]).filter(Boolean)
    run(bin("attw"), [tarball, "--profile", "esm-only", "--entrypoints", ".", ...modules])
  }
  process.stdout.write(`${name}: ${files.length} files are as expected\n`)
}
