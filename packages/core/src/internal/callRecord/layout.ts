/** Which field is in which cell: decided once, by the header. */
import type { CdrInRecord, CdrOutRecord } from "../../CallRecord.js"

type Names<Record> = { readonly [K in Exclude<keyof Record, "_tag" | "extra">]: string }

/** The columns of 2026-04-16, and those of 2026-11-19 that are known. */
const cdrIn: Names<CdrInRecord> = {
  startedAt: "Date/Time Start (UTC)",
  connectedAt: "Date/Time Connect (UTC)",
  endedAt: "Date/Time End (UTC)",
  status: "Status",
  source: "Source",
  sourceNumber: "Source Number",
  sourceNumberOut: "Source Number Out",
  sourceName: "Source Name",
  sourceCountry: "Source Country",
  sourceNetwork: "Source Network",
  destinationDid: "Destination DID",
  duration: "Duration (sec)",
  attempt: "Attempt",
  disconnectCode: "Disconnect Code",
  response: "Response",
  disconnectInitiator: "Disconnect Initiator",
  voiceInTrunk: "Voice IN Trunk",
  destination: "Destination",
  trunkGroup: "Trunk Group",
  capacityGroup: "Capacity Group",
  tollFree: "Toll-free (USD)",
  pstn: "PSTN (USD)",
  metered: "Metered (USD)",
  cnamIn: "CNAM IN (USD)",
  total: "Total (USD)",
  callId: "Call ID"
}

const cdrOut: Names<CdrOutRecord> = {
  startedAt: "Date/Time Start (UTC)",
  connectedAt: "Date/Time Connect (UTC)",
  endedAt: "Date/Time End (UTC)",
  status: "Status",
  source: "Source",
  cli: "CLI",
  destinationNumber: "Destination Number",
  callDuration: "Call Duration (sec)",
  billingDuration: "Billing Duration (sec)",
  disconnectCode: "Disconnect Code",
  disconnectReason: "Disconnect Reason",
  voiceOutTrunk: "Voice OUT Trunk",
  destinationCountry: "Destination Country",
  network: "Network",
  callType: "Call Type",
  rate: "Rate (USD)",
  charged: "Charged (USD)",
  pChargeInfo: "P-Charge-Info",
  callId: "Call ID"
}

// what 2026-04-16 and 2026-11-19 have in common, and no other direction has
const marks = {
  cdrIn: ["Date/Time Start (UTC)", "Status", "Destination DID"],
  cdrOut: ["Date/Time Start (UTC)", "Status", "Destination Number"]
}

/** The column of a field, from 0, or `absent`. */
type Indexes<Names> = { readonly [K in keyof Names]: number }

export const absent = -1

export type Layout =
  & {
    /** each one once */
    readonly names: ReadonlyArray<string>
    /** the columns that are no field */
    readonly others: ReadonlyArray<Column>
  }
  & (
    | { readonly _tag: "CdrIn"; readonly indexes: Indexes<Names<CdrInRecord>> }
    | { readonly _tag: "CdrOut"; readonly indexes: Indexes<Names<CdrOutRecord>> }
    | { readonly _tag: "Unknown" }
  )

export type CdrInLayout = Extract<Layout, { readonly _tag: "CdrIn" }>

export type CdrOutLayout = Extract<Layout, { readonly _tag: "CdrOut" }>

interface Column {
  readonly name: string
  readonly index: number
}

export const fromHeader = (header: ReadonlyArray<string>): Layout => {
  const names = distinct(header)
  const isCdrIn = marks.cdrIn.every((name) => names.includes(name))
  const isCdrOut = marks.cdrOut.every((name) => names.includes(name))
  if (isCdrIn === isCdrOut) return { _tag: "Unknown", names, others: others(names, {}) }
  return isCdrIn
    ? { _tag: "CdrIn", names, others: others(names, cdrIn), indexes: indexes(names, cdrIn) }
    : { _tag: "CdrOut", names, others: others(names, cdrOut), indexes: indexes(names, cdrOut) }
}

const others = (names: ReadonlyArray<string>, fields: Readonly<Record<string, string>>): ReadonlyArray<Column> => {
  const known = new Set(Object.values(fields))
  return names.map((name, index) => ({ name, index })).filter(({ name }) => !known.has(name))
}

// `Object.entries` forgets the keys that it keeps
const indexes = <Fields extends Indexes<unknown>>(
  names: ReadonlyArray<string>,
  fields: { readonly [K in keyof Fields]: string }
) =>
  Object.fromEntries(
    Object.entries<string>(fields).map(([field, name]) => [field, names.indexOf(name)])
  ) as Indexes<typeof fields>

/** A name that an earlier column has gets ` #2`, ` #3` or the next that is free behind it. */
const distinct = (header: ReadonlyArray<string>): ReadonlyArray<string> => {
  const taken = new Set(header)
  const seen = new Set<string>()
  return header.map((name) => {
    if (!seen.has(name)) {
      seen.add(name)
      return name
    }
    let number = 2
    while (taken.has(`${name} #${number}`)) number++
    taken.add(`${name} #${number}`)
    return `${name} #${number}`
  })
}
