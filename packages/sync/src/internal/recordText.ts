/**
 * Reads the NDJSON and the CSV of records that pulls and the command line write.
 *
 * Both become the CSV of an archive again, which core's decoder reads: the schema of rows would take twenty times as long.
 */
import * as CallRecord from "@effect-didww/core/CallRecord"
import type { CorruptArchive } from "@effect-didww/core/DidwwError"
import * as Protocol from "@effect-didww/core/Protocol"
import * as Chunk from "effect/Chunk"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { origin } from "./file/columns.js"

type Options = Pick<CallRecord.DecodeOptions, "columns">

type Tag = keyof typeof Protocol.columns

/** The column that holds those without a field, as JSON. */
const extra = "extra"

const encoder = new TextEncoder()

/** The header of an archive for the header of our own CSV. `undefined` if the line is none. */
export const headerOf = (line: string): string | undefined => {
  const keys = line.split(",")
  const tag = (["CdrInRecord", "CdrOutRecord"] as const).find((tag) =>
    Protocol.columns[tag].every(({ key }) => keys.includes(key))
  )
  if (tag === undefined) return undefined
  const names = new Map(Protocol.columns[tag].map(({ key, name }) => [key, name]))
  return keys.map((key) => names.get(key) ?? key).join(",")
}

/** Reads our own CSV. */
export const csv = <E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>,
  options: Options
): Stream.Stream<CallRecord.Row, E | CorruptArchive, R> =>
  Stream.mapChunks(CallRecord.decodeStream(withHeader(bytes), options), Chunk.map(restored))

/** A header is shorter. */
const longestHeader = 65_536

const lineFeed = 10

/** Puts the header of an archive in the place of ours. */
const withHeader = <E, R>(bytes: Stream.Stream<Uint8Array, E, R>): Stream.Stream<Uint8Array, E, R> =>
  Stream.suspend(() => {
    let head = new Uint8Array(0)
    let isDone = false
    const replaced = (end: number): ReadonlyArray<Uint8Array> => {
      isDone = true
      const header = headerOf(new TextDecoder().decode(head.subarray(0, end)))
      return header === undefined ? [head] : [encoder.encode(header), head.subarray(end)]
    }
    const take = (piece: Uint8Array): ReadonlyArray<Uint8Array> => {
      if (isDone) return [piece]
      const joined = new Uint8Array(head.length + piece.length)
      joined.set(head)
      joined.set(piece, head.length)
      head = joined
      const end = head.indexOf(lineFeed)
      return end >= 0 || head.length > longestHeader ? replaced(end < 0 ? 0 : end) : []
    }
    return Stream.concat(
      Stream.mapConcat(bytes, take),
      Stream.suspend(() => isDone ? Stream.empty : Stream.fromIterable(replaced(head.length)))
    )
  })

const isColumns = Schema.is(CallRecord.Columns)

const parse = Option.liftThrowable((text: string): unknown => JSON.parse(text))

const none: CallRecord.Columns = {}

const isOrigin = (name: string): boolean => origin.some((column) => column === name)

/** Gives a record the columns without a field back, and takes those away that a file has at its end. */
const restored = (row: CallRecord.Row): CallRecord.Row => {
  if (row._tag === "RejectedRow") return row
  if (row._tag === "UnknownRecord") {
    const columns = Object.entries(row.columns).filter(([name]) => !isOrigin(name))
    return { ...row, columns: Object.fromEntries(columns) }
  }
  if (!Object.hasOwn(row.extra, extra)) return row
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
