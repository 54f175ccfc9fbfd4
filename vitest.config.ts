import { defineConfig } from "vitest/config"
import projects from "./vitest.workspace.js"

export default defineConfig({
  test: {
    projects,
    // Loads Effect once for each process. No test changes global state.
    isolate: false,
    // Vitest leaves one core idle by default.
    maxWorkers: "100%",
    minWorkers: 1,
    coverage: {
      provider: "v8",
      include: ["packages/core/src/**/*.ts", "packages/http/src/**/*.ts"],
      reporter: ["text", "json", "html"],
      reportsDirectory: "coverage"
    }
  }
})
