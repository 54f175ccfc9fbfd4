/** Bars of archives: from gzip to typed rows. */
import type { CallRecord } from "@effect-didww/core"
import { Export } from "@effect-didww/core"
import { Credentials, ExportsClient, Gunzip } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { parse } from "csv-parse"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { execFileSync } from "node:child_process"
import { createReadStream, existsSync, mkdirSync, renameSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { createGunzip } from "node:zlib"
import type { Bar, Contender } from "./bar.js"

const rows = Number(process.env.BENCH_ROWS ?? 300_000)

const chunkSize = 65_536

/** An archive of so many varied rows, made once. */
const archiveOf = (rows: number): string => {
  const folder = join(tmpdir(), "didww-bench")
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${rows}.csv.gz`)
  if (!existsSync(path)) {
    const writer = fileURLToPath(new URL("./archive.ts", import.meta.url))
    execFileSync(process.execPath, ["--import", "tsx", writer, String(rows), `${path}.part`])
    renameSync(`${path}.part`, path)
  }
  return path
}

const bytesOf = (path: string): ReadableStream<Uint8Array> => {
  const chunks = createReadStream(path, { highWaterMark: chunkSize })[Symbol.asyncIterator]()
  return new ReadableStream({
    pull: async (controller) => {
      const next = await chunks.next()
      if (next.done === true) controller.close()
      else controller.enqueue(next.value)
    }
  })
}

/** What the client is used to: an answer whose body comes in chunks. */
const serving = (path: string): HttpClient.HttpClient =>
  HttpClient.make((request) =>
    Effect.sync(() =>
      HttpClientResponse.fromWeb(
        request,
        new Response(bytesOf(path), {
          headers: { etag: "\"bench\"", "content-length": String(statSync(path).size) }
        })
      )
    )
  )

const archived = {
  id: Export.ExportId.make("bench"),
  url: `${ExportsClient.environments.production}/exports/bench.csv.gz`
}

/** Ours: typed rows, counted. */
const records = (rows: number, engine: Gunzip.Engine): Contender => ({
  prepare: Effect.map(
    Effect.provideService(
      ExportsClient.make({ credentials: Credentials.apiKey(Redacted.make("bench")) }),
      HttpClient.HttpClient,
      serving(archiveOf(rows))
    ),
    (client) =>
      client.records(archived).pipe(
        Stream.runCount,
        Effect.provideService(Gunzip.Gunzip, engine),
        Effect.orDie
      )
  )
})

/** The bytes, and nothing done with them. */
const gunzipAlone: Contender = {
  prepare: Effect.sync(() => {
    const path = archiveOf(rows)
    return Effect.promise(async () => {
      let bytes = 0
      const gunzip = createReadStream(path, { highWaterMark: chunkSize }).pipe(createGunzip({ chunkSize }))
      for await (const chunk of gunzip) bytes += chunk.length
      return bytes
    })
  })
}

const some = (cell: string): Option.Option<string> => cell === "" ? Option.none() : Option.some(cell)
const money = (cell: string) => Option.map(some(cell), BigDecimal.unsafeFromString)
const time = (cell: string) => Option.map(some(cell), (text) => DateTime.unsafeMake(`${text.replace(" ", "T")}Z`))
const integer = (cell: string) => Option.map(some(cell), Number)
const seconds = (cell: string) => Option.map(integer(cell), Duration.seconds)

/** The same fields from an array of cells, by the public constructors. */
const typed = (cells: ReadonlyArray<string>) => {
  const at = (index: number): string => cells[index] ?? ""
  return {
    _tag: "CdrInRecord",
    startedAt: time(at(0)),
    connectedAt: time(at(1)),
    endedAt: time(at(2)),
    status: some(at(3)),
    source: some(at(4)),
    sourceName: some(at(5)),
    destinationDid: some(at(6)),
    duration: seconds(at(7)),
    attempt: integer(at(8)),
    disconnectCode: integer(at(9)),
    response: some(at(10)),
    disconnectInitiator: some(at(11)),
    voiceInTrunk: some(at(12)),
    destination: some(at(13)),
    trunkGroup: some(at(14)),
    capacityGroup: some(at(15)),
    tollFree: money(at(16)),
    pstn: money(at(17)),
    metered: money(at(18)),
    cnamIn: money(at(19)),
    total: money(at(20)),
    callId: some(at(21))
  } satisfies Partial<Record<keyof CallRecord.CdrInRecord, unknown>>
}

/** The same from csv-parse, which is not asked to tell null from blank. */
const csvParse: Contender = {
  prepare: Effect.sync(() => {
    const path = archiveOf(rows)
    return Effect.promise(async () => {
      let count = 0
      const cells = createReadStream(path, { highWaterMark: chunkSize }).pipe(createGunzip({ chunkSize })).pipe(
        parse({ from_line: 2 })
      )
      for await (const record of cells) {
        typed(record)
        count++
      }
      return count
    })
  })
}

const node = records(rows, NodeGunzip.engine)

export const bars: ReadonlyArray<Bar> = [
  {
    name: "rows-gunzip-node",
    says: "time from archive to typed rows by zlib, against gunzip alone with chunks of 64 KiB",
    measure: "wall",
    ours: "records, zlib",
    against: "gunzip alone",
    contenders: { "records, zlib": node, "gunzip alone": gunzipAlone },
    must: 4,
    aim: 3
  },
  {
    name: "rows-gunzip-web",
    says: "the same by DecompressionStream",
    measure: "wall",
    ours: "records, DecompressionStream",
    against: "gunzip alone",
    contenders: { "records, DecompressionStream": records(rows, Gunzip.web), "gunzip alone": gunzipAlone },
    must: 5,
    aim: 3.6
  },
  {
    name: "rows-csv-parse",
    says: "the same by zlib, against csv-parse with the same typing (which leaves out null)",
    measure: "wall",
    ours: "records, zlib",
    against: "csv-parse",
    contenders: { "records, zlib": node, "csv-parse": csvParse },
    must: 0.333,
    aim: 0.25
  },
  {
    name: "rows-memory",
    says: "peak memory of ten times as many rows, against as many as the other bars read",
    measure: "peak memory",
    ours: "ten times as many",
    against: "as many",
    contenders: { "ten times as many": records(rows * 10, NodeGunzip.engine), "as many": node },
    must: 1.1,
    aim: 1.05
  }
]
