/** Keeps the records of accounts in a destination. */
import type { Plan, Sync } from "@effect-didww/sync"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as SyncAccounts from "../SyncAccounts.js"
import * as Syncing from "../Syncing.js"
import * as SyncTarget from "../SyncTarget.js"
import * as When from "../When.js"

export interface Input extends SyncTarget.Options, Syncing.Display {
  readonly account: ReadonlyArray<string>
  readonly types: Option.Option<"all" | NonNullable<Sync.Options["types"]>>
  readonly since: Option.Option<When.When>
  readonly window: Option.Option<NonNullable<Plan.Rules["window"]>>
  readonly zone: Option.Option<DateTime.TimeZone>
  readonly wait: Duration.Duration
  readonly noAudit: boolean
  readonly prefix: Option.Option<string>
}

export const run = Effect.fnUntraced(function*(input: Input) {
  const { since, wait } = input
  const zone = Option.getOrUndefined(input.zone)
  // the destination is asked first, because a request cannot be taken back
  const destination = yield* SyncTarget.open(input)
  const kept = yield* SyncAccounts.typesKept(destination)
  const { accounts, types } = yield* SyncAccounts.open(input.account)
  yield* Syncing.run({
    destination,
    accounts,
    types: Option.isNone(input.types) ? kept ?? types : input.types.value === "all" ? types : input.types.value,
    since: Option.isSome(since) ? yield* When.instant(since.value, zone) : undefined,
    window: Option.getOrUndefined(input.window),
    zone,
    prefix: Option.getOrUndefined(input.prefix),
    wait,
    audit: !input.noAudit
  }, input)
}, Effect.scoped)
