/** The plan and the state of a destination, without a request. */
import type { ExportType } from "@effect-didww/core/Export"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { DestinationError, SyncDestination } from "../../Destination.js"
import * as Plan from "../../Plan.js"
import type { Status } from "../../Sync.js"
import * as states from "./state.js"

interface Options extends Plan.Rules {
  readonly destination: SyncDestination
  readonly accounts?: ReadonlyArray<string> | undefined
  readonly types?: ReadonlyArray<ExportType> | undefined
}

interface Standing extends Plan.Input {
  readonly state: states.State
}

/** What the plan of a destination is made of. */
export const standingOf = (options: Options): Effect.Effect<Standing, DestinationError> =>
  Effect.gen(function*() {
    const { destination } = options
    const manifests = yield* destination.manifests
    const state = yield* states.load(destination)
    const { accounts, types } = options
    const tracks = state.coverages.filter(({ account, exportType }) =>
      (accounts?.includes(account) ?? true) && (types?.includes(exportType) ?? true)
    )
    const [rules] = tracks
    return {
      ...options,
      window: options.window ?? rules?.window,
      zone: options.zone ?? rules?.zone,
      tracks,
      manifests,
      state,
      now: yield* DateTime.now
    }
  })

export const plan = (options: Options): Effect.Effect<Plan.Plan, DestinationError> =>
  Effect.map(standingOf(options), Plan.make)

export const status = (options: Options): Effect.Effect<Status, DestinationError> =>
  // the options of a run fit too: its accounts are clients
  Effect.map(standingOf({ ...options, accounts: undefined, types: undefined }), (standing) => ({
    plan: Plan.make(standing),
    lastSuccess: standing.state.successes[0]?.at,
    records: standing.manifests.reduce((sum, { records }) => sum + records, 0)
  }))

export const acknowledge = (
  destination: SyncDestination,
  isMeant: (lost: Plan.Lost) => boolean,
  rules: Plan.Rules
): Effect.Effect<ReadonlyArray<Plan.Lost>, DestinationError> =>
  Effect.gen(function*() {
    const { lost } = yield* plan({ ...rules, destination })
    const at = yield* DateTime.now
    const meant = lost.filter((one) => !one.isAcknowledged && isMeant(one))
    yield* Effect.forEach(meant, ({ account, exportType, window: { from, to } }) =>
      states.save(destination.ledger, "acknowledgements", { account, exportType, from, to, at }), { discard: true })
    return meant
  })
