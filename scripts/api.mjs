// Writes the public surface of each package to packages/*/api.md: the built declarations, sorted, without comments. A change
// of such a file is a change for users. With --check the script writes nothing and fails if a file is not current.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import ts from "typescript"

const printer = ts.createPrinter({ removeComments: true })

const parse = (path) => ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true)

const imported = (path) =>
  parse(path).statements
    .filter((node) => ts.isImportDeclaration(node) || ts.isExportDeclaration(node))
    .map((node) => node.moduleSpecifier?.text)
    .filter((specifier) => specifier?.startsWith("."))
    .map((specifier) => join(dirname(path), specifier.replace(/\.js$/, ".d.ts")))

// Includes the internal modules whose types the public ones name.
const reachable = (paths, seen = new Set()) => {
  for (const path of paths) {
    if (seen.has(path)) continue
    seen.add(path)
    reachable(imported(path), seen)
  }
  return seen
}

const nameOf = (node) => {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations[0].name.getText()
  if (ts.isExportDeclaration(node)) return node.exportClause?.name?.getText() ?? node.getText()
  return node.name?.getText() ?? ""
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0)

const isEmptyExport = (node) =>
  ts.isExportDeclaration(node) && node.exportClause !== undefined && ts.isNamedExports(node.exportClause) &&
  node.exportClause.elements.length === 0

const surface = (path) => {
  const source = parse(path)
  return source.statements
    .filter((node) => !ts.isImportDeclaration(node) && !isEmptyExport(node))
    .map((node) => ({ name: nameOf(node), text: printer.printNode(ts.EmitHint.Unspecified, node, source) }))
    .sort((a, b) => compare(a.name, b.name) || compare(a.text, b.text))
    .map(({ text }) => text)
    .join("\n")
}

const report = (folder) => {
  const dist = join(folder, "dist")
  const entries = readdirSync(dist).filter((name) => name.endsWith(".d.ts")).map((name) => join(dist, name))
  const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  const modules = Array.from(reachable(entries)).sort(compare).map((path) => {
    const title = relative(dist, path).replace(/\.d\.ts$/, "")
    return `## ${title}\n\n\`\`\`ts\n${surface(path)}\n\`\`\`\n`
  })
  return `# ${name}\n\nThe public surface. Written by \`npx -y pnpm@12 api\`.\n\n${modules.join("\n")}`
}

const check = process.argv.includes("--check")
for (const folder of ["packages/core", "packages/http", "packages/sync", "packages/simulator"]) {
  const path = join(folder, "api.md")
  const text = report(folder)
  if (!check) writeFileSync(path, text)
  else if (!existsSync(path) || readFileSync(path, "utf8") !== text) {
    process.stdout.write(`${path} is not current. Run npx -y pnpm@12 api.\n`)
    process.exitCode = 1
  }
}
