/** What identifies a record across windows. */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import * as Chunk from "effect/Chunk"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Identity } from "../Destination.js"
import { ofRow } from "./pull/rowsHash.js"

const callIdOf = (record: CallRecord.CallRecord): string | undefined =>
  record._tag === "UnknownRecord" ? record.columns["Call ID"] ?? undefined : Option.getOrUndefined(record.callId)

/** The identities of the records among rows. */
export const ofRows = <E, R>(rows: Stream.Stream<CallRecord.Row, E, R>): Stream.Stream<Identity, E, R> =>
  Stream.mapChunks(rows, (chunk) =>
    Chunk.filterMap(chunk, (row) =>
      row._tag === "RejectedRow"
        ? Option.none()
        : Option.some({ hash: ofRow(row), callId: callIdOf(row) })))
