// Checks the API reference in build/docs: every internal link has a target, and its search works in a browser.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { dirname, extname, join, normalize } from "node:path"
import { visit } from "./chromium.mjs"

const root = "build/docs"
const pages = readdirSync(root, { recursive: true }).filter((name) => name.endsWith(".html"))

const fail = (message) => {
  process.stdout.write(`${message}\n`)
  process.exit(1)
}

const unescaped = (text) => text.replaceAll("&amp;", "&")
const html = new Map(pages.map((page) => [page, readFileSync(join(root, page), "utf8")]))
const ids = new Map(
  pages.map((page) => [page, new Set(Array.from(html.get(page).matchAll(/ id="([^"]*)"/g), ([, id]) => id))])
)

const broken = []
let links = 0
for (const page of pages) {
  for (const [, escaped] of html.get(page).matchAll(/ (?:href|src)="([^"]*)"/g)) {
    const link = unescaped(escaped)
    if (/^[a-z]+:/.test(link)) continue
    links += 1
    const [path, fragment] = link.split("#").map(decodeURIComponent)
    const place = path === "" ? page : normalize(join(dirname(page), path))
    // A server answers a folder with its index.
    const target = place.endsWith("/") ? join(place, "index.html") : place
    const isThere = existsSync(join(root, target)) && statSync(join(root, target)).isFile()
    if (!isThere || (fragment && ids.has(target) && !ids.get(target).has(fragment))) broken.push(`${page}: ${link}`)
  }
}
if (broken.length > 0) fail(`Broken links:\n${broken.join("\n")}`)

const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" }

// Types a name into the search, as a reader does. Posts the first hit and the status of its page.
const probe = `<script type="module">
const until = async (look) => {
  for (;;) {
    const found = look()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
document.querySelector("#tsd-search-trigger").click()
const input = await until(() => document.querySelector("#tsd-search-input"))
input.value = "awaitCompleted"
input.dispatchEvent(new Event("input", { bubbles: true }))
const hit = await until(() => document.querySelector("#tsd-search-results a"))
const page = await fetch(hit.href)
await fetch("/result", { method: "POST", body: JSON.stringify({ text: hit.textContent, status: page.status }) })
</script>`

const { status, text } = await visit("/index.html", (request, response) => {
  const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname)
  const file = join(root, normalize(path))
  if (!existsSync(file)) return response.writeHead(404).end()
  const content = readFileSync(file)
  response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" })
  response.end(path === "/index.html" ? `${content}${probe}` : content)
})
if (status !== 200 || !text.includes("awaitCompleted")) fail(`The search found ${text}. Its page answered ${status}.`)
process.stdout.write(`docs: ${pages.length} pages, ${links} links are correct, the search finds ${text.trim()}\n`)
