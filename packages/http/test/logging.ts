/** What a test logs. Only this module knows Effect's loggers. */
import { Console, Effect, Inspectable, Layer, Logger, LogLevel, Predicate } from "effect"
import { format } from "node:util"

const textOf = (message: unknown): string =>
  (Array.isArray(message) ? message : [message]).map((part) =>
    Predicate.isString(part) ? part : Inspectable.toStringUnknown(part)
  ).join(", ")

/** Replaces the default logger by one that gets each line, such as `WARN text`. */
export const linesTo = (write: (line: string) => void): Layer.Layer<never> =>
  Logger.replace(
    Logger.defaultLogger,
    Logger.make(({ logLevel, message }) => write(`${logLevel.label} ${textOf(message)}`))
  )

/** Gives the value of an effect, and the lines that it logged. */
export const logged = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<readonly [A, ReadonlyArray<string>], E, R> =>
  Effect.suspend(() => {
    const lines: Array<string> = []
    return Effect.map(Effect.provide(effect, linesTo((line) => lines.push(line))), (value) => [value, lines] as const)
  })

/** The same from the level Debug on, with each message as text. */
export const loggedFromDebug = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Logger.withMinimumLogLevel(logged(effect), LogLevel.Debug)

export interface Entry {
  readonly level: string
  readonly text: string
}

/** Replaces the default logger by one that gets each message with its cause, from the level of information on. */
export const entriesTo = (write: (entry: Entry) => void): Layer.Layer<never> =>
  Logger.replace(
    Logger.defaultLogger,
    Logger.make(({ cause, logLevel, message }) => {
      if (LogLevel.lessThan(logLevel, LogLevel.Info)) return
      write({ level: logLevel.label, text: Inspectable.toStringUnknown([message, cause]) })
    })
  )

/** Logs nothing. */
export const silent: Layer.Layer<never> = Logger.remove(Logger.defaultLogger)

/** Logs in the form of each of Effect's loggers. */
const allForms = (write: (line: unknown) => void): Layer.Layer<never> =>
  Layer.mergeAll(
    silent,
    Logger.add(Logger.map(Logger.stringLogger, write)),
    Logger.add(Logger.map(Logger.logfmtLogger, write)),
    Logger.add(Logger.map(Logger.jsonLogger, write)),
    Logger.add(Logger.map(Logger.structuredLogger, write)),
    Logger.add(Logger.prettyLogger({ colors: false, mode: "tty" }))
  )

/** Runs an effect with every line of every level and form given to `write`, and its failure logged. */
export const everythingTo =
  (write: (line: unknown) => void) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Console.consoleWith((current) => {
      // the pretty logger writes to the console, which shows a value as it is now
      const show = (...parts: ReadonlyArray<unknown>) => write(format(...parts))
      return effect.pipe(
        Effect.tapErrorCause((cause) => Effect.logError("failed", cause)),
        Logger.withMinimumLogLevel(LogLevel.All),
        Effect.provide(allForms(write)),
        Effect.withConsole({
          ...current,
          unsafe: { ...current.unsafe, log: show, error: show, group: show, groupEnd: () => {} }
        })
      )
    })
