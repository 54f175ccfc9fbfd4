/** How much work the contenders do; the environment makes it less, for a look that takes seconds. */
const scale = Number(process.env.BENCH_SCALE ?? 1)

const scaled = (size: number): number => Math.max(1, Math.ceil(size * scale))

/** Milliseconds that a contender runs unmeasured, and measured, at least once each. */
export const warming = scaled(4000)
export const measuring = scaled(2000)

/** Exports. */
export const walked = Math.max(1000, scaled(50_000))
export const waited = Math.max(1000, scaled(5000))
export const decoded = Math.max(1000, scaled(20_000))
export const looked = Math.max(1000, scaled(100_000))

/** Milliseconds that the slow server takes. */
export const delay = scaled(100)

/** Rows of archives. */
export const rows = Math.max(1000, scaled(300_000))
export const manyRows = rows * 10

export const requests = scaled(1000)
