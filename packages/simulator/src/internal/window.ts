/** Counts the requests of each key at arrival, in a sliding second of a clock that nobody sets. Refused requests count too. */
export const make = (limit: number | "none"): (key: string, ticks: number) => boolean => {
  const arrivals = new Map<string, Array<number>>()
  return (key, ticks) => {
    if (limit === "none") return true
    const recent = (arrivals.get(key) ?? []).filter((at) => ticks - at < 1000)
    arrivals.set(key, [...recent, ticks])
    return recent.length < limit
  }
}
