/** All commands, in the order of help. */
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Command from "../Command.js"
import type { Stdio } from "../Stdio.js"
import { auth, login, logout, status } from "./auth.js"
import { callback, serve, verify } from "./callback.js"
import { create } from "./create.js"
import { demo } from "./demo.js"
import { download } from "./download.js"
import { ensure } from "./ensure.js"
import { list } from "./list.js"
import { pull } from "./pull.js"
import { records } from "./records.js"
import { show } from "./show.js"
import { simulator } from "./simulator.js"
import { stats } from "./stats.js"
import * as syncs from "./sync.js"
import { wait } from "./wait.js"

const root: Command.Group = {
  words: [],
  paragraphs: [
    "Lists and creates the exports of a DIDWW account, and reads their call records.",
    "Save your API key with auth login, or set it in the variable DIDWW_API_KEY, or try --simulator. Every command has " +
    "--help.",
    "Example: didww-exports list --simulator --limit 3",
    "Exit codes: 1 failure, 2 usage, 3 unauthorized, 4 not found, 5 rate limited, 6 timed out, 130 interrupted."
  ]
}

export const program: Command.Program<FileSystem.FileSystem | Stdio> = {
  groups: [root, auth, callback],
  commands: [
    list,
    show,
    create,
    ensure,
    wait,
    download,
    records,
    stats,
    pull,
    syncs.sync,
    syncs.status,
    syncs.pull,
    syncs.verify,
    syncs.audit,
    syncs.acknowledge,
    syncs.certificate,
    syncs.prune,
    demo,
    simulator,
    login,
    logout,
    status,
    verify,
    serve
  ]
}
