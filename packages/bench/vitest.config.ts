import { defineConfig } from "vitest/config"

// so little work that it takes seconds
export default defineConfig({
  test: { env: { BENCH_SCALE: "0.001" }, include: ["test/**/*.test.ts"], testTimeout: 60_000 }
})
