/** The numbers and trunks that every account has. */

export const didNumbers: ReadonlyArray<string> = Array.from(
  { length: 100 },
  (_, value) => `972862594${String(value).padStart(2, "0")}`
)

/** The ids of the first trunks of `trunkNames`. */
export const trunkIds: ReadonlyArray<string> = [
  "457bf47d-446d-41cd-91c3-dfbda7bf0753",
  "21a3b5c7-0b4c-4a3e-9d52-6d3f1f0f8c11"
]

export const trunkNames: ReadonlyArray<string> = [
  "SIP Trunk",
  "Büro München",
  "Hauptstraße, 2. Stock",
  "The \"old\" PBX",
  "電話システム"
]
