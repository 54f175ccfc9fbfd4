/** The flags that stand in place of a command. */
import * as Flag from "./Flag.js"

export const shells = ["bash", "fish", "zsh"] as const

export type Shell = typeof shells[number]

/** Stands behind the words of a command too. */
export const help = Flag.toggle({
  name: "help",
  short: "h",
  description: "Show help for the program, or for the command in front of it."
})

export const version = Flag.toggle({ name: "version", description: "Show the program's version." })

export const completions = Flag.choice({
  name: "completions",
  choices: shells,
  value: "SHELL",
  description: "Print a script that completes commands and flags in bash, fish or zsh."
})

export const all: ReadonlyArray<Flag.Flag<unknown>> = [help, version, completions]
