/** Written by scripts/generate.mjs from the table of columns. Do not edit. */
import type * as CallRecord from "../../CallRecord.js"
import type { Tag } from "../columns.js"
import type { Cells } from "./cells.js"
import * as json from "./json.js"
import type { Indexes } from "./layout.js"

type Writable<A> = { -readonly [Key in keyof A]: A[Key] }

type Constructor<T extends Tag, A> = new(cells: Cells, row: number, indexes: Indexes<T>, extra: CallRecord.Columns) => A

// Constructors of plain objects. V8 allocates a literal in the old generation for good once it saw most of its objects
// survive, as those of a batch do. Each dead record there keeps its values until the next full collection.

export const CdrInRecord = function(
  this: Writable<CallRecord.CdrInRecord>,
  cells: Cells,
  row: number,
  indexes: Indexes<"CdrInRecord">,
  extra: CallRecord.Columns
) {
  this._tag = "CdrInRecord"
  this.startedAt = cells.time(row, indexes.startedAt)
  this.connectedAt = cells.time(row, indexes.connectedAt)
  this.endedAt = cells.time(row, indexes.endedAt)
  this.status = cells.text(row, indexes.status)
  this.source = cells.text(row, indexes.source)
  this.sourceNumber = cells.text(row, indexes.sourceNumber)
  this.sourceNumberOut = cells.text(row, indexes.sourceNumberOut)
  this.sourceName = cells.text(row, indexes.sourceName)
  this.sourceCountry = cells.text(row, indexes.sourceCountry)
  this.sourceNetwork = cells.text(row, indexes.sourceNetwork)
  this.destinationDid = cells.text(row, indexes.destinationDid)
  this.duration = cells.seconds(row, indexes.duration)
  this.attempt = cells.integer(row, indexes.attempt)
  this.disconnectCode = cells.integer(row, indexes.disconnectCode)
  this.response = cells.text(row, indexes.response)
  this.disconnectInitiator = cells.text(row, indexes.disconnectInitiator)
  this.voiceInTrunk = cells.text(row, indexes.voiceInTrunk)
  this.destination = cells.text(row, indexes.destination)
  this.trunkGroup = cells.text(row, indexes.trunkGroup)
  this.capacityGroup = cells.text(row, indexes.capacityGroup)
  this.tollFree = cells.money(row, indexes.tollFree)
  this.pstn = cells.money(row, indexes.pstn)
  this.metered = cells.money(row, indexes.metered)
  this.cnamIn = cells.money(row, indexes.cnamIn)
  this.total = cells.money(row, indexes.total)
  this.callId = cells.text(row, indexes.callId)
  this.extra = extra
} as unknown as Constructor<"CdrInRecord", CallRecord.CdrInRecord>
CdrInRecord.prototype = Object.prototype

export const CdrOutRecord = function(
  this: Writable<CallRecord.CdrOutRecord>,
  cells: Cells,
  row: number,
  indexes: Indexes<"CdrOutRecord">,
  extra: CallRecord.Columns
) {
  this._tag = "CdrOutRecord"
  this.startedAt = cells.time(row, indexes.startedAt)
  this.connectedAt = cells.time(row, indexes.connectedAt)
  this.endedAt = cells.time(row, indexes.endedAt)
  this.status = cells.text(row, indexes.status)
  this.source = cells.text(row, indexes.source)
  this.cli = cells.text(row, indexes.cli)
  this.destinationNumber = cells.text(row, indexes.destinationNumber)
  this.callDuration = cells.seconds(row, indexes.callDuration)
  this.billingDuration = cells.seconds(row, indexes.billingDuration)
  this.disconnectCode = cells.integer(row, indexes.disconnectCode)
  this.disconnectReason = cells.text(row, indexes.disconnectReason)
  this.voiceOutTrunk = cells.text(row, indexes.voiceOutTrunk)
  this.destinationCountry = cells.text(row, indexes.destinationCountry)
  this.network = cells.text(row, indexes.network)
  this.callType = cells.text(row, indexes.callType)
  this.rate = cells.money(row, indexes.rate)
  this.charged = cells.money(row, indexes.charged)
  this.pChargeInfo = cells.text(row, indexes.pChargeInfo)
  this.callId = cells.text(row, indexes.callId)
  this.extra = extra
} as unknown as Constructor<"CdrOutRecord", CallRecord.CdrOutRecord>
CdrOutRecord.prototype = Object.prototype

export const cdrInJson = (self: CallRecord.CdrInRecord): typeof CallRecord.CdrInRecord.Encoded => ({
  _tag: "CdrInRecord",
  startedAt: json.time(self.startedAt),
  connectedAt: json.time(self.connectedAt),
  endedAt: json.time(self.endedAt),
  status: json.text(self.status),
  source: json.text(self.source),
  sourceNumber: json.text(self.sourceNumber),
  sourceNumberOut: json.text(self.sourceNumberOut),
  sourceName: json.text(self.sourceName),
  sourceCountry: json.text(self.sourceCountry),
  sourceNetwork: json.text(self.sourceNetwork),
  destinationDid: json.text(self.destinationDid),
  duration: json.seconds(self.duration),
  attempt: json.integer(self.attempt),
  disconnectCode: json.integer(self.disconnectCode),
  response: json.text(self.response),
  disconnectInitiator: json.text(self.disconnectInitiator),
  voiceInTrunk: json.text(self.voiceInTrunk),
  destination: json.text(self.destination),
  trunkGroup: json.text(self.trunkGroup),
  capacityGroup: json.text(self.capacityGroup),
  tollFree: json.money(self.tollFree),
  pstn: json.money(self.pstn),
  metered: json.money(self.metered),
  cnamIn: json.money(self.cnamIn),
  total: json.money(self.total),
  callId: json.text(self.callId),
  extra: self.extra
})

export const cdrOutJson = (self: CallRecord.CdrOutRecord): typeof CallRecord.CdrOutRecord.Encoded => ({
  _tag: "CdrOutRecord",
  startedAt: json.time(self.startedAt),
  connectedAt: json.time(self.connectedAt),
  endedAt: json.time(self.endedAt),
  status: json.text(self.status),
  source: json.text(self.source),
  cli: json.text(self.cli),
  destinationNumber: json.text(self.destinationNumber),
  callDuration: json.seconds(self.callDuration),
  billingDuration: json.seconds(self.billingDuration),
  disconnectCode: json.integer(self.disconnectCode),
  disconnectReason: json.text(self.disconnectReason),
  voiceOutTrunk: json.text(self.voiceOutTrunk),
  destinationCountry: json.text(self.destinationCountry),
  network: json.text(self.network),
  callType: json.text(self.callType),
  rate: json.money(self.rate),
  charged: json.money(self.charged),
  pChargeInfo: json.text(self.pChargeInfo),
  callId: json.text(self.callId),
  extra: self.extra
})
