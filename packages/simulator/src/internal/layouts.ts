/** The layouts of archives: their columns, and generated cells for them. */
import type { Row } from "../Archive.js"
import type { ApiVersion } from "../Simulator.js"
import * as holdings from "./holdings.js"
import { hex, pick, type Random } from "./random.js"

export type Cell = string | null

export interface Layout {
  readonly columns: ReadonlyArray<string>
  /** The columns that hold a date. */
  readonly dates: ReadonlyArray<number>
  /** The columns that hold money. */
  readonly money: ReadonlyArray<number>
  /** The columns whose text may need quotes. */
  readonly texts: ReadonlyArray<number>
  /** How many of a hundred calls are answered. `undefined` for messages. */
  readonly answered: number | undefined
  /** Writes the cells of a call, and its money in thousandths in the order of `money`. Draws what the call leaves open. */
  readonly fill: (cells: Array<Cell>, money: Array<number>, call: Call, random: Random) => void
}

/** A call or a message, as its row shows it. */
export interface Call {
  /** Seconds since 1970. */
  start: number
  isAnswered: boolean
  /** The seconds from the start to the connection, or to the end of a call that is not answered. */
  ring: number
  /** The seconds from the connection to the end. */
  length: number
  id: string | undefined
  attempt: number | undefined
  didNumber: string | undefined
  /** The index of the outbound trunk. */
  trunk: number | undefined
}

export const inboundAnswered = 85

export const outboundAnswered = 80

/** Draws whether a call is answered, when, and for how long. */
export const draw = (call: Call, answered: number, random: Random): void => {
  call.isAnswered = random.below(100) < answered
  call.length = call.isAnswered ? seconds(random) : 0
  call.ring = random.below(20)
}

const two = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, "0"))

const days = new Map<number, string>()

const dayOf = (day: number): string => {
  const known = days.get(day)
  if (known !== undefined) return known
  const text = new Date(day * 86_400_000).toISOString().slice(0, 11).replace("T", " ")
  days.set(day, text)
  return text
}

/** Writes a time as `YYYY-MM-DD HH:MM:SS`, much faster than `Date` does. */
const time = (seconds: number): string => {
  const day = Math.floor(seconds / 86_400)
  const rest = seconds - day * 86_400
  return `${dayOf(day)}${two[Math.floor(rest / 3600)]}:${two[Math.floor(rest / 60) % 60]}:${two[rest % 60]}`
}

const decimals = Array.from({ length: 1000 }, (_, value) => `.${String(value).padStart(3, "0")}`)

const amount = (thousandths: number): string => `${Math.floor(thousandths / 1000)}${decimals[thousandths % 1000]}`

const seconds = (random: Random): number => random.below(random.below(10) === 0 ? 3600 : 300) + 1

const names = [
  "",
  "John Smith",
  "Zoë Müller",
  "O'Neill, Pat",
  "\"Bob\" Ray",
  "山田太郎",
  "ANONYMOUS",
  "José\nSecond line"
]

const destinations = [
  "sip:test@example.com",
  "iax:324@34234234",
  "sip:\"desk\"@example.com;transport=tcp",
  "97226000000"
]

const groups = ["Trunk Group A", "Trunk Group B", null]

const capacities = ["Shared Cap A", null]

const failures = [["404", "Not Found"], ["486", "Busy Here"], ["487", "Request Terminated"], [
  "603",
  "Decline, try later"
]]

const countries = [["United Kingdom", "BT"], ["United States", "AT&T"], ["Côte d'Ivoire", "Orange"], ["Israel", null]]

const inbound: Layout = {
  columns: [
    "Date/Time Start (UTC)",
    "Date/Time Connect (UTC)",
    "Date/Time End (UTC)",
    "Status",
    "Source",
    "Source Name",
    "Destination DID",
    "Duration (sec)",
    "Attempt",
    "Disconnect Code",
    "Response",
    "Disconnect Initiator",
    "Voice IN Trunk",
    "Destination",
    "Trunk Group",
    "Capacity Group",
    "Toll-free (USD)",
    "PSTN (USD)",
    "Metered (USD)",
    "CNAM IN (USD)",
    "Total (USD)",
    "Call ID"
  ],
  dates: [0, 1, 2],
  money: [16, 17, 18, 19, 20],
  texts: [5, 10, 12, 13],
  answered: inboundAnswered,
  fill: (cells, money, call, random) => {
    const { isAnswered, length, start } = call
    const connected = start + call.ring
    const failure = pick(random, failures)
    const minutes = Math.ceil(length / 60)
    const kind = random.below(10)
    money[0] = kind === 0 ? minutes * 21 : 0
    money[1] = kind > 0 ? minutes * 3 : 0
    money[2] = kind === 1 ? minutes * 17 : 0
    money[3] = isAnswered && kind === 2 ? 5 : 0
    money[4] = money[0] + money[1] + money[2] + money[3]
    cells[0] = time(start)
    cells[1] = isAnswered ? time(connected) : ""
    cells[2] = isAnswered ? time(connected + length) : ""
    cells[3] = isAnswered ? "Completed" : "Failed"
    cells[4] = random.below(50) === 0 ? "" : `44770${1_000_000 + random.below(9_000_000)}`
    cells[5] = pick(random, names)
    cells[6] = call.didNumber ?? pick(random, holdings.didNumbers)
    cells[7] = String(length)
    cells[8] = String(call.attempt ?? 1 + random.below(3))
    cells[9] = isAnswered ? "200" : failure[0]!
    cells[10] = isAnswered ? "Bye" : failure[1]!
    cells[11] = random.below(2) === 0 ? "Origination" : "Termination"
    cells[12] = pick(random, holdings.trunkNames)
    cells[13] = pick(random, destinations)
    cells[14] = pick(random, groups)
    cells[15] = pick(random, capacities)
    for (let index = 0; index < 5; index++) cells[16 + index] = amount(money[index]!)
    cells[21] = call.id ?? (isAnswered ? hex(random) + hex(random) : null)
  }
}

const outbound: Layout = {
  columns: [
    "Date/Time Start (UTC)",
    "Date/Time Connect (UTC)",
    "Date/Time End (UTC)",
    "Status",
    "Source",
    "CLI",
    "Destination Number",
    "Call Duration (sec)",
    "Billing Duration (sec)",
    "Disconnect Code",
    "Disconnect Reason",
    "Voice OUT Trunk",
    "Destination Country",
    "Network",
    "Call Type",
    "Rate (USD)",
    "Charged (USD)",
    "P-Charge-Info",
    "Call ID"
  ],
  dates: [0, 1, 2],
  money: [15, 16],
  texts: [10, 11, 12, 13],
  answered: outboundAnswered,
  fill: (cells, money, call, random) => {
    const { isAnswered, length, start } = call
    const connected = start + call.ring
    const failure = pick(random, failures)
    const [country, network] = pick(random, countries)
    const billed = Math.ceil(length / 60) * 60
    const rate = 8 + random.below(40)
    const source = `44770${1_000_000 + random.below(9_000_000)}`
    money[0] = isAnswered ? rate : 0
    money[1] = billed / 60 * money[0]
    cells[0] = time(start)
    cells[1] = isAnswered ? time(connected) : ""
    cells[2] = isAnswered ? time(connected + length) : ""
    cells[3] = isAnswered ? "Completed" : "Failed"
    cells[4] = source
    cells[5] = random.below(10) === 0 ? null : source
    cells[6] = !isAnswered && random.below(10) === 0 ? "" : `1415555${1000 + random.below(9000)}`
    cells[7] = String(length)
    cells[8] = isAnswered ? String(billed) : null
    cells[9] = isAnswered ? "200" : failure[0]!
    cells[10] = isAnswered ? "Normal call clearing" : failure[1]!
    cells[11] = call.trunk === undefined ? pick(random, holdings.trunkNames) : holdings.trunkNames[call.trunk]!
    cells[12] = isAnswered ? country! : null
    cells[13] = isAnswered ? network! : null
    cells[14] = random.below(5) === 0 ? "Local" : "International"
    cells[15] = isAnswered ? amount(rate) : null
    cells[16] = isAnswered ? amount(money[1]) : "0"
    cells[17] = random.below(20) === 0 ? "sip:+14155550100@example.com" : null
    cells[18] = call.id ?? hex(random) + hex(random)
  }
}

/** The columns that DIDWW documents so far. */
const inbound20261119: Layout = {
  columns: [
    "Date/Time Start (UTC)",
    "Date/Time Connect (UTC)",
    "Date/Time End (UTC)",
    "Status",
    "Source Number",
    "Source Number Out",
    "Source Name",
    "Source Country",
    "Source Network",
    "Destination DID"
  ],
  dates: [0, 1, 2],
  money: [],
  texts: [6, 7, 8],
  answered: inboundAnswered,
  fill: (cells, _, call, random) => {
    const { isAnswered, start } = call
    const connected = start + call.ring
    const [country, network] = pick(random, countries)
    cells[0] = time(start)
    cells[1] = isAnswered ? time(connected) : ""
    cells[2] = isAnswered ? time(connected + call.length) : ""
    cells[3] = isAnswered ? "Completed" : "Failed"
    cells[4] = `44770${1_000_000 + random.below(9_000_000)}`
    cells[5] = random.below(3) === 0 ? null : cells[4]
    cells[6] = pick(random, names)
    cells[7] = country!
    cells[8] = network!
    cells[9] = call.didNumber ?? pick(random, holdings.didNumbers)
  }
}

/** Invented columns, for exports whose layout DIDWW does not document. */
const unknown: Layout = {
  columns: ["Reference", "Handled At", "Parts", "Remark, if any", "Fee"],
  dates: [1],
  money: [4],
  texts: [3],
  answered: undefined,
  fill: (cells, money, call, random) => {
    money[0] = random.below(100)
    cells[0] = call.id ?? hex(random)
    cells[1] = time(call.start)
    cells[2] = String(1 + random.below(4))
    cells[3] = random.below(4) === 0 ? null : pick(random, names)
    cells[4] = amount(money[0])
  }
}

export const layoutOf = (exportType: string, version: ApiVersion): Layout => {
  switch (`${exportType} ${version}`) {
    case "cdr_in 2026-04-16":
      return inbound
    case "cdr_out 2026-04-16":
      return outbound
    case "cdr_in 2026-11-19":
      return inbound20261119
    default:
      return unknown
  }
}

/** The ways in which a row of this layout can be bad. */
export const kindsOf = ({ dates, money }: Layout): ReadonlyArray<NonNullable<Row["bad"]>> => [
  "short",
  "long",
  ...(dates.length > 0 ? ["date" as const] : []),
  ...(money.length > 0 ? ["money" as const] : [])
]

/** Copies the cells and damages the copy. */
export const spoiled = (
  { dates, money }: Layout,
  cells: ReadonlyArray<Cell>,
  bad: NonNullable<Row["bad"]>,
  lot: number
): Array<Cell> => {
  switch (bad) {
    case "short":
      return cells.slice(0, 1 + lot % (cells.length - 1))
    case "long":
      return [...cells, ...["one", "too, many"].slice(lot % 2)]
    case "date":
      return cells.with(dates[0]!, ["2026-02-30 10:00:00", "yesterday", "2026-10-01 24:61:00"][lot % 3]!)
    case "money":
      return cells.with(money[lot % money.length]!, ["1,50", "0.0o3", "--1"][lot % 3]!)
  }
}
