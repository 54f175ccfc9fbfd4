/** The schema's encoding by hand. */
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { Row } from "../../CallRecord.js"
import * as decimal from "../decimal.js"
import * as wireTime from "../wireTime.js"

export const encode = (row: Row): typeof Row.Encoded => {
  switch (row._tag) {
    case "CdrInRecord":
      return {
        _tag: "CdrInRecord",
        startedAt: time(row.startedAt),
        connectedAt: time(row.connectedAt),
        endedAt: time(row.endedAt),
        status: Option.getOrNull(row.status),
        source: Option.getOrNull(row.source),
        sourceNumber: Option.getOrNull(row.sourceNumber),
        sourceNumberOut: Option.getOrNull(row.sourceNumberOut),
        sourceName: Option.getOrNull(row.sourceName),
        sourceCountry: Option.getOrNull(row.sourceCountry),
        sourceNetwork: Option.getOrNull(row.sourceNetwork),
        destinationDid: Option.getOrNull(row.destinationDid),
        duration: seconds(row.duration),
        attempt: Option.getOrNull(row.attempt),
        disconnectCode: Option.getOrNull(row.disconnectCode),
        response: Option.getOrNull(row.response),
        disconnectInitiator: Option.getOrNull(row.disconnectInitiator),
        voiceInTrunk: Option.getOrNull(row.voiceInTrunk),
        destination: Option.getOrNull(row.destination),
        trunkGroup: Option.getOrNull(row.trunkGroup),
        capacityGroup: Option.getOrNull(row.capacityGroup),
        tollFree: money(row.tollFree),
        pstn: money(row.pstn),
        metered: money(row.metered),
        cnamIn: money(row.cnamIn),
        total: money(row.total),
        callId: Option.getOrNull(row.callId),
        extra: row.extra
      }
    case "CdrOutRecord":
      return {
        _tag: "CdrOutRecord",
        startedAt: time(row.startedAt),
        connectedAt: time(row.connectedAt),
        endedAt: time(row.endedAt),
        status: Option.getOrNull(row.status),
        source: Option.getOrNull(row.source),
        cli: Option.getOrNull(row.cli),
        destinationNumber: Option.getOrNull(row.destinationNumber),
        callDuration: seconds(row.callDuration),
        billingDuration: seconds(row.billingDuration),
        disconnectCode: Option.getOrNull(row.disconnectCode),
        disconnectReason: Option.getOrNull(row.disconnectReason),
        voiceOutTrunk: Option.getOrNull(row.voiceOutTrunk),
        destinationCountry: Option.getOrNull(row.destinationCountry),
        network: Option.getOrNull(row.network),
        callType: Option.getOrNull(row.callType),
        rate: money(row.rate),
        charged: money(row.charged),
        pChargeInfo: Option.getOrNull(row.pChargeInfo),
        callId: Option.getOrNull(row.callId),
        extra: row.extra
      }
    case "UnknownRecord":
    case "RejectedRow":
      return row
  }
}

const time = (self: Option.Option<DateTime.Utc>): string | null =>
  Option.isSome(self) ? wireTime.formatIso(self.value) : null

const money = (self: Option.Option<BigDecimal.BigDecimal>): string | null =>
  Option.isSome(self) ? decimal.format(self.value) : null

const seconds = (self: Option.Option<Duration.Duration>): number | null =>
  Option.isSome(self) ? Duration.toSeconds(self.value) : null
