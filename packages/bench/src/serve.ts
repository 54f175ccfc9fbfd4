/** The server as a program: its address is the first line of stdout. Ends with its stdin. */
import { start } from "./server.js"

start().then(({ server, url }) => {
  process.stdout.write(`${url}\n`)
  process.stdin.resume().on("end", () => {
    server.closeAllConnections()
    server.close()
  })
})
