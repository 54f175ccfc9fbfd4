/**
 * Faults: what goes wrong with a request, on demand. A request that `Status` or `Html` answers is not carried out, so it
 * creates no export and mints no token. Every other request is carried out.
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
import * as randoms from "./internal/random.js"

/**
 * What goes wrong with one request.
 *
 * @since 0.1.0
 * @category models
 */
export type Fault = Data.TaggedEnum<{
  /** Sends this status in place of the answer. */
  readonly Status: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
  /** Sends the answer late. */
  readonly Delay: { readonly duration: Duration.DurationInput }
  /** Cuts the connection before the answer, or after so many bytes of its body. */
  readonly Cut: { readonly after: number | undefined }
  /** Sends so many bytes of the body, then nothing more, and keeps the connection open. */
  readonly Stall: { readonly after: number }
  /** Sends so many bytes of the body as if they were all, without a `content-length`. */
  readonly Short: { readonly after: number }
  /** Replaces headers of the answer. */
  readonly Headers: { readonly headers: Readonly<Record<string, string>> }
  /** Sends an HTML page with this status, as proxies do. */
  readonly Html: { readonly status: number }
  /** Sends the first half of the answer as if it were whole. */
  readonly BrokenJson: {}
  /** Damages the stored archive, so that every request for its bytes finds the same damage. */
  readonly Damaged: { readonly damage: Damage }
  /** Answers a request for a part of the archive with all of it. */
  readonly RangeIgnored: {}
  /** Answers a request for a part of the archive with a part that starts so many bytes later. */
  readonly RangeShifted: { readonly by: number }
}>

/**
 * What is wrong with a stored archive.
 *
 * @since 0.1.0
 * @category models
 */
export type Damage = Data.TaggedEnum<{
  /** Keeps only so many bytes. */
  readonly Truncated: { readonly length: number }
  /** Flips this bit. Bits are counted from 0; the lowest bit of a byte comes first. */
  readonly FlippedBit: { readonly bit: number }
  /** Makes the checksum at the end of the gzip wrong. */
  readonly WrongChecksum: {}
  /** Makes the size at the end of the gzip wrong. */
  readonly WrongSize: {}
  /** Adds these bytes behind the end of the gzip. */
  readonly Trailing: { readonly bytes: ReadonlyArray<number> }
  /** Stores the same rows in so many gzip members. This is valid, but rare. */
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
 * Sends this status in place of the answer. Default: no headers and an empty body.
 *
 * @since 0.1.0
 * @category constructors
 */
export const status = (status: number, headers: Readonly<Record<string, string>> = {}, body: string = ""): Fault =>
  Status({ status, headers, body })

/**
 * Sends the answer after this time.
 *
 * @since 0.1.0
 * @category constructors
 */
export const delay = (duration: Duration.DurationInput): Fault => Delay({ duration })

/**
 * Cuts the connection after so many bytes of the body. Default: before the answer.
 *
 * @since 0.1.0
 * @category constructors
 */
export const cut = (after?: number): Fault => Cut({ after })

/**
 * Sends so many bytes of the body, then nothing more, and keeps the connection open. Default: 0 bytes.
 *
 * @since 0.1.0
 * @category constructors
 */
export const stall = (after: number = 0): Fault => Stall({ after })

/**
 * Sends so many bytes of the body as if they were all, without a `content-length`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const short = (after: number): Fault => Short({ after })

/**
 * Replaces headers of the answer, for example `etag` of a resumed download, or `content-encoding`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const headers = (headers: Readonly<Record<string, string>>): Fault => Headers({ headers })

/**
 * Sends an HTML page with this status, as proxies do.
 *
 * @since 0.1.0
 * @category constructors
 */
export const html = (status: number): Fault => Html({ status })

/**
 * Sends the first half of the answer as if it were whole.
 *
 * @since 0.1.0
 * @category constructors
 */
export const brokenJson: Fault = BrokenJson()

/**
 * Keeps only so many bytes of the archive. Default: 0 bytes.
 *
 * @since 0.1.0
 * @category archives
 */
export const truncated = (length: number = 0): Fault => Damaged({ damage: Truncated({ length }) })

/**
 * Flips one bit of the archive.
 *
 * @since 0.1.0
 * @category archives
 */
export const flippedBit = (bit: number): Fault => Damaged({ damage: FlippedBit({ bit }) })

/**
 * Makes the checksum at the end of the gzip wrong.
 *
 * @since 0.1.0
 * @category archives
 */
export const wrongChecksum: Fault = Damaged({ damage: WrongChecksum() })

/**
 * Makes the size at the end of the gzip wrong.
 *
 * @since 0.1.0
 * @category archives
 */
export const wrongSize: Fault = Damaged({ damage: WrongSize() })

/**
 * Adds these bytes behind the end of the gzip. Real archives can end in zeros or in garbage.
 *
 * @since 0.1.0
 * @category archives
 */
export const trailing = (bytes: ReadonlyArray<number>): Fault => Damaged({ damage: Trailing({ bytes }) })

/**
 * Stores the same rows in so many gzip members.
 *
 * @since 0.1.0
 * @category archives
 */
export const members = (count: number): Fault => Damaged({ damage: Members({ count }) })

/**
 * Answers a request for a part of the archive with all of it.
 *
 * @since 0.1.0
 * @category archives
 */
export const rangeIgnored: Fault = RangeIgnored()

/**
 * Answers a request for a part of the archive with a part that starts so many bytes later.
 *
 * @since 0.1.0
 * @category archives
 */
export const rangeShifted = (by: number): Fault => RangeShifted({ by })

/**
 * How often requests fail.
 *
 * @since 0.1.0
 * @category models
 */
export interface AtRandomOptions {
  /** How many of a hundred requests fail. */
  readonly percent: number
  /** The same seed gives the same faults. Default: 0. */
  readonly seed?: number | undefined
}

/**
 * Makes a share of all requests fail, for the simulator's option `faults`: refused (429, 500, 503), cut or late.
 *
 * @since 0.1.0
 * @category constructors
 */
export const atRandom = ({ percent, seed = 0 }: AtRandomOptions): () => Fault | undefined => {
  const random = randoms.make(seed)
  return () => randoms.chance(random, percent) ? randoms.pick(random, usual) : undefined
}

const usual: ReadonlyArray<Fault> = [
  status(429, { "retry-after": "1" }),
  status(500),
  status(503, { "retry-after": "1" }),
  cut(),
  cut(1000),
  delay("2 seconds")
]
