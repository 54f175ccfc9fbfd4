// Bundles the client, serves the bundle and the simulator from one origin, and runs the bundle in Chromium.
import { Account } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { Effect } from "effect"
import { build } from "esbuild"
import assert from "node:assert"
import { request as send } from "node:http"
import { visit } from "./chromium.mjs"

const { outputFiles: [program] } = await build({
  entryPoints: ["packages/http/test/browser/program.ts"],
  bundle: true,
  minify: true,
  platform: "browser",
  format: "esm",
  target: "es2022",
  write: false,
  logLevel: "error"
})

const html = "<!doctype html><script type=\"module\" src=\"/program.js\"></script>"

const serve = (api) => (request, response) => {
  if (request.url === "/") return response.writeHead(200, { "content-type": "text/html" }).end(html)
  if (request.url === "/program.js") {
    return response.writeHead(200, { "content-type": "text/javascript" }).end(program.contents)
  }
  const { headers, method } = request
  const passed = send(new URL(request.url, api), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers)
    answer.pipe(response)
  })
  passed.on("error", () => response.destroy())
  request.pipe(passed)
}

const result = await SimulatorServer.SimulatorServer.pipe(
  Effect.flatMap(({ url }) => Effect.promise(() => visit("/", serve(url)))),
  Effect.provide(SimulatorServer.layer({
    account: Account.generate({ size: 250, seed: 1 }),
    archives: { rows: 5000 },
    rateLimit: "none"
  })),
  Effect.runPromise
)

assert.deepStrictEqual(result, { exports: 250, records: 5000 })
const size = Math.ceil(program.contents.length / 1024)
process.stdout.write(`browser: ${result.exports} exports, ${result.records} records, a bundle of ${size} KiB\n`)
