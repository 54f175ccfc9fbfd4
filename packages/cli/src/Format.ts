/** The formats of rows. The ending of a file's name chooses one, or `--format` does. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Usage } from "./Failure.js"
import { listed } from "./internal/text.js"
import { Stdio } from "./Stdio.js"

interface Traits {
  /** What a file's name ends in. */
  readonly ending: string
  /** Whether it is text. Text can be compressed: its name ends in `.gz` too. */
  readonly isText: boolean
  /** Whether each row has the same columns. Otherwise a row names its own. */
  readonly hasColumns: boolean
}

/** Every format. */
const formats = {
  table: { ending: ".txt", isText: true, hasColumns: true },
  tsv: { ending: ".tsv", isText: true, hasColumns: true },
  csv: { ending: ".csv", isText: true, hasColumns: true },
  ndjson: { ending: ".ndjson", isText: true, hasColumns: false },
  json: { ending: ".json", isText: true, hasColumns: false },
  parquet: { ending: ".parquet", isText: false, hasColumns: true }
} satisfies Readonly<Record<string, Traits>>

export type Format = keyof typeof formats

export type TextFormat = Exclude<Format, "parquet">

/** The names of the formats. */
export const names: ReadonlyArray<Format> = ["table", "tsv", "csv", "ndjson", "json", "parquet"]

/** What is known about a format. */
export const traits = (format: Format): Traits => formats[format]

const gz = ".gz"

/** The endings of names that choose a format. */
export const endings: ReadonlyArray<string> = names.flatMap((name) => {
  const { ending, isText } = formats[name]
  return isText ? [ending, `${ending}${gz}`] : [ending]
})

/** How rows are written. */
export interface Chosen {
  readonly format: Format
  readonly isCompressed: boolean
  /** The file, or none for stdout. */
  readonly path: Option.Option<string>
}

/** What the flags say. */
export interface Options {
  readonly format: Option.Option<Format>
  /** A file. `-` is stdout. */
  readonly output: Option.Option<string>
}

/** The file that the flags name. None is stdout. */
export const pathOf = ({ output }: Pick<Options, "output">): Option.Option<string> =>
  Option.filter(output, (path) => path !== "-")

/** The format that a name ends in. */
export const ofPath = (path: string): Option.Option<Format> => {
  const name = path.toLowerCase()
  return Option.fromNullable(names.find((format) => {
    const { ending, isText } = formats[format]
    return name.endsWith(ending) || isText && name.endsWith(`${ending}${gz}`)
  }))
}

/** Chooses how rows are written. Without a file and a format it is a table for a terminal, and tsv for a pipe. */
export const choose = (options: Options): Effect.Effect<Chosen, Usage, Stdio> =>
  Effect.gen(function*() {
    const { columns } = yield* Stdio
    const path = pathOf(options)
    const given = Option.getOrUndefined(options.format)
    if (Option.isNone(path)) {
      const format = given ?? (columns === undefined ? "tsv" : "table")
      return columns === undefined || formats[format].isText
        ? { format, isCompressed: false, path }
        : yield* new Usage({ message: `Refusing to write ${format} to the terminal. Use -o FILE.` })
    }
    const ended = Option.getOrUndefined(ofPath(path.value))
    const format = given ?? ended
    if (format === undefined) return yield* unknownEnding(path.value)
    if (ended !== undefined && ended !== format) {
      return yield* new Usage({
        message: `${path.value} ends like ${ended}, but --format says ${format}. Change one of them.`
      })
    }
    const isCompressed = path.value.toLowerCase().endsWith(gz)
    return isCompressed && !formats[format].isText
      ? yield* new Usage({ message: `A file of ${format} is compressed already. Leave out ${gz}.` })
      : { format, isCompressed, path }
  })

/** Says that a name chooses no format, and which endings do. */
export const unknownEnding = (path: string): Usage =>
  new Usage({
    message: `The ending of ${path} names no format. Known endings: ${listed(endings, "and")}. Or use --format.`
  })
