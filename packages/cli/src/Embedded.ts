/** The account of `--simulator`, by itself because most commands do without. */
import { Account, SimulatorClient } from "@effect-didww/simulator"

/** 10,000 exports, the same every time. */
export const account = { size: 10_000, seed: 2026 }

export const httpClient = SimulatorClient.layer({ account: Account.generate(account) })
