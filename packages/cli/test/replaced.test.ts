import { Account } from "@effect-didww/simulator"
import * as SimulatorServer from "@effect-didww/simulator/SimulatorServer"
import { Error as PlatformError, FileSystem } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { spawnSync } from "node:child_process"
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import * as Files from "../src/Files.js"
import * as Leftover from "../src/Leftover.js"
import { isPlanted } from "../src/Target.js"
import { directory, type Options, run } from "./terminal.js"

const list = (path: string, options?: Options) =>
  run(["list", "--simulator", "--limit", "3", "--quiet", "--format", "tsv", "-o", path], options)

const lines = (path: string): number => readFileSync(path, "utf8").split("\n").length - 1

const reasons: Readonly<Record<string, PlatformError.SystemErrorReason>> = {
  EACCES: "PermissionDenied",
  EBUSY: "Busy"
}

/** Fails as Node does, about the path that the operation has. */
const failing = (code: string, method: string, path: string | number) =>
  Effect.fail(
    new PlatformError.SystemError({
      reason: reasons[code] ?? "Unknown",
      module: "FileSystem",
      method,
      pathOrDescriptor: path,
      cause: { code }
    })
  )

type Change = NonNullable<Options["files"]>

/** A folder, or a mount in it, that lets nobody replace a file. */
const withoutRename = (code: string): Change => (files) => ({
  ...files,
  rename: (from) => failing(code, "rename", from)
})

/** A folder that lets nobody create a file. */
const withoutCreation = (code: string): Change => (files) => ({
  ...files,
  open: (path, options) => options?.flag === "wx" ? failing(code, "open", path) : files.open(path, options)
})

/** Changes the files that are opened for writing. */
const opening = (change: (file: FileSystem.File, path: string) => Partial<FileSystem.File>): Change => (files) => ({
  ...files,
  open: (path, options) => Effect.map(files.open(path, options), (file) => ({ ...file, ...change(file, path) }))
})

const withoutWriting = (code: string): Change =>
  opening((_, path) => ({ writeAll: () => failing(code, "writeAll", path) }))

describe("-o FILE", () => {
  for (const code of ["EBUSY", "EXDEV", "EPERM", "EACCES"]) {
    it.scopedLive(`-o writes into a file that a rename cannot replace (${code})`, () =>
      Effect.gen(function*() {
        const folder = yield* directory
        const path = `${folder}/there.tsv`
        writeFileSync(path, "of before, and longer than what comes\n".repeat(100), { mode: 0o640 })
        const before = statSync(path)
        const { code: exit, err } = yield* list(path, { files: withoutRename(code) })
        assert.deepStrictEqual([exit, err], [0, ""])
        assert.strictEqual(lines(path), 3)
        const { ino, mode } = statSync(path)
        assert.deepStrictEqual([ino, mode], [before.ino, before.mode])
        assert.deepStrictEqual(readdirSync(folder), ["there.tsv"])
      }))

    it.scopedLive(`-o fails with the file's name if a new file cannot get it (${code})`, () =>
      Effect.gen(function*() {
        const folder = yield* directory
        const path = `${folder}/new.tsv`
        const { code: exit, err } = yield* list(path, { files: withoutRename(code) })
        assert.strictEqual(exit, 1)
        assert.include(err, `didww-exports: Cannot write ${path}: `)
        assert.notInclude(err, ".part")
        assert.deepStrictEqual(readdirSync(folder), [])
      }))
  }

  for (const code of ["EACCES", "EPERM", "EROFS"]) {
    it.scopedLive(`-o writes into a file beside which no other can be created (${code})`, () =>
      Effect.gen(function*() {
        const folder = yield* directory
        const path = `${folder}/there.tsv`
        writeFileSync(path, "of before\n".repeat(100))
        const { ino } = statSync(path)
        const files = withoutCreation(code)
        assert.strictEqual((yield* list(path, { files })).code, 0)
        assert.deepStrictEqual([lines(path), statSync(path).ino], [3, ino])
        const missing = yield* list(`${folder}/new.tsv`, { files })
        assert.strictEqual(missing.code, 1)
        assert.include(missing.err, `Cannot open ${folder}/new.tsv: `)
        assert.deepStrictEqual(readdirSync(folder), ["there.tsv"])
      }))
  }

  it.scopedLive("a file that is written into keeps its content until the first row, and an incomplete one is reported", () =>
    Effect.gen(function*() {
      const path = `${yield* directory}/there.tsv`
      writeFileSync(path, "of before")
      const early = yield* run(["list", "-o", path], {
        env: { DIDWW_API_KEY: "key" },
        fetch: () => Promise.resolve(new Response("{}", { status: 401 })),
        files: withoutCreation("EROFS")
      })
      assert.strictEqual(early.code, 3)
      assert.strictEqual(readFileSync(path, "utf8"), "of before")
      assert.notInclude(early.err, "incomplete")
      const late = yield* list(path, { files: (files) => withoutWriting("ENOSPC")(withoutCreation("EROFS")(files)) })
      assert.strictEqual(late.code, 1)
      assert.include(late.err, `${path} is incomplete`)
      assert.include(late.err, `Cannot write ${path}: no space is left on the device.`)
      const empty = yield* run(["list", "--simulator", "--where", "nothing", "-o", path], {
        files: withoutCreation("EROFS")
      })
      assert.deepStrictEqual([empty.code, readFileSync(path, "utf8")], [0, ""])
    }))

  it.scopedLive("a full disk is reported with the file's name, and leaves the file as it was", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      const path = `${folder}/there.tsv`
      writeFileSync(path, "of before")
      const changes: ReadonlyArray<Change> = [
        withoutWriting("ENOSPC"),
        opening((_, path) => ({ sync: failing("ENOSPC", "sync", path) })),
        withoutRename("ENOSPC")
      ]
      for (const files of changes) {
        const { code, err } = yield* list(path, { files })
        assert.strictEqual(code, 1)
        assert.strictEqual(
          err,
          `didww-exports: Cannot write ${path}: no space is left on the device. ` +
            "Free some space, then run the same command again.\n"
        )
        assert.strictEqual(readFileSync(path, "utf8"), "of before")
        assert.deepStrictEqual(readdirSync(folder), ["there.tsv"])
      }
    }))

  it.scopedLive("the new file has at no time more permissions than the old one, and in the end the same", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      const path = `${folder}/there.tsv`
      for (const mode of [0o600, 0o400, 0o640, 0o664, 0o777]) {
        writeFileSync(path, "")
        chmodSync(path, mode)
        const seen: Array<number> = []
        const files: Change = (files) => ({
          ...files,
          open: (path, options) =>
            Effect.tap(files.open(path, options), () => Effect.sync(() => seen.push(statSync(path).mode & 0o777)))
        })
        assert.strictEqual((yield* list(path, { files })).code, 0)
        assert.isAbove(seen.length, 0)
        for (const one of seen) assert.strictEqual(one & ~mode, 0, `${one.toString(8)} for ${mode.toString(8)}`)
        assert.strictEqual(statSync(path).mode & 0o777, mode)
        chmodSync(path, 0o666)
      }
    }))

  it.scopedLive("the new file gets the old one's owner and group, or at least its group, where that is allowed", () =>
    Effect.gen(function*() {
      const path = `${yield* directory}/there.tsv`
      writeFileSync(path, "")
      for (const allowed of [["all"], ["group"], []]) {
        const asked: Array<readonly [number, number]> = []
        const files: Change = (files) => ({
          ...files,
          stat: (one) =>
            Effect.map(
              files.stat(one),
              (info) => one === path ? { ...info, uid: Option.some(12345), gid: Option.some(54321) } : info
            ),
          chown: (one, uid, gid) => {
            asked.push([uid, gid])
            const isAllowed = allowed.includes(uid === -1 ? "group" : "all")
            return isAllowed ? Effect.void : failing("EPERM", "chown", one)
          }
        })
        assert.strictEqual((yield* list(path, { files })).code, 0)
        assert.deepStrictEqual(asked, allowed.includes("all") ? [[12345, 54321]] : [[12345, 54321], [-1, 54321]])
      }
    }))

  it.scopedLive("permissions that the file system does not keep are no failure", () =>
    Effect.gen(function*() {
      const path = `${yield* directory}/there.tsv`
      writeFileSync(path, "")
      chmodSync(path, 0o666)
      const files: Change = (files) => ({ ...files, chmod: (one) => failing("EPERM", "chmod", one) })
      assert.strictEqual((yield* list(path, { files })).code, 0)
      assert.strictEqual(lines(path), 3)
    }))

  it.scopedLive("-o takes a name as long as the file system allows", () =>
    Effect.gen(function*() {
      const path = `${yield* directory}/${"x".repeat(251)}.tsv`
      assert.strictEqual((yield* list(path)).code, 0)
      const longer = yield* list(`${path}x`)
      assert.strictEqual(longer.code, 1)
      assert.include(longer.err, "the name is too long")
    }))

  it.scopedLive("a link to a file that does not exist yet stays a link", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      symlinkSync("real.tsv", `${folder}/one.tsv`)
      symlinkSync("one.tsv", `${folder}/two.tsv`)
      assert.strictEqual((yield* list(`${folder}/two.tsv`)).code, 0)
      assert.strictEqual(readlinkSync(`${folder}/two.tsv`), "one.tsv")
      assert.isTrue(lstatSync(`${folder}/real.tsv`).isFile())
      symlinkSync("round.tsv", `${folder}/round.tsv`)
      const { code, err } = yield* list(`${folder}/round.tsv`)
      assert.strictEqual(code, 1)
      assert.include(err, `Cannot open ${folder}/round.tsv: it is a link that cannot be followed safely.`)
    }))

  it("a link is planted if another user made it in a folder of everybody", () => {
    const [root, me, other] = [0, 1000, 1001]
    const shared = { uid: root, mode: 0o41777 }
    const mine = { uid: me, mode: 0o40755 }
    for (
      const [link, folder, expected] of [
        [other, shared, true],
        [me, shared, false],
        [root, shared, false],
        [other, mine, false],
        [other, { uid: root, mode: 0o40777 }, false],
        [root, { uid: other, mode: 0o41777 }, true]
      ] as const
    ) {
      assert.strictEqual(isPlanted({ uid: link }, folder, me), expected)
    }
  })
})

describe("pull -o FILE", () => {
  const pull = (path: string, options?: Options) =>
    Effect.flatMap(
      SimulatorServer.SimulatorServer,
      ({ url }) =>
        run(["pull", "--reference", "october", "--month", "2026-10", "-o", path], {
          env: { DIDWW_API_KEY: "key", DIDWW_API_URL: url },
          ...options
        })
    )

  const server = SimulatorServer.layer({
    account: Account.make([]),
    archives: { rows: 100 },
    processing: { pending: 0, processing: 0 }
  })

  it.scopedLive("a failure of the file system names the file, what happened and what to do", () =>
    Effect.gen(function*() {
      const path = `${yield* directory}/calls.ndjson`
      // platform gives the number of an open file
      const byNumber = (code: string, method: string) => failing(code, method, 18)
      const changes: ReadonlyArray<readonly [change: Change, says: string]> = [
        [
          opening(() => ({ writeAll: () => byNumber("ENOSPC", "writeAll") })),
          `Cannot write ${path}: no space is left on`
        ],
        [opening(() => ({ sync: byNumber("EIO", "sync") })), `Cannot write ${path}: the device reported an error.`],
        [withoutRename("EDQUOT"), `Cannot write ${path}: your disk quota is used up. Free some space`],
        [(files) => ({ ...files, open: () => byNumber("EMFILE", "open") }), `Cannot write ${path}: too many files`]
      ]
      for (const [files, says] of changes) {
        const { code, err, out } = yield* pull(path, { files })
        assert.deepStrictEqual([code, out], [1, ""])
        assert.match(err, /^didww-exports: [^\n]+\.\n$/)
        assert.include(err, says)
      }
    }).pipe(Effect.provide(server)))

  it.scopedLive("a file that another process writes to is refused, and the message names that process", () =>
    Effect.gen(function*() {
      const path = `${yield* directory}/calls.ndjson`
      const lock = {
        version: 1,
        owner: "0123456789abcdef0123456789abcdef",
        since: "2026-11-01T00:00:00.000Z",
        renewed: new Date().toISOString(),
        place: { processId: 4711, host: "night\u001b[31m", numbers: "" }
      }
      writeFileSync(`${path}.lock`, JSON.stringify(lock))
      const { code, err, out } = yield* pull(path)
      assert.deepStrictEqual([code, out], [1, ""])
      assert.match(
        err,
        /calls\.ndjson is in use by process 4711 on night.*\. Wait for that run, or stop it\.\n$/
      )
      assert.notInclude(err, "\u001b")
      assert.isFalse(existsSync(path))
    }).pipe(Effect.provide(server)))

  it.scopedLive("a link stays a link, and the manifest stands beside the file that it leads to", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      mkdirSync(`${folder}/real`)
      symlinkSync("real/calls.ndjson", `${folder}/link.ndjson`)
      for (let round = 1; round <= 2; round++) assert.strictEqual((yield* pull(`${folder}/link.ndjson`)).code, 0)
      assert.strictEqual(lines(`${folder}/real/calls.ndjson`), 100)
      assert.isTrue(lstatSync(`${folder}/link.ndjson`).isSymbolicLink())
      assert.deepStrictEqual(readdirSync(`${folder}/real`).toSorted(), ["calls.ndjson", "calls.ndjson.manifest.json"])
      assert.deepStrictEqual(readdirSync(folder).toSorted(), ["link.ndjson", "real"])
    }).pipe(Effect.provide(server)))
})

describe("files that a run leaves behind", () => {
  /** A name of this process, changed. */
  const named = (folder: string, change: (parts: Array<string>) => void) =>
    Effect.map(Effect.provide(Leftover.path(folder), Files.layer), (path) => {
      const parts = path.slice(folder.length + 1).split("-")
      change(parts)
      const changed = `${folder}/${parts.join("-")}`
      writeFileSync(changed, "")
      return changed
    })

  it.scopedLive("the next run removes those of dead processes, and leaves those of others", () =>
    Effect.gen(function*() {
      const folder = yield* directory
      const dead = String(spawnSync(process.execPath, ["--version"]).pid)
      // .didww-exports-PLACE-PROCESS-RUN-RANDOM.part
      const another = (parts: Array<string>) => parts[4] = "00000000"
      const elsewhere = (parts: Array<string>) => parts[2] = "00000000"
      const old = (path: string) => utimesSync(path, 0, Date.now() / 1000 - 90_000)
      const removed = [
        yield* named(folder, (parts) => (another(parts), parts[3] = dead)),
        // a process that had the number of this one
        yield* named(folder, another),
        yield* Effect.tap(
          named(folder, (parts) => (another(parts), elsewhere(parts))),
          (path) => Effect.sync(() => old(path))
        )
      ]
      const kept = [
        yield* named(folder, () => {}),
        yield* named(folder, (parts) => (another(parts), parts[3] = String(process.ppid))),
        yield* named(folder, (parts) => (another(parts), elsewhere(parts), parts[3] = dead))
      ]
      const foreign = `${folder}/.didww-exports-notes.part`
      writeFileSync(foreign, "")
      assert.strictEqual((yield* list(`${folder}/new.tsv`)).code, 0)
      assert.deepStrictEqual(removed.filter((path) => existsSync(path)), [])
      assert.deepStrictEqual([...kept, foreign].filter((path) => !existsSync(path)), [])
    }))
})
