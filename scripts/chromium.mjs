// Opens a page in Chromium or Chrome, and returns what the page posts to /result.
import { spawn, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"

const names = ["chromium", "google-chrome"]

const start = (url, profile) => {
  const name = names.find((name) => spawnSync(name, ["--version"]).status === 0)
  if (name === undefined) {
    process.stdout.write("Found neither chromium nor google-chrome.\n")
    process.exit(1)
  }
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
  return spawn(name, [...flags, `--user-data-dir=${profile}`, url], { stdio: "ignore", detached: true })
}

/** `serve` answers all requests but those for /result. Fails after a minute without a result. */
export const visit = async (path, serve) => {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"))
  let posted
  const result = new Promise((resolve, reject) => {
    posted = resolve
    setTimeout(() => reject(new Error("The page posted no result within a minute.")), 60_000).unref()
  })
  const server = createServer((request, response) => {
    if (request.url !== "/result") return serve(request, response)
    text(request).then((body) => {
      response.end()
      posted(JSON.parse(body))
    })
  })
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
  const browser = start(`http://127.0.0.1:${server.address().port}${path}`, profile)
  const gone = new Promise((resolve) => browser.once("exit", resolve))
  try {
    return await result
  } finally {
    // The negative id ends the browser's own child processes too.
    process.kill(-browser.pid, "SIGKILL")
    await gone
    server.closeAllConnections()
    server.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}
