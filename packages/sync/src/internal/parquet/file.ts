/** A Parquet file, row group by row group: pages compressed by Snappy, which every reader knows, and the footer. */
import type { ColumnChunk, PageHeader, ParquetType, SchemaElement } from "hyparquet"
import { ByteWriter, ParquetWriter } from "hyparquet-writer"
import { writePageHeader } from "hyparquet-writer/src/datapage.js"
import { snappyCompressor } from "hysnappy"
import { RowNumbers } from "./columns.js"
import type { Type } from "./fields.js"
import { type Column, PageWriter } from "./pages.js"

// a compressor has the memory of its greatest page, so there is one for all files
const compress = snappyCompressor()

export class ParquetFile {
  private readonly out = new ByteWriter(65_536)
  private readonly pages = new PageWriter()
  private readonly file: ParquetWriter
  private pieces: Array<Uint8Array> = []

  constructor(private readonly columns: ReadonlyArray<Column>) {
    this.file = new ParquetWriter({
      writer: this.out,
      schema: [{ name: "call_records", num_children: columns.length }, ...columns.map(elementOf)],
      createdBy: "effect-didww"
    })
  }

  /** Writes the columns as a row group. Gives the bytes of the file that are new. */
  rowGroup(rows: number): ReadonlyArray<Uint8Array> {
    const start = this.out.offset
    const chunks = this.columns.map((column) => this.chunk(column, rows))
    const uncompressed = chunks.reduce((sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n), 0n)
    this.file.row_groups.push({
      columns: chunks,
      num_rows: BigInt(rows),
      total_byte_size: uncompressed,
      total_compressed_size: BigInt(this.out.offset - start)
    })
    this.file.num_rows += BigInt(rows)
    return this.take()
  }

  /** Writes the footer. */
  end(metadata: Readonly<Record<string, string>>): ReadonlyArray<Uint8Array> {
    this.file.kvMetadata = Object.entries(metadata).map(([key, value]) => ({ key, value }))
    void this.file.finish()
    return this.take()
  }

  private take(): ReadonlyArray<Uint8Array> {
    this.flush()
    const { pieces } = this
    this.pieces = []
    return pieces
  }

  private flush(): void {
    this.pieces.push(this.out.getBytes().slice())
    // `offset` is the position in the file, and goes on
    this.out.index = 0
  }

  /** Writes bytes of their own. Only few are copied. */
  private write(bytes: Uint8Array): void {
    if (bytes.length < 16_384) return this.out.appendBytes(bytes)
    this.flush()
    this.pieces.push(bytes)
    this.out.offset += bytes.length
  }

  private chunk(column: Column, rows: number): ColumnChunk {
    const start = this.out.offset
    const { bounds, data, dictionary, encoding } = this.pages.pages(column, rows)
    const first = dictionary && this.page(dictionary.bytes, {
      type: "DICTIONARY_PAGE",
      dictionary_page_header: { num_values: dictionary.size, encoding: "PLAIN" }
    })
    const second = this.page(data, {
      type: "DATA_PAGE",
      data_page_header: {
        num_values: rows,
        encoding,
        definition_level_encoding: "RLE",
        repetition_level_encoding: "RLE"
      }
    })
    return {
      file_offset: BigInt(start),
      meta_data: {
        type: physical[typeOf(column)],
        encodings: first === undefined ? [encoding, "RLE"] : ["PLAIN", "RLE", encoding],
        path_in_schema: [nameOf(column)],
        codec: "SNAPPY",
        num_values: BigInt(rows),
        total_uncompressed_size: BigInt((first?.uncompressed ?? 0) + second.uncompressed),
        total_compressed_size: BigInt(this.out.offset - start),
        data_page_offset: BigInt(second.offset),
        ...(first !== undefined && { dictionary_page_offset: BigInt(first.offset) }),
        statistics: { null_count: BigInt(rows - column.count), ...bounds }
      }
    }
  }

  private page(bytes: Uint8Array, header: Pick<PageHeader, "type" | "data_page_header" | "dictionary_page_header">) {
    const { out } = this
    const { offset } = out
    const compressed = compress(bytes)
    writePageHeader(out, {
      ...header,
      uncompressed_page_size: bytes.length,
      compressed_page_size: compressed.length
    })
    const uncompressed = out.offset - offset + bytes.length
    this.write(compressed)
    return { offset, uncompressed }
  }
}

const typeOf = (column: Column): Type | "int64" => column instanceof RowNumbers ? "int64" : column.field.type

const nameOf = (column: Column): string => column instanceof RowNumbers ? column.name : column.field.name

/** The types that values are stored as. */
export const physical = {
  timestamp: "INT64",
  decimal: "INT64",
  int64: "INT64",
  int32: "INT32",
  text: "BYTE_ARRAY"
} as const satisfies Record<Type | "int64", ParquetType>

/** Every column may be null. Old readers know the converted type, new readers the logical type. */
const elementOf = (column: Column): SchemaElement => ({
  name: nameOf(column),
  type: physical[typeOf(column)],
  repetition_type: "OPTIONAL",
  ...logical[typeOf(column)]
})

const logical: { readonly [T in Type | "int64"]: Partial<SchemaElement> } = {
  timestamp: {
    converted_type: "TIMESTAMP_MICROS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" }
  },
  decimal: {
    converted_type: "DECIMAL",
    precision: 18,
    scale: 6,
    logical_type: { type: "DECIMAL", precision: 18, scale: 6 }
  },
  int64: {},
  int32: {},
  text: { converted_type: "UTF8", logical_type: { type: "STRING" } }
}
