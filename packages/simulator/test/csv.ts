/** Reads CSV, and tells null from the empty string. */
export const parse = (text: string): ReadonlyArray<ReadonlyArray<string | null>> => {
  const records: Array<Array<string | null>> = []
  const field = /("(?:[^"]|"")*"|[^",\n]*)([,\n])/gy
  let record: Array<string | null> = []
  for (const [, value, end] of text.matchAll(field)) {
    record.push(value === "" ? null : value!.startsWith("\"") ? value!.slice(1, -1).replaceAll("\"\"", "\"") : value!)
    if (end === "\n") {
      records.push(record)
      record = []
    }
  }
  return records
}
