import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"
import projects from "./vitest.workspace.js"

export default defineConfig({
  test: {
    projects,
    // Loads Effect once for each process. No test changes global state.
    isolate: false,
    // Many tests wait for processes, sockets and locks: one worker more than cores keeps all cores at work.
    maxWorkers: availableParallelism() + 1,
    minWorkers: availableParallelism() + 1,
    coverage: {
      provider: "v8",
      include: ["packages/core/src/**/*.ts", "packages/http/src/**/*.ts"],
      reporter: ["text", "json", "html"],
      reportsDirectory: "coverage"
    }
  }
})
