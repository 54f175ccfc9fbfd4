/** The names of the ledger's documents. */
import * as Effect from "effect/Effect"

const segments = /^(?!\.)[\w=.-]+(?:\/(?!\.)[\w=.-]+)*$/

/** Ends the program for any other name: it could lead out of the ledger. */
export const checked = (name: string): Effect.Effect<string> =>
  segments.test(name) ? Effect.succeed(name) : Effect.dieMessage(`${JSON.stringify(name)} is not a document's name.`)
