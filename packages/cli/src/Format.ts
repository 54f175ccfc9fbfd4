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

const all: ReadonlyArray<Format> = ["table", "tsv", "csv", "ndjson", "json", "parquet"]

/** What is known about a format. */
export const traits = (format: Format): Traits => formats[format]

const gz = ".gz"

/** A format, and whether it is compressed. */
export interface Encoding {
  readonly format: Format
  readonly isCompressed: boolean
}

const encodings: ReadonlyArray<Encoding> = all.flatMap((format) => [
  { format, isCompressed: false },
  ...(formats[format].isText ? [{ format, isCompressed: true }] : [])
])

const written = ({ isCompressed }: Encoding, text: string): string => isCompressed ? `${text}${gz}` : text

/** The name of an encoding, such as `csv.gz`. */
export const nameOf = (encoding: Encoding): string => written(encoding, encoding.format)

/** The names of the encodings. */
export const names: ReadonlyArray<string> = encodings.map(nameOf)

/** The endings of names that choose an encoding. */
export const endings: ReadonlyArray<string> = encodings.map((encoding) =>
  written(encoding, formats[encoding.format].ending)
)

/** Reads the name of an encoding. */
export const parse = (name: string): Option.Option<Encoding> =>
  Option.fromNullable(encodings.find((encoding) => nameOf(encoding) === name))

/** How rows are written. */
export interface Chosen extends Encoding {
  /** The file, or none for stdout. */
  readonly path: Option.Option<string>
}

/** What the flags say. */
export interface Options {
  readonly format: Option.Option<Encoding>
  /** A file. `-` is stdout. */
  readonly output: Option.Option<string>
}

/** The file that the flags name. None is stdout. */
export const pathOf = ({ output }: Pick<Options, "output">): Option.Option<string> =>
  Option.filter(output, (path) => path !== "-")

/** Chooses how rows are written. Without a file and a format it is a table for a terminal, and tsv for a pipe. */
export const choose = (options: Options): Effect.Effect<Chosen, Usage, Stdio> =>
  Option.match(pathOf(options), {
    onNone: () =>
      Effect.gen(function*() {
        const { columns } = yield* Stdio
        const usual: Encoding = { format: columns === undefined ? "tsv" : "table", isCompressed: false }
        const encoding = Option.getOrElse(options.format, () => usual)
        const isText = formats[encoding.format].isText && !encoding.isCompressed
        return columns === undefined || isText
          ? { ...encoding, path: Option.none() }
          : yield* new Usage({ message: `Refusing to write ${nameOf(encoding)} to the terminal. Use -o FILE.` })
      }),
    onSome: (path) => Effect.map(ofFile(path, options), (encoding) => ({ ...encoding, path: Option.some(path) }))
  })

/** Chooses how a file is written. `known` are the endings that the message for an unknown one names. */
export const ofFile = (
  path: string,
  { format }: Pick<Options, "format">,
  known: ReadonlyArray<string> = endings
): Effect.Effect<Encoding, Usage> => {
  const name = path.toLowerCase()
  const isCompressed = name.endsWith(gz)
  const ended = encodings.find((encoding) => name.endsWith(written(encoding, formats[encoding.format].ending)))
  const given = Option.getOrUndefined(format)
  if (given === undefined) {
    return ended === undefined ? unknownEnding(path, known) : Effect.succeed(ended)
  }
  if (ended !== undefined && (ended.format !== given.format || (given.isCompressed && !isCompressed))) {
    return new Usage({
      message: `${path} ends like ${nameOf(ended)}, but --format says ${nameOf(given)}. Change one of them.`
    })
  }
  return isCompressed && !formats[given.format].isText
    ? new Usage({ message: `A file of ${given.format} is compressed already. Leave out ${gz}.` })
    : Effect.succeed({ format: given.format, isCompressed: isCompressed || given.isCompressed })
}

const unknownEnding = (path: string, known: ReadonlyArray<string>): Usage =>
  new Usage({
    message: `The ending of ${path} names no format. Known endings: ${listed(known, "and")}. Or use --format.`
  })
