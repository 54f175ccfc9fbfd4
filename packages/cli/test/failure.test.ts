import { DidwwError } from "@effect-didww/core"
import { Destination } from "@effect-didww/sync"
import {
  Error as PlatformError,
  HttpClientError,
  HttpClientRequest,
  HttpClientResponse,
  HttpServerError,
  HttpServerRequest
} from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Cause, ConfigError, Data, FiberId } from "effect"
import { constants } from "node:os"
import { Explained, report } from "../src/Failure.js"
import { plain } from "../src/internal/text.js"
import { NotListening } from "../src/Serving.js"
import { NotWritten } from "../src/Stdio.js"
import * as SystemFailure from "../src/SystemFailure.js"
import { FastCheck, prop, valuesOf } from "./property.js"

const codes = FastCheck.constantFrom(...Object.keys(constants.errno), "ERR_SOCKET_BAD_PORT", "ENOTFOUND", "")

/** What Node, a library or nobody gives as the cause of an error. */
const causes = FastCheck.oneof(
  codes.map((code) => Object.assign(new Error(""), { code })),
  FastCheck.constant(undefined),
  FastCheck.anything()
)

const platform = FastCheck.oneof(
  valuesOf(PlatformError.PlatformError),
  FastCheck.tuple(valuesOf(PlatformError.SystemError), causes).map(([error, cause]) =>
    new PlatformError.SystemError({ ...error, cause })
  )
)

const clientRequest = HttpClientRequest.get("http://127.0.0.1/")
const clientResponse = HttpClientResponse.fromWeb(clientRequest, new Response(null, { status: 500 }))
const serverRequest = HttpServerRequest.fromWeb(new Request("http://127.0.0.1/"))

const http = causes.chain((cause) =>
  FastCheck.constantFrom(
    new HttpServerError.ServeError({ cause }),
    new HttpServerError.RequestError({ request: serverRequest, reason: "Decode", cause }),
    new HttpServerError.RouteNotFound({ request: serverRequest }),
    new HttpClientError.RequestError({ request: clientRequest, reason: "Transport", cause }),
    new HttpClientError.ResponseError({ request: clientRequest, response: clientResponse, reason: "Decode", cause })
  )
)

const path = FastCheck.array(FastCheck.constantFrom("DIDWW_API_URL", "DIDWW_ENV"), { maxLength: 1 })

const variables: FastCheck.Arbitrary<ConfigError.ConfigError> = FastCheck.letrec<{ any: ConfigError.ConfigError }>(
  (tie) => ({
    any: FastCheck.oneof(
      { maxDepth: 3 },
      FastCheck.tuple(path, FastCheck.string()).map(([path, text]) => ConfigError.InvalidData(path, text)),
      FastCheck.tuple(path, FastCheck.string()).map(([path, text]) => ConfigError.MissingData(path, text)),
      FastCheck.tuple(path, FastCheck.string()).map(([path, text]) => ConfigError.Unsupported(path, text)),
      FastCheck.tuple(path, FastCheck.string()).map(([path, text]) =>
        ConfigError.SourceUnavailable(path, text, Cause.empty)
      ),
      FastCheck.tuple(tie("any"), tie("any")).map(([one, other]) => ConfigError.And(one, other)),
      FastCheck.tuple(tie("any"), tie("any")).map(([one, other]) => ConfigError.Or(one, other))
    )
  })
).any

class Silent extends Data.TaggedError("Silent")<{ readonly cause?: unknown }> {}

const silent = FastCheck.oneof(
  causes.map((cause) => new Silent({ cause })),
  FastCheck.constantFrom(new Error(""), new Error(" \u0007\n"), new TypeError(), { message: "" }, Object.create(null)),
  FastCheck.constantFrom({ _tag: "constructor" }, { _tag: { toString: null } }, { name: "", code: "" }, Symbol("x"))
)

const own = FastCheck.tuple(codes, FastCheck.string(), causes).map(([code, host, cause]) => [
  new NotWritten({ code }),
  new NotListening({ host, port: 4010, cause }),
  new Explained({ cause, explanation: "It is so." })
]).chain((errors) => FastCheck.constantFrom(...errors))

const errors: FastCheck.Arbitrary<unknown> = FastCheck.oneof(
  platform,
  http,
  variables,
  silent,
  own,
  valuesOf(DidwwError.DidwwError),
  FastCheck.anything()
)

const reported = errors.chain((error) =>
  FastCheck.constantFrom(
    Cause.fail(error),
    Cause.die(error),
    Cause.parallel(Cause.interrupt(FiberId.none), Cause.fail(error)),
    Cause.sequential(Cause.die(error), Cause.interrupt(FiberId.none)),
    Cause.empty
  )
)

describe("report", () => {
  prop("a report of a failure is never blank", reported, (cause) => {
    const { code, lines } = report(cause, { verbose: false })
    assert.isAbove(code, 0)
    assert.match(plain(lines[0] ?? ""), /^didww-exports: +\S/)
    assert.notInclude(lines[0], "[object Object]")
  })

  prop("--verbose adds to the same lines", platform, (error) => {
    const short = report(Cause.fail(error), { verbose: false })
    const long = report(Cause.fail(error), { verbose: true })
    assert.deepStrictEqual(long.lines.slice(0, short.lines.length), short.lines)
    assert.isAbove(long.lines.length, short.lines.length)
  })

  it("every code of the system names the file, what happened and what to do", () => {
    for (const code of Object.keys(constants.errno)) {
      for (const method of ["open", "stat", "readFile", "writeAll", "rename", "sync", "chmod", "truncate"]) {
        const error = new PlatformError.SystemError({
          reason: "Unknown",
          module: "FileSystem",
          method,
          pathOrDescriptor: "/data/calls.ndjson",
          cause: { code }
        })
        const [line = ""] = report(Cause.fail(error), { verbose: false }).lines
        assert.match(line, /^didww-exports: Cannot (open|read|write) \/data\/calls\.ndjson: [a-z][^.]+\. [A-Z].*\.$/)
      }
    }
  })

  it("every reason of a file system without codes means a code", () => {
    for (const reason of PlatformError.SystemErrorReason.literals) {
      const error = new PlatformError.SystemError({ reason, module: "FileSystem", method: "open" })
      assert.match(SystemFailure.message(error), /^Cannot open a file: [a-z][^.]+\. [A-Z].*\.$/)
    }
  })

  describe("a failure of a destination", () => {
    const refused = "Cannot write calls.db: "
    const table: ReadonlyArray<
      readonly [reason: Destination.DestinationFailed["reason"], code: string | undefined, says: string]
    > = [
      ["full", "ENOSPC", `${refused}no space is left on the device. Free some space, then run the same command again.`],
      ["full", "EDQUOT", `${refused}your disk quota is used up. Free some space, then run the same command again.`],
      [
        "full",
        "SQLITE_FULL",
        `${refused}no space is left on the device. Free some space, then run the same command again.`
      ],
      [
        "full",
        undefined,
        `${refused}no space is left on the device. Free some space, then run the same command again.`
      ],
      ["denied", "EROFS", `${refused}its file system is read-only. Use a file in another folder.`],
      ["denied", "42501", `${refused}permission denied (42501). Check its permissions.`],
      ["denied", undefined, `${refused}permission denied. Check its permissions.`],
      ["unavailable", "08006", "Cannot reach calls.db (08006). Check its address, and that it runs."],
      ["unavailable", undefined, "Cannot reach calls.db. Check its address, and that it runs."],
      ["other", "EIO", `${refused}the device reported an error. Check the disk, then run the same command again.`],
      [
        "other",
        "XX000",
        `${refused}the system refused it (XX000). Run the same command again. With --verbose it shows the cause.`
      ],
      [
        "other",
        undefined,
        `${refused}the system gave no reason. Run the same command again. With --verbose it shows the cause.`
      ]
    ]
    for (const [reason, code, says] of table) {
      it(`of the reason ${reason} and the code ${code} says what happened and what to do`, () => {
        const error = new Destination.DestinationFailed({ place: "calls.db", reason, code })
        assert.deepStrictEqual(report(Cause.fail(error), { verbose: false }).lines, [`didww-exports: ${says}`])
      })
    }
  })

  it("every variable that cannot be used is named", () => {
    const error = ConfigError.And(
      ConfigError.InvalidData(["DIDWW_ENV"], "Expected one of (production, sandbox)"),
      ConfigError.Or(
        ConfigError.MissingData(["DIDWW_API_KEY"], "Expected DIDWW_API_KEY to exist"),
        ConfigError.SourceUnavailable(["DIDWW_API_URL"], "", Cause.empty)
      )
    )
    const [line = ""] = report(Cause.fail(error), { verbose: false }).lines
    for (const name of ["DIDWW_ENV", "DIDWW_API_KEY", "DIDWW_API_URL"]) {
      assert.include(line, `Cannot use the variable ${name}: `)
    }
  })

  it("an interruption alone is no failure to report", () => {
    assert.deepStrictEqual(report(Cause.interrupt(FiberId.none), { verbose: true }), { code: 130, lines: [] })
  })
})
