/** Reads the rows of several sources, one after the other, and follows how far it is. */
import type { CallRecord } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Archived from "./Archived.js"
import type * as Content from "./Content.js"
import type { Moment } from "./Progress.js"
import * as Source from "./Source.js"

/** The rows of sources. */
export interface Reading<S, E, R> {
  readonly sources: ReadonlyArray<S>
  readonly rows: (source: S) => Stream.Stream<CallRecord.Row, E, R>
  /** The line of progress. */
  readonly line: (moment: Moment) => string
}

/** Adds up what is read of each source. */
const following = (sources: ReadonlyArray<Source.Source>) => {
  const { line, onProgress } = Archived.progress()
  const sizes = Option.all(sources.map((source) => source._tag === "File" ? source.size : Option.none()))
  const known = Option.map(sizes, (sizes) => sizes.reduce((sum, size) => sum + size, 0))
  let before = { bytes: 0, rows: 0 }
  let now = before
  const report = (total: Option.Option<number>) =>
    onProgress({
      bytes: before.bytes + now.bytes,
      rows: before.rows + now.rows,
      total: Option.orElse(known, () => sources.length === 1 ? total : Option.none()),
      etag: Option.none()
    })
  return {
    line,
    begin: Effect.sync(() => {
      before = { bytes: before.bytes + now.bytes, rows: before.rows + now.rows }
      now = { bytes: 0, rows: 0 }
    }),
    bytes: (count: number) => {
      now = { ...now, bytes: now.bytes + count }
      return report(Option.none())
    },
    rows: (count: number) => {
      now = { ...now, rows: now.rows + count }
    },
    progress: ({ bytes, rows, total }: ExportsClient.Progress) => {
      now = { bytes, rows }
      return report(total)
    }
  }
}

type Following = ReturnType<typeof following>

const rowsOfLocal = (source: Source.Local, options: Content.Options, { begin, bytes, rows }: Following) =>
  Stream.unwrap(Effect.as(
    begin,
    Stream.mapChunks(Source.rows(source, options, bytes), (chunk) => {
      rows(chunk.length)
      return chunk
    })
  ))

const rowsOfExport = (id: Archived.Id, { begin, progress }: Following) =>
  Stream.unwrap(Effect.gen(function*() {
    const client = yield* ExportsClient.ExportsClient
    const archived = yield* Archived.get(id)
    yield* begin
    return client.records(archived, { exportType: Archived.exportTypeOf(archived), onProgress: progress })
  }))

type AnyRows = ReturnType<typeof rowsOfLocal> | ReturnType<typeof rowsOfExport>

/** Reads sources that need no account. */
export const local = (sources: ReadonlyArray<Source.Local>, options: Content.Options = {}) => {
  const follow = following(sources)
  return { sources, line: follow.line, rows: (source: Source.Local) => rowsOfLocal(source, options, follow) }
}

/** Reads sources of any kind. */
export const any = (sources: ReadonlyArray<Source.Source>, options: Content.Options = {}) => {
  const follow = following(sources)
  const rows = (
    source: Source.Source
  ): Stream.Stream<CallRecord.Row, Stream.Stream.Error<AnyRows>, Stream.Stream.Context<AnyRows>> =>
    source._tag === "Export" ? rowsOfExport(source.id, follow) : rowsOfLocal(source, options, follow)
  return { sources, line: follow.line, rows }
}
