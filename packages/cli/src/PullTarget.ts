/** Where a pull brings its records: a file, a folder or a database that goes on after a kill, or stdout. */
import { type Destination, FileDestination } from "@effect-didww/sync"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Database from "./Database.js"
import { Usage } from "./Failure.js"
import * as Format from "./Format.js"
import { listed } from "./internal/text.js"
import * as RecordOutput from "./RecordOutput.js"
import type { Stdio } from "./Stdio.js"
import * as Target from "./Target.js"

/** A destination goes on after a kill. */
export interface Resumable {
  readonly _tag: "Resumable"
  readonly destination: Destination.Destination
  /** The file or the folder of its rejected rows. */
  readonly rejected: string
}

/** Rows on stdout begin anew after a kill. */
export interface Streamed {
  readonly _tag: "Streamed"
  readonly chosen: RecordOutput.Chosen
}

/** What the flags say. */
export interface Options extends Omit<RecordOutput.Options, "output"> {
  readonly output: string
  readonly keepArchive: boolean
}

export type FileFormat = FileDestination.TextFormat | FileDestination.Format

/** The formats of destinations by the names of encodings. */
export const formats: Readonly<Record<string, Effect.Effect<FileFormat>>> = {
  csv: Effect.succeed("csv"),
  "csv.gz": Effect.succeed("csv.gz"),
  ndjson: Effect.succeed("ndjson"),
  "ndjson.gz": Effect.succeed("ndjson.gz"),
  // most runs do not load it
  parquet: Effect.map(Effect.promise(() => import("@effect-didww/sync/Parquet")), ({ format }) => format)
}

const names = Object.keys(formats)

const parquet: Format.Encoding = { format: "parquet", isCompressed: false }

/** Chooses the target. A command does so before it does anything else. */
export const choose = (
  options: Options
): Effect.Effect<
  Resumable | Streamed,
  Usage | PlatformError | Database.NoDriver | Destination.DestinationError,
  FileSystem.FileSystem | Stdio | Scope.Scope
> =>
  Effect.gen(function*() {
    const output = Option.some(options.output)
    if (options.output === "-") {
      if (options.keepArchive) {
        return yield* new Usage({
          message: "Records on stdout have no place for an archive. Use --keep-archive with -o FILE or -o DIR."
        })
      }
      return { _tag: "Streamed" as const, chosen: yield* RecordOutput.choose({ ...options, output }) }
    }
    const database = yield* Database.parse(options.output)
    if (database !== undefined) return yield* ofDatabase(options, database)
    const isFolder = yield* isFolderAt(options.output)
    const given = Option.getOrElse(options.format, () => parquet)
    // another name for the file does not help a format that no file takes
    const encoding = isFolder || formats[Format.nameOf(given)] === undefined
      ? given
      : yield* Format.ofFile(options.output, options, names.map((name) => `.${name}`))
    const format = formats[Format.nameOf(encoding)]
    if (format === undefined) return yield* notWritten(encoding, isFolder)
    if (Option.isSome(options.fields)) {
      return yield* new Usage({ message: "The files of a pull have all columns. Use --fields with -o - only." })
    }
    return yield* resumable(options, isFolder, yield* format)
  })

const notWritten = (encoding: Format.Encoding, isFolder: boolean): Usage =>
  new Usage({
    message:
      `A ${isFolder ? "folder" : "file"} of pull takes ${listed(names, "or")}, not ${Format.nameOf(encoding)}. ` +
      `For ${encoding.format} on stdout use -o - --format ${encoding.format}.`
  })

const ofDatabase = ({ fields, format, keepArchive }: Options, database: Database.Database) =>
  Effect.gen(function*() {
    if (Option.isSome(format) || Option.isSome(fields) || keepArchive) {
      return yield* new Usage({ message: "A database takes neither --format nor --fields nor --keep-archive." })
    }
    const destination = yield* Database.open(database)
    return { _tag: "Resumable" as const, destination, rejected: "the table rejected_rows" }
  })

const resumable = (
  { keepArchive, output }: Options,
  isFolder: boolean,
  format: FileFormat
) =>
  Effect.gen(function*() {
    if (isFolder) {
      const root = output.replace(/(?<=.)[/\\]+$/, "")
      return {
        _tag: "Resumable" as const,
        destination: yield* FileDestination.directory(root, { format, keepArchive }),
        rejected: `${root}/_didww/rejected`
      }
    }
    const path = yield* Target.resolve(output)
    const destination = yield* Effect.orDie(FileDestination.file(path, { format, keepArchive }))
    return { _tag: "Resumable" as const, destination, rejected: `${path}.rejected` }
  })

/** A name that ends in a slash is that of a folder, also where nothing is yet. */
const isFolderAt = (path: string): Effect.Effect<boolean, never, FileSystem.FileSystem> =>
  /[/\\]$/.test(path)
    ? Effect.succeed(true)
    : Effect.flatMap(FileSystem.FileSystem, (files) => files.stat(path)).pipe(
      Effect.map(({ type }) => type === "Directory"),
      Effect.orElseSucceed(() => false)
    )
