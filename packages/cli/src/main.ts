#!/usr/bin/env node
/** The process: its arguments, streams and exit code. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Cli from "./Cli.js"
import { codes } from "./Failure.js"
import * as Stdio from "./Stdio.js"

Cli.run(process.argv.slice(2)).pipe(
  Effect.provide(Layer.mergeAll(NodeFileSystem.layer, Stdio.layer)),
  NodeRuntime.runMain({
    disableErrorReporting: true,
    disablePrettyLogger: true,
    teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) ? Number(exit.value) : codes.interrupted)
  })
)
