import type { Callback, Export } from "@effect-didww/core"
import { CallbackApp } from "@effect-didww/http"
import type { HttpApp } from "@effect/platform"
import { type Context, Effect, type Redacted } from "effect"
import { describe, expect, test } from "tstyche"

declare const secret: Redacted.Redacted
declare const Database: Context.Tag<"Database", { readonly save: (id: Export.ExportId) => Effect.Effect<void, "full"> }>

const publicUrl = "https://example.com/didww"

describe("CallbackApp", () => {
  test("make needs the services of its handler, and does not fail", () => {
    expect(CallbackApp.make(
      { publicUrl, secrets: [secret] },
      ({ id }) => Effect.flatMap(Database, (database) => database.save(id))
    )).type.toBe<HttpApp.Default<never, "Database">>()
    expect(CallbackApp.make({ publicUrl, secrets: [secret] }, () => Effect.fail("full"))).type.toBe<
      HttpApp.Default<never, never>
    >()
  })

  test("the handler gets a callback", () => {
    CallbackApp.make({ publicUrl, secrets: [secret] }, (callback) => {
      expect(callback).type.toBe<Callback.Callback>()
      return Effect.void
    })
  })

  test("make takes at least one secret, and redacted secrets only", () => {
    expect(CallbackApp.make).type.not.toBeCallableWith({ publicUrl, secrets: [] }, () => Effect.void)
    expect(CallbackApp.make).type.not.toBeCallableWith({ publicUrl, secrets: ["secret"] }, () => Effect.void)
    expect(CallbackApp.make).type.not.toBeCallableWith({ secrets: [secret] }, () => Effect.void)
  })
})
