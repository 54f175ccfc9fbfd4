/** Decodes exports by other schema libraries, each as its users write it, to a value equal to ours. */
import { exportTypeOf, type Parsed, timeOf, toExport } from "./equal.js"

export type Decode = (resource: unknown) => unknown

/** Builds an export from the library's result. A comparison with the resource finds the spellings for `wire`. */
const equally = (parse: (resource: unknown) => Parsed): Decode => (resource) =>
  // A parsed resource has attributes.
  toExport(parse(resource), resource as Parsed)

const lower = (text: string): string => text.toLowerCase()

const zodAttributes = (z: typeof import("zod").z) => {
  const maybe = <A extends import("zod").ZodType>(schema: A) => schema.nullable().optional()
  const time = z.string().transform(timeOf)
  const number = z.union([z.string(), z.int().transform(String)])
  const integer = z.union([z.int(), z.string().regex(/^\d{1,9}$/).transform(Number)])
  const texts = z.union([z.string().transform((text) => [text]), z.array(z.string()).min(1)])
  const period = {
    from: maybe(time),
    to: maybe(time),
    year: maybe(integer),
    month: maybe(integer),
    day: maybe(integer)
  }
  const common = {
    status: z.string().transform(lower).pipe(z.enum(["pending", "processing", "completed"])),
    created_at: maybe(time),
    external_reference_id: maybe(z.string()),
    url: maybe(z.string()),
    callback_url: maybe(z.string()),
    callback_method: maybe(z.string().transform(lower).pipe(z.enum(["get", "post"])))
  }
  const sms = z.looseObject({
    ...period,
    source_address_eq: maybe(number),
    source_address_cont: maybe(number),
    destination_address_eq: maybe(number),
    destination_address_cont: maybe(number),
    status: maybe(z.string()),
    "sms_trunk.id": maybe(texts),
    sms_id: maybe(number)
  })
  const filters = {
    cdr_in: z.looseObject({
      ...period,
      did_number: maybe(number),
      source_number: maybe(number),
      source_number_out: maybe(number),
      source_country_iso: maybe(z.string())
    }),
    cdr_out: z.looseObject({
      ...period,
      "voice_out_trunk.id": maybe(number),
      source: maybe(number),
      cli: maybe(number),
      destination: maybe(number)
    }),
    sms_in: sms,
    sms_out: sms,
    unknown: z.looseObject({})
  }
  return <A extends keyof typeof filters>(type: A) =>
    z.looseObject({ ...common, export_type: z.string(), filters: maybe(filters[type]) })
}

export const withZod = async (): Promise<Decode> => {
  const { z } = await import("zod")
  const attributes = zodAttributes(z)
  const resource = (type: Parameters<typeof attributes>[0]) =>
    z.looseObject({ id: z.string().min(1), type: z.literal("exports"), attributes: attributes(type) })
  const schemas: Readonly<Record<string, { readonly parse: (resource: unknown) => Parsed }>> = {
    cdr_in: resource("cdr_in"),
    cdr_out: resource("cdr_out"),
    sms_in: resource("sms_in"),
    sms_out: resource("sms_out"),
    unknown: resource("unknown")
  }
  const Head = z.object({ attributes: z.object({ export_type: z.string() }) })
  return equally((resource) => schemas[exportTypeOf(Head.parse(resource).attributes.export_type)]!.parse(resource))
}

const valibotAttributes = (v: typeof import("valibot")) => {
  const maybe = <const A extends import("valibot").GenericSchema>(schema: A) => v.optional(v.nullable(schema))
  const time = v.pipe(v.string(), v.transform(timeOf))
  const number = v.union([v.string(), v.pipe(v.number(), v.safeInteger(), v.transform(String))])
  const integer = v.union([
    v.pipe(v.number(), v.safeInteger()),
    v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number))
  ])
  const texts = v.union([
    v.pipe(v.string(), v.transform((text) => [text])),
    v.pipe(v.array(v.string()), v.minLength(1))
  ])
  const period = {
    from: maybe(time),
    to: maybe(time),
    year: maybe(integer),
    month: maybe(integer),
    day: maybe(integer)
  }
  const common = {
    status: v.pipe(v.string(), v.transform(lower), v.picklist(["pending", "processing", "completed"])),
    created_at: maybe(time),
    external_reference_id: maybe(v.string()),
    url: maybe(v.string()),
    callback_url: maybe(v.string()),
    callback_method: maybe(v.pipe(v.string(), v.transform(lower), v.picklist(["get", "post"])))
  }
  const sms = v.looseObject({
    ...period,
    source_address_eq: maybe(number),
    source_address_cont: maybe(number),
    destination_address_eq: maybe(number),
    destination_address_cont: maybe(number),
    status: maybe(v.string()),
    "sms_trunk.id": maybe(texts),
    sms_id: maybe(number)
  })
  const filters = {
    cdr_in: v.looseObject({
      ...period,
      did_number: maybe(number),
      source_number: maybe(number),
      source_number_out: maybe(number),
      source_country_iso: maybe(v.string())
    }),
    cdr_out: v.looseObject({
      ...period,
      "voice_out_trunk.id": maybe(number),
      source: maybe(number),
      cli: maybe(number),
      destination: maybe(number)
    }),
    sms_in: sms,
    sms_out: sms,
    unknown: v.looseObject({})
  }
  return <A extends keyof typeof filters>(type: A) =>
    v.looseObject({ ...common, export_type: v.string(), filters: maybe(filters[type]) })
}

export const withValibot = async (): Promise<Decode> => {
  const v = await import("valibot")
  const attributes = valibotAttributes(v)
  const resource = (type: Parameters<typeof attributes>[0]) => {
    const schema = v.looseObject({
      id: v.pipe(v.string(), v.minLength(1)),
      type: v.literal("exports"),
      attributes: attributes(type)
    })
    return (resource: unknown): Parsed => v.parse(schema, resource) as Parsed
  }
  const parsers: Readonly<Record<string, (resource: unknown) => Parsed>> = {
    cdr_in: resource("cdr_in"),
    cdr_out: resource("cdr_out"),
    sms_in: resource("sms_in"),
    sms_out: resource("sms_out"),
    unknown: resource("unknown")
  }
  const Head = v.object({ attributes: v.object({ export_type: v.string() }) })
  return equally((resource) => parsers[exportTypeOf(v.parse(Head, resource).attributes.export_type)]!(resource))
}

export const withArktype = async (): Promise<Decode> => {
  const { type } = await import("arktype")
  const time = type("string").pipe(timeOf).or("null")
  const number = type("string").or(type("number.integer").pipe(String)).or("null")
  const integer = type("number.integer").or(type(/^\d{1,9}$/).pipe(Number)).or("null")
  const texts = type("string").pipe((text) => [text]).or("string[] >= 1").or("null")
  const text = type("string|null")
  const period = { "from?": time, "to?": time, "year?": integer, "month?": integer, "day?": integer } as const
  const sms = type({
    ...period,
    "source_address_eq?": number,
    "source_address_cont?": number,
    "destination_address_eq?": number,
    "destination_address_cont?": number,
    "status?": text,
    "sms_trunk.id?": texts,
    "sms_id?": number
  })
  const resource = <const A>(filters: A) =>
    type.raw({
      id: "string >= 1",
      type: "'exports'",
      attributes: {
        status: type("string").pipe(lower).to("'pending'|'processing'|'completed'"),
        "created_at?": time,
        "external_reference_id?": text,
        "url?": text,
        "callback_url?": text,
        "callback_method?": type("string").pipe(lower).to("'get'|'post'").or("null"),
        export_type: "string",
        "filters?": filters
      }
    })
  const parsers = {
    cdr_in: resource(
      type({
        ...period,
        "did_number?": number,
        "source_number?": number,
        "source_number_out?": number,
        "source_country_iso?": text
      }).or("null")
    ),
    cdr_out: resource(
      type({ ...period, "voice_out_trunk.id?": number, "source?": number, "cli?": number, "destination?": number })
        .or("null")
    ),
    sms_in: resource(sms.or("null")),
    sms_out: resource(sms.or("null")),
    unknown: resource(type("object|null"))
  } as Readonly<Record<string, { readonly assert: (resource: unknown) => unknown }>>
  const Head = type({ attributes: { export_type: "string" } })
  return equally((resource) =>
    parsers[exportTypeOf(Head.assert(resource).attributes.export_type)]!.assert(resource) as Parsed
  )
}

/** Decodes with a deserializer of JSON:API. It knows no types. */
export const withJsona = async (): Promise<Decode> => {
  const { Jsona } = await import("jsona")
  const jsona = new Jsona()
  return (resource) => jsona.deserialize({ data: resource as { id: string; type: string } })
}
