/** Writes the archive that the bars of rows read: how many rows and where to are on the command line. */
import { Archive } from "@effect-didww/simulator"
import { createWriteStream } from "node:fs"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { createGzip } from "node:zlib"

const [rows = "0", path = ""] = process.argv.slice(2)

const archive = Archive.make({ exportType: "cdr_in", rows: Number(rows), seed: 1 })

await pipeline(Readable.from(Archive.csv(archive)), createGzip(), createWriteStream(path))
