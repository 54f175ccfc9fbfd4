/** Ids of exports and of files, from a seed. */
import type * as Utils from "effect/Utils"

/** 32 of them. */
export const hexDigits = (random: Utils.PCGRandom): string =>
  [0, 1, 2].map(() => Math.floor(random.number() * 2 ** 44).toString(16).padStart(11, "0")).join("").slice(0, 32)

export const fromHex = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`

/** Where its archive is: the file is named by another id. */
export const fileOf = (hex: string): string => `/exports/${fromHex(hex.slice(16) + hex.slice(0, 16))}.csv.gz`
