import { afterEach } from "vitest"

// tests in simulated time can run for a minute without a pause, and vitest loses the worker then
afterEach(() => new Promise<void>((resolve) => setImmediate(resolve)))
