/** The exports and archives that every contender reads. Some records have the odd shapes that the wire is known for. */
import { Account, Archive, Simulator } from "@effect-didww/simulator"
import * as Effect from "effect/Effect"
import { once } from "node:events"
import { createWriteStream, existsSync, renameSync } from "node:fs"
import { createGzip } from "node:zlib"

const types = ["cdr_in", "cdr_in", "cdr_out", "cdr_out", "sms_in", "sms_out"]

/**
 * Makes an account. Every seventh export is odd. A few exports have no creation time, too few to fill a page. With
 * `isTimed` every export has a creation time: without the newest creation time a client cannot tell whether exports were
 * created during a walk, so it does not request pages concurrently.
 */
export const account = (size: number, isTimed = false): Account.Account => {
  const odd = Account.generate({ size: Math.ceil(size / 7), seed: 2, odd: true, types }).exports
  return Account.make(
    Account.generate({ size, seed: 1, types }).exports.map((record, index) => {
      const other = index % 7 === 3 ? odd[Math.floor(index / 7)] : undefined
      return other === undefined
        ? record
        : { ...other, createdAt: other.createdAt === null && index < 500 && !isTimed ? null : record.createdAt }
    })
  )
}

/** Answers requests below `/v3/exports`: a query for the list, `/ID` for one export. */
export const answers = (size: number, isTimed = false): Effect.Effect<(below: string) => Effect.Effect<string>> =>
  Effect.suspend(() => Simulator.make({ account: account(size, isTimed), rateLimit: "none" })).pipe(
    Effect.map((simulator) => (below) =>
      Effect.map(
        simulator.handle({
          method: "GET",
          url: `https://api.didww.com/v3/exports${below}`,
          headers: { "api-key": "bench", "x-didww-api-version": "2026-04-16" }
        }),
        (outcome) => outcome._tag === "Answer" ? outcome.body : ""
      )
    )
  )

/** Reads resources as they stand in the pages of the list. */
export const resources = (size: number): Effect.Effect<ReadonlyArray<unknown>> =>
  Effect.flatMap(answers(size), (answer) =>
    Effect.map(
      Effect.forEach(
        Array.from({ length: Math.ceil(size / 1000) }, (_, index) => index + 1),
        (page) => answer(`?page[number]=${page}&page[size]=1000`)
      ),
      (bodies) => bodies.flatMap((body): ReadonlyArray<unknown> => JSON.parse(body).data)
    ))

/** The columns of an archive. */
export const columns: ReadonlyArray<string> = Archive.make().columns

/** The number of different rows in an archive. A longer archive repeats them. */
const differentRows = 300_000

/** Writes an archive of inbound calls to a file, unless the file exists. */
export const archive = async (path: string, rows: number): Promise<void> => {
  if (existsSync(path)) return
  const block = Math.min(rows, differentRows)
  const [header = "", ...pieces] = piecesOf(block)
  const gzip = createGzip({ level: 3 })
  const made = gzip.pipe(createWriteStream(`${path}.part`))
  gzip.write(header)
  for (let written = 0; written < rows; written += block) {
    for (const piece of pieces) if (!gzip.write(piece)) await once(gzip, "drain")
  }
  gzip.end()
  await once(made, "finish")
  renameSync(`${path}.part`, path)
}

/** Splits a CSV into its header line and the rows after it. */
const piecesOf = (rows: number): ReadonlyArray<string> => {
  const [first = "", ...others] = Archive.csv(Archive.make({ rows, seed: 1, quoting: "minimal" }))
  const begin = first.indexOf("\n") + 1
  return [first.slice(0, begin), first.slice(begin), ...others]
}
