// runs `didww-exports list`, with the embedded simulator if there is no key
const hasKey = (process.env.DIDWW_API_KEY ?? "").trim() !== ""
process.argv.splice(2, 0, "list", ...(hasKey ? [] : ["--simulator"]))
await import("../src/main.ts")
