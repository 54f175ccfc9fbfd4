/** Writes scripts that complete the words, flags and choices of the command line in a shell. */
import { nextWords, type Program } from "./Command.js"
import * as Flag from "./Flag.js"
import * as ProgramFlags from "./ProgramFlags.js"

/** A place on the command line, by the words in front of it, and what can stand there. */
interface Place {
  readonly at: string
  readonly words: ReadonlyArray<string>
  readonly flags: ReadonlyArray<Flag.Flag<unknown>>
  /** Whether the name of a file can stand there too. */
  readonly hasFiles: boolean
}

const placesOf = <R>(program: Program<R>): ReadonlyArray<Place> => [
  ...program.groups.map(({ words }) => ({
    at: words.join(" "),
    words: nextWords(program, words),
    flags: words.length === 0 ? ProgramFlags.all : [],
    hasFiles: false
  })),
  ...program.commands.map(({ flags, words }) => ({
    at: words.join(" "),
    words: nextWords(program, words),
    flags: [ProgramFlags.help, ...flags],
    hasFiles: true
  }))
]

/** The values of a flag that a shell can complete. */
const completed = ({ choices, words }: Flag.Flag<unknown>): ReadonlyArray<string> => [...choices, ...words]

const bash = <R>(program: Program<R>): string => {
  const places = placesOf(program)
  const values = places.flatMap(({ at, flags }) =>
    flags.filter(({ value }) => value !== undefined).map((flag) => {
      const names = Flag.names(flag).map((name) => `"${at} ${name}"`).join("|")
      return `    ${names}) words="${completed(flag).join(" ")}" ;;`
    })
  )
  const next = places.map(({ at, flags, words }) =>
    `      "${at}") words="${[...words, ...flags.flatMap(Flag.names)].join(" ")}" ;;`
  )
  const known = places.filter(({ at }) => at !== "").map(({ at }) => `"${at}"`).join("|")
  return `_didww_exports() {
  local at="" word words="" current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  for word in "\${COMP_WORDS[@]:1:$((COMP_CWORD-1))}"; do
    case "\${at:+$at }$word" in
      ${known}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at $previous" in
${values.join("\n")}
    *) case "$at" in
${next.join("\n")}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _didww_exports didww-exports
`
}

const fish = <R>(program: Program<R>): string => {
  const complete = (condition: string, what: string): string => `complete -c didww-exports -n "${condition}" ${what}\n`
  return placesOf(program).flatMap(({ at, flags, hasFiles, words }) => {
    const seen = at === "" ?
      "__fish_use_subcommand" :
      at.split(" ").map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ")
    const list = words.join(" ")
    const notSeen = at === "" ? "" : `; and not __fish_seen_subcommand_from ${list}`
    return [
      ...(words.length === 0 ? [] : [complete(`${seen}${notSeen}`, `${hasFiles ? "" : "-f "}-a "${list}"`)]),
      ...flags.map((flag) => complete(seen, fishFlag(flag)))
    ]
  }).join("")
}

const fishFlag = (flag: Flag.Flag<unknown>): string => {
  const { name, short, value } = flag
  const names = short === undefined ? `-l ${name}` : `-s ${short} -l ${name}`
  const values = completed(flag)
  return values.length > 0 ? `${names} -x -a "${values.join(" ")}"` : value === undefined ? names : `${names} -r`
}

/** Writes the script for a shell to run, as in `source <(didww-exports --completions bash)`. */
export const script = <R>(shell: ProgramFlags.Shell, program: Program<R>): string => {
  switch (shell) {
    case "bash":
      return bash(program)
    case "fish":
      return fish(program)
    case "zsh":
      return `autoload -U +X bashcompinit && bashcompinit\n${bash(program)}`
  }
}
