/** The file that keeps the accounts of a user: their settings, and their keys or the commands that print them. */
import { ApiVersion } from "@effect-didww/core"
import { FileLock } from "@effect-didww/http"
import { Manifest } from "@effect-didww/sync"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { dirname, isAbsolute, join } from "node:path"
import * as jsonFault from "./internal/jsonFault.js"
import { listed } from "./internal/text.js"
import * as Key from "./Key.js"
import * as ReplacedFile from "./ReplacedFile.js"
import type { Stdio } from "./Stdio.js"
import * as Variable from "./Variable.js"

/** The name of an account, which is also part of the paths that a pull writes. */
export const Name = Manifest.Subject.fields.account

/** What the name of an account must look like. */
export const nameTakes = "lower-case letters, digits, _ and -, beginning with a letter"

/** DIDWW's environments. */
export const environments = ["production", "sandbox"] as const

const isBase = (text: string): boolean =>
  Option.exists(
    Option.liftThrowable((text: string) => new URL(text))(text),
    ({ hash, password, protocol, search, username }) =>
      /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === ""
  )

/** The address of an API. */
export const ApiUrl = Schema.String.pipe(Schema.filter(isBase))

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/** An account as it is kept. */
export const Settings = Schema.Struct({
  /** Default: production. */
  environment: optional(Schema.Literal(...environments)),
  /** Another address of the API, in place of an environment. */
  apiUrl: optional(ApiUrl),
  /** Default: the default of the client. */
  apiVersion: optional(ApiVersion.ApiVersion),
  key: optional(Key.Key),
  /** A program and its arguments, which prints the key. */
  keyCommand: optional(Schema.NonEmptyArray(Schema.String.pipe(Schema.pattern(/^[^\0]+$/))))
}).pipe(
  Schema.filter(({ apiUrl, environment, key, keyCommand }) =>
    (key === undefined) !== (keyCommand === undefined) && (apiUrl === undefined || environment === undefined)
  )
)

export type Settings = Schema.Schema.Type<typeof Settings>

/** Accounts by their names. */
export type Accounts = Readonly<Record<string, Settings>>

/** The settings of an account. `undefined` if there is no account of this name. */
export const get = (accounts: Accounts, name: string): Settings | undefined =>
  Object.hasOwn(accounts, name) ? accounts[name] : undefined

const File = Schema.parseJson(
  Schema.Struct({
    version: Schema.Literal(1),
    accounts: Schema.Record({ key: Name, value: Settings })
  }),
  // for people who read it
  { space: 2 }
)

/** The file cannot be understood. */
export class BrokenAccounts extends Data.TaggedError("BrokenAccounts")<{
  readonly path: string
  /** The line and the column, or the names that lead to the value. */
  readonly place: string
  readonly problem: string
}> {
  override get message(): string {
    return `Cannot use ${this.path}: ${this.place}: ${this.problem}. Correct it, or remove the file and log in again.`
  }
}

/** Other users can read or change the file. */
export class ExposedAccounts extends Data.TaggedError("ExposedAccounts")<{ readonly path: string }> {
  override get message(): string {
    return `Refusing to use ${this.path}, because other users can read or change it: chmod 600 ${this.path}`
  }
}

/** No variable says where the file is. */
export class NoHome extends Data.TaggedError("NoHome")<{}> {
  override get message(): string {
    return "Cannot keep accounts without a home folder. Set HOME or XDG_CONFIG_HOME."
  }
}

export type ReadError = BrokenAccounts | ExposedAccounts | PlatformError | ConfigError.ConfigError

export type WriteError = ReadError | NoHome | FileLock.FileLocked

const isWindows = process.platform === "win32"

const folderIn = (name: string): Config.Config<Option.Option<string>> =>
  Config.map(Variable.text(name), Option.filter(isAbsolute))

/** The path of the file, if there is a home folder. */
export const path: Config.Config<Option.Option<string>> = Config.map(
  isWindows
    ? folderIn("APPDATA")
    : Config.zipWith(
      folderIn("XDG_CONFIG_HOME"),
      folderIn("HOME"),
      (folder, home) => Option.orElse(folder, () => Option.map(home, (home) => join(home, ".config")))
    ),
  Option.map((folder) => join(folder, "didww", "config.json"))
)

const takes: Readonly<Record<string, string>> = {
  version: "must be 1",
  accounts: "must hold the accounts by their names",
  environment: `must be ${listed(environments, "or")}`,
  apiUrl: "must be an http or https URL without user, query or fragment",
  apiVersion: `must be ${listed(ApiVersion.ApiVersion.literals, "or")}`,
  key: "must be an API key: visible characters without spaces",
  keyCommand: "must be a list of texts, none empty: a program and its arguments"
}

/** Says what is wrong, in words that do not show the value. */
const problemOf = ({ _tag, path }: ParseResult.ArrayFormatterIssue): string => {
  const names = path.map(String)
  if (_tag === "Unexpected") {
    return names.length === 2 && names[0] === "accounts" ? `the name of an account has ${nameTakes}` : "unknown setting"
  }
  return names.length === 2
    ? "an account has either key or keyCommand, and at most one of environment and apiUrl"
    : takes[names[names.length > 2 ? 2 : 0] ?? ""] ?? "must be an object with version and accounts"
}

const decode = (path: string, text: string): Either.Either<Accounts, BrokenAccounts> => {
  const fault = jsonFault.indexOf(text)
  if (fault !== undefined) {
    return Either.left(
      new BrokenAccounts({ path, place: jsonFault.placeOf(text, fault), problem: "expected JSON here" })
    )
  }
  return Schema.decodeEither(File, { onExcessProperty: "error" })(text).pipe(
    Either.map(({ accounts }) => accounts),
    Either.mapLeft((error) => {
      const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
      const place = issue?.path.map(String).join(".") ?? ""
      return new BrokenAccounts({
        path,
        place: place === "" ? "line 1" : place,
        problem: issue === undefined ? "unknown problem" : problemOf(issue)
      })
    })
  )
}

const none: Accounts = {}

const readAt = (path: string): Effect.Effect<Accounts, ReadError, FileSystem.FileSystem> =>
  Effect.gen(function*() {
    const files = yield* FileSystem.FileSystem
    const { mode } = yield* files.stat(path)
    if (!isWindows && (mode & 0o077) !== 0) return yield* new ExposedAccounts({ path })
    return yield* decode(path, yield* files.readFileString(path))
  }).pipe(
    Effect.catchIf((error) => error._tag === "SystemError" && error.reason === "NotFound", () => Effect.succeed(none))
  )

/** Reads the accounts. There are none if there is no file. */
export const read: Effect.Effect<Accounts, ReadError, FileSystem.FileSystem> = Effect.flatMap(
  path,
  Option.match({ onNone: () => Effect.succeed(none), onSome: readAt })
)

/**
 * Changes the accounts, and gives the path of the file. Each reader sees all of the change or nothing of it. Two processes
 * change the file one after the other.
 */
export const change = <E, R>(
  f: (accounts: Accounts) => Effect.Effect<Accounts, E, R>
): Effect.Effect<string, WriteError | E, R | FileSystem.FileSystem | Stdio> =>
  Effect.gen(function*() {
    const file = yield* Effect.flatMap(path, Option.match({ onNone: () => new NoHome(), onSome: Effect.succeed }))
    const files = yield* FileSystem.FileSystem
    yield* files.makeDirectory(dirname(file), { recursive: true, mode: 0o700 })
    const lock = yield* FileLock.acquire(`${file}.lock`)
    const accounts = yield* f(yield* readAt(file))
    const text = yield* Effect.orDie(Schema.encode(File)({ version: 1, accounts }))
    yield* lock.check
    yield* ReplacedFile.write(file, (write) => write(`${text}\n`), { mode: 0o600 })
    return file
  }).pipe(Effect.scoped)
