/** Typed errors from a database's refusals. A driver's message may quote a row, so only its code leaves this module. */
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { DestinationConflict, type DestinationError, DestinationFailed, DestinationInUse } from "../../Destination.js"

type Fault = "in use" | "shape" | "foreign" | DestinationFailed["reason"]

const postgres: ReadonlyArray<readonly [RegExp, Fault]> = [
  // serialization, deadlock, lock_timeout, object in use
  [/^(40001|40P01|55P03|55006)$/, "in use"],
  // 08: connection; 53300: too many connections; 57P0x: the server stops; 57014 and 25P03: time limits
  [
    /^(08...|53300|57P0.|57014|25P03|ECONN.*|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/,
    "unavailable"
  ],
  // 28: login; 42501: privilege; 3D000: no database of this name; 25006: read-only
  [/^(28...|42501|3D000|25006)$/, "denied"],
  [/^(42P01|42703|42804|42P07|42P16|42809|3F000|23502)$/, "shape"],
  [/^(53100|53200)$/, "full"]
]

const sqlite: ReadonlyArray<readonly [RegExp, Fault]> = [
  [/^SQLITE_(BUSY|LOCKED)/, "in use"],
  [/^SQLITE_(NOTADB|CORRUPT)/, "foreign"],
  [/^SQLITE_FULL/, "full"],
  [/^SQLITE_(READONLY|PERM|CANTOPEN|AUTH)/, "denied"]
]

/** Errors of `pg` and of SQLite that have no code of their own. */
const messages: ReadonlyArray<readonly [RegExp, Fault]> = [
  [
    /^Connection terminated|not queryable|timeout exceeded when trying to connect|^Connection timed out/,
    "unavailable"
  ],
  [/no such (table|column)|has no column named/, "shape"]
]

const property = (value: unknown, name: string): string | undefined =>
  Predicate.hasProperty(value, name) && typeof value[name] === "string" ? value[name] : undefined

const found = (table: ReadonlyArray<readonly [RegExp, Fault]>, text: string | undefined): Fault | undefined =>
  text === undefined ? undefined : table.find(([pattern]) => pattern.test(text))?.[1]

const typed = (place: string, { cause }: SqlError): DestinationError => {
  const code = property(cause, "code")
  const fault = found([...postgres, ...sqlite], code) ?? found(messages, property(cause, "message")) ?? "other"
  switch (fault) {
    case "in use":
      return new DestinationInUse({ place })
    case "shape":
      return new DestinationConflict({ place, found: "tables of another shape" })
    case "foreign":
      return new DestinationConflict({ place, found: "something that is not a SQLite database" })
    default:
      return new DestinationFailed({ place, reason: fault, ...(code !== undefined && { code }) })
  }
}

// by its tag: a driver may bring its own copy of the class
const isSqlError = <E>(error: E | SqlError): error is SqlError => Predicate.isTagged(error, "SqlError")

/** Turns the failures of a database into those of a destination. */
export const orTyped =
  (place: string) =>
  <A, E, R>(self: Effect.Effect<A, E | SqlError, R>): Effect.Effect<A, Exclude<E, SqlError> | DestinationError, R> =>
    Effect.mapError(self, (error) => isSqlError(error) ? typed(place, error) : error as Exclude<E, SqlError>)

/** Hides user info and query, which may hold a password. Answers `the database` if it cannot tell what is what. */
export const addressOf = (url: string): string => {
  if (!URL.canParse(url)) return "the database"
  const { hash, host, pathname, protocol, search, username } = new URL(url)
  // in a password that is not escaped, `#`, `/` or `?` ends the host, and the password would be taken for one
  const isClear = !`${pathname}${search}${hash}`.includes("@") && (username !== "" || !url.includes("@"))
  return isClear ? `${protocol}//${host}${pathname}` : "the database"
}
