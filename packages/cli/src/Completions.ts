/** Scripts that complete the words, flags and choices of the command line in a shell. */
import type * as CommandLine from "./CommandLine.js"
import { choicesOf, partsOf } from "./internal/parts.js"

export const shells = ["bash", "fish", "zsh"] as const

export type Shell = typeof shells[number]

const ofProgram = ["--help", "--version", "--completions"]

/** Commands as far as their words go, `""` first, and what may stand next. */
const nextWords = (known: ReadonlyArray<CommandLine.Known>): ReadonlyMap<string, ReadonlyArray<string>> => {
  const next = new Map<string, ReadonlyArray<string>>()
  const add = (at: string, words: ReadonlyArray<string>): void => {
    next.set(at, Array.from(new Set([...next.get(at) ?? [], ...words])))
  }
  for (const { usage, words } of known) {
    words.forEach((word, index) => add(words.slice(0, index).join(" "), [word]))
    add(words.join(" "), ["--help", ...partsOf(usage).flags.flatMap(({ names }) => names)])
  }
  add("", ofProgram)
  return next
}

const bash = (known: ReadonlyArray<CommandLine.Known>): string => {
  const next = nextWords(known)
  const values = known.flatMap(({ usage, words }) =>
    partsOf(usage).flags.filter(({ value }) => value._tag === "Some").map((flag) => {
      const flags = flag.names.map((name) => `"${words.join(" ")} ${name}"`).join("|")
      return `    ${flags}) words="${choicesOf(flag).join(" ")}" ;;`
    })
  )
  const places = Array.from(next, ([at, words]) => `      "${at}") words="${words.join(" ")}" ;;`)
  return `_didww_exports() {
  local at="" word words="" current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  for word in "\${COMP_WORDS[@]:1:$((COMP_CWORD-1))}"; do
    case "\${at:+$at }$word" in
      ${Array.from(next.keys()).filter((at) => at !== "").map((at) => `"${at}"`).join("|")}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at $previous" in
    " --completions") words="${shells.join(" ")}" ;;
${values.join("\n")}
    *) case "$at" in
${places.join("\n")}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _didww_exports didww-exports
`
}

const fish = (known: ReadonlyArray<CommandLine.Known>): string => {
  const complete = (condition: string, what: string): string => `complete -c didww-exports -n "${condition}" ${what}\n`
  const seen = (words: ReadonlyArray<string>): string =>
    words.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ")
  const places = Array.from(nextWords(known)).flatMap(([at, next]) => {
    const words = next.filter((word) => !word.startsWith("-")).join(" ")
    const condition = at === "" ? "__fish_use_subcommand" : `${seen(at.split(" "))}; and not ${seen([words])}`
    return words === "" ? [] : [complete(condition, `-f -a "${words}"`)]
  })
  const flags = known.flatMap(({ usage, words }) =>
    partsOf(usage).flags.map((flag) => {
      const names = flag.names.map((name) => name.replace(/^--/, "-l ").replace(/^-(?=\w$)/, "-s ")).join(" ")
      const choices = choicesOf(flag)
      const value = choices.length > 0 ? ` -x -a "${choices.join(" ")}"` : flag.value._tag === "Some" ? " -r" : ""
      return complete(seen(words), `${names}${value}`)
    })
  )
  return [
    "complete -c didww-exports -l help -s h\n",
    complete("__fish_use_subcommand", "-l version"),
    complete("__fish_use_subcommand", `-l completions -x -a "${shells.join(" ")}"`),
    ...places,
    ...flags
  ].join("")
}

/** For the shell to run, as by `source <(didww-exports --completions bash)`. */
export const script = (shell: Shell, known: ReadonlyArray<CommandLine.Known>): string => {
  switch (shell) {
    case "bash":
      return bash(known)
    case "fish":
      return fish(known)
    case "zsh":
      return `autoload -U +X bashcompinit && bashcompinit\n${bash(known)}`
  }
}
