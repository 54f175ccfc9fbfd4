/** Counts the requests of each key at arrival, in a sliding second. Refused requests count too. */
export const make = (limit: number | "none"): (key: string, now: number) => boolean => {
  const arrivals = new Map<string, Array<number>>()
  return (key, now) => {
    if (limit === "none") return true
    const recent = (arrivals.get(key) ?? []).filter((at) => now - at < 1000)
    arrivals.set(key, [...recent, now])
    return recent.length < limit
  }
}
