// The program in a few files, with all that it needs: what `npx didww-exports` runs.
import { build } from "esbuild"
import { chmod, rm } from "node:fs/promises"
import { fileURLToPath } from "node:url"

const folder = fileURLToPath(new URL("..", import.meta.url))

await rm(`${folder}dist/bin`, { recursive: true, force: true })
await build({
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
  legalComments: "none",
  banner: {
    // what is still CommonJS asks for Node's modules so
    js: "import { createRequire as didwwRequire } from \"node:module\"; const require = didwwRequire(import.meta.url);"
  }
})
await chmod(`${folder}dist/bin/main.js`, 0o755)
