/**
 * The server for all contenders, in a process of its own. The simulator makes each answer once. The server keeps the
 * answers, so that they cost little CPU beside a measurement.
 *
 *     /plain/SIZE/v3/exports     an account with SIZE exports
 *     /plain/SIZE/v3/exports/ID  one of them
 *     /slow/SIZE/v3/exports      the same with a delay
 *     /links/SIZE/v3/exports     the same with links as GitHub sends them, in a header
 *     /v3/archives/ROWS.csv.gz   an archive with ROWS rows
 */
import * as Effect from "effect/Effect"
import { createReadStream, statSync } from "node:fs"
import { createServer, type Server, type ServerResponse } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as accounts from "./account.js"
import { delay } from "./sizes.js"

/** The largest account whose answers are kept: those of larger ones take too much memory. */
const keptSize = 100_000

const answersOf = new Map<string, Promise<(below: string) => Promise<string>>>()

const answer = async (kind: string, size: number, below: string): Promise<string> => {
  const name = `${kind} ${size}`
  const found = answersOf.get(name) ?? make(size, kind === "slow")
  answersOf.set(name, found)
  return (await found)(below)
}

const make = async (size: number, isTimed: boolean): Promise<(below: string) => Promise<string>> => {
  const answers = await Effect.runPromise(accounts.answers(size, isTimed))
  const kept = new Map<string, string>()
  return async (below) => {
    const body = kept.get(below) ?? await Effect.runPromise(answers(below))
    if (size <= keptSize) kept.set(below, body)
    return body
  }
}

const list = async (url: URL, response: ServerResponse): Promise<void> => {
  const [, kind, size, , , id] = url.pathname.split("/")
  const below = id === undefined ? decodeURIComponent(url.search) : `/${id}`
  const body = await answer(kind ?? "", Number(size), below)
  if (kind === "slow") await new Promise((resolve) => setTimeout(resolve, delay))
  const next = kind === "links" ? JSON.parse(body).links.next : undefined
  response.writeHead(200, {
    "content-type": kind === "links" ? "application/json" : "application/vnd.api+json",
    "content-length": Buffer.byteLength(body),
    ...(next !== undefined && { link: `<${url.origin}${url.pathname}${new URL(next).search}>; rel="next"` })
  })
  response.end(body)
}

const download = async (url: URL, response: ServerResponse): Promise<void> => {
  const rows = Number(url.pathname.split("/").at(-1)?.split(".")[0])
  const path = join(tmpdir(), `effect-didww-bench-${rows}.csv.gz`)
  await accounts.archive(path, rows)
  response.writeHead(200, {
    "content-type": "application/gzip",
    "content-length": statSync(path).size,
    etag: `"${rows}"`
  })
  createReadStream(path, { highWaterMark: 65_536 }).pipe(response)
}

/** Listens on a free port. */
export const start = (): Promise<{ readonly url: string; readonly server: Server }> =>
  new Promise((resolve) => {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", `http://${request.headers.host}`)
      const done = url.pathname.startsWith("/v3/archives/") ? download(url, response) : list(url, response)
      done.catch((error) => response.destroy(error))
    })
    server.keepAliveTimeout = 60_000
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      resolve({ url: typeof address === "object" && address ? `http://127.0.0.1:${address.port}` : "", server })
    })
  })
