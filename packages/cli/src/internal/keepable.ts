/** Destinations that `Sync` can keep. */
import type { Destination } from "@effect-didww/sync"

/** A run uses no other members. */
export const of = (
  self: Destination.Destination & Pick<Destination.SyncDestination, "ledger" | "hold">
): Destination.SyncDestination => self as Destination.SyncDestination
