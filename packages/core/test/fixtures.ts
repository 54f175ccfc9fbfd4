import { readFileSync } from "node:fs"

/** A document of `test/fixtures`, as parsed JSON. */
export const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8"))
