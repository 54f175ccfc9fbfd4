/** The clients of the accounts that a sync keeps. */
import { ApiVersion } from "@effect-didww/core"
import type { Export } from "@effect-didww/core"
import { ExportsClient } from "@effect-didww/http"
import { type Destination, Sync } from "@effect-didww/sync"
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Accounts from "./Accounts.js"
import * as Client from "./Client.js"
import { Usage } from "./Failure.js"

export interface Opened {
  readonly accounts: Sync.Options["accounts"]
  /** The types that the API versions of all accounts have. */
  readonly types: ReadonlyArray<Export.ExportType>
}

const typesOf = (version: ApiVersion.ApiVersion): ReadonlyArray<Export.ExportType> =>
  version === "2026-11-19" ? ["cdr_in", "cdr_out", "sms_in", "sms_out"] : ["cdr_in", "cdr_out"]

/** Without names these are all saved accounts, or that of the variables. With both nobody can tell which are meant. */
const choose = (names: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const all = yield* names.length > 0 ? Accounts.choose(names) : Accounts.all
    const kinds = new Set(all.map(({ _tag }) => _tag))
    if (kinds.size > 1) {
      return yield* new Usage({
        message:
          "DIDWW_API_KEY is set, and accounts are saved. Choose saved ones with --account, or unset the variable."
      })
    }
    return Arr.isNonEmptyReadonlyArray(all) ? all : yield* Accounts.choose([])
  })

/** Each account has a client of its own, with its own limit of requests. */
const clientOf = (account: Accounts.Account) =>
  Effect.map(
    Layer.build(Client.layer(account)),
    (context) => [account.name, Context.get(context, ExportsClient.ExportsClient)] as const
  )

/** The types that a destination keeps. `undefined` before its first run. */
export const typesKept = (destination: Destination.SyncDestination) =>
  Effect.map(
    Sync.plan({ destination }),
    ({ tracks }) => tracks.length === 0 ? undefined : Arr.dedupe(tracks.map(({ exportType }) => exportType))
  )

/** Opens the accounts until the scope closes. */
export const open = (names: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    // one after the other, because commands may ask for a passphrase
    const accounts = yield* Effect.forEach(yield* choose(names), Accounts.open)
    const versions = accounts.map(({ options }) => options.apiVersion ?? ApiVersion.defaultVersion)
    const opened: Opened = {
      accounts: Object.fromEntries(yield* Effect.forEach(accounts, clientOf)),
      types: versions.map(typesOf).reduce((some, others) => some.filter((type) => others.includes(type)))
    }
    return opened
  })
