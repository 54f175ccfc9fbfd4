/** The work of a summary: one pass over rows, with a group for each combination of values. */
import type * as CallRecord from "@effect-didww/core/CallRecord"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { Group, Options, Summary } from "../../Summary.js"
import * as dimensions from "./dimensions.js"
import { Sum } from "./exact.js"

type Values = ReadonlyArray<string | null>

/** The sums of one group. */
class Sums {
  calls = 0
  answered = 0
  readonly seconds = new Sum()
  readonly rounded = new Sum()
  /** By the position of the column in the options. A column without a value has no sum. */
  readonly money: Array<Sum | undefined> = []

  constructor(readonly values: Values) {}
}

/** The groups whose first values are the same. Branches cost less than keys that are joined for each row. */
class Branch {
  readonly branches = new Map<string | null, Branch>()
  sums: Sums | undefined
}

export class Tally {
  private readonly root = new Branch()
  private readonly groups: Array<Sums> = []
  private readonly readers: ReadonlyArray<(call: dimensions.Call) => string | null>
  /** The columns of money by layout. */
  private readonly amounts: { readonly [Tag in dimensions.Call["_tag"]]: ReadonlyArray<dimensions.AmountColumn> }
  private readonly increment: number
  private readonly minimum: number
  private rejected = 0
  private rejectedLines = 0
  private unknown = 0

  constructor(private readonly options: Options) {
    this.readers = options.by.map((dimension) => dimensions.reader(dimension, options.zone))
    this.amounts = {
      CdrInRecord: dimensions.amountColumns("CdrInRecord", options.money),
      CdrOutRecord: dimensions.amountColumns("CdrOutRecord", options.money)
    }
    this.increment = wholeMillis(options.increment)
    this.minimum = wholeMillis(options.minimum)
  }

  add(rows: ReadonlyArray<CallRecord.Row>): void {
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index]!
      switch (row._tag) {
        case "CdrInRecord":
        case "CdrOutRecord":
          this.addCall(row)
          break
        case "UnknownRecord":
          this.unknown++
          break
        case "RejectedRow":
          this.rejected++
          this.rejectedLines += row.lines
      }
    }
  }

  merge({ groups, rejected, rejectedLines, unknown }: Summary): void {
    this.rejected += rejected
    this.rejectedLines += rejectedLines
    this.unknown += unknown
    for (const group of groups) this.addGroup(group)
  }

  /** Adds a group of a summary with these dimensions at least. */
  addGroup({ answered, calls, key, money, rounded, seconds }: Group): void {
    const { by, money: columns } = this.options
    let branch = this.root
    for (const dimension of by) branch = below(branch, key[dimension] ?? null)
    const sums = branch.sums ?? this.group(branch, by.map((dimension) => key[dimension] ?? null))
    sums.calls += calls
    sums.answered += answered
    sums.seconds.add(seconds)
    sums.rounded.add(rounded)
    for (let index = 0; index < columns.length; index++) {
      const sum = money[columns[index]!]
      if (sum !== undefined) (sums.money[index] ??= new Sum()).add(sum)
    }
  }

  get summary(): Summary {
    const { groups, options, rejected, rejectedLines, unknown } = this
    const { by, money } = options
    const compare = (left: Sums, right: Sums): number => {
      for (let index = 0; index < by.length; index++) {
        const order = dimensions.compare(by[index]!, left.values[index]!, right.values[index]!)
        if (order !== 0) return order
      }
      return 0
    }
    return {
      options,
      groups: groups.toSorted(compare).map((sums) => ({
        key: Object.fromEntries(by.map((dimension, index) => [dimension, sums.values[index]!])),
        calls: sums.calls,
        answered: sums.answered,
        seconds: sums.seconds.short,
        rounded: sums.rounded.short,
        money: Object.fromEntries(money.flatMap((column, index) => {
          const sum = sums.money[index]
          return sum === undefined ? [] : [[column, sum.exact]]
        }))
      })),
      unknown,
      rejected,
      rejectedLines
    }
  }

  private addCall(call: dimensions.Call): void {
    let branch = this.root
    for (const read of this.readers) branch = below(branch, read(call))
    const sums = branch.sums ?? this.group(branch, this.readers.map((read) => read(call)))
    sums.calls++
    if (Option.isSome(call.connectedAt)) sums.answered++
    this.addDuration(sums, call)
    const columns = this.amounts[call._tag]
    for (let at = 0; at < columns.length; at++) {
      const { index, read } = columns[at]!
      const amount = read(call)
      if (Option.isSome(amount)) (sums.money[index] ??= new Sum()).add(amount.value)
    }
  }

  private addDuration(sums: Sums, call: dimensions.Call): void {
    const duration = call._tag === "CdrInRecord" ? call.duration : call.callDuration
    const nanos = Option.isSome(duration) ? duration.value.value : undefined
    if (nanos === undefined) {
      if (Option.isNone(call.connectedAt) || Option.isNone(call.endedAt)) return
      const millis = DateTime.toEpochMillis(call.endedAt.value) - DateTime.toEpochMillis(call.connectedAt.value)
      if (millis > 0) this.addMillis(sums, millis)
    } else if (nanos._tag === "Millis" && nanos.millis <= mostMillis) {
      this.addMillis(sums, nanos.millis)
    } else if (nanos._tag !== "Infinity") {
      this.addNanos(sums, nanos._tag === "Nanos" ? nanos.nanos : BigInt(nanos.millis) * 1_000_000n)
    }
  }

  private addMillis(sums: Sums, millis: number): void {
    const { increment, minimum } = this
    sums.seconds.addNumber(millis, 3)
    const rest = increment === 0 ? 0 : millis % increment
    const rounded = rest === 0 ? millis : millis + increment - rest
    sums.rounded.addNumber(rounded > 0 && rounded < minimum ? minimum : rounded, 3)
  }

  private addNanos(sums: Sums, nanos: bigint): void {
    const increment = BigInt(this.increment) * 1_000_000n
    const minimum = BigInt(this.minimum) * 1_000_000n
    sums.seconds.addBigint(nanos, 9)
    const rest = increment === 0n ? 0n : nanos % increment
    const rounded = rest === 0n ? nanos : nanos + increment - rest
    sums.rounded.addBigint(rounded > 0n && rounded < minimum ? minimum : rounded, 9)
  }

  private group(branch: Branch, values: Values): Sums {
    const sums = new Sums(values)
    branch.sums = sums
    this.groups.push(sums)
    return sums
  }
}

/** Longer durations, of thousands of years, are summed as bigints. */
const mostMillis = 2 ** 50

const wholeMillis = (duration: Duration.Duration | undefined): number => {
  const millis = duration === undefined ? 0 : Math.ceil(Duration.toMillis(duration))
  return millis <= mostMillis ? millis : 0
}

const below = (branch: Branch, value: string | null): Branch => {
  const known = branch.branches.get(value)
  if (known !== undefined) return known
  const made = new Branch()
  branch.branches.set(value, made)
  return made
}
