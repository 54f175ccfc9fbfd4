import { configDefaults, defineConfig } from "vitest/config"

const exclude = [
  // these need a server, which CI has
  ...(process.env.POSTGRES_URL === undefined ? ["test/postgres*.test.ts"] : []),
  // these wait for the rate limit of three months of requests
  ...(process.env.SYNCS === undefined ? ["test/syncPrograms.test.ts"] : [])
]

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...exclude],
    setupFiles: ["test/pause.ts"],
    testTimeout: 60_000
  }
})
