#!/usr/bin/env node
/** The process: its arguments, streams, signals and exit code. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Cli from "./Cli.js"
import { codes } from "./Failure.js"
import * as Files from "./Files.js"
import * as Stdio from "./Stdio.js"

// a terminal that closes ends the program as SIGTERM does, which the runtime listens for
process.once("SIGHUP", () => {
  if (!process.emit("SIGTERM")) process.exit(codes.interrupted)
})

Cli.run(process.argv.slice(2)).pipe(
  Effect.provide(Layer.mergeAll(Files.layer, Stdio.layer)),
  NodeRuntime.runMain({
    disableErrorReporting: true,
    disablePrettyLogger: true,
    teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) ? Number(exit.value) : codes.interrupted)
  })
)
