/** The documents of a database that are no records. Each is one row. */
import * as Effect from "effect/Effect"
import type { Entry, Ledger } from "../../Destination.js"
import * as documents from "../documentName.js"
import { orTyped } from "./faults.js"
import type { Shared } from "./leases.js"
import { Cleaner } from "./text.js"

export const make = ({ database, place }: Pick<Shared, "database" | "place">): Ledger => {
  const table = database.dialect.named("ledger")
  const run = <A extends object>(text: string, parameters: ReadonlyArray<string>) =>
    orTyped(place)(database.transact(database.query<A>(text, parameters)))
  return {
    // the collation of a database decides its order
    read: (prefix) =>
      Effect.map(
        run<Entry>(`SELECT name, text FROM ${table} WHERE substr(name, 1, length($1::text)) = $1::text`, [prefix]),
        (rows) =>
          rows.map(({ name, text }) => ({ name, text })).toSorted((one, other) => one.name < other.name ? -1 : 1)
      ),
    write: ({ name, text }) =>
      Effect.flatMap(documents.checked(name), (name) =>
        run(
          `INSERT INTO ${table} (name, text) VALUES ($1::text, $2::text)
           ON CONFLICT (name) DO UPDATE SET text = excluded.text`,
          [name, new Cleaner().text(text)]
        )),
    remove: (name) => Effect.asVoid(run(`DELETE FROM ${table} WHERE name = $1::text`, [name]))
  }
}
