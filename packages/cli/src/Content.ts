/** Reads rows from bytes of any kind: an archive, its CSV, or what this program wrote. Their beginning tells the kind. */
import { CallRecord, DidwwError } from "@effect-didww/core"
import * as Gunzip from "@effect-didww/http/Gunzip"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { RecordText } from "@effect-didww/sync"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** The bytes are no records. */
export class NotRecords extends Data.TaggedError("NotRecords")<{
  /** The file, or `stdin`. */
  readonly name: string
  /** A phrase for what it holds instead. */
  readonly found: string
}> {
  override get message(): string {
    return `${this.name} holds ${this.found} instead of call records. It must be an archive, its CSV, or ` +
      "ndjson, csv or parquet that this program wrote."
  }
}

/** What is read of each row. */
export type Options = Pick<CallRecord.DecodeOptions, "columns">

type Bytes<E, R> = Stream.Stream<Uint8Array, E, R>

type Rows<E, R> = Stream.Stream<CallRecord.Row, E | DidwwError.CorruptArchive | NotRecords, R>

/** Reads rows. `name` stands for the bytes in an error. */
export const rows = <E, R>(bytes: Bytes<E, R>, name: string, options: Options): Rows<E, R> =>
  begun(
    bytes,
    (head) => head.length >= 2,
    (head, all) => isGzip(head) ? gunzipped(all, name, options) : text(all, name, options)
  )

const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b

const gunzipped = <E, R>(bytes: Bytes<E, R>, name: string, options: Options): Rows<E, R> =>
  Stream.suspend(() => {
    let read = 0
    let given = 0
    const counted = Stream.tap(bytes, (chunk) =>
      Effect.sync(() => {
        read = read + chunk.length
      }))
    return text(Stream.provideService(Gunzip.decompress(counted), Gunzip.Gunzip, NodeGunzip.engine), name, options)
      .pipe(
        Stream.mapChunks((chunk) => {
          given = given + chunk.length
          return chunk
        }),
        Stream.mapError((error) =>
          isGunzipError(error)
            ? new DidwwError.CorruptArchive({ reason: error.reason, bytes: read, rows: given })
            : error
        )
      )
  })

const isGunzipError = (error: unknown): error is Gunzip.GunzipError => error instanceof Gunzip.GunzipError

/** A header is shorter. */
const longestHeader = 65_536

const lineFeed = 10

const text = <E, R>(bytes: Bytes<E, R>, name: string, options: Options): Rows<E, R> =>
  begun(bytes, (head) => head.includes(lineFeed) || head.length > longestHeader, (head, all): Rows<E, R> => {
    const end = head.indexOf(lineFeed)
    const line = new TextDecoder().decode(end < 0 ? head : head.subarray(0, end)).replace(/\r$/, "")
    if (line.startsWith("{")) return RecordText.ndjson(all, options)
    if (RecordText.isHeader(line)) return RecordText.csv(all, options)
    const found = foundIn(line)
    return found === undefined ? CallRecord.decodeStream(all, options) : Stream.fail(new NotRecords({ name, found }))
  })

/** A phrase for text that is no CSV with several columns. A line that is no text is left to the decoder. */
const foundIn = (line: string): string | undefined =>
  line === "" || line.includes(",") || /(?!\t)[\p{Cc}\ufffd]/u.test(line)
    ? undefined
    : line.startsWith("PAR1")
    ? "Parquet, which is read from a file only"
    : line.startsWith("[")
    ? "a JSON array"
    : line.includes("\t")
    ? "tab-separated lines"
    : "other text"

/** Reads on until the beginning is enough. Gives `use` the beginning, and all bytes. */
const begun = <E, R, B, E2, R2>(
  bytes: Bytes<E, R>,
  isEnough: (head: Uint8Array) => boolean,
  use: (head: Uint8Array, all: Bytes<E, R>) => Stream.Stream<B, E2, R2>
): Stream.Stream<B, E | E2, R | R2> =>
  Stream.unwrapScoped(Effect.gen(function*() {
    const pull = yield* Stream.toPull(bytes)
    const next = Effect.catchAll(
      Effect.asSome(pull),
      Option.match({ onNone: () => Effect.succeedNone, onSome: Effect.fail })
    )
    let head = new Uint8Array(0)
    let hasMore = true
    while (hasMore && !isEnough(head)) {
      const chunk = yield* next
      hasMore = Option.isSome(chunk)
      if (Option.isSome(chunk)) head = joined([head, ...chunk.value])
    }
    const rest = hasMore ? Stream.repeatEffectChunkOption(pull) : Stream.empty
    return use(head, head.length === 0 ? rest : Stream.concat(Stream.make(head), rest))
  }))

const joined = (chunks: ReadonlyArray<Uint8Array>): Uint8Array<ArrayBuffer> => {
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at = at + chunk.length
  }
  return all
}
