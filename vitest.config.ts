import { defineConfig } from "vitest/config"
import projects from "./vitest.workspace.js"

// vitest leaves a core idle otherwise; and to load Effect once is enough for a process, no test changes what is global
export default defineConfig({ test: { projects, isolate: false, maxWorkers: "100%", minWorkers: 1 } })
