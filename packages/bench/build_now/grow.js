import {
  recordsOf,
  working
} from "./chunk-G5NQ6CFJ.js";
import "./chunk-OA22FI36.js";

// src/grow.ts
import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";
var [, , what, size] = process.argv;
var prepare = what === "exports" ? working(`/plain/${size}/v3`, (client) => Stream.runCount(client.stream({ pageSize: 1e3 }))) : recordsOf(Number(size));
var measured = Effect.gen(function* () {
  const work = yield* prepare;
  const startedAt = performance.now();
  yield* work;
  return { seconds: (performance.now() - startedAt) / 1e3, megabytes: process.resourceUsage().maxRSS / 1024 };
});
Effect.runPromise(Effect.scoped(measured)).then((point) => process.stdout.write(`${JSON.stringify(point)}
`));
