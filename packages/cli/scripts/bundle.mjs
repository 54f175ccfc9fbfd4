// The program in a few files, with all that it needs: what `npx didww-exports` runs.
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
  // each command's work in a file of its own
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  format: "esm",
  platform: "node",
  target: "node20",
  minify: true,
  keepNames: true,
  // the licences stand in a file of their own
  legalComments: "none",
  metafile: true,
  banner: {
    // what is still CommonJS asks for Node's modules so
    js: "import { createRequire as didwwRequire } from \"node:module\"; const require = didwwRequire(import.meta.url);"
  }
})

/** The folders of the packages of which something is in the bundle. */
const packages = new Set(
  Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput === 0 ? [] : /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []
    )
  )
)

/** Whose it is and under which terms. Without a text it cannot be shipped: there is no bundle. */
const licence = async (path) => {
  const place = `${folder}${path}/`
  const { name, version } = JSON.parse(await readFile(`${place}package.json`, "utf8"))
  const file = (await readdir(place)).find((file) => /^(licen[cs]e|copying)(\.|$)/i.test(file)) ?? "LICENSE"
  return `${name} ${version}\n\n${(await readFile(`${place}${file}`, "utf8")).trim()}\n`
}

const licences = await Promise.all(Array.from(packages, licence))
await writeFile(`${folder}dist/bin/LICENSES.txt`, licences.toSorted().join(`\n${"-".repeat(80)}\n\n`))
await chmod(`${folder}dist/bin/main.js`, 0o755)
