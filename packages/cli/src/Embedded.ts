/** The account of `--simulator`. It is a module of its own because most runs do not load it. */
import { Account, SimulatorClient } from "@effect-didww/simulator"

/** 10,000 exports, the same in every run. */
export const account = { size: 10_000, seed: 2026 }

export const httpClient = SimulatorClient.layer({ account: Account.generate(account) })
