/** The documents of the ledger: what the manifests do not say. */
import * as Export from "@effect-didww/core/Export"
import type { Period } from "@effect-didww/core/ExportRequest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { DestinationConflict, type DestinationError, type Ledger, type SyncDestination } from "../../Destination.js"
import { Subject, type Window } from "../../Manifest.js"
import { Class } from "../../Verification.js"

const { account, exportType } = Subject.fields

const track = { account, exportType }

const period = { from: Schema.DateTimeUtc, to: Schema.DateTimeUtc }

/** An account and a type are kept from this instant on. What was missed since then is lost. */
export const Coverage = Schema.Struct({
  ...track,
  from: Schema.DateTimeUtc,
  /** The rules of the last run. */
  window: Schema.Literal("day", "month"),
  zone: Schema.TimeZone
})

/** A request that was or will be sent. It is written before the request, and goes with the commit. */
export const Intent = Schema.Struct({
  subject: Subject,
  /** When the request was about to be sent. */
  at: Schema.DateTimeUtc,
  /** The export, once its id is known. */
  exportId: Schema.optionalWith(Export.ExportId, { exact: true }),
  /** Somebody asked for the window. Nobody has sent a request yet. */
  isAsked: Schema.optionalWith(Schema.Literal(true), { exact: true }),
  /** The archive is gone, or the reference belongs to another request: the next generation is requested. */
  isVoid: Schema.optionalWith(Schema.Literal(true), { exact: true })
})

/** A loss that somebody has seen. */
export const Acknowledgement = Schema.Struct({ ...track, ...period, at: Schema.DateTimeUtc })

const facts = { rows: Schema.NonNegativeInt, rowsHash: Schema.String }

/** What one export of a whole month has of its windows. */
export const Audit = Schema.Struct({
  ...track,
  ...period,
  generation: Schema.Int.pipe(Schema.positive()),
  exportId: Export.ExportId,
  requestedAt: Schema.DateTimeUtc,
  archiveSha256: Schema.String,
  ...facts,
  /** The column by whose time the rows were told apart. Without one, only the whole month could be compared. */
  column: Schema.optionalWith(Schema.String, { exact: true }),
  windows: Schema.Array(Schema.Struct({ ...period, ...facts })),
  /** Rows of the export that are in no window. */
  outside: Schema.NonNegativeInt
})

/** What verifications found in the windows of a month. A window that was loaded again since then has another digest. */
export const Verification = Schema.Struct({
  ...track,
  ...period,
  windows: Schema.Array(Schema.Struct({
    ...period,
    /** The digest of the manifest that was looked at. */
    digest: Schema.String,
    /** When the data were read. */
    readAt: Schema.DateTimeUtc,
    /** When the records were compared with those of the other windows. */
    comparedAt: Schema.optionalWith(Schema.DateTimeUtc, { exact: true }),
    findings: Schema.Array(Class)
  }))
})

/** The last run that left nothing failed. */
export const Success = Schema.Struct({ at: Schema.DateTimeUtc })

export interface Coverage extends Schema.Schema.Type<typeof Coverage> {}
export interface Intent extends Schema.Schema.Type<typeof Intent> {}
export interface Acknowledgement extends Schema.Schema.Type<typeof Acknowledgement> {}
export interface Audit extends Schema.Schema.Type<typeof Audit> {}
export interface Verification extends Schema.Schema.Type<typeof Verification> {}
export interface Success extends Schema.Schema.Type<typeof Success> {}

/** Everything that the ledger says. */
export interface State {
  readonly coverages: ReadonlyArray<Coverage>
  readonly intents: ReadonlyArray<Intent>
  readonly acknowledgements: ReadonlyArray<Acknowledgement>
  readonly audits: ReadonlyArray<Audit>
  readonly verifications: ReadonlyArray<Verification>
  readonly successes: ReadonlyArray<Success>
}

export const empty: State = {
  coverages: [],
  intents: [],
  acknowledgements: [],
  audits: [],
  verifications: [],
  successes: []
}

const documents = {
  coverages: Schema.parseJson(Coverage),
  intents: Schema.parseJson(Intent),
  acknowledgements: Schema.parseJson(Acknowledgement),
  audits: Schema.parseJson(Audit),
  verifications: Schema.parseJson(Verification),
  successes: Schema.parseJson(Success)
}

/** A window as part of a name. A colon cannot be in a file's name everywhere. */
const keyOf = ({ key }: Pick<Window, "key">): string => key.replaceAll(":", "")

const short = ({ from, to }: Period): string =>
  `${DateTime.toEpochMillis(from) / 1000}-${DateTime.toEpochMillis(to) / 1000}`

const names = {
  coverages: ({ account, exportType }: Coverage) => `coverages/${account}/${exportType}`,
  intents: ({ subject: { account, exportType, window } }: Pick<Intent, "subject">) =>
    `intents/${account}/${exportType}/${keyOf(window)}`,
  acknowledgements: (one: Acknowledgement) => `acknowledgements/${one.account}/${one.exportType}/${short(one)}`,
  audits: (one: Audit) => `audits/${one.account}/${one.exportType}/${short(one)}`,
  verifications: (one: Verification) => `verifications/${one.account}/${one.exportType}/${short(one)}`,
  successes: (_: Success) => "successes/last"
}

export type Kind = keyof typeof documents

type Document<K extends Kind> = State[K][number]

export const load = ({ ledger, place }: SyncDestination): Effect.Effect<State, DestinationError> => {
  const all = <A>(kind: Kind, schema: Schema.Schema<A, string>): Effect.Effect<ReadonlyArray<A>, DestinationError> =>
    Effect.flatMap(
      ledger.read(`${kind}/`),
      Effect.forEach(({ name, text }) =>
        Either.mapLeft(
          Schema.decodeEither(schema)(text),
          () => new DestinationConflict({ place, found: `a document ${name} that cannot be read` })
        )
      )
    )
  return Effect.all({
    coverages: all("coverages", documents.coverages),
    intents: all("intents", documents.intents),
    acknowledgements: all("acknowledgements", documents.acknowledgements),
    audits: all("audits", documents.audits),
    verifications: all("verifications", documents.verifications),
    successes: all("successes", documents.successes)
  })
}

const textOf = <K extends Kind>(kind: K, document: Document<K>): Effect.Effect<string> =>
  // the document is of this kind
  Effect.orDie(Schema.encode(documents[kind] as Schema.Schema<Document<K>, string>)(document))

/** Whether two documents say the same. */
export const isSame = <K extends Kind>(kind: K, self: Document<K>, that: Document<K>): Effect.Effect<boolean> =>
  Effect.zipWith(textOf(kind, self), textOf(kind, that), (one, other) => one === other)

export const save = <K extends Kind>(
  ledger: Ledger,
  kind: K,
  document: Document<K>
): Effect.Effect<void, DestinationError> =>
  Effect.flatMap(
    textOf(kind, document),
    (text) => ledger.write({ name: (names[kind] as (document: Document<K>) => string)(document), text: `${text}\n` })
  )

/** Removes the intent of a window. */
export const settle = (ledger: Ledger, intent: Pick<Intent, "subject">): Effect.Effect<void, DestinationError> =>
  ledger.remove(names.intents(intent))
