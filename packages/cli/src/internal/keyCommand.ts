/**
 * Runs a program for its output. Platform's `Command` would start it in another session, where it cannot ask for a passphrase
 * on the terminal.
 */
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { codeOf } from "../SystemFailure.js"

/** How a program ended. */
export type Ended =
  | { readonly _tag: "NotStarted"; readonly code: string }
  | { readonly _tag: "Failed"; readonly status: string }
  | { readonly _tag: "Printed"; readonly text: string }

/** No key is longer. A program that prints without end is stopped. */
const longest = 65_536

/** Runs a program, without a shell. Reads stdin only if stdin is a terminal: in a pipe it is the data of the command. */
export const run = (
  program: string,
  args: ReadonlyArray<string>,
  { isTyped }: { readonly isTyped: boolean }
): Effect.Effect<Ended> =>
  Effect.async((resume) => {
    const child = spawn(program, args, {
      stdio: [isTyped ? "inherit" : "ignore", "pipe", "inherit"],
      windowsHide: true
    })
    const chunks: Array<Uint8Array> = []
    let length = 0
    child.stdout.on("data", (chunk: Uint8Array) => {
      length = length + chunk.length
      if (length > longest) child.kill()
      else chunks.push(chunk)
    })
    child.on("error", (error) => resume(Effect.succeed({ _tag: "NotStarted", code: codeOf(error) ?? "" })))
    child.on("close", (code, signal) => {
      const text = Buffer.concat(chunks).toString("utf8")
      resume(Effect.succeed(
        code === 0 || length > longest
          ? { _tag: "Printed", text: length > longest ? "" : text }
          : { _tag: "Failed", status: code === null ? `signal ${signal}` : `exit code ${code}` }
      ))
    })
    return Effect.sync(() => child.kill())
  })
