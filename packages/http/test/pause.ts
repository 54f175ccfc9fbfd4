import { afterEach } from "vitest"

// tests in simulated time can follow each other for a minute without a pause in which the worker hears from vitest
afterEach(() => new Promise<void>((resolve) => setImmediate(resolve)))
