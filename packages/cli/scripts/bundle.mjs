// Bundles the program and its dependencies into a few files, which `npx didww-exports` runs.
import { build } from "esbuild"
import { chmod, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"

const folder = fileURLToPath(new URL("..", import.meta.url))

await rm(`${folder}dist/bin`, { recursive: true, force: true })
const { metafile } = await build({
  absWorkingDir: folder,
  entryPoints: ["src/main.ts"],
  outdir: "dist/bin",
  bundle: true,
  // each handler becomes a file of its own, so that a command loads only what it needs
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  format: "esm",
  platform: "node",
  target: "node20",
  // installed beside the program by those who need them
  external: ["@effect/sql-libsql", "@effect/sql-pg"],
  minify: true,
  keepNames: true,
  // the licenses are in a file of their own
  legalComments: "none",
  metafile: true,
  banner: {
    // CommonJS dependencies call `require` for Node's modules
    js: "import { createRequire as didwwRequire } from \"node:module\"; const require = didwwRequire(import.meta.url);"
  }
})

/** The folders of the packages that the bundle contains parts of. */
const packages = new Set(
  Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput === 0 ? [] : /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []
    )
  )
)

/** Name, version and license text of a package. A package without a license text fails the build. */
const license = async (path) => {
  const place = `${folder}${path}/`
  const { name, version } = JSON.parse(await readFile(`${place}package.json`, "utf8"))
  const file = (await readdir(place)).find((file) => /^(licen[cs]e|copying)(\.|$)/i.test(file)) ?? "LICENSE"
  return `${name} ${version}\n\n${(await readFile(`${place}${file}`, "utf8")).trim()}\n`
}

const licenses = await Promise.all(Array.from(packages, license))
await writeFile(`${folder}dist/bin/LICENSES.txt`, licenses.toSorted().join(`\n${"-".repeat(80)}\n\n`))
await chmod(`${folder}dist/bin/main.js`, 0o755)
