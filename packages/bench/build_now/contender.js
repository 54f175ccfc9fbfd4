import {
  Account_exports,
  SimulatorClient_exports,
  resources
} from "./chunk-C3OMBEIG.js";
import {
  Credentials_exports,
  Export,
  ExportFilter_exports,
  ExportQuery_exports,
  Export_exports,
  ExportsClient_exports,
  RateLimit_exports,
  bars,
  byHand,
  fromResource,
  headers,
  make,
  make2,
  onUndici,
  pageAfterPage,
  query,
  urlOf,
  withLibrary,
  working
} from "./chunk-G5NQ6CFJ.js";
import {
  decoded,
  looked,
  measuring,
  requests,
  waited,
  walked,
  warming
} from "./chunk-OA22FI36.js";

// src/contender.ts
import * as Effect6 from "effect/Effect";

// src/bundle.ts
import * as Effect from "effect/Effect";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
var application = `
  import * as ExportFilter from "@effect-didww/core/ExportFilter"
  import * as Export from "@effect-didww/core/Export"
  import * as ExportsClient from "@effect-didww/http/ExportsClient"
  import * as RateLimit from "@effect-didww/http/RateLimit"
  import * as RetryPolicy from "@effect-didww/http/RetryPolicy"
  import * as Effect from "effect/Effect"
  import * as Layer from "effect/Layer"
  import * as Stream from "effect/Stream"

  const client = Layer.provide(
    ExportsClient.layerConfig(),
    [RetryPolicy.layer({ maxAttempts: 5 }), RateLimit.layer({ limit: 10 })]
  )
  export const program = Stream.unwrap(Effect.map(ExportsClient.ExportsClient, (client) =>
    client.stream({ filter: ExportFilter.exportType("cdr_in") }).pipe(
      Stream.filter(Export.isCompleted),
      Stream.flatMap((self) => client.records(self))
    ))).pipe(Stream.runDrain, Effect.provide(client))
`;
var size = (compress) => ({
  prepare: Effect.map(Effect.promise(() => import("esbuild")), ({ build }) => Effect.promise(async () => {
    const { outputFiles: [output] } = await build({
      stdin: { contents: application, resolveDir: fileURLToPath(new URL("..", import.meta.url)) },
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      platform: "neutral",
      target: "es2022",
      external: ["effect/*", "@effect/*"],
      treeShaking: true
    });
    return output === void 0 ? NaN : compress(output.contents).length / 1e3;
  }))
});
var bars2 = [
  {
    name: "bundle",
    says: "our own code in an application's bundle, minified and gzipped",
    measure: "result",
    per: { count: 1, unit: "a bundle" },
    ours: "gzipped",
    contenders: { gzipped: size(gzipSync), minified: size((code) => code) },
    must: 20,
    aim: 14,
    unit: "kB"
  }
];

// src/decode.ts
import * as Effect2 from "effect/Effect";
import * as Either from "effect/Either";
import * as Schema from "effect/Schema";

// src/internal/equal.ts
import * as DateTime from "effect/DateTime";
var timeOf = (text2) => DateTime.unsafeMake(text2.charAt(10) === " " ? `${text2.replace(" ", "T")}Z` : text2);
var exportTypeOf = (type) => {
  const lower2 = type.toLowerCase();
  return lower2 === "cdr_in" || lower2 === "cdr_out" || lower2 === "sms_in" || lower2 === "sms_out" ? lower2 : "unknown";
};
var attributeNames = {
  status: "status",
  created_at: "createdAt",
  external_reference_id: "externalReferenceId",
  url: "url",
  callback_url: "callbackUrl",
  callback_method: "callbackMethod"
};
var filterNames = {
  from: "from",
  to: "to",
  year: "year",
  month: "month",
  day: "day",
  did_number: "didNumber",
  "voice_out_trunk.id": "voiceOutTrunkId",
  destination_address_cont: "destinationAddressCont",
  "sms_trunk.id": "smsTrunkId"
};
var spelled = (name, value) => {
  if (DateTime.isDateTime(value)) {
    const iso = new Date(value.epochMillis).toISOString();
    return name === "created_at" ? iso : iso.slice(0, 19).replace("T", " ");
  }
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
};
var renamed = (names, parsed, raw, into) => {
  let kept;
  for (const name of Object.keys(raw)) {
    if (name === "export_type" || name === "filters") continue;
    const key = names[name];
    const value = parsed[name];
    if (key !== void 0) into[key] = value;
    const spelling = spelled(name, value);
    const isSame = spelling === raw[name] || Array.isArray(spelling) && String(spelling) === String(raw[name]);
    if (key === void 0 || !isSame) (kept ??= {})[name] = raw[name];
  }
  return kept;
};
var toExport = (parsed, raw) => {
  const { attributes, id } = parsed;
  const exportType = exportTypeOf(attributes.export_type);
  const self = { id, exportType, status: "unknown" };
  const wire = {};
  if (exportType === "unknown") self.rawType = attributes.export_type;
  const kept = renamed(attributeNames, attributes, raw.attributes, self) ?? {};
  if (exportType !== "unknown" && exportType !== attributes.export_type) kept.export_type = attributes.export_type;
  const filters = attributes.filters;
  if (filters === null || exportType === "unknown") {
    if (filters !== void 0) self.filters = filters;
  } else if (filters !== void 0) {
    const own = {};
    const keptFilters = renamed(filterNames, filters, raw.attributes.filters, own);
    self.filters = own;
    if (keptFilters !== void 0) wire.filters = keptFilters;
  }
  if (Object.keys(kept).length > 0) wire.attributes = kept;
  if (Object.keys(wire).length > 0) self.wire = wire;
  return self;
};

// src/internal/schemas.ts
var equally = (parse) => (resource) => (
  // what was parsed has attributes
  toExport(parse(resource), resource)
);
var lower = (text2) => text2.toLowerCase();
var withZod = async () => {
  const { z } = await import("zod");
  const maybe = (schema) => schema.nullable().optional();
  const time = z.string().transform(timeOf);
  const number = z.union([z.string(), z.int().transform(String)]);
  const integer = z.union([z.int(), z.string().regex(/^\d{1,9}$/).transform(Number)]);
  const texts = z.union([z.string().transform((text2) => [text2]), z.array(z.string()).min(1)]);
  const period = {
    from: maybe(time),
    to: maybe(time),
    year: maybe(integer),
    month: maybe(integer),
    day: maybe(integer)
  };
  const common = {
    status: z.string().transform(lower).pipe(z.enum(["pending", "processing", "completed"])),
    created_at: maybe(time),
    external_reference_id: maybe(z.string()),
    url: maybe(z.string()),
    callback_url: maybe(z.string()),
    callback_method: maybe(z.string().transform(lower).pipe(z.enum(["get", "post"])))
  };
  const sms = z.looseObject({
    ...period,
    source_address_eq: maybe(number),
    source_address_cont: maybe(number),
    destination_address_eq: maybe(number),
    destination_address_cont: maybe(number),
    status: maybe(z.string()),
    "sms_trunk.id": maybe(texts),
    sms_id: maybe(number)
  });
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
  };
  const resource = (filters2) => z.looseObject({
    id: z.string().min(1),
    type: z.literal("exports"),
    attributes: z.looseObject({ ...common, export_type: z.string(), filters: maybe(filters2) })
  });
  const schemas = {
    cdr_in: resource(filters.cdr_in),
    cdr_out: resource(filters.cdr_out),
    sms_in: resource(filters.sms_in),
    sms_out: resource(filters.sms_out),
    unknown: resource(filters.unknown)
  };
  const Head = z.object({ attributes: z.object({ export_type: z.string() }) });
  return equally((resource2) => schemas[exportTypeOf(Head.parse(resource2).attributes.export_type)].parse(resource2));
};
var withValibot = async () => {
  const v = await import("valibot");
  const maybe = (schema) => v.optional(v.nullable(schema));
  const time = v.pipe(v.string(), v.transform(timeOf));
  const number = v.union([v.string(), v.pipe(v.number(), v.safeInteger(), v.transform(String))]);
  const integer = v.union([
    v.pipe(v.number(), v.safeInteger()),
    v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number))
  ]);
  const texts = v.union([
    v.pipe(v.string(), v.transform((text2) => [text2])),
    v.pipe(v.array(v.string()), v.minLength(1))
  ]);
  const period = {
    from: maybe(time),
    to: maybe(time),
    year: maybe(integer),
    month: maybe(integer),
    day: maybe(integer)
  };
  const common = {
    status: v.pipe(v.string(), v.transform(lower), v.picklist(["pending", "processing", "completed"])),
    created_at: maybe(time),
    external_reference_id: maybe(v.string()),
    url: maybe(v.string()),
    callback_url: maybe(v.string()),
    callback_method: maybe(v.pipe(v.string(), v.transform(lower), v.picklist(["get", "post"])))
  };
  const sms = v.looseObject({
    ...period,
    source_address_eq: maybe(number),
    source_address_cont: maybe(number),
    destination_address_eq: maybe(number),
    destination_address_cont: maybe(number),
    status: maybe(v.string()),
    "sms_trunk.id": maybe(texts),
    sms_id: maybe(number)
  });
  const resource = (filters) => {
    const schema = v.looseObject({
      id: v.pipe(v.string(), v.minLength(1)),
      type: v.literal("exports"),
      attributes: v.looseObject({ ...common, export_type: v.string(), filters: maybe(filters) })
    });
    return (resource2) => v.parse(schema, resource2);
  };
  const parsers = {
    cdr_in: resource(v.looseObject({
      ...period,
      did_number: maybe(number),
      source_number: maybe(number),
      source_number_out: maybe(number),
      source_country_iso: maybe(v.string())
    })),
    cdr_out: resource(v.looseObject({
      ...period,
      "voice_out_trunk.id": maybe(number),
      source: maybe(number),
      cli: maybe(number),
      destination: maybe(number)
    })),
    sms_in: resource(sms),
    sms_out: resource(sms),
    unknown: resource(v.looseObject({}))
  };
  const Head = v.object({ attributes: v.object({ export_type: v.string() }) });
  return equally((resource2) => parsers[exportTypeOf(v.parse(Head, resource2).attributes.export_type)](resource2));
};
var withArktype = async () => {
  const { type } = await import("arktype");
  const time = type("string").pipe(timeOf).or("null");
  const number = type("string").or(type("number.integer").pipe(String)).or("null");
  const integer = type("number.integer").or(type(/^\d{1,9}$/).pipe(Number)).or("null");
  const texts = type("string").pipe((text3) => [text3]).or("string[] >= 1").or("null");
  const text2 = type("string|null");
  const period = { "from?": time, "to?": time, "year?": integer, "month?": integer, "day?": integer };
  const sms = type({
    ...period,
    "source_address_eq?": number,
    "source_address_cont?": number,
    "destination_address_eq?": number,
    "destination_address_cont?": number,
    "status?": text2,
    "sms_trunk.id?": texts,
    "sms_id?": number
  });
  const resource = (filters) => type.raw({
    id: "string >= 1",
    type: "'exports'",
    attributes: {
      status: type("string").pipe(lower).to("'pending'|'processing'|'completed'"),
      "created_at?": time,
      "external_reference_id?": text2,
      "url?": text2,
      "callback_url?": text2,
      "callback_method?": type("string").pipe(lower).to("'get'|'post'").or("null"),
      export_type: "string",
      "filters?": filters
    }
  });
  const parsers = {
    cdr_in: resource(
      type({
        ...period,
        "did_number?": number,
        "source_number?": number,
        "source_number_out?": number,
        "source_country_iso?": text2
      }).or("null")
    ),
    cdr_out: resource(
      type({ ...period, "voice_out_trunk.id?": number, "source?": number, "cli?": number, "destination?": number }).or("null")
    ),
    sms_in: resource(sms.or("null")),
    sms_out: resource(sms.or("null")),
    unknown: resource(type("object|null"))
  };
  const Head = type({ attributes: { export_type: "string" } });
  return equally(
    (resource2) => parsers[exportTypeOf(Head.assert(resource2).attributes.export_type)].assert(resource2)
  );
};
var withJsona = async () => {
  const { Jsona } = await import("jsona");
  const jsona = new Jsona();
  return (resource) => jsona.deserialize({ data: resource });
};

// src/decode.ts
var decoding = (load) => Effect2.zipWith(resources(decoded), Effect2.promise(load), (all, decode) => Effect2.sync(() => {
  const values = Array.from({ length: 1e3 });
  for (let index = 0; index < all.length; index++) values[index % 1e3] = decode(all[index]);
  return values;
}));
var contenders = {
  "effect-didww": {
    prepare: decoding(async () => (resource) => Either.getOrThrow(fromResource(resource)))
  },
  "zod": { prepare: decoding(withZod) },
  "valibot": { prepare: decoding(withValibot) },
  "arktype": { prepare: decoding(withArktype) },
  "effect-didww, its Schema": {
    prepare: decoding(async () => Schema.decodeUnknownSync(Export))
  },
  "jsona": { without: "types, checks, spellings", prepare: decoding(withJsona) }
};
var against = (library) => ({
  name: `decode-${library}`,
  says: `CPU of decoding an export to the equal value, against ${library}`,
  measure: "cpu",
  per: { count: decoded, unit: "an export" },
  ours: "effect-didww",
  against: library,
  contenders,
  must: 0.6,
  aim: 0.4
});
var bars3 = [against("zod"), against("valibot")];

// src/filters.ts
import * as DateTime2 from "effect/DateTime";
import * as Effect3 from "effect/Effect";
import * as Either2 from "effect/Either";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
var exports = Effect3.map(
  resources(looked),
  (all) => all.map((resource) => Either2.getOrThrow(Export_exports.fromResource(resource)))
);
var since = DateTime2.unsafeMake("2026-10-01T00:00:00Z");
var until = DateTime2.unsafeMake("2026-11-01T00:00:00Z");
var from = DateTime2.unsafeMake("2026-09-20T00:00:00Z");
var numbers = ["97286259404", "97286259417", "97286259433"];
var filter = ExportFilter_exports.all([
  ExportFilter_exports.exportType("cdr_in", "cdr_out"),
  ExportFilter_exports.status("completed", "processing"),
  ExportFilter_exports.createdAt({ gte: since, lt: until }),
  ExportFilter_exports.any([...numbers.map(ExportFilter_exports.didNumber), ExportFilter_exports.voiceOutTrunkId("")]),
  ExportFilter_exports.not(ExportFilter_exports.from(from)),
  ExportFilter_exports.not(ExportFilter_exports.externalReferenceId("invoice-7", "invoice-8")),
  ExportFilter_exports.hasUrl
]);
var byHand2 = (self) => {
  if (self.exportType !== "cdr_in" && self.exportType !== "cdr_out") return false;
  if (self.status !== "completed" && self.status !== "processing") return false;
  const at = self.createdAt?.epochMillis;
  if (at === void 0 || at < since.epochMillis || at >= until.epochMillis) return false;
  const ordered = self.filters != null && !Export_exports.hasLegacyFilters(self);
  const isOurs = ordered && (self.exportType === "cdr_in" ? numbers.includes(self.filters?.didNumber ?? "") : (self.filters?.voiceOutTrunkId ?? "") === "");
  if (!isOurs || self.filters?.from?.epochMillis === from.epochMillis) return false;
  return self.externalReferenceId !== "invoice-7" && self.externalReferenceId !== "invoice-8" && typeof self.url === "string";
};
var looking = (predicate) => Effect3.map(exports, (all) => Effect3.sync(() => {
  let found = 0;
  for (let round = 0; round < 10; round++) {
    for (const one of all) if (predicate(one)) found++;
  }
  return found;
}));
var repeated = requests;
var bars4 = [
  {
    name: "filter-matches",
    says: "CPU of ten atoms over a million exports, against a predicate written by hand",
    measure: "cpu",
    per: { count: 10 * looked, unit: "an export" },
    ours: "matches",
    against: "by hand",
    contenders: {
      "matches": { prepare: looking(ExportFilter_exports.matches(filter)) },
      "by hand": { prepare: looking(byHand2) }
    },
    must: 3,
    aim: 1.5
  },
  {
    name: "filter-plan",
    says: "CPU of planning a query of ten atoms, against one request for a page of 100 with no socket",
    measure: "cpu",
    per: { count: repeated, unit: "a query" },
    ours: "plan",
    against: "request",
    contenders: {
      plan: {
        prepare: Effect3.succeed(Effect3.sync(() => {
          for (let round = 0; round < repeated; round++) ExportQuery_exports.plan({ filter }, "2026-11-19");
        }))
      },
      request: {
        prepare: Effect3.gen(function* () {
          const client = yield* ExportsClient_exports.make({ credentials: Credentials_exports.apiKey(Redacted.make("bench")) });
          return Effect3.orDie(Effect3.provide(Effect3.repeatN(client.list(), repeated - 1), RateLimit_exports.none));
        }).pipe(
          Effect3.provide(
            Layer.suspend(() => SimulatorClient_exports.layer({ account: Account_exports.generate({ size: 1e3 }), rateLimit: "none" }))
          )
        )
      }
    },
    must: 0.1,
    aim: 0.05,
    isExtra: true
  }
];

// src/layers.ts
import * as HttpClient from "@effect/platform/HttpClient";
import * as HttpClientRequest from "@effect/platform/HttpClientRequest";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect4 from "effect/Effect";
import * as Either3 from "effect/Either";
var path = "/plain/10000/v3";
var layered = {
  prepare: working(path, (client) => Effect4.repeatN(client.list(), requests - 1))
};
var bare = {
  without: "retry, rate limit, timeouts over all attempts",
  prepare: Effect4.gen(function* () {
    const send = make2({ client: yield* HttpClient.HttpClient, tracePropagation: false });
    const context = Context.empty();
    const tried = Effect4.succeed({ attempts: 1, elapsed: Duration.zero });
    const client = make({
      apiVersion: "2026-04-16",
      checkVersion: () => Effect4.void,
      pushDown: "documented",
      requests: {
        get: (below, parameters, decode) => Effect4.flatMap(
          send({
            request: HttpClientRequest.get(`${urlOf(path)}${below}`, { headers, urlParams: parameters }),
            timeout: Duration.seconds(30),
            scrub: (text2) => text2,
            tried,
            context
          }),
          ({ text: text2 }) => Effect4.orDie(Either3.mapLeft(decode(JSON.parse(text2)), ({ expected }) => new Error(expected)))
        )
      }
    });
    return Effect4.orDie(Effect4.repeatN(Effect4.withSpan(client.list({}), "list"), requests - 1));
  }).pipe(onUndici)
};
var bars5 = [
  {
    name: "layers",
    says: "CPU of a request for a page of 100 on undici, with retry and rate limit, against the same without",
    measure: "cpu",
    per: { count: requests, unit: "a request" },
    ours: "layered",
    against: "bare",
    contenders: { layered, bare },
    must: 1.2,
    aim: 1.1
  }
];

// src/pages.ts
import * as HttpClient3 from "@effect/platform/HttpClient";
import * as HttpClientRequest2 from "@effect/platform/HttpClientRequest";
import * as HttpClientResponse from "@effect/platform/HttpClientResponse";
import * as Chunk from "effect/Chunk";
import * as Effect5 from "effect/Effect";
import * as Option from "effect/Option";
import * as Schedule from "effect/Schedule";
import * as Schema2 from "effect/Schema";
import * as Stream from "effect/Stream";

// src/internal/octokit.ts
var withOctokit = async (baseUrl) => {
  const [{ Octokit }, { paginateRest }] = await Promise.all([
    import("@octokit/core"),
    import("@octokit/plugin-paginate-rest")
  ]);
  const octokit = new (Octokit.plugin(paginateRest))({ baseUrl });
  return async function* (query2, headers2) {
    for await (const { data } of octokit.paginate.iterator(`GET /exports?${query2}`, { headers: headers2 })) {
      yield data;
    }
  };
};

// src/pages.ts
var untyped = "types, typed errors, retry, rate limit, spans, rows that move";
var text = Schema2.optional(Schema2.NullOr(Schema2.String));
var Answer = Schema2.Struct({
  data: Schema2.Array(Schema2.Struct({
    id: Schema2.String,
    type: Schema2.Literal("exports"),
    attributes: Schema2.Struct({
      status: Schema2.String,
      created_at: Schema2.NullOr(Schema2.DateTimeUtc),
      external_reference_id: text,
      url: text,
      callback_url: text,
      callback_method: text,
      export_type: Schema2.String,
      filters: Schema2.optional(Schema2.NullOr(Schema2.Record({ key: Schema2.String, value: Schema2.Unknown })))
    })
  })),
  meta: Schema2.Struct({ total_records: Schema2.Int })
});
var written = (path2, size2) => Effect5.gen(function* () {
  const client = HttpClient3.retry(
    HttpClient3.filterStatusOk(yield* HttpClient3.HttpClient),
    Schedule.intersect(Schedule.exponential("100 millis"), Schedule.recurs(3))
  );
  const get3 = (page) => client.execute(HttpClientRequest2.get(`${urlOf(path2)}/exports?${query(page, size2)}`, { headers })).pipe(
    Effect5.flatMap(HttpClientResponse.schemaBodyJson(Answer))
  );
  return Stream.paginateChunkEffect(1, (page) => Effect5.map(get3(page), ({ data, meta }) => [
    Chunk.unsafeFromArray(data),
    page * size2 < meta.total_records ? Option.some(page + 1) : Option.none()
  ])).pipe(
    Stream.runFoldWhile(0, () => true, (count) => count + 1),
    Effect5.orDie
  );
}).pipe(onUndici);
var walking = (size2, must, aim) => {
  const path2 = `/plain/${walked}/v3`;
  return {
    name: `pages-${size2}`,
    says: `CPU of an export, pages of ${size2}, the whole client on undici against fetch and JSON.parse`,
    measure: "cpu",
    per: { count: walked, unit: "an export" },
    ours: "effect-didww",
    against: "fetch, JSON.parse",
    contenders: {
      "effect-didww": {
        prepare: working(
          path2,
          (client) => Stream.runFold(client.pages({ pageSize: size2 }), 0, (count, page) => count + page.exports.length)
        )
      },
      "fetch, JSON.parse": {
        without: untyped,
        prepare: byHand(
          () => pageAfterPage(size2, async (query2) => {
            const response = await fetch(urlOf(`${path2}/exports?${query2}`), { headers });
            return JSON.parse(await response.text());
          })
        )
      },
      "undici, JSON.parse": {
        without: untyped,
        prepare: withLibrary(() => import("undici"), ({ request }) => () => pageAfterPage(size2, async (query2) => {
          const { body } = await request(urlOf(`${path2}/exports?${query2}`), { headers });
          return JSON.parse(await body.text());
        }))
      },
      "got, its pagination": {
        without: "types, typed errors, rate limit, spans, rows that move",
        prepare: withLibrary(() => import("got"), ({ got }) => async () => {
          let count = 0;
          const pages = got.paginate(urlOf(`${path2}/exports?${query(1, size2)}`), {
            headers,
            responseType: "json",
            pagination: {
              transform: ({ body }) => [...body.data],
              paginate: ({ currentItems, response }) => {
                count += currentItems.length;
                return count < response.body.meta.total_records && {
                  url: new URL(urlOf(`${path2}/exports?${query(Math.floor(count / size2) + 1, size2)}`))
                };
              }
            }
          });
          let seen = 0;
          for await (const _ of pages) seen++;
          return seen;
        })
      },
      "octokit, its pagination": {
        without: untyped,
        prepare: withLibrary(
          () => withOctokit(urlOf(`/links/${walked}/v3`)),
          (pages) => async () => {
            let count = 0;
            for await (const { data } of pages(query(1, size2), headers)) count += data.length;
            return count;
          }
        )
      },
      "kitsu": {
        without: untyped,
        prepare: withLibrary(
          async () => {
            const { default: Kitsu } = await import("kitsu");
            return new Kitsu({ baseURL: `${urlOf(path2)}/`, headers, camelCaseTypes: false, pluralize: false });
          },
          (kitsu) => () => pageAfterPage(
            size2,
            (_, number) => kitsu.get("exports", { params: { sort: "-created_at", page: { number, size: size2 } } })
          )
        )
      },
      "an Effect pipeline by hand": {
        without: "odd values, typed errors, rate limit, rows that move",
        prepare: written(path2, size2)
      }
    },
    must,
    aim
  };
};
var slow = `/slow/${waited}/v3`;
var slowly = async (query2) => {
  const response = await fetch(urlOf(`${slow}/exports?${query2}`), { headers });
  return JSON.parse(await response.text());
};
var limited = async (limit) => {
  const first = await slowly(query(1, 100));
  const others = Array.from({ length: Math.ceil(first.meta.total_records / 100) - 1 }, (_, index) => index + 2);
  const pages = await Promise.all(others.map((page) => limit(() => slowly(query(page, 100)))));
  return pages.reduce((count, { data }) => count + data.length, first.data.length);
};
var inFlight = (concurrency) => working(
  slow,
  (client) => Stream.runFold(client.pages({}, { concurrency }), 0, (count, page) => count + page.exports.length)
);
var bars6 = [
  walking(100, 1.65, 1.2),
  walking(1e3, 1.35, 1.1),
  {
    name: "latency-8",
    says: "time of 50 pages from a server that takes 100 ms, 8 in flight, against one after the other",
    measure: "wall",
    per: { count: 1, unit: "a walk" },
    ours: "effect-didww, 8 in flight",
    against: "fetch, one after the other",
    contenders: {
      "effect-didww, 8 in flight": { prepare: inFlight(8) },
      "fetch, one after the other": {
        without: untyped,
        prepare: byHand(() => pageAfterPage(100, slowly))
      },
      "p-queue, 8 in flight": {
        without: `${untyped}; all pages at once in memory`,
        prepare: withLibrary(() => import("p-queue"), ({ default: PQueue }) => {
          const queue = new PQueue({ concurrency: 8 });
          return () => limited((task) => queue.add(task, { throwOnTimeout: true }));
        })
      },
      "bottleneck, 8 in flight": {
        without: `${untyped}; all pages at once in memory`,
        prepare: withLibrary(() => import("bottleneck"), ({ default: Bottleneck }) => {
          const limiter = new Bottleneck({ maxConcurrent: 8 });
          return () => limited((task) => limiter.schedule(task));
        })
      }
    },
    must: 0.2,
    aim: 0.18
  }
];

// src/bars.ts
var bars7 = [
  ...bars6,
  ...bars3,
  ...bars,
  ...bars5,
  ...bars4,
  ...bars2
];

// src/contender.ts
var [, , barName, contenderName] = process.argv;
var bar = bars7.find(({ name }) => name === barName);
var contender = bar?.contenders[contenderName ?? ""];
var spent = ({ system, user }) => (system + user) / 1e3;
var running = (work, by, milliseconds) => Effect6.gen(function* () {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const taken = () => by === "cpu" ? spent(process.cpuUsage(before)) : performance.now() - startedAt;
  let runs = 0;
  while (runs === 0 || taken() < milliseconds) {
    yield* work;
    runs++;
  }
  return taken() / runs;
});
var measured = Effect6.gen(function* () {
  if (bar === void 0 || contender === void 0) {
    return yield* Effect6.dieMessage(`no contender ${contenderName} of ${barName}`);
  }
  const work = yield* contender.prepare;
  switch (bar.measure) {
    case "cpu":
    case "wall":
      yield* running(work, bar.measure, warming);
      return yield* running(work, bar.measure, measuring);
    case "memory":
      yield* work;
      return process.resourceUsage().maxRSS / 1024;
    case "result":
      return Number(yield* work);
  }
});
Effect6.runPromise(Effect6.scoped(measured)).then((result) => process.stdout.write(`${JSON.stringify(result)}
`));
