/** Values of each kind of column in JSON. None is null. */
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as decimal from "../decimal.js"
import * as wireTime from "../wireTime.js"

export const text = (self: Option.Option<string>): string | null => Option.isSome(self) ? self.value : null

export const integer = (self: Option.Option<number>): number | null => Option.isSome(self) ? self.value : null

export const seconds = (self: Option.Option<Duration.Duration>): number | null =>
  Option.isSome(self) ? Duration.toSeconds(self.value) : null

export const money = (self: Option.Option<BigDecimal.BigDecimal>): string | null =>
  Option.isSome(self) ? decimal.format(self.value) : null

export const time = (self: Option.Option<DateTime.Utc>): string | null =>
  Option.isSome(self) ? wireTime.formatIso(self.value) : null
