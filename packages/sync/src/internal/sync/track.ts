/** An account and a type, with the rules by which they are kept. */
import type { ExportType } from "@effect-didww/core/Export"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type { Manifest, Window } from "../../Manifest.js"
import * as calendar from "../calendar.js"
import type * as state from "./state.js"

/** The rules with their defaults. */
export interface Rules {
  readonly now: DateTime.Utc
  readonly zone: DateTime.TimeZone
  readonly step: calendar.Step
  readonly provisionalAfter: Duration.Duration
  readonly settleAfter: Duration.Duration
  readonly confirmAfter: Duration.Duration
  readonly overdueAfter: Duration.Duration
  readonly audit: boolean
  /** The first instant that DIDWW has. */
  readonly cliff: DateTime.Utc
}

/** An account and a type. */
export interface TrackInput {
  readonly account: string
  readonly exportType: ExportType
  readonly rules: Rules
  readonly since: DateTime.Utc
  /** By time. */
  readonly manifests: ReadonlyArray<Manifest>
  readonly state: state.State
}

/** The intent of a window, and the generation to request. A void intent has used up its generation. */
export const intended = ({ state }: TrackInput, window: Window, held: number) => {
  const found = state.intents.find(({ subject }) =>
    subject.window.key === window.key && calendar.isSame(subject.window, window)
  )
  const intent = found !== undefined && found.subject.generation > held ? found : undefined
  return {
    intent: intent?.isVoid ? undefined : intent,
    generation: intent === undefined ? held + 1 : intent.subject.generation + (intent.isVoid ? 1 : 0)
  }
}
