/**
 * What goes wrong with an answer, on demand. Those that `Status` and `Html` answer were not carried out: nothing was
 * written, no token given. All other requests were.
 *
 * @example
 * ```ts
 * import { Fault, Simulator } from "@effect-didww/simulator"
 *
 * // the second request fails, the third loses its connection in the middle of the answer
 * const simulator = Simulator.make({
 *   faults: ({ number }) =>
 *     number === 2 ? Fault.status(503, { "retry-after": "3" }) : number === 3 ? Fault.cut(1000) : undefined
 * })
 * ```
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"

/**
 * @since 0.1.0
 * @category models
 */
export type Fault = Data.TaggedEnum<{
  /** This status instead of the answer. */
  readonly Status: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
  /** The answer, later. */
  readonly Delay: { readonly duration: Duration.DurationInput }
  /** The connection is cut: before the answer, or after so many bytes of its body. */
  readonly Cut: { readonly after: number | undefined }
  /** So many bytes of the body, and then nothing more, for ever. */
  readonly Stall: { readonly after: number }
  /** So many bytes of the body as if that were all, with no length announced. */
  readonly Short: { readonly after: number }
  /** The answer with these headers in place of its own. */
  readonly Headers: { readonly headers: Readonly<Record<string, string>> }
  /** A page for people, as proxies send it. */
  readonly Html: { readonly status: number }
  /** The answer's first half, as if it were whole. */
  readonly BrokenJson: {}
  /** An archive that is damaged where it lies: every request for its bytes finds the same damage. */
  readonly Damaged: { readonly damage: Damage }
  /** A download from somewhere in the archive is answered with all of it. */
  readonly RangeIgnored: {}
  /** A download from somewhere in the archive is answered from so many bytes further on. */
  readonly RangeShifted: { readonly by: number }
}>

/**
 * What can be wrong with an archive.
 *
 * @since 0.1.0
 * @category models
 */
export type Damage = Data.TaggedEnum<{
  /** Only so many bytes are there. */
  readonly Truncated: { readonly length: number }
  /** This bit of the archive is the other way round, counted from 0 with the lowest of a byte first. */
  readonly FlippedBit: { readonly bit: number }
  /** The checksum at the end of the gzip is that of other data. */
  readonly WrongChecksum: {}
  /** The size at the end of the gzip is that of other data. */
  readonly WrongSize: {}
  /** These bytes stand behind the end of the gzip. */
  readonly Trailing: { readonly bytes: ReadonlyArray<number> }
  /** The same rows, in so many gzip members. That is no damage, but seldom met. */
  readonly Members: { readonly count: number }
}>

const {
  BrokenJson,
  Cut,
  Damaged,
  Delay,
  Headers,
  Html,
  RangeIgnored,
  RangeShifted,
  Short,
  Stall,
  Status
} = Data.taggedEnum<Fault>()

const { FlippedBit, Members, Trailing, Truncated, WrongChecksum, WrongSize } = Data.taggedEnum<Damage>()

/**
 * @since 0.1.0
 * @category constructors
 */
export const status = (status: number, headers: Readonly<Record<string, string>> = {}, body: string = ""): Fault =>
  Status({ status, headers, body })

/**
 * @since 0.1.0
 * @category constructors
 */
export const delay = (duration: Duration.DurationInput): Fault => Delay({ duration })

/**
 * @since 0.1.0
 * @category constructors
 */
export const cut = (after?: number): Fault => Cut({ after })

/**
 * @since 0.1.0
 * @category constructors
 */
export const stall = (after: number = 0): Fault => Stall({ after })

/**
 * @since 0.1.0
 * @category constructors
 */
export const short = (after: number): Fault => Short({ after })

/**
 * Such as another `etag` when a download goes on, or `content-encoding: gzip`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const headers = (headers: Readonly<Record<string, string>>): Fault => Headers({ headers })

/**
 * @since 0.1.0
 * @category constructors
 */
export const html = (status: number): Fault => Html({ status })

/**
 * @since 0.1.0
 * @category constructors
 */
export const brokenJson: Fault = BrokenJson()

/**
 * An archive of so many bytes; none: an empty one.
 *
 * @since 0.1.0
 * @category archives
 */
export const truncated = (length: number = 0): Fault => Damaged({ damage: Truncated({ length }) })

/**
 * @since 0.1.0
 * @category archives
 */
export const flippedBit = (bit: number): Fault => Damaged({ damage: FlippedBit({ bit }) })

/**
 * @since 0.1.0
 * @category archives
 */
export const wrongChecksum: Fault = Damaged({ damage: WrongChecksum() })

/**
 * @since 0.1.0
 * @category archives
 */
export const wrongSize: Fault = Damaged({ damage: WrongSize() })

/**
 * Zeros and garbage are both met behind archives.
 *
 * @since 0.1.0
 * @category archives
 */
export const trailing = (bytes: ReadonlyArray<number>): Fault => Damaged({ damage: Trailing({ bytes }) })

/**
 * @since 0.1.0
 * @category archives
 */
export const members = (count: number): Fault => Damaged({ damage: Members({ count }) })

/**
 * @since 0.1.0
 * @category archives
 */
export const rangeIgnored: Fault = RangeIgnored()

/**
 * @since 0.1.0
 * @category archives
 */
export const rangeShifted = (by: number): Fault => RangeShifted({ by })
