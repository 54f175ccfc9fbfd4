import { configDefaults, defineConfig } from "vitest/config"

// these need a server, which CI has
const exclude = process.env.POSTGRES_URL === undefined ? ["test/postgres*.test.ts"] : []

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...exclude],
    setupFiles: ["test/pause.ts"],
    testTimeout: 60_000
  }
})
