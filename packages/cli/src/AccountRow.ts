/** Shows an account as a row, with what a live check of its key found. */
import type { RateLimit } from "@effect-didww/http"
import { ExportsClient } from "@effect-didww/http"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import * as AccountFile from "./AccountFile.js"
import type { Style } from "./internal/text.js"
import type { Column, Shape } from "./Rows.js"

/** What a check found. */
export type Check = "ok" | "unauthorized" | "forbidden" | "unreachable" | "no key" | "failed"

/** An account and its check. It holds no key. */
export interface AccountRow {
  readonly name: string
  readonly source: "variables" | "file"
  /** The environment, or the address of the API. */
  readonly environment: string
  /** The version that answered. */
  readonly apiVersion: string | null
  /** The limit of the client, such as `20 per 1s`. */
  readonly rateLimit: string
  /** The fingerprint of the key. */
  readonly key: string | null
  readonly check: Check
}

const checks = new Map<string, Check>([
  ["Unauthorized", "unauthorized"],
  ["TokenRefused", "unauthorized"],
  ["Forbidden", "forbidden"],
  ["TransportError", "unreachable"],
  ["TimedOut", "unreachable"],
  ["NoKey", "no key"],
  ["KeyCommandFailed", "no key"]
])

/** What a check found, by its error or by that error's cause. */
export const checkOf = (result: Either.Either<unknown, unknown>): Check => {
  if (Either.isRight(result)) return "ok"
  const error = Predicate.isTagged(result.left, "Explained") && Predicate.hasProperty(result.left, "cause")
    ? result.left.cause
    : result.left
  return Predicate.hasProperty(error, "_tag") ? checks.get(String(error._tag)) ?? "failed" : "failed"
}

/** The environment with this address, or the address itself. */
export const environmentOf = (apiUrl: string | URL | undefined): string => {
  const url = new URL(apiUrl ?? ExportsClient.environments.production).href
  return AccountFile.environments.find((name) => new URL(ExportsClient.environments[name]).href === url) ?? url
}

/** A rate limit in words. */
export const rateLimitOf = ({ interval = "1 second", limit = 20 }: RateLimit.Options): string =>
  `${limit} per ${Duration.format(interval)}`

const colors: Readonly<Record<Check, Style>> = {
  ok: "green",
  unauthorized: "red",
  forbidden: "red",
  unreachable: "yellow",
  "no key": "red",
  failed: "red"
}

const columns: ReadonlyArray<Column<AccountRow> & { readonly name: keyof AccountRow }> = [
  { name: "name", rank: 1 },
  { name: "source", rank: 7 },
  { name: "environment", rank: 3, isElastic: true },
  { name: "apiVersion", title: "VERSION", rank: 4 },
  { name: "rateLimit", title: "LIMIT", rank: 6 },
  { name: "key", rank: 5 },
  { name: "check", rank: 2, color: ({ check }) => colors[check] }
]

export const shape: Shape<AccountRow> = {
  columns,
  cells: (row) => columns.map(({ name }) => row[name]),
  json: (row) => ({ ...row })
}
