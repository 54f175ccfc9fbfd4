/** What the program uses of undici. A module of its own, because a bundle gives a CommonJS package no names if it is loaded later. */
export { fetch, ProxyAgent } from "undici"
