// Prints the cost of last month's inbound calls for each trunk. Finds the export by its reference, or requests a new one.
//
//     npx tsx examples/billing.ts
import { CallRecord, ExportRequest } from "@effect-didww/core"
import { Credentials, ExportsClient } from "@effect-didww/http"
import * as NodeGunzip from "@effect-didww/http/NodeGunzip"
import { Account, SimulatorClient } from "@effect-didww/simulator"
import { NodeRuntime } from "@effect/platform-node"
import {
  Array,
  BigDecimal,
  Console,
  DateTime,
  Effect,
  HashMap,
  Layer,
  Option,
  Order,
  Redacted,
  Schema,
  Stream
} from "effect"

interface Bill {
  readonly calls: number
  readonly total: BigDecimal.BigDecimal
}

const nothing: Bill = { calls: 0, total: BigDecimal.make(0n, 3) }

const add = ({ calls, total }: Bill, row: CallRecord.CdrInRecord): Bill => ({
  calls: calls + 1,
  total: BigDecimal.sum(total, Option.getOrElse(row.total, () => nothing.total))
})

const billed = (bills: HashMap.HashMap<string, Bill>, row: CallRecord.Row): HashMap.HashMap<string, Bill> =>
  row._tag !== "CdrInRecord" ? bills : HashMap.modifyAt(
    bills,
    Option.getOrElse(row.voiceInTrunk, () => "(no trunk)"),
    (bill) => Option.some(add(Option.getOrElse(bill, () => nothing), row))
  )

const dollars = Schema.encodeSync(CallRecord.Money)

const costliestFirst = Order.mapInput(
  Order.reverse(BigDecimal.Order),
  ([, { total }]: readonly [string, Bill]) => total
)

const program = Effect.gen(function*() {
  const client = yield* ExportsClient.ExportsClient
  const month = ExportRequest.lastMonth(yield* DateTime.now)
  const name = DateTime.formatIsoDateUtc(month.from).slice(0, 7)
  const requested = yield* client.ensure(ExportRequest.cdrIn({ ...month, externalReferenceId: `billing-${name}` }))
  const completed = yield* client.awaitCompleted(requested)

  const bills = yield* Stream.runFold(client.records(completed), HashMap.empty<string, Bill>(), billed)

  yield* Console.log(`Inbound calls in ${name}`)
  for (const [trunk, { calls, total }] of Array.sort(HashMap.toEntries(bills), costliestFirst)) {
    yield* Console.log(`${trunk.padEnd(24)}${String(calls).padStart(8)}${dollars(total).padStart(12)} USD`)
  }
})

// For your own account: Layer.provide(ExportsClient.layerConfig(), NodeHttpClient.layerUndici)
const Client = Layer.provide(
  ExportsClient.layer({ credentials: Credentials.apiKey(Redacted.make("any")) }),
  SimulatorClient.layer({
    account: Account.make([]),
    archives: { rows: 50_000 },
    processing: { pending: 0, processing: "1 second" }
  })
)

program.pipe(Effect.provide([Client, NodeGunzip.layer]), NodeRuntime.runMain)
