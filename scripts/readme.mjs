// What the README says about this repository: each test that it names is there, so is each file that it links to and each
// heading, and each dependency of a package is in its table.
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"

const problems = []
const packages = readdirSync("packages").map((name) => join("packages", name))
const readmes = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"].concat(
  packages.map((path) => join(path, "README.md")).filter((path) => existsSync(path))
)

const withoutCode = (text) => text.replaceAll(/^```.*?^```$/gms, "")
const anchorOf = (heading) => heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
const anchors = (text) => Array.from(withoutCode(text).matchAll(/^#+ (.*)$/gm), ([, heading]) => anchorOf(heading))

for (const path of readmes) {
  const text = withoutCode(readFileSync(path, "utf8"))
  for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(link)) continue
    const [file, anchor] = link.split("#")
    const target = file === "" ? path : join(dirname(path), file)
    if (!existsSync(target)) problems.push(`${path}: no ${link}`)
    else if (anchor !== undefined && !anchors(readFileSync(target, "utf8")).includes(anchor)) {
      problems.push(`${path}: no heading for ${link}`)
    }
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
for (const path of [".", ...packages]) {
  const { dependencies, devDependencies, peerDependencies } = JSON.parse(
    readFileSync(join(path, "package.json"), "utf8")
  )
  for (const name of Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies })) {
    if (!name.startsWith("@effect-didww/") && !isNamed(name)) {
      problems.push(`README.md: ${path} depends on ${name}, untold`)
    }
  }
}

process.stdout.write(problems.length === 0 ? `${readmes.length} pages hold\n` : `${problems.join("\n")}\n`)
process.exitCode = problems.length === 0 ? 0 : 1
