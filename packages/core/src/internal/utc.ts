/**
 * Times, made and read in one place: Effect 4 names their milliseconds differently.
 *
 * `DateTime.unsafeMake` costs more than all other work on a row, because of one hidden property that holds the parts of the
 * time once they are asked for. An object of the same prototype that gets the property only then is the same time. From then
 * on its keys show the property. Only a comparison of keys can tell, and `Equal` compares no keys.
 */
import * as DateTime from "effect/DateTime"
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"

const sample = DateTime.unsafeMake(951_782_400_000)

// a constructor with the prototype of another: a class cannot have it
const Utc = function(this: { epochMillis: number }, epochMillis: number) {
  this.epochMillis = epochMillis
} as unknown as new(epochMillis: number) => DateTime.Utc
Utc.prototype = Object.getPrototypeOf(sample)

/** The milliseconds since 1970. */
export const millisOf = (time: DateTime.Utc): number => time.epochMillis

/** Whether this version of Effect keeps in a time what the version did that the constructor was written for. */
const isSame = (candidate: DateTime.Utc): boolean =>
  Object.getOwnPropertyNames(sample).join() === "epochMillis,partsUtc" &&
  Object.keys(sample).join() === "epochMillis" &&
  sample.partsUtc === undefined &&
  DateTime.isUtc(candidate) &&
  Equal.equals(candidate, sample) && Equal.equals(sample, candidate) && Hash.hash(candidate) === Hash.hash(sample) &&
  DateTime.formatIso(candidate) === "2000-02-29T00:00:00.000Z" &&
  DateTime.getPartUtc(candidate, "weekDay") === 2 &&
  millisOf(DateTime.add(candidate, { days: 1 })) === millisOf(sample) + 86_400_000

/** The time of these milliseconds, which must be within the years of a `Date`. */
export const make: (millis: number) => DateTime.Utc = isSame(new Utc(millisOf(sample)))
  ? (millis) => new Utc(millis)
  : DateTime.unsafeMake
