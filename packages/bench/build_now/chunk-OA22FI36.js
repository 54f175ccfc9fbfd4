var __defProp = Object.defineProperty;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};

// src/sizes.ts
var scale = Number(process.env.BENCH_SCALE ?? 1);
var scaled = (size) => Math.max(1, Math.ceil(size * scale));
var warming = scaled(4e3);
var measuring = scaled(2e3);
var walked = Math.max(1e3, scaled(2e4));
var waited = Math.max(1e3, scaled(5e3));
var decoded = Math.max(1e3, scaled(2e4));
var looked = Math.max(1e3, scaled(1e5));
var delay = scaled(100);
var rows = Math.max(1e3, scaled(3e5));
var manyRows = rows * 10;
var requests = scaled(1e3);

export {
  __export,
  warming,
  measuring,
  walked,
  waited,
  decoded,
  looked,
  delay,
  rows,
  manyRows,
  requests
};
