import { CallRecord, Export, Protocol } from "@effect-didww/core"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Cause, Chunk, DateTime, Duration, Effect, Exit, FastCheck, Option, Schema, Stream } from "effect"
import { parquetMetadata } from "hyparquet"
import { parquetWriteBuffer } from "hyparquet-writer"
import * as encoder from "../src/internal/parquet/encoder.js"
import * as Parquet from "../src/Parquet.js"
import { readStored } from "./parquetFile.js"

const exportId = Export.ExportId.make("0b1c3f7e-98a1-4f25-9d8e-000000000001")

interface Written {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly rejected: ReadonlyArray<CallRecord.RejectedRow>
}

const write = (
  rows: Stream.Stream<CallRecord.Row>,
  options?: Partial<Parquet.EncodeOptions>
): Effect.Effect<Written> =>
  Effect.gen(function*() {
    const rejected: Array<CallRecord.RejectedRow> = []
    const pieces = yield* Stream.runCollect(Parquet.encode(rows, {
      exportId,
      onRejected: (row) => Effect.sync(() => rejected.push(row)),
      ...options
    }))
    return { bytes: new Uint8Array(Buffer.concat(Chunk.toReadonlyArray(pieces))), rejected }
  })

const metadataOf = ({ bytes }: Written) => parquetMetadata(bytes.buffer)

const facts = (written: Written) =>
  Object.fromEntries((metadataOf(written).key_value_metadata ?? []).map(({ key, value }) => [key, value]))

const read = ({ bytes }: Written, range?: Parameters<typeof readStored>[1]) => readStored(bytes.buffer, range)

const none = Option.none()

const validate = Schema.validateSync(CallRecord.CallRecord)

const empty = (tag: "CdrInRecord" | "CdrOutRecord"): CallRecord.CallRecord =>
  validate({ _tag: tag, ...Object.fromEntries(Protocol.columns[tag].map(({ key }) => [key, none])), extra: {} })

const emptyIn = empty("CdrInRecord")

const cdrIn = (values: Partial<CallRecord.CdrInRecord> = {}): CallRecord.CdrInRecord =>
  emptyIn._tag === "CdrInRecord" ? { ...emptyIn, ...values } : assert.fail("another layout")

const usd = (text: string) => Option.some(BigDecimal.unsafeFromString(text))

const unknown = (columns: CallRecord.Columns): CallRecord.UnknownRecord => ({ _tag: "UnknownRecord", columns })

const rejectedRow: CallRecord.RejectedRow = {
  _tag: "RejectedRow",
  recordNumber: 2,
  lines: 1,
  cells: ["x"],
  reason: "The record must have 22 cells, as the header has, and has 1."
}

/** What a column should hold of a value; `unfit` if it cannot hold it. */
const stored = (kind: string, option: Option.Option<unknown>): unknown => {
  if (Option.isNone(option)) return null
  const { value } = option
  if (DateTime.isDateTime(value)) return BigInt(DateTime.toEpochMillis(value)) * 1000n
  if (BigDecimal.isBigDecimal(value)) {
    const micros = BigDecimal.scale(value, 6)
    const isHeld = BigDecimal.equals(micros, value) && BigDecimal.abs(value).value < 10n ** BigInt(12 + value.scale)
    return isHeld ? micros.value : unfit
  }
  const whole = Duration.isDuration(value) ? Duration.toSeconds(value) : value
  if (kind === "text") return String(value).replaceAll(/\p{Surrogate}/gu, "\ufffd")
  return Number.isInteger(whole) && Math.abs(Number(whole) + 0.5) < 2 ** 31 ? whole : unfit
}

const unfit = Symbol("unfit")

const rowOf = (record: CallRecord.CallRecord, number: number): Record<string, unknown> => {
  const own = { exportId, rowNumber: BigInt(number) }
  if (record._tag === "UnknownRecord") return { ...record.columns, ...own }
  const values = new Map<string, unknown>(Object.entries(record))
  const extra = { ...record.extra }
  const cells = Protocol.columns[record._tag].map(({ key, kind, name }) => {
    const option = values.get(key)
    const value = stored(kind, Option.isOption(option) ? option : none)
    if (value !== unfit) return [key, value]
    extra[name] = textOf(Option.getOrThrow(option as Option.Option<unknown>))
    return [key, null]
  })
  return {
    ...Object.fromEntries(cells),
    extra: Object.keys(extra).length === 0 ? null : JSON.stringify(extra),
    ...own
  }
}

const textOf = (value: unknown): string =>
  BigDecimal.isBigDecimal(value)
    ? Schema.encodeSync(CallRecord.Money)(value)
    : String(Duration.isDuration(value) ? Duration.toSeconds(value) : value)

const units = FastCheck.array(
  FastCheck.oneof(FastCheck.constantFrom(0, 0xd800, 0xdfff, 0x20ac), FastCheck.integer({ min: 0, max: 0xffff })),
  { maxLength: 12 }
).map((codes) => String.fromCharCode(...codes))

const texts = FastCheck.oneof(units, FastCheck.constantFrom("", "0044770", "+972862", "Completed", "🙂", "\ufeff"))

const numbers = {
  time: FastCheck.oneof(
    FastCheck.constantFrom(-8.64e15, 8.64e15, -62_135_596_800_000, 253_402_300_799_999, 0, -1),
    FastCheck.integer({ min: -(2 ** 52), max: 2 ** 52 })
  ).map((millis) => DateTime.unsafeMake(millis)),
  money: FastCheck.oneof(
    FastCheck.tuple(FastCheck.bigInt({ min: -(10n ** 19n), max: 10n ** 19n }), FastCheck.integer({ min: -3, max: 9 })),
    FastCheck.tuple(FastCheck.bigInt({ min: -5000n, max: 5000n }), FastCheck.constantFrom(3, 6)),
    FastCheck.tuple(FastCheck.constantFrom(0n, 10n ** 18n - 1n, 10n ** 18n), FastCheck.constantFrom(6, 7, -9, 30))
  ).map(([value, scale]) => BigDecimal.make(value, scale)),
  integer: FastCheck.oneof(FastCheck.integer(), FastCheck.maxSafeInteger(), FastCheck.nat(600)),
  seconds: FastCheck.oneof(
    FastCheck.nat(5000).map(Duration.seconds),
    FastCheck.nat().map(Duration.millis),
    FastCheck.constantFrom(Duration.nanos(1n), Duration.seconds(2 ** 31 - 1))
  ),
  text: texts
}

/** Records of a layout. Few of them have a number that its column cannot hold. */
const recordsOf = (tag: "CdrInRecord" | "CdrOutRecord"): FastCheck.Arbitrary<CallRecord.CallRecord> => {
  const columns = Protocol.columns[tag].map(({ key, kind }) => {
    const values: FastCheck.Arbitrary<unknown> = numbers[kind]
    const held = values.filter((value) => stored(kind, Option.some(value)) !== unfit)
    return [key, FastCheck.option(held, { freq: 2 }).map(Option.fromNullable)]
  })
  const odd = FastCheck.constantFrom(...Protocol.columns[tag]).chain(({ key, kind }) =>
    (numbers[kind] as FastCheck.Arbitrary<unknown>).map((value) => ({ [key]: Option.some(value) }))
  )
  return FastCheck.tuple(
    FastCheck.record(Object.fromEntries(columns)),
    FastCheck.dictionary(units, FastCheck.option(units), { maxKeys: 2 }),
    FastCheck.option(odd, { freq: 3, nil: {} })
  ).map(([record, extra, odd]) => validate({ _tag: tag, ...record, ...odd, extra: { ...extra } }))
}

const inChunks = (rows: ReadonlyArray<CallRecord.Row>, size: number) => Stream.rechunk(Stream.fromIterable(rows), size)

const columnsOf = (written: Written) =>
  metadataOf(written).schema.slice(1).map(({ logical_type, name, type }) => [name, logical_type?.type ?? type])

describe("Parquet", () => {
  for (const tag of ["CdrInRecord", "CdrOutRecord"] as const) {
    it(`encode stores every value of a ${tag}, in extra what a column cannot hold`, () =>
      FastCheck.assert(
        FastCheck.asyncProperty(
          FastCheck.array(recordsOf(tag), { minLength: 1, maxLength: 30 }),
          FastCheck.integer({ min: 1, max: 31 }),
          async (records, size) => {
            const written = await Effect.runPromise(write(inChunks(records, size)))
            assert.deepStrictEqual(await read(written), records.map((record, index) => rowOf(record, index + 1)))
            assert.deepStrictEqual(written.rejected, [])
          }
        ),
        { numRuns: Number(process.env.RUNS ?? 40) }
      ))
  }

  it.effect("a file without records has all columns of its type", () =>
    Effect.gen(function*() {
      const written = yield* write(Stream.empty, { exportType: "cdr_out", apiVersion: "2026-04-16" })
      assert.deepStrictEqual(yield* Effect.promise(() => read(written)), [])
      assert.strictEqual(metadataOf(written).row_groups.length, 1)
      assert.deepStrictEqual(facts(written), {
        "didww.schema": "1",
        "didww.layout": "CdrOutRecord",
        "didww.export_id": exportId,
        "didww.api_version": "2026-04-16"
      })
      const of = (kind: string) =>
        columnsOf(written).filter(([name]) =>
          Protocol.columns.CdrOutRecord.some((column) => column.kind === kind && column.key === name)
        )
      assert.deepStrictEqual(of("money"), [["rate", "DECIMAL"], ["charged", "DECIMAL"]])
      assert.deepStrictEqual(of("time").map(([, type]) => type), ["TIMESTAMP", "TIMESTAMP", "TIMESTAMP"])
      assert.deepStrictEqual(of("seconds"), [["callDuration", "INT32"], ["billingDuration", "INT32"]])
      assert.deepStrictEqual(of("integer"), [["disconnectCode", "INT32"]])
      assert.deepStrictEqual(columnsOf(written).slice(-4), [
        ["callId", "STRING"],
        ["extra", "STRING"],
        ["exportId", "STRING"],
        ["rowNumber", "INT64"]
      ])
    }))

  it.effect("a file without records of an unknown layout is a valid file", () =>
    Effect.gen(function*() {
      const written = yield* write(Stream.empty)
      assert.deepStrictEqual(yield* Effect.promise(() => read(written)), [])
      assert.deepStrictEqual(columnsOf(written), [["exportId", "STRING"], ["rowNumber", "INT64"]])
    }))

  it.effect("a record without values is a row of nulls", () =>
    Effect.gen(function*() {
      const written = yield* write(Stream.make(cdrIn(), cdrIn()))
      const rows = yield* Effect.promise(() => read(written))
      assert.deepStrictEqual(rows, [rowOf(cdrIn(), 1), rowOf(cdrIn(), 2)])
      assert.deepStrictEqual(
        Object.entries(rows[0]!).filter(([, value]) => value !== null).map(([name]) => name),
        ["exportId", "rowNumber"]
      )
    }))

  it.effect("phone numbers keep their zeros and their plus sign", () =>
    Effect.gen(function*() {
      const record = cdrIn({ source: Option.some("0044770"), destinationDid: Option.some("+97286") })
      const [row] = yield* Effect.flatMap(write(Stream.make(record)), (written) => Effect.promise(() => read(written)))
      assert.deepStrictEqual([row?.source, row?.destinationDid], ["0044770", "+97286"])
    }))

  it.effect("text keeps a NUL, and gets U+FFFD for a lone surrogate, which is counted", () =>
    Effect.sync(() => {
      const { end, push, replacedTexts } = encoder.make({ exportId, exportType: "cdr_in" })
      const names = ["a\0b", "a\ud800b", "🙂", "a\ud800b", "\udc00"]
      push({
        records: names.map((name) => cdrIn({ sourceName: Option.some(name) })),
        rowNumbers: [1, 2, 3, 4, 5]
      })
      assert.strictEqual(replacedTexts(), 3)
      return new Uint8Array(Buffer.concat(end({})))
    }).pipe(
      Effect.flatMap((bytes) => Effect.promise(() => read({ bytes, rejected: [] }))),
      Effect.map((rows) =>
        assert.deepStrictEqual(rows.map(({ sourceName }) => sourceName), [
          "a\0b",
          "a\ufffdb",
          "🙂",
          "a\ufffdb",
          "\ufffd"
        ])
      )
    ))

  it.effect("money is exact to the last of 18 digits, and stands in extra beyond them", () =>
    Effect.gen(function*() {
      const amounts = [
        "999999999999.999999",
        "-999999999999.999999",
        "9007199254.740993",
        "0.0030000000",
        "1000000000000",
        "0.0000001",
        "-0.000001"
      ]
      const written = yield* write(Stream.fromIterable([
        ...amounts.map((amount) => cdrIn({ total: usd(amount) })),
        cdrIn({ total: Option.some(BigDecimal.make(1n, 1_000_000_000)) }),
        cdrIn({ total: Option.some(BigDecimal.make(1n, -1_000_000_000)) }),
        cdrIn({ total: Option.some(BigDecimal.make(0n, -1_000_000_000)) })
      ]))
      const rows = yield* Effect.promise(() => read(written))
      assert.deepStrictEqual(rows.map(({ total }) => total), [
        999_999_999_999_999_999n,
        -999_999_999_999_999_999n,
        9_007_199_254_740_993n,
        3000n,
        null,
        null,
        -1n,
        null,
        null,
        0n
      ])
      assert.deepStrictEqual(rows.flatMap(({ extra }) => extra === null ? [] : [JSON.parse(String(extra))]), [
        { "Total (USD)": "1000000000000" },
        { "Total (USD)": "0.0000001" },
        { "Total (USD)": "1e-1000000000" },
        { "Total (USD)": "1e+1000000000" }
      ])
      assert.deepStrictEqual(written.rejected, [])
    }))

  it.effect("a record of another layout becomes a rejected row with its number, its cells and the reason", () =>
    Effect.gen(function*() {
      const outbound = { ...empty("CdrOutRecord"), extra: { New: null, Old: "x" } }
      const written = yield* write(Stream.make(cdrIn(), rejectedRow, { ...outbound, status: Option.some("44") }))
      assert.deepStrictEqual(written.rejected[0], rejectedRow)
      const { cells, ...rest } = written.rejected[1]!
      assert.deepStrictEqual(rest, {
        _tag: "RejectedRow",
        recordNumber: 3,
        lines: 1,
        reason: "The record must be a CdrInRecord, as the first one is."
      })
      assert.deepStrictEqual(cells.filter((cell) => cell !== null), ["44", "x"])
      assert.strictEqual(cells.length, Protocol.columns.CdrOutRecord.length + 2)
      assert.deepStrictEqual((yield* Effect.promise(() => read(written))).map(({ rowNumber }) => rowNumber), [1n])
    }))

  it.effect("a failure of onRejected ends the stream", () =>
    Effect.gen(function*() {
      const file = Parquet.encode(Stream.make(cdrIn(), rejectedRow), {
        exportId,
        onRejected: ({ recordNumber }) => Effect.fail(recordNumber)
      })
      assert.strictEqual(yield* Effect.flip(Stream.runDrain(file)), 2)
    }))

  it.effect("records of another layout than the first one are refused", () =>
    Effect.gen(function*() {
      const written = yield* write(Stream.make(cdrIn(), empty("CdrOutRecord"), unknown({ A: "1" }), cdrIn()))
      assert.deepStrictEqual(written.rejected.map(({ reason }) => reason), [
        "The record must be a CdrInRecord, as the first one is.",
        "The record must be a CdrInRecord, as the first one is."
      ])
      const other = yield* write(Stream.make(unknown({ A: "1" }), unknown({ B: "2" }), unknown({}), cdrIn()))
      assert.deepStrictEqual((yield* Effect.promise(() => read(other))).map(({ A }) => A), ["1", null])
      assert.deepStrictEqual(other.rejected.map(({ recordNumber }) => recordNumber), [2, 4])
    }))

  it.effect("an unknown layout has text columns by the names of the header, each name once and none of a path", () =>
    Effect.gen(function*() {
      const columns = { "Time": "1", "time": "2", "Date": "3", "rowNumber": "4", "": null, "Größe": "" }
      const written = yield* write(Stream.make(unknown(columns)), { exportType: "sms_in" })
      assert.deepStrictEqual(yield* Effect.promise(() => read(written)), [{
        "Time": "1",
        "time #2": "2",
        "Date #2": "3",
        "rowNumber #2": "4",
        "column 5": null,
        "Größe": "",
        exportId,
        rowNumber: 1n
      }])
      assert.strictEqual(facts(written)["didww.layout"], "UnknownRecord")
    }))

  it.effect("a long file has several row groups, and each tells the bounds of its numbers", () =>
    Effect.gen(function*() {
      const at = (index: number): CallRecord.CdrInRecord =>
        cdrIn({
          startedAt: Option.some(DateTime.unsafeMake(1_772_327_502_000 + index * 1000)),
          total: Option.some(BigDecimal.make(BigInt(index - 50_000), 3)),
          attempt: index < 10 ? none : Option.some(-index),
          callId: Option.some(`call-${index}`),
          voiceInTrunk: Option.some(`Trunk ${index % 700}`)
        })
      const count = 130_000
      const written = yield* write(Stream.range(0, count - 1, 977).pipe(Stream.map(at)))
      const { row_groups } = metadataOf(written)
      assert.strictEqual(row_groups.length, 3)
      assert.strictEqual(metadataOf(written).num_rows, BigInt(count))
      for (const index of [0, 61_439, 61_440, count - 1]) {
        const range = { rowStart: index, rowEnd: index + 1 }
        assert.deepStrictEqual(yield* Effect.promise(() => read(written, range)), [rowOf(at(index), index + 1)])
      }
      const bounds = (name: string) =>
        row_groups.map(({ columns }) => {
          const found = columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === name)?.meta_data?.statistics
          return [found?.min_value, found?.max_value, found?.null_count]
        })
      const rows = row_groups.map(({ num_rows }) => num_rows)
      assert.deepStrictEqual(bounds("rowNumber"), [
        [1n, rows[0]!, 0n],
        [rows[0]! + 1n, rows[0]! + rows[1]!, 0n],
        [rows[0]! + rows[1]! + 1n, BigInt(count), 0n]
      ])
      assert.deepStrictEqual(bounds("total")[0]?.slice(0, 1), [-50])
      assert.deepStrictEqual(bounds("attempt")[2], [-(count - 1), -Number(rows[0]! + rows[1]!), 0n])
      assert.deepStrictEqual(bounds("startedAt")[0]?.[0], new Date("2026-03-01T01:11:42Z"))
      assert.deepStrictEqual(bounds("callId").map(([, , nulls]) => nulls), [0n, 0n, 0n])
    }))

  it.effect("a row group ends early if its texts are long", () =>
    Effect.gen(function*() {
      const long = "x".repeat(60_000)
      const written = yield* write(
        Stream.range(1, 1600).pipe(Stream.map((index) => cdrIn({ sourceName: Option.some(`${index}${long}`) })))
      )
      assert.isAbove(metadataOf(written).row_groups.length, 1)
      assert.strictEqual(metadataOf(written).num_rows, 1600n)
    }))
})

const save = (bytes: Uint8Array) =>
  Effect.gen(function*() {
    const files = yield* FileSystem.FileSystem
    const path = yield* files.makeTempFileScoped()
    yield* files.writeFile(path, bytes)
    return path
  })

const collected = <C extends CallRecord.Column>(path: string, options?: Parquet.RecordsOptions<C>) =>
  Effect.map(Stream.runCollect(Parquet.records(path, options)), Chunk.toReadonlyArray)

/** Reads bytes as a file. */
const reread = <C extends CallRecord.Column>(bytes: Uint8Array, options?: Parquet.RecordsOptions<C>) =>
  Effect.scoped(Effect.flatMap(save(bytes), (path) => collected(path, options))).pipe(Effect.provide(NodeContext.layer))

describe("Parquet.records", () => {
  for (const tag of ["CdrInRecord", "CdrOutRecord"] as const) {
    it(`gives back every ${tag} that encode stored`, () =>
      FastCheck.assert(
        FastCheck.asyncProperty(
          FastCheck.array(recordsOf(tag), { maxLength: 20 }),
          async (records) => {
            const { bytes } = await Effect.runPromise(write(Stream.fromIterable(records)))
            const found = await Effect.runPromise(reread(bytes))
            assert.deepStrictEqual(found.map((record) => rowOf(record, 1)), records.map((record) => rowOf(record, 1)))
            assert.deepStrictEqual(found.map(({ _tag }) => _tag), records.map(() => tag))
          }
        ),
        { numRuns: Number(process.env.RUNS ?? 20) }
      ))
  }

  it.effect("gives back the records of an unknown layout", () =>
    Effect.gen(function*() {
      const columns = { "Time": "1", "Empty": "", "None": null }
      const { bytes } = yield* write(Stream.make(unknown(columns)))
      assert.deepStrictEqual(yield* reread(bytes), [unknown(columns)])
    }))

  it.effect("gives back a number that stands in extra, also if extra is not asked for", () =>
    Effect.gen(function*() {
      const duration = Option.some(Duration.millis(1500))
      const record = cdrIn({ duration, total: usd("0.0000001"), attempt: Option.some(2 ** 40), extra: { New: "x" } })
      const { bytes } = yield* write(Stream.make(record, cdrIn()))
      assert.deepStrictEqual(yield* reread(bytes), [record, cdrIn()])
      assert.deepStrictEqual<unknown>(yield* reread(bytes, { columns: ["duration"] }), [cdrIn({ duration }), cdrIn()])
    }))

  it.effect("gives no record of a file without records", () =>
    Effect.gen(function*() {
      const { bytes } = yield* write(Stream.empty, { exportType: "cdr_in" })
      assert.deepStrictEqual(yield* reread(bytes), [])
    }))

  it.effect("reads only the columns that are asked for", () =>
    Effect.gen(function*() {
      const record = cdrIn({ status: Option.some("Completed"), total: usd("0.003000"), source: Option.some("44") })
      const { bytes } = yield* write(Stream.make({ ...record, extra: { New: "x" } }))
      const [found] = yield* reread(bytes, { columns: ["status", "total"] })
      assert.deepStrictEqual<unknown>(found, { ...record, source: none })
    }))

  it.effect("reads a long file row group by row group", () =>
    Effect.gen(function*() {
      const count = 70_000
      const record = cdrIn()
      const { bytes } = yield* write(
        Stream.range(0, count - 1, 4096).pipe(
          Stream.map((index) => ({ ...record, callId: Option.some(`call-${index}`) }))
        )
      )
      const found = yield* reread(bytes, { columns: ["callId"] })
      assert.strictEqual(found.length, count)
      const isInOrder = found.every((record, index) =>
        record._tag === "CdrInRecord" && Option.contains(record.callId, `call-${index}`)
      )
      assert.isTrue(isInOrder)
    }))

  const reasonOf = (bytes: Uint8Array) =>
    Effect.map(Effect.flip(reread(bytes)), (error) => error._tag === "InvalidParquet" ? error.reason : error._tag)

  it.effect("fails with InvalidParquet for any part of a file", () =>
    Effect.gen(function*() {
      const { bytes } = yield* write(Stream.make(cdrIn({ status: Option.some("Completed") })))
      for (let length = 0; length < bytes.length; length += length < bytes.length - 40 ? 97 : 1) {
        assert.strictEqual(yield* reasonOf(bytes.subarray(0, length)), "parquet", String(length))
      }
    }))

  it.effect("fails with InvalidParquet for a file of something else, and of a later version", () =>
    Effect.gen(function*() {
      const other = parquetWriteBuffer({ columnData: [{ name: "a", data: [1] }] })
      assert.strictEqual(yield* reasonOf(new Uint8Array(other)), "records")
      const { bytes } = yield* write(Stream.make(cdrIn()))
      const at = Buffer.from(bytes).indexOf("didww.schema") + "didww.schema".length + 2
      assert.strictEqual(bytes[at], "1".charCodeAt(0))
      assert.strictEqual(yield* reasonOf(bytes.with(at, "2".charCodeAt(0))), "version")
    }))

  it.effect("a damaged byte is never a defect", () =>
    Effect.gen(function*() {
      const { bytes } = yield* write(Stream.make(cdrIn({ status: Option.some("Completed"), total: usd("0.003") })))
      for (let at = 0; at < bytes.length; at += 13) {
        const exit = yield* Effect.exit(reread(bytes.with(at, bytes[at]! ^ 0x55)))
        assert.isTrue(Exit.isSuccess(exit) || Cause.isFailType(exit.cause), `byte ${at}`)
      }
    }))
})
