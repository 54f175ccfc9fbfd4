/** `auth`: the accounts that are saved on this machine. */
import { ApiVersion } from "@effect-didww/core"
import * as Command from "../Command.js"
import * as Flag from "../Flag.js"
import * as KeyCommand from "../KeyCommand.js"

export const auth: Command.Group = {
  words: ["auth"],
  paragraphs: [
    "Saves the keys of accounts under names. `--account NAME` chooses one in every command that talks to DIDWW.",
    "The accounts are in $XDG_CONFIG_HOME/didww/config.json, else ~/.config/didww/config.json, which only you can read."
  ]
}

const operand = Flag.operand({
  name: "NAME",
  description: "Your name for the account: lower-case letters, digits, _ and -."
})

export const login = Command.make({
  words: "auth login",
  description:
    "Saves an account under a name. Asks for its key, which does not show, or reads it from the first line of " +
    "stdin. Checks the key with one request first. For a saved account the key is replaced, and the settings that no flag " +
    "gives are kept.",
  example: "auth login acme --key-command 'pass show didww/acme'",
  operands: {
    name: Flag.optionalOperand({ ...operand, description: `${operand.description} Default: default.` })
  },
  flags: {
    env: Flag.optional(Flag.choice({
      name: "env",
      choices: ["production", "sandbox"],
      description: "DIDWW's environment. Default: production."
    })),
    apiUrl: Flag.optional(Flag.text({
      name: "api-url",
      value: "URL",
      description: "Another address of the API, in place of --env."
    })),
    apiVersion: Flag.optional(Flag.choice({
      name: "api-version",
      choices: ApiVersion.ApiVersion.literals,
      value: "VERSION",
      description: `The API version: ${
        ApiVersion.ApiVersion.literals.join(", ")
      }. Default: ${ApiVersion.defaultVersion}.`
    })),
    keyCommand: Flag.optional(Flag.parsed({
      name: "key-command",
      value: "COMMAND",
      takes: "a program and its arguments such as 'pass show didww'",
      parse: KeyCommand.parse,
      description:
        "Save this command, which prints the key, in place of the key. Spaces split it, except in quotes. It " +
        "runs without a shell each time a key is needed."
    })),
    noCheck: Flag.toggle({ name: "no-check", description: "Save the account without a request." })
  }
}, () => import("../handlers/authLogin.js"))

export const logout = Command.make({
  words: "auth logout",
  description: "Removes a saved account and its key from this machine. The key stays valid at DIDWW.",
  example: "auth logout acme",
  operands: { name: operand },
  flags: {}
}, () => import("../handlers/authLogout.js"))

export const status = Command.make({
  words: "auth status",
  description: "Checks the key of each account with one request: the environment, the API version that answered, the " +
    "client's rate limit, and a fingerprint of the key (SHA-256, 8 digits). The exit code is not 0 if a check fails.",
  example: "auth status --json",
  flags: { json: Flag.toggle({ name: "json", description: "Write an array of JSON." }) }
}, () => import("../handlers/authStatus.js"))
