import { configDefaults, defineConfig } from "vitest/config"

// real time on a machine that does nothing else, and `redis-server`, are what CI has
const exclude = [
  ...(process.env.LOAD === "1" ? [] : ["test/quota.test.ts"]),
  ...(process.env.REDIS === "1" ? [] : ["test/redis.test.ts"])
]

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...exclude],
    setupFiles: ["test/pause.ts"],
    testTimeout: 60_000
  }
})
