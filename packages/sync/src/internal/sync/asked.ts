/** Windows and months that somebody asks for once more. The intent is the note that the next plan finds. */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { DestinationError, SyncDestination } from "../../Destination.js"
import type { Subject } from "../../Manifest.js"
import * as audits_ from "./audits.js"
import * as plans from "./plan.js"
import { standingOf } from "./standing.js"
import * as state from "./state.js"
import { intended, type TrackInput } from "./track.js"

type IsMeant = (subject: Subject) => boolean

export const again = (destination: SyncDestination, isMeant: IsMeant) =>
  ask(destination, (track) =>
    track.manifests
      .filter(({ subject }) =>
        isMeant(subject) && DateTime.greaterThanOrEqualTo(subject.window.from, track.rules.cliff)
      )
      .map(({ subject }) => {
        const { generation, intent } = intended(track, subject.window, subject.generation)
        return { subject: { ...subject, generation }, intent }
      }))

export const audits = (destination: SyncDestination, isMeant: IsMeant) =>
  ask(destination, (track) => audits_.possible(track).filter(({ subject }) => isMeant(subject)))

interface Asked {
  readonly subject: Subject
  /** What a run began already is not asked for twice. */
  readonly intent: state.Intent | undefined
}

/** A run could overwrite the note, so none may be active. */
const ask = (
  destination: SyncDestination,
  askedOf: (track: TrackInput) => ReadonlyArray<Asked>
): Effect.Effect<ReadonlyArray<Subject>, DestinationError> =>
  Effect.scoped(Effect.gen(function*() {
    const { check } = yield* destination.hold
    const standing = yield* standingOf({ destination })
    const asked = plans.tracksOf(standing).flatMap(askedOf)
    yield* Effect.forEach(asked, ({ intent, subject }) =>
      intent === undefined
        ? Effect.andThen(check, state.save(destination.ledger, "intents", { subject, at: standing.now, isAsked: true }))
        : Effect.void, { discard: true })
    return asked.map(({ subject }) => subject)
  }))
