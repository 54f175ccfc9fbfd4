/**
 * Reads the NDJSON and the CSV of records that this program and pulls write.
 *
 * Both become the CSV of an archive again, which core's decoder reads: the schema of rows would take twenty times as long.
 */
import { CallRecord, Protocol } from "@effect-didww/core"
import * as Chunk from "effect/Chunk"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

type Options = Pick<CallRecord.DecodeOptions, "columns">

type Tag = keyof typeof Protocol.columns

/** The column that holds those without a field, as JSON. */
const extra = "extra"

const encoder = new TextEncoder()

/** The header of an archive for the header of our own CSV. `undefined` if the line is none. */
export const headerOf = (line: string): Uint8Array | undefined => {
  const keys = line.split(",")
  const tag = (["CdrInRecord", "CdrOutRecord"] as const).find((tag) =>
    Protocol.columns[tag].every(({ key }) => keys.includes(key))
  )
  if (tag === undefined) return undefined
  const names = new Map(Protocol.columns[tag].map(({ key, name }) => [key, name]))
  return encoder.encode(keys.map((key) => names.get(key) ?? key).join(","))
}

/** Reads our own CSV, whose header is that of an archive already. */
export const csv = <E, R>(bytes: Stream.Stream<Uint8Array, E, R>, options: Options) =>
  Stream.mapChunks(CallRecord.decodeStream(bytes, options), Chunk.map(restored))

const isColumns = Schema.is(CallRecord.Columns)

const parse = Option.liftThrowable((text: string): unknown => JSON.parse(text))

const none: CallRecord.Columns = {}

/** Gives a record the columns without a field back. */
const restored = (row: CallRecord.Row): CallRecord.Row => {
  if (row._tag === "RejectedRow" || row._tag === "UnknownRecord" || !Object.hasOwn(row.extra, extra)) return row
  const text = row.extra[extra]
  if (text == null || text === "") return { ...row, extra: none }
  return { ...row, extra: Option.getOrElse(Option.filter(parse(text), isColumns), () => none) }
}

/** A longer line is no row. */
const longestLine = 1_048_576

/** Reads our own NDJSON: a record a line, or a rejected row. */
export const ndjson = <E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>,
  options: Options
): Stream.Stream<CallRecord.Row, E, R> =>
  Stream.suspend(() => {
    const decoder = new TextDecoder()
    const read = reader(options)
    let rest = ""
    return Stream.concat(
      Stream.mapChunks(Stream.rechunk(bytes, 1), (chunks) => {
        const lines = `${rest}${
          Chunk.toReadonlyArray(chunks).map((chunk) => decoder.decode(chunk, { stream: true })).join("")
        }`
          .split("\n")
        rest = lines.pop() ?? ""
        // the end of a line that is too long is a line that cannot be read
        if (rest.length > longestLine) lines.push(rest.slice(0, 1))
        if (rest.length > longestLine) rest = ""
        return Chunk.unsafeFromArray(read(lines))
      }),
      Stream.suspend(() => Stream.fromIterable(read([rest])))
    )
  })

/** Reads lines. It keeps a decoder for each layout. */
const reader = (options: Options) => {
  const decoders = new Map<Tag, ReturnType<typeof Protocol.decoder>>()
  const decoderOf = (tag: Tag) => {
    const found = decoders.get(tag)
    if (found !== undefined) return found
    const made = Protocol.decoder(options)
    made.push(encoder.encode(`${[...Protocol.columns[tag].map(({ name }) => name), extra].map(quoted).join(",")}\n`))
    decoders.set(tag, made)
    return made
  }
  let number = 0
  return (lines: ReadonlyArray<string>): ReadonlyArray<CallRecord.Row> => {
    const rows: Array<CallRecord.Row> = []
    // rows of one layout that come one after the other are decoded together
    let run: { readonly tag: Tag; csv: string } | undefined
    const flush = () => {
      if (run === undefined) return
      for (const row of decoderOf(run.tag).push(encoder.encode(run.csv))) rows.push(restored(row))
      run = undefined
    }
    for (const line of lines) {
      if (line === "" || line === "\r") continue
      number = number + 1
      const json = Option.getOrUndefined(parse(line))
      const tag = Predicate.hasProperty(json, "_tag") ? json._tag : undefined
      if (tag === "CdrInRecord" || tag === "CdrOutRecord") {
        if (run?.tag !== tag) flush()
        run ??= { tag, csv: "" }
        run.csv = `${run.csv}${csvOf(tag, json)}\n`
      } else {
        flush()
        rows.push(Option.getOrElse(decodeRow(json), () => unreadable(number)))
      }
    }
    flush()
    return rows
  }
}

const decodeRow = Schema.decodeUnknownOption(CallRecord.Row)

const unreadable = (recordNumber: number): CallRecord.Row =>
  CallRecord.RejectedRow.make({
    recordNumber,
    lines: 1,
    cells: [],
    reason: "The line must be a record as JSON, and is not."
  })

/** The line of CSV for a record. */
const csvOf = (tag: Tag, json: unknown): string => {
  const cells = Protocol.columns[tag].map(({ key }) => Predicate.hasProperty(json, key) ? cellOf(json[key]) : "")
  const others = Predicate.hasProperty(json, extra) ? JSON.stringify(json[extra]) : undefined
  return [...cells, others === undefined || others === "{}" ? "" : quoted(others)].join(",")
}

/** A cell of any kind but a text or a number makes its row unreadable. */
const cellOf = (value: unknown): string =>
  value == null ? "" : typeof value === "number" ? String(value) : quoted(String(value))

/** Writes a cell of CSV (RFC 4180). */
const quoted = (cell: string): string => `"${cell.replaceAll("\"", "\"\"")}"`
