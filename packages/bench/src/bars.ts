/** Every bar. */
import type { Bar } from "./bar.js"
import * as filters from "./filters.js"
import * as layers from "./layers.js"
import * as rows from "./rows.js"

export const bars: ReadonlyArray<Bar> = [...filters.bars, ...layers.bars, ...rows.bars]
