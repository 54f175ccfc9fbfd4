import { Archive } from "@effect-didww/simulator"
import { Summary } from "@effect-didww/sync"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { execFile } from "node:child_process"
import { once } from "node:events"
import { createWriteStream, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { createGzip } from "node:zlib"

const archives = 12
const rows = Number(process.env.ROWS ?? 24_000)

const archiveOf = (index: number): Archive.Archive =>
  Archive.make({
    exportType: index % 3 === 2 ? "cdr_out" : "cdr_in",
    rows: Math.ceil(rows / archives),
    seed: index,
    badRows: 0.001
  })

const writeTo = async (path: string, archive: Archive.Archive): Promise<void> => {
  const gzip = createGzip({ level: 1 })
  const file = gzip.pipe(createWriteStream(path))
  for (const piece of Archive.csv(archive)) if (!gzip.write(piece)) await once(gzip, "drain")
  gzip.end()
  await once(file, "finish")
}

interface Sums {
  calls: number
  answered: number
  seconds: number
  rounded: number
  thousandths: number
}

/** The sums of the simulator's own integers. */
const addTo = (groups: Map<string, Sums>, archive: Archive.Archive): number => {
  const at = (name: string): number => archive.columns.indexOf(name)
  const isInbound = at("Voice IN Trunk") >= 0
  const trunk = at(isInbound ? "Voice IN Trunk" : "Voice OUT Trunk")
  const duration = at(isInbound ? "Duration (sec)" : "Call Duration (sec)")
  const [start, connect] = [at("Date/Time Start (UTC)"), at("Date/Time Connect (UTC)")]
  const cost = archive.money.indexOf(isInbound ? "Total (USD)" : "Charged (USD)")
  let bad = 0
  for (const row of Archive.rows(archive)) {
    if (row.bad !== undefined) {
      bad++
      continue
    }
    const name = `${row.cells[trunk]} ${row.cells[start]?.slice(0, 10)}`
    const sums = groups.get(name) ?? { calls: 0, answered: 0, seconds: 0, rounded: 0, thousandths: 0 }
    groups.set(name, sums)
    const seconds = Number(row.cells[duration])
    sums.calls++
    if (row.cells[connect] !== "") sums.answered++
    sums.seconds += seconds
    sums.rounded += Math.ceil(seconds / 60) * 60
    sums.thousandths += row.money[cost] ?? 0
  }
  return bad
}

const thousandthsOf = (money: string | undefined): number => Number((money ?? "0.000").replace(".", ""))

describe("summaries of directories", () => {
  it(`${rows} rows of ${archives} archives are summed exactly, and no row stays in memory`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "didww-summary-"))
    const expected = new Map<string, Sums>()
    let bad = 0
    for (let index = 0; index < archives; index++) {
      const archive = archiveOf(index)
      await writeTo(join(folder, `${index}.csv.gz`), archive)
      bad += addTo(expected, archive)
    }
    const program = fileURLToPath(new URL("programs/summarize.ts", import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--expose-gc",
      "--import",
      "tsx",
      program,
      folder
    ])
    rmSync(folder, { recursive: true })
    const { heaps, summary }: { heaps: ReadonlyArray<number>; summary: typeof Summary.Summary.Encoded } = JSON.parse(
      stdout
    )
    const found = summary.groups.map((
      { answered, calls, key, money, rounded, seconds }
    ) => [`${key.trunk} ${key.date}`, {
      calls,
      answered,
      seconds: Number(seconds),
      rounded: Number(rounded),
      thousandths: thousandthsOf(money.total) + thousandthsOf(money.charged)
    }])
    assert.deepStrictEqual(Object.fromEntries(found), Object.fromEntries(expected))
    assert.strictEqual(summary.rejected, bad)
    assert.strictEqual(Summary.total(Schema.decodeSync(Summary.Summary)(summary)).calls, rows - bad)
    // the first archives also load the program
    const [early = 0, late = Infinity] = [heaps[3], heaps.at(-1)]
    assert.isBelow(late - early, 4)
  }, 3_600_000)
})
