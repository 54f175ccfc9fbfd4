/** Writes exports to stdout or to a file. */
import type { ExportQuery } from "@effect-didww/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as ExportRow from "./ExportRow.js"
import type { Usage } from "./Failure.js"
import * as Output from "./Output.js"
import type { Stdio } from "./Stdio.js"

/** What the flags say about the exports that a command writes. */
export interface Options extends Output.Options {
  readonly fields: Option.Option<ReadonlyArray<ExportRow.Name>>
}

/** How a command writes exports. */
export interface Chosen extends Output.Chosen {
  readonly names: Option.Option<ReadonlyArray<ExportRow.Name>>
}

/** Chooses how exports are written. A command does so before it does anything else. */
export const choose = (options: Options): Effect.Effect<Chosen, Usage, Stdio> =>
  Effect.map(Output.choose(options), (chosen) => ({
    ...chosen,
    // a row without its id is of little use, so it comes first unless it has another place
    names: Option.map(
      options.fields,
      (names): ReadonlyArray<ExportRow.Name> => names.includes("id") ? names : ["id", ...names]
    )
  }))

/** The attributes that the columns need. */
export const fieldsOf = ({ names }: Chosen): ReadonlyArray<ExportQuery.Field> | undefined =>
  Option.getOrUndefined(Option.map(names, (names) => names.flatMap((name) => name === "id" ? [] : [name])))

/** Writes one export. */
export const one = (chosen: Chosen, row: ExportRow.ExportRow) => Output.one(chosen, row, ExportRow.shape(chosen.names))
