/** The clients of the accounts that a sync keeps. */
import { ExportsClient } from "@effect-didww/http"
import type { Sync } from "@effect-didww/sync"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Client from "./Client.js"

export interface Accounts {
  readonly accounts: Sync.Options["accounts"]
  /** The types that the API versions of all accounts have. */
  readonly types: NonNullable<Sync.Options["types"]>
}

export const open = (_names: ReadonlyArray<string>) =>
  Effect.map(
    Client.provide(ExportsClient.ExportsClient, { env: Option.none(), simulator: false }),
    (client): Accounts => ({ accounts: { default: client }, types: ["cdr_in", "cdr_out"] })
  )
