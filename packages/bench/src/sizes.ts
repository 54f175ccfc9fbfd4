/** The amount of work of the contenders. `BENCH_SCALE` reduces it, for a run of seconds. */
const scale = Number(process.env.BENCH_SCALE ?? 1)

const scaled = (size: number): number => Math.max(1, Math.ceil(size * scale))

/** Milliseconds of unmeasured and of measured runs, with one run of each at least. */
export const warming = scaled(4000)
export const measuring = scaled(2000)

/** Numbers of exports. */
export const walked = Math.max(1000, scaled(50_000))
export const waited = Math.max(1000, scaled(5000))
export const decoded = Math.max(1000, scaled(20_000))
export const requested = Math.max(100, scaled(1000))
export const looked = Math.max(1000, scaled(100_000))

/** The slow server's delay in milliseconds. */
export const delay = scaled(100)

/** Numbers of rows in archives. */
export const rows = Math.max(1000, scaled(300_000))
export const manyRows = rows * 10
export const millionRows = Math.max(1000, scaled(1_000_000))
export const storedRows = Math.max(1000, scaled(200_000))

/** The number of requests. */
export const requests = scaled(1000)
