/**
 * What goes wrong with an answer, on demand.
 *
 * @example
 * ```ts
 * import { Fault, Simulator } from "@effect-didww/simulator"
 *
 * // the second request fails, all others do not
 * const simulator = Simulator.make({
 *   faults: ({ number }) => number === 2 ? Fault.status(503, { "retry-after": "3" }) : undefined
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
  /** The connection is cut: before the answer, or after so many characters of its body. */
  readonly Cut: { readonly after: number | undefined }
  /** A page for people, as proxies send it. */
  readonly Html: { readonly status: number }
  /** The answer's first half, as if it were whole. */
  readonly BrokenJson: {}
}>

const { BrokenJson, Cut, Delay, Html, Status } = Data.taggedEnum<Fault>()

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
export const html = (status: number): Fault => Html({ status })

/**
 * @since 0.1.0
 * @category constructors
 */
export const brokenJson: Fault = BrokenJson()
