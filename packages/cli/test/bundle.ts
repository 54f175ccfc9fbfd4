/** Programs in one piece: a process of them starts in a third of the time. */
import { build } from "esbuild"
import { randomUUID } from "node:crypto"
import { rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll } from "vitest"

/** Bundles a program of this package before the tests of a file. Gives its path. */
export const bundled = (path: string): string => {
  const folder = join(tmpdir(), `didww-bundle-${randomUUID()}`)
  // packages in CommonJS need the function
  const require = "import { createRequire as r } from 'node:module'; const require = r(import.meta.url)"
  beforeAll(() =>
    build({
      entryPoints: [fileURLToPath(new URL(`../${path}`, import.meta.url))],
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      splitting: true,
      platform: "node",
      format: "esm",
      external: ["@effect/sql-libsql", "@effect/sql-pg"],
      banner: { js: require },
      logLevel: "error"
    })
  )
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, basename(path).replace(/\.\w+$/, ".mjs"))
}
