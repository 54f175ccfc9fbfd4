/**
 * The columns of the CSV, one entry for each, by layout. The schemas of records, the layout of a file, decoding and encoding
 * derive from this table. After a change run `scripts/generate.mjs`.
 */
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { ApiVersion } from "../ApiVersion.js"
import * as decimal from "./decimal.js"
import { optionOf, transform, transformOrRefuse } from "./schema.js"

/** A decimal number in a string, in any exact notation. Keeps its zeros. */
export const Money = transformOrRefuse(Schema.String, Schema.BigDecimalFromSelf, {
  decode: (text) => Either.fromNullable(decimal.parse(text), () => "a decimal number such as 0.010"),
  encode: (money) => Either.right(decimal.format(money))
}).annotations({ identifier: "@effect-didww/core/Money" })

// JSON has no infinity, and no call lasts less than nothing
const isLength = (seconds: number): boolean => Number.isFinite(seconds) && seconds >= 0

/** In whole milliseconds where that is exact, as durations of rows are. */
const ofSeconds = (seconds: number): Duration.Duration => {
  const millis = Math.round(seconds * 1000)
  return millis / 1000 === seconds ? Duration.millis(millis) : Duration.seconds(seconds)
}

/** A duration as a number of seconds. */
export const Seconds = transform(
  Schema.Number.pipe(Schema.filter(isLength)),
  Schema.DurationFromSelf.pipe(Schema.filter((duration) => isLength(Duration.toSeconds(duration)))),
  { decode: ofSeconds, encode: Duration.toSeconds }
).annotations({ identifier: "@effect-didww/core/Seconds" })

/** The kinds of cells, with the value of each. */
const kinds = {
  text: optionOf(Schema.String),
  integer: optionOf(Schema.Int),
  seconds: optionOf(Seconds),
  money: optionOf(Money),
  time: optionOf(Schema.DateTimeUtc)
}

export type Kind = keyof typeof kinds

interface Column<K extends Kind> {
  /** In the header. */
  readonly name: string
  readonly kind: K
  readonly property: (typeof kinds)[K]
  /** The versions whose exports are documented to have it. */
  readonly versions: ReadonlyArray<ApiVersion>
}

const before: ReadonlyArray<ApiVersion> = ["2026-04-16"]
const since: ReadonlyArray<ApiVersion> = ["2026-11-19"]
const both = [...before, ...since]

const column = <K extends Kind>(kind: K, name: string, versions = before): Column<K> => ({
  name,
  kind,
  property: kinds[kind],
  versions
})

/** Of 2026-11-19 only the first ten columns are known. Money is in US dollars. */
export const cdrIn = {
  /** When the call began. */
  startedAt: column("time", "Date/Time Start (UTC)", both),
  /** When the call was connected. */
  connectedAt: column("time", "Date/Time Connect (UTC)", both),
  /** When the call ended. */
  endedAt: column("time", "Date/Time End (UTC)", both),
  status: column("text", "Status", both),
  /** The caller's number. Of 2026-04-16. */
  source: column("text", "Source"),
  /** Since 2026-11-19. */
  sourceNumber: column("text", "Source Number", since),
  /** Since 2026-11-19. */
  sourceNumberOut: column("text", "Source Number Out", since),
  /** The caller's name. */
  sourceName: column("text", "Source Name", both),
  /** Since 2026-11-19. */
  sourceCountry: column("text", "Source Country", since),
  /** Since 2026-11-19. */
  sourceNetwork: column("text", "Source Network", since),
  /** The called number. */
  destinationDid: column("text", "Destination DID", both),
  duration: column("seconds", "Duration (sec)"),
  /** Counts from 1. */
  attempt: column("integer", "Attempt"),
  /** A status code of SIP. */
  disconnectCode: column("integer", "Disconnect Code"),
  response: column("text", "Response"),
  disconnectInitiator: column("text", "Disconnect Initiator"),
  voiceInTrunk: column("text", "Voice IN Trunk"),
  /** The address that the call was sent to. */
  destination: column("text", "Destination"),
  trunkGroup: column("text", "Trunk Group"),
  capacityGroup: column("text", "Capacity Group"),
  tollFree: column("money", "Toll-free (USD)"),
  pstn: column("money", "PSTN (USD)"),
  metered: column("money", "Metered (USD)"),
  cnamIn: column("money", "CNAM IN (USD)"),
  total: column("money", "Total (USD)"),
  callId: column("text", "Call ID")
}

/** Money is in US dollars. */
export const cdrOut = {
  /** When the call began. */
  startedAt: column("time", "Date/Time Start (UTC)"),
  /** When the call was connected. */
  connectedAt: column("time", "Date/Time Connect (UTC)"),
  /** When the call ended. */
  endedAt: column("time", "Date/Time End (UTC)"),
  status: column("text", "Status"),
  source: column("text", "Source"),
  /** The number that was shown to the called party. */
  cli: column("text", "CLI"),
  destinationNumber: column("text", "Destination Number"),
  callDuration: column("seconds", "Call Duration (sec)"),
  billingDuration: column("seconds", "Billing Duration (sec)"),
  /** A status code of SIP. */
  disconnectCode: column("integer", "Disconnect Code"),
  disconnectReason: column("text", "Disconnect Reason"),
  voiceOutTrunk: column("text", "Voice OUT Trunk"),
  destinationCountry: column("text", "Destination Country"),
  network: column("text", "Network"),
  callType: column("text", "Call Type"),
  rate: column("money", "Rate (USD)"),
  charged: column("money", "Charged (USD)"),
  pChargeInfo: column("text", "P-Charge-Info"),
  callId: column("text", "Call ID")
}

/** The layouts by the tag of their records. */
export const layouts = {
  CdrInRecord: {
    exportType: "cdr_in",
    columns: cdrIn,
    /** The columns that tell the layout: every version has them, and the other layout has not. */
    marks: [cdrIn.startedAt.name, cdrIn.status.name, cdrIn.destinationDid.name]
  },
  CdrOutRecord: {
    exportType: "cdr_out",
    columns: cdrOut,
    marks: [cdrOut.startedAt.name, cdrOut.status.name, cdrOut.destinationNumber.name]
  }
}

export type Tag = keyof typeof layouts

/** The public facts about each column. */
export const list = (
  tag: Tag
): ReadonlyArray<{ readonly key: string; readonly name: string; readonly kind: Kind }> =>
  Object.entries(layouts[tag].columns).map(([key, { kind, name }]) => ({ key, name, kind }))
