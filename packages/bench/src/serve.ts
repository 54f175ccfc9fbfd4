/** Runs the server. Prints its address as the first line, and stops when stdin ends. */
import { start } from "./server.js"

start().then(({ server, url }) => {
  process.stdout.write(`${url}\n`)
  process.stdin.resume().on("end", () => {
    server.closeAllConnections()
    server.close()
  })
})
