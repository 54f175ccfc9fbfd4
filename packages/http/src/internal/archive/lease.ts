/**
 * A lock with an owner: a file that only one process at a time can create.
 *
 * The owner renews the file every 5 seconds. A process that dies renews nothing. So another process may take over a lease
 * whose owner has been silent for 30 seconds. Where a process can be asked whether it runs, a dead owner is known at once.
 *
 * At most one process takes over a lease. To replace or to remove the lease of an owner, a process first creates a second
 * file, the guard. Its name has the owner's id, which is never used again. Only one process can create it. While it holds
 * the guard it can look at the lease and then replace it, because nobody else may do so in between. The guard is a lease
 * too, so a process that dies with it blocks nobody.
 *
 * A process that was stopped for long gets no notice that it has lost its lease. So it calls `check` before each step that
 * needs the lease. Two machines may have different times. So the time in the file only decides whether it makes sense to
 * watch a lease. Only a lease that does not change while it is watched is taken over.
 */
import type * as PlatformError from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Place from "./place.js"

/** An owner renews its lease so often. */
export const renewal = Duration.seconds(5)

/** A lease that was not renewed for so long may be taken over. */
export const staleAfter = Duration.seconds(30)

/** A process that wants to take over watches the lease for so long: an owner may have another time of day. */
export const watched = Duration.seconds(15)

/** An owner trusts its last renewal for so long: shorter than any other process watches. */
export const trusted = Duration.seconds(10)

/** The content of the file, as JSON on one line. */
export const Holder = Schema.Struct({
  version: Schema.Literal(1),
  /** Random. It becomes a part of file names. */
  owner: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{32}$/)),
  since: Schema.DateTimeUtc,
  renewed: Schema.DateTimeUtc,
  place: Schema.optionalWith(Place.Place, { exact: true })
})

export interface Holder extends Schema.Schema.Type<typeof Holder> {}

const Json = Schema.parseJson(Holder)

/** Another owner has the lease, or has taken it over. */
export class LeaseTaken extends Data.TaggedError("LeaseTaken")<{
  readonly path: string
  /** `undefined` if the file is gone or cannot be read. */
  readonly holder: Holder | undefined
}> {}

export type Failure = LeaseTaken | PlatformError.PlatformError

export interface Lease {
  readonly owner: string
  /** The owner before, which left the lease behind. Its unfinished files can be removed. */
  readonly replaced: string | undefined
  /** Fails once another owner may have the lease. */
  readonly check: Effect.Effect<void, Failure>
}

/** Runs an effect while it holds the lease at a path. Interrupts the effect and fails once the lease is lost. */
export const holding = <A, E, R>(
  files: FileSystem.FileSystem,
  path: string,
  use: (lease: Lease) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | Failure, R> =>
  Effect.gen(function*() {
    const since = yield* DateTime.now
    const place = Option.getOrUndefined(yield* Place.here(files))
    const mine: Holder = { version: 1, owner: randomId(), since, renewed: since, ...(place && { place }) }
    const at: At = { files, path, mine }
    return yield* Effect.acquireUseRelease(
      take(at),
      (replaced) =>
        Effect.flatMap(renewing(at), ({ beat, check }) =>
          Effect.raceFirst(use({ owner: mine.owner, replaced, check }), beat)),
      () =>
        Effect.ignore(whileMine(at, files.remove(path)))
    )
  })

interface At {
  readonly files: FileSystem.FileSystem
  readonly path: string
  readonly mine: Holder
}

const randomId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")

/** Renews a lease that was just taken. Gives an effect that keeps it, and one that checks it. */
const renewing = (at: At) =>
  Effect.gen(function*() {
    // the guard does not tell two fibers of one owner apart
    const alone = (yield* Effect.makeSemaphore(1)).withPermits(1)
    let renewedAt = yield* Clock.currentTimeNanos
    // also proves that the file at the path is the one that was created
    yield* renew(at)
    const isLate = Effect.map(
      Clock.currentTimeNanos,
      (now) => Duration.greaterThan(Duration.nanos(now - renewedAt), trusted)
    )
    const renewed = Effect.gen(function*() {
      const now = yield* Clock.currentTimeNanos
      // another process may be about to take a late one over
      yield* (yield* isLate) ? whileMine(at, renew(at)) : renew(at)
      renewedAt = now
    })
    // looks at the time again: the process may have been stopped in the middle
    const check: Effect.Effect<void, Failure> = Effect.flatMap(
      isLate,
      (late) => late ? Effect.andThen(alone(Effect.whenEffect(renewed, isLate)), check) : Effect.void
    )
    return {
      check,
      // a disk that fails now may work again in time, and `check` fails if it does not
      beat: Effect.forever(Effect.andThen(
        Effect.sleep(renewal),
        Effect.catchIf(alone(renewed), (error) => error._tag !== "LeaseTaken", () => Effect.void)
      ))
    }
  })

/** A link that leads nowhere is there for `wx` and not there for a reader. */
const mostRounds = 10

/** Creates the lease, or takes over an abandoned one and gives the id of its owner. */
const take = (at: At, rounds = mostRounds): Effect.Effect<string | undefined, Failure> =>
  Effect.gen(function*() {
    if (yield* create(at)) return undefined
    const found = yield* read(at)
    if (found !== undefined) {
      if (!(yield* isAbandoned(at, found))) return yield* taken(at, found)
      const owner = found.holder?.owner
      const isSame = (now: Found): boolean => now.text === found.text
      const replace = (guard: string) => at.files.rename(guard, at.path)
      if (yield* guarded(at, owner ?? "unreadable", isSame, replace)) return owner
    }
    // it has changed hands meanwhile
    return rounds === 0 ? yield* taken(at, found) : yield* take(at, rounds - 1)
  })

const isAbandoned = (at: At, found: Found): Effect.Effect<boolean, PlatformError.PlatformError> =>
  Effect.gen(function*() {
    const { holder, text } = found
    // a process can die between the creation of the file and its first byte, but other content belongs to somebody else
    if (holder === undefined && text.replaceAll("\0", "") !== "") return false
    if (holder?.place && at.mine.place && Place.isDead(holder.place, at.mine.place)) return true
    const age = holder && Math.abs(DateTime.distance(holder.renewed, yield* DateTime.now))
    if (age !== undefined && age <= Duration.toMillis(staleAfter)) return false
    yield* Effect.interruptible(Effect.sleep(watched))
    const again = yield* read(at)
    return again === undefined || again.text === text
  })

/** Runs an effect as the only process that may replace the lease of this owner. False if the lease is another one now. */
const guarded = (
  at: At,
  owner: string,
  isSame: (now: Found) => boolean,
  use: (guard: string) => Effect.Effect<void, Failure>
): Effect.Effect<boolean, Failure> => {
  const guard = `${at.path}.${owner}`
  return Effect.acquireUseRelease(
    take({ ...at, path: guard }),
    () =>
      Effect.flatMap(
        read(at),
        (now) => now !== undefined && isSame(now) ? Effect.as(use(guard), true) : Effect.succeed(false)
      ),
    () => Effect.ignore(at.files.remove(guard))
  )
}

/** Runs an effect on this process's own lease, which no other process can take over meanwhile. */
const whileMine = (at: At, use: Effect.Effect<void, Failure>): Effect.Effect<void, Failure> =>
  Effect.flatMap(
    guarded(at, at.mine.owner, (now) => isMine(at, now), () => use),
    (isDone) => isDone ? Effect.void : Effect.flatMap(read(at), (found) => taken(at, found))
  )

interface Found {
  readonly text: string
  /** `undefined` if the text is not that of a lease. */
  readonly holder: Holder | undefined
}

const isMine = ({ mine }: At, found: Found): boolean => found.holder?.owner === mine.owner

const taken = ({ path }: At, found: Found | undefined): Effect.Effect<never, LeaseTaken> =>
  Effect.fail(new LeaseTaken({ path, holder: found?.holder }))

const encoder = new TextEncoder()

const decoder = new TextDecoder()

/** A lease is shorter. */
const longest = 4096

const contentOf = (file: FileSystem.File): Effect.Effect<Found, PlatformError.PlatformError> =>
  Effect.map(file.readAlloc(longest), (bytes) => {
    const text = decoder.decode(Option.getOrUndefined(bytes))
    return { text, holder: Option.getOrUndefined(Schema.decodeOption(Json)(text)) }
  })

const encoded = ({ mine }: At): Effect.Effect<Uint8Array> =>
  DateTime.now.pipe(
    Effect.flatMap((renewed) => Effect.orDie(Schema.encode(Json)({ ...mine, renewed }))),
    Effect.map((text) => encoder.encode(`${text}\n`))
  )

const isReason = (reason: PlatformError.SystemErrorReason) => (error: PlatformError.PlatformError): boolean =>
  error._tag === "SystemError" && error.reason === reason

/** `undefined` if no file is there. */
const read = ({ files, path }: At): Effect.Effect<Found | undefined, PlatformError.PlatformError> =>
  Effect.catchIf(
    Effect.scoped(Effect.flatMap(files.open(path, { flag: "r" }), contentOf)),
    isReason("NotFound"),
    () => Effect.succeed(undefined)
  )

/** False if something is at the path. */
const create = (at: At): Effect.Effect<boolean, PlatformError.PlatformError> =>
  Effect.scoped(Effect.gen(function*() {
    const file = yield* at.files.open(at.path, { flag: "wx" })
    yield* Effect.onError(file.writeAll(yield* encoded(at)), () => Effect.ignore(at.files.remove(at.path)))
    return true
  })).pipe(Effect.catchIf(isReason("AlreadyExists"), () => Effect.succeed(false)))

/** Writes into the file that it has read: if another process replaces the lease meanwhile, that one stays as it is. */
const renew = (at: At): Effect.Effect<void, Failure> =>
  Effect.scoped(Effect.gen(function*() {
    const file = yield* at.files.open(at.path, { flag: "r+" })
    const found = yield* contentOf(file)
    if (!isMine(at, found)) return yield* taken(at, found)
    yield* file.seek(0, "start")
    // the new content has the length of the old one
    yield* file.writeAll(yield* encoded(at))
  })).pipe(Effect.catchIf(
    (error): error is PlatformError.PlatformError => error._tag !== "LeaseTaken" && isReason("NotFound")(error),
    () => taken(at, undefined)
  ))
