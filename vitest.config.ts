import { defineConfig } from "vitest/config"
import projects from "./vitest.workspace.js"

export default defineConfig({
  test: {
    projects,
    // to load Effect once is enough for a process, no test changes what is global
    isolate: false,
    // vitest leaves a core idle otherwise
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
