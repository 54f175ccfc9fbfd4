import { configDefaults, defineConfig } from "vitest/config"

// the session needs tmux, which CI has
const hasTerminal = process.env.TMUX_SESSION === "1"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...(hasTerminal ? [] : ["test/session.test.ts"])],
    testTimeout: 60_000
  }
})
