/** Lists every bar. */
import type { Bar } from "./bar.js"
import * as bundle from "./bundle.js"
import * as decode from "./decode.js"
import * as duckdb from "./duckdb.js"
import * as filters from "./filters.js"
import * as gets from "./gets.js"
import * as layers from "./layers.js"
import * as pages from "./pages.js"
import * as parquet from "./parquet.js"
import * as rows from "./rows.js"
import * as sql from "./sql.js"

export const bars: ReadonlyArray<Bar> = [
  ...pages.bars,
  ...gets.bars,
  ...decode.bars,
  ...rows.bars,
  ...duckdb.bars,
  ...parquet.bars,
  ...sql.bars,
  ...layers.bars,
  ...filters.bars,
  ...bundle.bars
]
