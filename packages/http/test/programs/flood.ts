// A server whose answers are larger than memory. It says its port, and ends with its parent.
import { createServer, type ServerResponse } from "node:http"
import { constants, deflateRawSync } from "node:zlib"

const mebibyte = 2 ** 20

/** Sends a beginning, and the same piece so many times, as fast as the client reads. */
const send = (response: ServerResponse, beginning: Uint8Array, piece: Uint8Array, count: number) => {
  let left = count
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left = left - 1
      if (!response.write(piece)) {
        response.once("drain", more)
        return
      }
    }
    response.end()
  }
  response.write(beginning)
  more()
}

const letters = Buffer.alloc(mebibyte, "x")
const json = { "content-type": "application/vnd.api+json" }
const opening = Buffer.from("{\"data\":\"")

// a full flush lets the same compressed piece follow itself
const flushed = { finishFlush: constants.Z_FULL_FLUSH, level: 9 }
const bomb = {
  beginning: Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), deflateRawSync(opening, flushed)]),
  piece: deflateRawSync(letters, flushed)
}

const answers: Record<string, (response: ServerResponse) => void> = {
  "/plain": (response) => send(response.writeHead(200, json), opening, letters, 10 * 1024),
  "/error": (response) => send(response.writeHead(400, json), opening, letters, 10 * 1024),
  "/bomb": (response) =>
    send(response.writeHead(200, { ...json, "content-encoding": "gzip" }), bomb.beginning, bomb.piece, 4 * 1024)
}

const server = createServer((request, response) => {
  const path = Object.keys(answers).find((path) => request.url?.startsWith(path) === true) ?? "/plain"
  answers[path]?.(response)
}).listen(0, "127.0.0.1", () => {
  const address = server.address()
  process.stdout.write(`port ${typeof address === "object" && address !== null ? address.port : 0}\nready\n`)
})
