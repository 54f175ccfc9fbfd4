/** Every bar. */
import type { Bar } from "./bar.js"
import * as filters from "./filters.js"

export const bars: ReadonlyArray<Bar> = [...filters.bars]
