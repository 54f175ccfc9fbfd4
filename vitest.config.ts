import { defineConfig } from "vitest/config"
import projects from "./vitest.workspace.js"

// vitest leaves a core idle otherwise
export default defineConfig({ test: { projects, maxWorkers: "100%", minWorkers: 1 } })
