/** The formats of text: NDJSON and CSV, plain or gzipped. */
import * as CallRecord from "@effect-didww/core/CallRecord"
import * as Gunzip from "@effect-didww/http/Gunzip"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as recordText from "../recordText.js"
import { layoutOf, origin } from "./columns.js"
import type { Encoder, Format, Target } from "./format.js"

const encoder = new TextEncoder()

const ndjson = ({ source }: Target): Encoder => {
  const exportId = JSON.stringify(source.exportId)
  return {
    push: ({ records, rowNumbers }) => {
      let text = ""
      for (let index = 0; index < records.length; index++) {
        const line = CallRecord.toLine(records[index]!)
        // the members of a destination stand behind those of the record
        text += `${line.slice(0, -1)},"exportId":${exportId},"rowNumber":${rowNumbers[index]}}\n`
      }
      return { bytes: text === "" ? [] : [encoder.encode(text)], rejected: [] }
    },
    end: () => []
  }
}

const csv = ({ isContinued, source, subject }: Target): Encoder => {
  let cellsOf: ((record: CallRecord.CallRecord) => string) | undefined
  let hasHeader = isContinued
  const begin = (record: CallRecord.CallRecord | undefined): string => {
    const layout = layoutOf(record, subject.exportType)
    const keys = layout.columns.map(({ key }) => key)
    const names = layout._tag === "UnknownRecord" ? layout.columns.map(({ name }) => name) : [...keys, "extra"]
    cellsOf = (record) => keys.length === 0 ? "" : `${cells(record, keys)},`
    if (hasHeader) return ""
    hasHeader = true
    return `${[...names, ...origin].map(cell).join(",")}\n`
  }
  const exportId = cell(source.exportId)
  return {
    push: ({ records, rowNumbers }) => {
      if (records.length === 0) return { bytes: [], rejected: [] }
      let text = cellsOf === undefined ? begin(records[0]) : ""
      for (let index = 0; index < records.length; index++) {
        text += `${cellsOf?.(records[index]!)}${exportId},${rowNumbers[index]}\n`
      }
      return { bytes: [encoder.encode(text)], rejected: [] }
    },
    end: () => hasHeader ? [] : [encoder.encode(begin(undefined))]
  }
}

type Cell = string | number | null | undefined

const cells = (record: CallRecord.CallRecord, keys: ReadonlyArray<string>): string => {
  if (record._tag === "UnknownRecord") return keys.map((key) => cell(record.columns[key])).join(",")
  // the keys are those of the record's own table
  const json = CallRecord.encode(record) as unknown as Readonly<Record<string, Cell>>
  let line = ""
  for (const key of keys) line += `${cell(json[key])},`
  return Object.keys(record.extra).length === 0 ? line : line + cell(JSON.stringify(record.extra))
}

/** Null is an empty cell, and blank text is a pair of quotes. */
const cell = (value: Cell): string =>
  value == null
    ? ""
    : typeof value === "number"
    ? String(value)
    : value === "" || /[",\r\n]/.test(value)
    ? `"${value.replaceAll("\"", "\"\"")}"`
    : value

const plain = (path: string) => Stream.unwrap(Effect.map(FileSystem.FileSystem, (files) => files.stream(path)))

const gunzipped = (path: string) =>
  Stream.provideService(Gunzip.decompress(plain(path)), Gunzip.Gunzip, NodeGunzip.engine)

/** The formats by the ending of a file's name. */
export const formats = {
  ndjson: {
    extension: "ndjson",
    isResumable: true,
    isGzipped: false,
    start: ndjson,
    read: (path) => recordText.ndjson(plain(path), {})
  },
  "ndjson.gz": {
    extension: "ndjson.gz",
    isResumable: true,
    isGzipped: true,
    start: ndjson,
    read: (path) => recordText.ndjson(gunzipped(path), {})
  },
  csv: {
    extension: "csv",
    isResumable: true,
    isGzipped: false,
    start: csv,
    read: (path) => recordText.csv(plain(path), {})
  },
  "csv.gz": {
    extension: "csv.gz",
    isResumable: true,
    isGzipped: true,
    start: csv,
    read: (path) => recordText.csv(gunzipped(path), {})
  }
} satisfies Readonly<Record<string, Format>>

/** The format of a data file. A directory can have files of another format than its destination was made for. */
export const formatOf = (format: Format, path: string): Format | undefined =>
  [format, ...Object.values<Format>(formats)].find(({ extension }) => path.endsWith(`/records.${extension}`))
