/** The flags and arguments of a command, taken from its usage. */
import type * as Usage from "@effect/cli/Usage"
import * as Option from "effect/Option"

export interface Flag {
  readonly names: ReadonlyArray<string>
  /** How its value is written in help; absent where it takes none. */
  readonly value: Option.Option<string>
  readonly isRequired: boolean
  readonly isRepeatable: boolean
}

/** The flags that a command has, and the names of its arguments. */
export const partsOf = (usage: Usage.Usage): {
  readonly flags: ReadonlyArray<Flag>
  readonly operands: ReadonlyArray<string>
} => {
  const flags: Array<Flag> = []
  const operands: Array<string> = []
  const visit = (usage: Usage.Usage, kind: Pick<Flag, "isRequired" | "isRepeatable">): void => {
    switch (usage._tag) {
      case "Named":
        if (usage.names.some((name) => name.startsWith("-"))) {
          flags.push({ names: usage.names, value: usage.acceptedValues, ...kind })
        } else {
          operands.push(...usage.names.flatMap((name) => /^<(.*)>$/.exec(name)?.[1] ?? []))
        }
        return
      case "Optional":
        return visit(usage.usage, { ...kind, isRequired: false })
      case "Repeated":
        return visit(usage.usage, { isRequired: false, isRepeatable: true })
      case "Concat":
      case "Alternation":
        visit(usage.left, kind)
        return visit(usage.right, kind)
    }
  }
  visit(usage, { isRequired: true, isRepeatable: false })
  return { flags, operands }
}

/** The values of which a flag takes one. */
export const choicesOf = ({ value }: Flag): ReadonlyArray<string> =>
  Option.match(value, { onNone: () => [], onSome: (text) => text.includes(" | ") ? text.split(" | ") : [] })
