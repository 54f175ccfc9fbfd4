import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    env: { BENCH_SIZE: "2000", BENCH_REQUESTS: "10", BENCH_ROWS: "1000" },
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000
  }
})
