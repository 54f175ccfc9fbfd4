import { defineConfig } from "vitest/config"

// So little work that the tests take seconds.
export default defineConfig({
  test: { env: { BENCH_SCALE: "0.001" }, include: ["test/**/*.test.ts"], testTimeout: 60_000 }
})
