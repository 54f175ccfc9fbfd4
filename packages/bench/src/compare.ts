/**
 * Compares our contender of each bar with the one of another clone, such as a worktree of an older commit. Each round
 * measures the other tree, this tree, and the other tree again, in processes of their own. The two series of the other
 * tree show the noise. A bar holds if it is not worse than this noise plus 5 %.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import { join, resolve } from "node:path"
import type { Bar } from "./bar.js"
import * as programs from "./programs.js"
import { median, rounded } from "./ratios.js"
import { columns, shown } from "./table.js"

interface Tree {
  readonly folder: string
  readonly url: string
}

/** Measures our contender in a tree. */
const ours = ({ folder, url }: Tree, { name, ours }: Bar): Effect.Effect<number> =>
  Effect.map(programs.run(folder, "contender", url, [name, ours]), Number)

const compared = (bar: Bar, rounds: number, before: Tree, after: Tree): Effect.Effect<ReadonlyArray<string>> =>
  Effect.gen(function*() {
    const [first, second, now] = [new Array<number>(), new Array<number>(), new Array<number>()]
    for (let round = 1; round <= rounds; round++) {
      process.stderr.write(`${bar.name}: round ${round} of ${rounds}\n`)
      first.push(yield* ours(before, bar))
      now.push(yield* ours(after, bar))
      second.push(yield* ours(before, bar))
    }
    const noise = median(first) / median(second)
    const ratio = median(now) / median([...first, ...second])
    const holds = ratio <= 1.05 * Math.max(noise, 1 / noise)
    return [
      bar.name,
      shown(bar, median([...first, ...second])),
      shown(bar, median(now)),
      String(rounded(ratio)),
      String(rounded(noise)),
      holds ? "holds" : "WORSE"
    ]
  })

/** Prints a line for each bar. Succeeds with whether all bars hold. */
export const compare = (
  bars: ReadonlyArray<Bar>,
  rounds: number,
  url: string,
  other: string
): Effect.Effect<boolean, never, Scope.Scope> =>
  Effect.gen(function*() {
    const folder = join(resolve(other), "packages/bench")
    yield* programs.compile(folder)
    const [before, after] = [{ folder, url: yield* programs.server(folder) }, { folder: programs.here, url }]
    const lines = yield* Effect.forEach(bars, (bar) =>
      Effect.flatMap(
        // An older tree does not know a new bar.
        Effect.exit(ours(before, bar)),
        Exit.match({
          onFailure: () => Effect.succeed([bar.name, "not measured there"]),
          onSuccess: () => compared(bar, rounds, before, after)
        })
      ))
    const rows = [["bar", "there", "here", "here/there", "there/there", ""], ...lines]
    process.stdout.write(columns(rows))
    return lines.every((line) => !line.includes("WORSE"))
  })
