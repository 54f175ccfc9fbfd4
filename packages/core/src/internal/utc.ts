/**
 * `DateTime.unsafeMake` costs more than all else that is done to a row, for one hidden property that holds the parts of
 * the time once they are asked for. An object of the same prototype that gets it only then is the same time. From then
 * on its keys show the property: only a comparison of keys, which `Equal` is not, can tell.
 */
import * as DateTime from "effect/DateTime"
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"

const sample = DateTime.unsafeMake(951_782_400_000)

// a constructor of another's prototype, which no class can be
const Utc = function(this: { epochMillis: number }, epochMillis: number) {
  this.epochMillis = epochMillis
} as unknown as new(epochMillis: number) => DateTime.Utc
Utc.prototype = Object.getPrototypeOf(sample)

/** Whether this version of Effect keeps in a time what the one does that this was written for. */
const isSame = (candidate: DateTime.Utc): boolean =>
  Object.getOwnPropertyNames(sample).join() === "epochMillis,partsUtc" &&
  Object.keys(sample).join() === "epochMillis" &&
  sample.partsUtc === undefined &&
  DateTime.isUtc(candidate) &&
  Equal.equals(candidate, sample) && Equal.equals(sample, candidate) && Hash.hash(candidate) === Hash.hash(sample) &&
  DateTime.formatIso(candidate) === "2000-02-29T00:00:00.000Z" &&
  DateTime.getPartUtc(candidate, "weekDay") === 2 &&
  DateTime.add(candidate, { days: 1 }).epochMillis === sample.epochMillis + 86_400_000

/** The time of so many milliseconds, which must be within the years that a `Date` has. */
export const make: (epochMillis: number) => DateTime.Utc = isSame(new Utc(sample.epochMillis))
  ? (epochMillis) => new Utc(epochMillis)
  : DateTime.unsafeMake
