import {
  answers,
  archive
} from "./chunk-C3OMBEIG.js";
import {
  delay
} from "./chunk-OA22FI36.js";

// src/server.ts
import * as Effect from "effect/Effect";
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
var keptSize = 1e5;
var answersOf = /* @__PURE__ */ new Map();
var answer = async (size, query) => {
  const found = answersOf.get(size) ?? make(size);
  answersOf.set(size, found);
  return (await found)(query);
};
var make = async (size) => {
  const answers2 = await Effect.runPromise(answers(size));
  const kept = /* @__PURE__ */ new Map();
  return async (query) => {
    const body = kept.get(query) ?? await Effect.runPromise(answers2(query));
    if (size <= keptSize) kept.set(query, body);
    return body;
  };
};
var list = async (url, response) => {
  const [, kind, size] = url.pathname.split("/");
  const body = await answer(Number(size), decodeURIComponent(url.search));
  if (kind === "slow") await new Promise((resolve) => setTimeout(resolve, delay));
  const next = kind === "links" ? JSON.parse(body).links.next : void 0;
  response.writeHead(200, {
    "content-type": kind === "links" ? "application/json" : "application/vnd.api+json",
    "content-length": Buffer.byteLength(body),
    ...next !== void 0 && { link: `<${url.origin}${url.pathname}${new URL(next).search}>; rel="next"` }
  });
  response.end(body);
};
var download = async (url, response) => {
  const rows = Number(url.pathname.split("/").at(-1)?.split(".")[0]);
  const path = join(tmpdir(), `effect-didww-bench-${rows}.csv.gz`);
  await archive(path, rows);
  response.writeHead(200, {
    "content-type": "application/gzip",
    "content-length": statSync(path).size,
    etag: `"${rows}"`
  });
  createReadStream(path, { highWaterMark: 65536 }).pipe(response);
};
var start = () => new Promise((resolve) => {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const done = url.pathname.startsWith("/v3/archives/") ? download(url, response) : list(url, response);
    done.catch((error) => response.destroy(error));
  });
  server.keepAliveTimeout = 6e4;
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    resolve({ url: typeof address === "object" && address ? `http://127.0.0.1:${address.port}` : "", server });
  });
});

// src/serve.ts
start().then(({ server, url }) => {
  process.stdout.write(`${url}
`);
  process.stdin.resume().on("end", () => {
    server.closeAllConnections();
    server.close();
  });
});
