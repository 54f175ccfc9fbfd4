/** Bars of archives, from the server's bytes to typed rows. */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import * as Export from "@effect-didww/core/Export"
import * as Gunzip from "@effect-didww/http/Gunzip"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import * as BigDecimal from "effect/BigDecimal"
import * as Chunk from "effect/Chunk"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Readable } from "node:stream"
import { createGunzip, gunzipSync } from "node:zlib"
import type { Bar, Contender } from "./bar.js"
import { byHand, withLibrary } from "./byHand.js"
import { urlOf, working } from "./client.js"
import { manyRows, rows } from "./sizes.js"

export const addressOf = (rows: number): string => urlOf(`/v3/archives/${rows}.csv.gz`)

/** The result of reading rows: their number, and their cost in thousandths. */
interface Sum {
  rows: number
  total: bigint
}

const addTo = (
  sum: Sum,
  { total }: { readonly total: Option.Option<BigDecimal.BigDecimal> }
): Sum => {
  sum.rows++
  if (Option.isSome(total)) sum.total += total.value.value
  return sum
}

export const recordsOf = (count: number): Contender["prepare"] => streaming(count, NodeGunzip.engine)

const nothing = (): Sum => ({ rows: 0, total: 0n })

const add = (sum: Sum, row: CallRecord.Row): Sum => row._tag === "CdrInRecord" ? addTo(sum, row) : sum

const streaming = (
  count: number,
  engine: Gunzip.Engine,
  run: <E>(rows: Stream.Stream<CallRecord.Row, E>) => Effect.Effect<Sum, E> = inTotal
): Contender["prepare"] =>
  working("/v3", (client) =>
    Effect.provideService(
      run(client.records({ id: Export.ExportId.make("bench"), url: addressOf(count) })),
      Gunzip.Gunzip,
      engine
    ))

const inTotal = <E>(rows: Stream.Stream<CallRecord.Row, E>): Effect.Effect<Sum, E> =>
  Effect.suspend(() => Stream.runFold(rows, nothing(), add))

/** Runs an effect for each chunk. Its closure keeps the chunk alive until a full garbage collection. */
const byChunk = <E>(rows: Stream.Stream<CallRecord.Row, E>): Effect.Effect<Sum, E> =>
  Effect.suspend(() => {
    const sum = nothing()
    return Effect.as(
      Stream.runForEachChunk(rows, (chunk) => Effect.sync(() => Chunk.reduce(chunk, sum, add))),
      sum
    )
  })

/** Reads rows by the whole client, for a comparison. */
export const records = (count: number): Effect.Effect<ReadonlyArray<CallRecord.Row>> =>
  Effect.scoped(
    Effect.flatten(working("/v3", (client) =>
      client.records({ id: Export.ExportId.make("bench"), url: addressOf(count) }).pipe(
        Stream.runCollect,
        Effect.map(Chunk.toReadonlyArray)
      )))
  )

const unzipped = async (count: number): Promise<Readable> => {
  const { request } = await import("undici")
  const { body } = await request(addressOf(count))
  return body.pipe(createGunzip({ chunkSize: 65_536 }))
}

const time = (text: string): Option.Option<DateTime.Utc> =>
  text === "" ? Option.none() : Option.some(DateTime.unsafeMake(`${text.replace(" ", "T")}Z`))

const money = (text: string): Option.Option<BigDecimal.BigDecimal> =>
  text === "" ? Option.none() : BigDecimal.fromString(text)

const integer = (text: string): Option.Option<number> => text === "" ? Option.none() : Option.some(Number(text))

const seconds = (text: string): Option.Option<Duration.Duration> => Option.map(integer(text), Duration.seconds)

const string = (text: string): Option.Option<string> => text === "" ? Option.none() : Option.some(text)

/** Types the cells of a CSV parser as a user does, with Effect's constructors. */
export const typed = (cells: ReadonlyArray<string>): CallRecord.CdrInRecord => {
  const cell = (index: number): string => cells[index] ?? ""
  return {
    _tag: "CdrInRecord",
    startedAt: time(cell(0)),
    connectedAt: time(cell(1)),
    endedAt: time(cell(2)),
    status: string(cell(3)),
    source: string(cell(4)),
    sourceNumber: Option.none(),
    sourceNumberOut: Option.none(),
    sourceName: string(cell(5)),
    sourceCountry: Option.none(),
    sourceNetwork: Option.none(),
    destinationDid: string(cell(6)),
    duration: seconds(cell(7)),
    attempt: integer(cell(8)),
    disconnectCode: integer(cell(9)),
    response: string(cell(10)),
    disconnectInitiator: string(cell(11)),
    voiceInTrunk: string(cell(12)),
    destination: string(cell(13)),
    trunkGroup: string(cell(14)),
    capacityGroup: string(cell(15)),
    tollFree: money(cell(16)),
    pstn: money(cell(17)),
    metered: money(cell(18)),
    cnamIn: money(cell(19)),
    total: money(cell(20)),
    callId: string(cell(21)),
    extra: {}
  }
}

const unchecked = "resumed downloads, length and checksum as typed failures, rejected rows as values, columns by name"

/** Sums rows of cells. The first row is the header. */
const summed = async (cells: AsyncIterable<ReadonlyArray<string>>): Promise<Sum> => {
  const sum = { rows: -1, total: 0n }
  for await (const row of cells) {
    if (sum.rows < 0) sum.rows = 0
    else addTo(sum, typed(row))
  }
  return sum
}

const gunzipAlone: Contender = {
  without: "everything but the bytes",
  prepare: byHand(async () => {
    let bytes = 0
    for await (const piece of await unzipped(rows)) bytes += piece.length
    return bytes
  })
}

const onNode: Contender = { prepare: streaming(rows, NodeGunzip.engine) }

const onTheWeb: Contender = { prepare: streaming(rows, Gunzip.web) }

const csvParse: Contender = {
  without: unchecked,
  prepare: withLibrary(
    () => import("csv-parse"),
    ({ parse }) => async () => summed((await unzipped(rows)).pipe(parse()))
  )
}

const others: Readonly<Record<string, Contender>> = {
  "papaparse": {
    without: `${unchecked}, quotes and characters that two chunks share`,
    prepare: withLibrary(
      () => import("papaparse"),
      ({ default: { NODE_STREAM_INPUT, parse } }) => async () =>
        summed((await unzipped(rows)).pipe(parse(NODE_STREAM_INPUT)))
    )
  },
  "fast-csv": {
    without: unchecked,
    prepare: withLibrary(
      () => import("fast-csv"),
      ({ parse }) => async () => summed((await unzipped(rows)).pipe(parse()))
    )
  },
  "gunzip whole, csv-parse/sync": {
    without: `${unchecked}, constant memory`,
    prepare: withLibrary(() => import("csv-parse/sync"), ({ parse }) => async () => {
      const { request } = await import("undici")
      const { body } = await request(addressOf(rows))
      const [, ...cells]: ReadonlyArray<ReadonlyArray<string>> = parse(gunzipSync(await body.arrayBuffer()))
      const sum = nothing()
      for (const row of cells) addTo(sum, typed(row))
      return sum
    })
  }
}

const bar = (
  name: string,
  says: string,
  ours: string,
  against: string,
  contenders: Bar["contenders"],
  must: number,
  aim: number
): Bar => ({
  name,
  says,
  measure: "wall",
  per: { count: rows, unit: "a row" },
  ours,
  against,
  contenders,
  must,
  aim
})

export const bars: ReadonlyArray<Bar> = [
  bar(
    "rows-gunzip-node",
    "time from an archive to typed rows with zlib, against gunzip alone",
    "effect-didww, zlib",
    "gunzip alone",
    {
      "effect-didww, zlib": onNode,
      "gunzip alone": gunzipAlone,
      "effect-didww, zlib, runForEachChunk": { prepare: streaming(rows, NodeGunzip.engine, byChunk) }
    },
    4,
    3
  ),
  bar(
    "rows-gunzip-web",
    "time from an archive to typed rows with DecompressionStream, against gunzip alone",
    "effect-didww, DecompressionStream",
    "gunzip alone",
    { "effect-didww, DecompressionStream": onTheWeb, "gunzip alone": gunzipAlone },
    5,
    3.6
  ),
  bar(
    "rows-csv-parse",
    "time from an archive to typed rows, against csv-parse with the same typing",
    "effect-didww, zlib",
    "csv-parse",
    { "effect-didww, zlib": onNode, "csv-parse": csvParse, ...others },
    1 / 3,
    1 / 4
  ),
  {
    name: "rows-memory",
    says: `peak memory of ${manyRows.toLocaleString("en")} rows against ${rows.toLocaleString("en")}`,
    measure: "memory",
    per: { count: 1, unit: "a process" },
    ours: "ten times the rows",
    against: "the rows",
    contenders: {
      "ten times the rows": { prepare: streaming(manyRows, NodeGunzip.engine) },
      "the rows": { prepare: streaming(rows, NodeGunzip.engine) },
      "the rows, gunzip whole, csv-parse/sync": others["gunzip whole, csv-parse/sync"]!
    },
    must: 1.1,
    aim: 1.05
  }
]
