/** Where `sync` keeps records: a folder or a database. */
import { Destination, FileDestination } from "@effect-didww/sync"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Database from "./Database.js"
import { Usage } from "./Failure.js"
import * as Format from "./Format.js"
import { suggestion } from "./internal/suggestion.js"
import { listed } from "./internal/text.js"
import * as PullTarget from "./PullTarget.js"

/** What the operand and the flags say. */
export interface Options {
  /** A folder, `postgres` or `sqlite:FILE`. */
  readonly destination: string
  readonly format: Option.Option<Format.Encoding>
  readonly keepArchive: boolean
}

type OpenError = Usage | PlatformError | Database.NoDriver | Destination.DestinationError

type Opened = Effect.Effect<Destination.SyncDestination, OpenError, FileSystem.FileSystem | Scope.Scope>

const names = Object.keys(PullTarget.formats)

/** The format of a folder where nothing is yet. */
const usual = "parquet"

/** Opens the destination, and makes it where nothing is yet. */
export const open = (options: Options): Opened =>
  Effect.gen(function*() {
    const database = yield* Database.parse(options.destination)
    if (database !== undefined) return yield* ofDatabase(options, database)
    const root = rootOf(options.destination)
    yield* refuseCommand(root)
    const wanted = Option.getOrUndefined(Option.map(options.format, Format.nameOf))
    const there = yield* FileDestination.formatOf(root)
    if (wanted !== undefined && there !== undefined && wanted !== there) {
      return yield* new Usage({
        message: `${root} holds files of ${there}, and all files of a folder have one format. Leave out --format, or ` +
          "use another folder."
      })
    }
    const name = there ?? wanted ?? usual
    const format = PullTarget.formats[name]
    if (format === undefined) {
      return yield* new Usage({ message: `A folder of sync takes ${listed(names, "or")}, not ${name}.` })
    }
    return yield* FileDestination.directory(root, { format: yield* format, keepArchive: options.keepArchive })
  })

/** Opens a destination that a sync made. */
export const openMade = (destination: string): Opened =>
  Effect.gen(function*() {
    const options: Options = { destination, format: Option.none(), keepArchive: false }
    const database = yield* Database.parse(destination)
    const place = database === undefined ? `${rootOf(destination)}/_didww` : pathOf(database)
    const files = yield* FileSystem.FileSystem
    if (place !== undefined && !(yield* files.exists(place))) {
      return yield* new Usage({
        message: `No sync has written ${destination} yet. Check the name, or run: didww-exports sync ${destination}`
      })
    }
    return yield* open(options)
  })

const pathOf = (database: Database.Database): string | undefined =>
  database._tag === "SQLite" ? database.path : undefined

const rootOf = (path: string): string => path.replace(/(?<=.)[/\\]+$/, "")

const ofDatabase = ({ format, keepArchive }: Options, database: Database.Database) =>
  Option.isSome(format) || keepArchive
    ? new Usage({ message: "A database takes neither --format nor --keep-archive." })
    : Database.open(database)

/** The commands that a name can be a misspelling of. */
const commands = ["acknowledge", "audit", "certificate", "prune", "pull", "status", "verify"]

/** Fails for a name that looks like a misspelled command, where no folder is. */
const refuseCommand = (root: string): Effect.Effect<void, Usage | PlatformError, FileSystem.FileSystem> =>
  Effect.gen(function*() {
    const meant = /[/\\.]/.test(root) ? "" : suggestion(root, commands)
    const files = yield* FileSystem.FileSystem
    if (meant !== "" && !(yield* files.exists(root))) {
      return yield* new Usage({ message: `Unknown command sync ${root}.${meant} For a folder, use ./${root}.` })
    }
  })
