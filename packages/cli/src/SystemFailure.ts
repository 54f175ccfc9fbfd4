/** Says in a sentence what the system refused to do with a file, why, and what to do about it. */
import type { Destination } from "@effect-didww/sync"
import { type PlatformError, SystemError } from "@effect/platform/Error"
import * as Predicate from "effect/Predicate"

/** What a code of the system means, and what to do about it. */
export interface Meaning {
  readonly happened: string
  readonly advice: string
}

const again = "then run the same command again."

const meanings: Readonly<Record<string, Meaning>> = {
  EACCES: { happened: "permission denied", advice: "Check the permissions of the file and of its folder." },
  EAGAIN: { happened: "the system has no resources for it now", advice: `Wait a moment, ${again}` },
  EBUSY: { happened: "another program or a mount uses it", advice: "Close the other program, or use another file." },
  EDQUOT: { happened: "your disk quota is used up", advice: `Free some space, ${again}` },
  EEXIST: { happened: "the file exists already", advice: "Use another name, or remove the file." },
  EFBIG: {
    happened: "the file is larger than the system allows",
    advice: "Raise the limit of file sizes (ulimit -f)."
  },
  EINVAL: { happened: "its file system does not support this", advice: "Use a file in another folder." },
  EIO: { happened: "the device reported an error", advice: `Check the disk, ${again}` },
  EISDIR: { happened: "it is a folder", advice: "Use the name of a file." },
  ELOOP: {
    happened: "it is a link that cannot be followed safely",
    advice: "Use the name of the file that the link points to."
  },
  EMFILE: { happened: "too many files are open", advice: "Raise the limit of open files (ulimit -n)." },
  ENAMETOOLONG: { happened: "the name is too long", advice: "Use a shorter name." },
  ENODEV: { happened: "its device is not there", advice: "Check the device, or use another file." },
  ENOENT: { happened: "no such file or folder", advice: "Check the name. The folder has to exist." },
  ENOMEM: { happened: "no memory is left", advice: `Close other programs, ${again}` },
  ENOSPC: { happened: "no space is left on the device", advice: `Free some space, ${again}` },
  ENOTDIR: { happened: "a part of the path is not a folder", advice: "Check the path." },
  EPERM: { happened: "the system does not permit it", advice: "Check the owner and the attributes of the file." },
  EPIPE: { happened: "its reader went away", advice: "Start the reader again." },
  EROFS: { happened: "its file system is read-only", advice: "Use a file in another folder." },
  SQLITE_CANTOPEN: {
    happened: "SQLite cannot open it, or a file beside it",
    advice: "Check the permissions of the file and of its folder."
  },
  ESTALE: { happened: "the network file system lost it", advice: `Check the mount, ${again}` },
  ETIMEDOUT: { happened: "its file system did not answer in time", advice: `Check the mount, ${again}` },
  ETXTBSY: { happened: "it is a program that runs now", advice: "Use another name." },
  EXDEV: { happened: "it is on another file system", advice: "Use a file in another folder." }
}

const alike: Readonly<Record<string, string>> = {
  ENFILE: "EMFILE",
  ENOSYS: "EINVAL",
  ENOTSUP: "EINVAL",
  ENXIO: "ENODEV",
  EOPNOTSUPP: "EINVAL",
  EWOULDBLOCK: "EAGAIN",
  SQLITE_FULL: "ENOSPC",
  SQLITE_READONLY: "EACCES"
}

/** The code for a reason of a file system that gives no code. */
const byReason: Readonly<Record<SystemError["reason"], string>> = {
  AlreadyExists: "EEXIST",
  BadResource: "EISDIR",
  Busy: "EBUSY",
  InvalidData: "EIO",
  NotFound: "ENOENT",
  PermissionDenied: "EACCES",
  TimedOut: "ETIMEDOUT",
  UnexpectedEof: "EIO",
  Unknown: "",
  WouldBlock: "EAGAIN",
  WriteZero: "ENOSPC"
}

const known = (code: string): Meaning | undefined => meanings[alike[code] ?? code]

/** What a code means. A code without an entry stands for itself. */
export const meaning = (code: string): Meaning =>
  known(code) ?? {
    happened: code === "" ? "the system gave no reason" : `the system refused it (${code})`,
    advice: "Run the same command again. With --verbose it shows the cause."
  }

/** The code of an error, or of what caused it. */
export const codeOf = (error: unknown, depth = 0): string | undefined =>
  !Predicate.isObject(error) || depth > 4
    ? undefined
    : Predicate.hasProperty(error, "code") && Predicate.isString(error.code) &&
        /^[A-Z][A-Z0-9_]*$/.test(error.code)
    ? error.code
    : Predicate.hasProperty(error, "cause")
    ? codeOf(error.cause, depth + 1)
    : undefined

/** The code of an error of a file system. Empty if there is none. */
export const code = (error: PlatformError): string =>
  codeOf(error) ?? (error._tag === "SystemError" ? byReason[error.reason] : "")

/** The same error about another path. */
export const about = (path: string) => (error: PlatformError): PlatformError =>
  error._tag === "SystemError"
    // a spread leaves out the cause of an error
    ? new SystemError({ ...error, cause: error.cause, pathOrDescriptor: path })
    : error

const byDestination: Readonly<Record<"full" | "denied", Meaning>> = {
  full: meaning("ENOSPC"),
  denied: { happened: "permission denied", advice: "Check its permissions." }
}

/** Names the destination, what happened, and what to do. */
export const ofDestination = ({ code, place, reason }: Destination.DestinationFailed): string => {
  const shown = code === undefined ? "" : ` (${code})`
  if (reason === "unavailable") return `Cannot reach ${place}${shown}. Check its address, and that it runs.`
  const ofCode = known(code ?? "")
  if (ofCode === undefined && reason !== "other") {
    // the code of a database says less than the reason
    const { advice, happened } = byDestination[reason]
    return `Cannot write ${place}: ${happened}${shown}. ${advice}`
  }
  const { advice, happened } = ofCode ?? meaning(code ?? "")
  return `Cannot write ${place}: ${happened}. ${advice}`
}

const reading = /^(access|exists|read|readAlloc|readDirectory|readFile|readFileString|readLink|realPath|stat|stream)$/

/** Names the file, what happened, and what to do. */
export const message = (error: PlatformError): string => {
  const verb = error.method === "open" ? "open" : reading.test(error.method) ? "read" : "write"
  if (error._tag === "BadArgument") {
    return `Cannot ${verb} a file: the system does not accept its name. Use another name.`
  }
  const subject = typeof error.pathOrDescriptor === "string" ? error.pathOrDescriptor : "a file"
  const { advice, happened } = meaning(code(error))
  return `Cannot ${verb} ${subject}: ${happened}. ${advice}`
}
