// What is packed: the files, their maps, the manifest; publint and attw on the tarballs themselves.
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
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

// effect's own rule: what is imported runs nothing, and there is one effect in a program
const manifestProblems = (manifest) => [
  ...(manifest.sideEffects === false ? [] : ["sideEffects is not false"]),
  ...(manifest.peerDependencies?.effect?.startsWith("^3.") ? [] : ["effect is no peer of version 3"]),
  ...Object.keys(manifest.dependencies ?? {}).filter((name) => !name.startsWith("@effect-didww/")).map((name) =>
    `depends on ${name}`
  )
]

const mapProblems = (root, files) =>
  files.filter((file) => file.endsWith(".map")).flatMap((file) =>
    json(join(root, file)).sources
      .map((source) => join(dirname(file), source))
      .filter((source) => !files.includes(source))
      .map((source) => `${file} points to ${source}, which is not packed`)
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

for (const name of ["core", "http", "simulator", "cli"]) {
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
  process.stdout.write(`${name}: ${files.length} files as they should be\n`)
}
