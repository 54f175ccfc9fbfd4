// Checks the pages: every link has a target file and heading, every path in code text exists, every test that a page names
// exists, and the README's table lists every dependency of every package.
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"

const problems = []
const packages = readdirSync("packages").map((name) => join("packages", name))
const readmes = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"].concat(
  packages.map((path) => join(path, "README.md")).filter((path) => existsSync(path)),
  readdirSync("docs").filter((name) => name.endsWith(".md")).map((name) => join("docs", name))
)

const withoutCode = (text) => text.replaceAll(/^```.*?^```$/gms, "")
// a path from the root of the repository, or from the sources of a package. lowerCamel stands for any name
const isPath = (code) =>
  /^(packages|docs|examples|scripts|internal|\.ci|\.github|\.changeset)\/[\w./-]*$/.test(code) &&
  !code.includes("lowerCamel")
const isThere = (path) => [".", ...packages.map((one) => join(one, "src"))].some((root) => existsSync(join(root, path)))
const anchorOf = (heading) => heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
const anchors = (text) => Array.from(withoutCode(text).matchAll(/^#+ (.*)$/gm), ([, heading]) => anchorOf(heading))

for (const path of readmes) {
  const text = withoutCode(readFileSync(path, "utf8"))
  for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(link)) continue
    const [file, anchor] = link.split("#")
    const target = file === "" ? path : join(dirname(path), file)
    if (!existsSync(target)) problems.push(`${path}: ${link} does not exist`)
    else if (anchor !== undefined && !anchors(readFileSync(target, "utf8")).includes(anchor)) {
      problems.push(`${path}: ${link} has no such heading`)
    }
  }
  for (const [, code] of text.matchAll(/`([^`\n]+)`/g)) {
    if (isPath(code) && !isThere(code)) problems.push(`${path}: ${code} does not exist`)
  }
  for (const [, file, names] of text.matchAll(/\]\(([^)\s]+\.test\.ts)\)((?:,? "[^"]+")*)/g)) {
    const tests = readFileSync(join(dirname(path), file), "utf8")
    for (const [, name] of names.matchAll(/"([^"]+)"/g)) {
      if (!tests.includes(name)) problems.push(`${path}: ${file} has no test "${name}"`)
    }
  }
}

const [, table] = readFileSync("README.md", "utf8").split("## Dependencies\n")
const named = Array.from(table.matchAll(/`([^`]+)`/g), ([, name]) => name)
const isNamed = (name) => named.some((one) => one.endsWith("/*") ? name.startsWith(one.slice(0, -1)) : one === name)
for (const path of [".", "examples", ...packages]) {
  const { dependencies, devDependencies, peerDependencies } = JSON.parse(
    readFileSync(join(path, "package.json"), "utf8")
  )
  for (const name of Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies })) {
    if (!name.startsWith("@effect-didww/") && !isNamed(name)) {
      problems.push(`README.md: the table of dependencies lacks ${name} of ${path}`)
    }
  }
}

process.stdout.write(problems.length === 0 ? `${readmes.length} pages are correct\n` : `${problems.join("\n")}\n`)
process.exitCode = problems.length === 0 ? 0 : 1
