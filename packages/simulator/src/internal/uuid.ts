/** Ids of exports and of archives. */
import * as random from "./random.js"

/** Draws the 32 digits from which both ids of an export are made. */
export const hexDigits = (from: random.Random): string =>
  random.hex(from) + random.hex(from) + random.hex(from) + random.hex(from)

/** Writes 32 digits as a UUID of version 4. */
export const fromHex = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`

/** The path of the archive. Its name is another id than the export's. */
export const archivePath = (hex: string): string => `/exports/${fromHex(hex.slice(16) + hex.slice(0, 16))}.csv.gz`
