import {
  __export,
  manyRows,
  rows
} from "./chunk-OA22FI36.js";

// ../http/src/Credentials.ts
var Credentials_exports = {};
__export(Credentials_exports, {
  apiKey: () => apiKey,
  bearer: () => bearer
});
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
var apiKey = (key2) => ({ _tag: "ApiKey", key: read(key2) });
var bearer = (key2, options = {}) => ({
  _tag: "Bearer",
  key: read(key2),
  scope: options.scope ?? "full",
  audience: options.audience ?? "api.didww.com",
  lifetime: Duration.decode(options.lifetime ?? "15 minutes")
});
var read = (key2) => Redacted.isRedacted(key2) ? Effect.succeed(key2) : key2;

// ../http/src/ExportsClient.ts
var ExportsClient_exports = {};
__export(ExportsClient_exports, {
  ExportsClient: () => ExportsClient,
  config: () => config2,
  environments: () => environments,
  layer: () => layer3,
  layerConfig: () => layerConfig2,
  make: () => make27,
  rateLimitWait: () => rateLimitWait2,
  recordRows: () => recordRows2,
  rejectedRows: () => rejectedRows2,
  requestDuration: () => requestDuration2,
  requests: () => requests2,
  retries: () => retries2
});

// ../core/src/ApiVersion.ts
import * as Schema from "effect/Schema";
var ApiVersion = Schema.Literal("2022-05-10", "2026-04-16", "2026-11-19").annotations({
  identifier: "@effect-didww/core/ApiVersion"
});
var defaultVersion = "2026-04-16";
var one = { values: "one", blank: false, doubtful: false };
var many = { values: "many", blank: false, doubtful: false };
var listFiltersByVersion = {
  "2022-05-10": {},
  "2026-04-16": {
    id: many,
    external_reference_id: one,
    from: { ...one, doubtful: true },
    to: { ...one, doubtful: true },
    did_number: { ...one, blank: true, doubtful: true },
    "voice_out_trunk.id": { ...one, blank: true, doubtful: true }
  },
  "2026-11-19": {
    id: many,
    export_type: many,
    status: many,
    external_reference_id: one,
    created_at_gteq: one,
    created_at_lteq: one
  }
};
var listFilters = (version) => listFiltersByVersion[version];
var addresses = [
  "source_address_eq",
  "source_address_cont",
  "destination_address_eq",
  "destination_address_cont",
  "status",
  "sms_trunk.id",
  "sms_id"
];
var creationFiltersByVersion = {
  "2022-05-10": {
    cdr_in: ["year", "month", "did_number"],
    cdr_out: ["year", "month", "day", "voice_out_trunk.id"]
  },
  "2026-04-16": {
    cdr_in: ["from", "to", "did_number"],
    cdr_out: ["from", "to", "voice_out_trunk.id"]
  },
  "2026-11-19": {
    cdr_in: ["from", "to", "did_number", "source_number", "source_number_out", "source_country_iso"],
    cdr_out: ["from", "to", "voice_out_trunk.id", "source", "cli", "destination"],
    sms_in: ["from", "to", ...addresses, "trunk_type"],
    sms_out: ["from", "to", ...addresses, "service_type", "sender_id_verification.id"]
  }
};
var creationFilters = (version) => creationFiltersByVersion[version];

// ../http/src/ExportsClient.ts
import * as HttpClient2 from "@effect/platform/HttpClient";
import * as Chunk6 from "effect/Chunk";
import * as Config3 from "effect/Config";
import * as Context8 from "effect/Context";
import * as Effect24 from "effect/Effect";
import * as Layer3 from "effect/Layer";
import "effect/Option";
import * as Stream7 from "effect/Stream";

// ../core/src/DidwwError.ts
import * as Duration2 from "effect/Duration";
import * as Schema4 from "effect/Schema";

// ../core/src/Export.ts
var Export_exports = {};
__export(Export_exports, {
  Export: () => Export,
  ExportId: () => ExportId,
  ExportStatus: () => ExportStatus,
  Resource: () => Resource,
  Wire: () => Wire,
  fromResource: () => fromResource,
  hasLegacyFilters: () => hasLegacyFilters,
  isCompleted: () => isCompleted,
  toResource: () => toResource
});
import * as Either2 from "effect/Either";
import * as ParseResult from "effect/ParseResult";
import * as Schema2 from "effect/Schema";

// ../core/src/internal/exportCodec.ts
import * as DateTime2 from "effect/DateTime";
import * as Either from "effect/Either";
import * as Predicate from "effect/Predicate";

// ../core/src/internal/utc.ts
import * as DateTime from "effect/DateTime";
import * as Equal from "effect/Equal";
import * as Hash from "effect/Hash";
var sample = DateTime.unsafeMake(9517824e5);
var Utc = function(epochMillis) {
  this.epochMillis = epochMillis;
};
Utc.prototype = Object.getPrototypeOf(sample);
var isSame = (candidate) => Object.getOwnPropertyNames(sample).join() === "epochMillis,partsUtc" && Object.keys(sample).join() === "epochMillis" && sample.partsUtc === void 0 && DateTime.isUtc(candidate) && Equal.equals(candidate, sample) && Equal.equals(sample, candidate) && Hash.hash(candidate) === Hash.hash(sample) && DateTime.formatIso(candidate) === "2000-02-29T00:00:00.000Z" && DateTime.getPartUtc(candidate, "weekDay") === 2 && DateTime.add(candidate, { days: 1 }).epochMillis === sample.epochMillis + 864e5;
var make = isSame(new Utc(sample.epochMillis)) ? (epochMillis) => new Utc(epochMillis) : DateTime.unsafeMake;

// ../core/src/internal/wireTime.ts
var pattern = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: ?(Z|UTC|[+-]\d\d:?\d\d))?$/;
var parse = (text5) => {
  const millis7 = isIso(text5) || isSeconds(text5) ? common(text5) : NaN;
  return Number.isNaN(millis7) ? parseAny(text5) : make(millis7);
};
var isIso = (text5) => text5.length === 24 && text5.charCodeAt(10) === 84 && text5.charCodeAt(19) === 46 && text5.charCodeAt(23) === 90;
var isSeconds = (text5) => text5.length === 19 && text5.charCodeAt(10) === 32;
var common = (text5) => {
  const year = digits(text5, 0, 4);
  const month = digits(text5, 5, 7);
  const day = digits(text5, 8, 10);
  const hour = digits(text5, 11, 13);
  const minute = digits(text5, 14, 16);
  const second = digits(text5, 17, 19);
  const millis7 = text5.length === 19 ? 0 : digits(text5, 20, 23);
  const isMarked = text5.charCodeAt(4) === 45 && text5.charCodeAt(7) === 45 && text5.charCodeAt(13) === 58 && text5.charCodeAt(16) === 58;
  return isMarked && year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour < 24 && minute < 60 && second < 60 && millis7 < 1e3 ? Date.UTC(year, month - 1, day, hour, minute, second, millis7) : NaN;
};
var digits = (text5, from2, to2) => {
  let value5 = 0;
  for (let at = from2; at < to2; at++) {
    const digit = text5.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return NaN;
    value5 = value5 * 10 + digit;
  }
  return value5;
};
var parseAny = (text5) => {
  const match12 = pattern.exec(text5);
  if (match12 === null) return void 0;
  const [year, month, day, hour, minute, second] = match12.slice(1, 7).map(Number);
  const civil = /* @__PURE__ */ new Date(0);
  civil.setUTCFullYear(year, month - 1, day);
  if (civil.getUTCMonth() !== month - 1 || civil.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) {
    return void 0;
  }
  const millis7 = civil.getTime() + ((hour * 60 + minute) * 60 + second) * 1e3 + Number((match12[7] ?? "").padEnd(3, "0").slice(0, 3));
  return make(millis7 - offsetMillis(match12[8]));
};
var offsetMillis = (offset) => {
  if (offset === void 0 || offset === "Z" || offset === "UTC") return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return (offset.startsWith("-") ? -minutes : minutes) * 6e4;
};
var isWritable = (millis7) => millis7 >= -621672192e5 && millis7 < 2534023008e5;
var formatIso2 = (time6) => new Date(time6.epochMillis).toISOString();
var formatSeconds = (time6) => {
  const iso = formatIso2(time6);
  return iso.endsWith(".000Z") ? iso.slice(0, -5).replace("T", " ") : iso;
};
var formatShort = (time6) => formatIso2(time6).replace(".000Z", "Z");

// ../core/src/internal/exportCodec.ts
var isRecord2 = (value5) => Predicate.isRecord(value5);
var identity = (value5) => value5;
var text = { decode: (raw) => Predicate.isString(raw) ? raw : void 0, encode: identity };
var looseText = {
  decode: (raw) => Number.isSafeInteger(raw) ? String(raw) : text.decode(raw),
  encode: identity
};
var lowerCase = { decode: (raw) => Predicate.isString(raw) ? raw.toLowerCase() : void 0, encode: identity };
var integer = {
  decode: (raw) => Number.isSafeInteger(raw) ? raw : Predicate.isString(raw) && /^\d{1,9}$/.test(raw) ? Number(raw) : void 0,
  encode: identity
};
var texts = {
  decode: (raw) => Predicate.isString(raw) ? [raw] : Array.isArray(raw) && raw.length > 0 && raw.every(Predicate.isString) ? raw : void 0,
  encode: (value5) => Array.isArray(value5) && value5.length === 1 ? value5[0] : value5
};
var time = (format3, isCanonical) => ({
  isCanonical: (raw) => Predicate.isString(raw) && isCanonical(raw),
  decode: (raw) => Predicate.isString(raw) ? parse(raw) : void 0,
  encode: (value5) => DateTime2.isDateTime(value5) ? format3(DateTime2.toUtc(value5)) : value5
});
var literal = (...values) => ({
  decode: (raw) => {
    const lower = lowerCase.decode(raw);
    return Predicate.isString(lower) && values.includes(lower) ? lower : void 0;
  },
  encode: identity
});
var status = {
  decode: (raw) => statuses.decode(raw) ?? "unknown",
  encode: (value5) => value5 === "unknown" ? void 0 : value5
};
var statuses = literal("pending", "processing", "completed");
var fields = (table) => new Map(Object.entries(table).map(([name, [key2, codec]]) => [name, { key: key2, name, ...codec }]));
var nullable = (codec) => ({
  ...codec,
  decode: (raw) => raw === null ? null : codec.decode(raw)
});
var attributes = fields({
  status: ["status", status],
  created_at: ["createdAt", nullable(time(formatIso2, isIso))],
  external_reference_id: ["externalReferenceId", nullable(text)],
  url: ["url", nullable(text)],
  callback_url: ["callbackUrl", nullable(text)],
  callback_method: ["callbackMethod", nullable(literal("get", "post"))]
});
var period = {
  from: ["from", nullable(time(formatSeconds, isSeconds))],
  to: ["to", nullable(time(formatSeconds, isSeconds))],
  year: ["year", nullable(integer)],
  month: ["month", nullable(integer)],
  day: ["day", nullable(integer)]
};
var addresses2 = {
  source_address_eq: ["sourceAddressEq", nullable(looseText)],
  source_address_cont: ["sourceAddressCont", nullable(looseText)],
  destination_address_eq: ["destinationAddressEq", nullable(looseText)],
  destination_address_cont: ["destinationAddressCont", nullable(looseText)],
  status: ["status", nullable(text)],
  "sms_trunk.id": ["smsTrunkId", nullable(texts)],
  sms_id: ["smsId", nullable(looseText)]
};
var filters = {
  cdr_in: fields({
    ...period,
    did_number: ["didNumber", nullable(looseText)],
    source_number: ["sourceNumber", nullable(looseText)],
    source_number_out: ["sourceNumberOut", nullable(looseText)],
    source_country_iso: ["sourceCountryIso", nullable(text)]
  }),
  cdr_out: fields({
    ...period,
    "voice_out_trunk.id": ["voiceOutTrunkId", nullable(looseText)],
    source: ["source", nullable(looseText)],
    cli: ["cli", nullable(looseText)],
    destination: ["destination", nullable(looseText)]
  }),
  sms_in: fields({ ...period, ...addresses2, trunk_type: ["trunkType", nullable(texts)] }),
  sms_out: fields({
    ...period,
    ...addresses2,
    service_type: ["serviceType", nullable(lowerCase)],
    "sender_id_verification.id": ["senderIdVerificationId", nullable(texts)]
  })
};
var exportTypeOf = (rawType) => {
  const lower = rawType.toLowerCase();
  return lower === "cdr_in" || lower === "cdr_out" || lower === "sms_in" || lower === "sms_out" ? lower : "unknown";
};
var resource = (input) => {
  if (!isRecord2(input)) return mismatch([], "an exports resource");
  const { attributes: attributes2, id: id2, type } = input;
  if (!Predicate.isString(id2) || id2 === "") return mismatch(["id"], "a non-empty string");
  if (type !== "exports") return mismatch(["type"], '"exports"');
  if (!isRecord2(attributes2)) return mismatch(["attributes"], "an object");
  if (!Predicate.isString(attributes2.export_type)) return mismatch(["attributes", "export_type"], "a string");
  return Either.right(input);
};
var mismatch = (path, expected) => Either.left({ path, expected });
var decode2 = (self) => {
  const { attributes: raw, id: id2 } = self;
  const rawType = String(raw.export_type);
  const exportType3 = exportTypeOf(rawType);
  const values = { id: id2, exportType: exportType3, status: "unknown" };
  let kept2;
  if (exportType3 === "unknown") values.rawType = rawType;
  else if (exportType3 !== rawType) kept2 = keep(kept2, "export_type", rawType);
  kept2 = decodeFields(attributes, raw, values, kept2, isSpecial);
  let keptFilters;
  if (Object.hasOwn(raw, "filters")) {
    if (raw.filters === null) values.filters = null;
    else if (!isRecord2(raw.filters)) kept2 = keep(kept2, "filters", raw.filters);
    else if (exportType3 === "unknown") values.filters = raw.filters;
    else {
      const own = {};
      keptFilters = decodeFields(filters[exportType3], raw.filters, own, void 0);
      values.filters = own;
    }
  }
  const extra = Object.keys(self).length > 3 ? extraOf(self) : void 0;
  if (kept2 !== void 0 || keptFilters !== void 0 || extra !== void 0) {
    values.wire = {
      ...keptFilters !== void 0 && { filters: { ...keptFilters } },
      ...kept2 !== void 0 && { attributes: { ...kept2 } },
      ...extra !== void 0 && { resource: extra }
    };
  }
  return values;
};
var extraOf = ({ attributes: _, id: __, type: ___, ...extra }) => extra;
var encode = (self) => {
  const wire = self.wire ?? {};
  const kept2 = wire.attributes ?? nothing;
  const raw = /* @__PURE__ */ Object.create(null);
  const keptType = kept2.export_type;
  raw.export_type = self.exportType === "unknown" ? self.rawType : Predicate.isString(keptType) && exportTypeOf(keptType) === self.exportType ? keptType : self.exportType;
  encodeFields(attributes, { ...self }, kept2, raw, isSpecial);
  if (self.filters === void 0) {
    if (Object.hasOwn(kept2, "filters") && !isRecord2(kept2.filters)) raw.filters = kept2.filters;
  } else if (self.filters === null || self.exportType === "unknown") {
    raw.filters = self.filters;
  } else {
    const own = /* @__PURE__ */ Object.create(null);
    encodeFields(filters[self.exportType], { ...self.filters }, wire.filters ?? nothing, own);
    raw.filters = { ...own };
  }
  return { ...wire.resource, id: self.id, type: "exports", attributes: { ...raw } };
};
var filterNames = (exportType3) => new Map(Array.from(filters[exportType3].values(), ({ key: key2, name }) => [key2, name]));
var encodeFilters = (exportType3, values) => {
  const raw = /* @__PURE__ */ Object.create(null);
  encodeFields(filters[exportType3], values, nothing, raw);
  return { ...raw };
};
var unreadFilters = (self) => Object.entries(self.wire?.filters ?? nothing).flatMap(([name, raw]) => {
  const field = filters[self.exportType].get(name);
  return raw === null || field?.decode(raw) !== void 0 ? [] : [field?.key ?? name];
});
var nothing = {};
var isSpecial = (name) => name === "export_type" || name === "filters";
var never = () => false;
var keep = (kept2, name, value5) => {
  const record = kept2 ?? /* @__PURE__ */ Object.create(null);
  record[name] = value5;
  return record;
};
var decodeFields = (table, raw, values, before, skip = never) => {
  let kept2 = before;
  for (const name of Object.keys(raw)) {
    if (skip(name)) continue;
    const value5 = raw[name];
    const field = table.get(name);
    const decoded = field?.decode(value5);
    if (field !== void 0 && decoded !== void 0) values[field.key] = decoded;
    const isCanonical = decoded !== void 0 && field?.isCanonical?.(value5) === true;
    if (field === void 0 || !isCanonical && !same(field.encode(decoded), value5)) {
      kept2 = keep(kept2, name, value5);
    }
  }
  return kept2;
};
var encodeFields = (table, values, kept2, raw, skip = never) => {
  for (const field of table.values()) {
    const canonical = field.encode(values[field.key]);
    if (Object.hasOwn(kept2, field.name) && same(field.encode(field.decode(kept2[field.name])), canonical)) {
      raw[field.name] = kept2[field.name];
    } else if (canonical !== void 0) {
      raw[field.name] = canonical;
    }
  }
  for (const name of Object.keys(kept2)) {
    if (!table.has(name) && !skip(name)) raw[name] = kept2[name];
  }
};
var same = (left8, right8) => left8 === right8 || Array.isArray(left8) && Array.isArray(right8) && left8.length === right8.length && left8.every((value5, index) => value5 === right8[index]);

// ../core/src/Export.ts
var ExportId = Schema2.NonEmptyString.pipe(
  Schema2.brand("@effect-didww/core/ExportId")
).annotations({ identifier: "@effect-didww/core/ExportId" });
var ExportStatus = Schema2.Literal("pending", "processing", "completed", "unknown");
var Raw = Schema2.declare(isRecord2, {
  identifier: "@effect-didww/core/Raw",
  arbitrary: () => (fc) => fc.constant({})
});
var Wire = Schema2.Struct({
  /** members beside `id`, `type` and `attributes` */
  resource: Schema2.optionalWith(Raw, { exact: true }),
  attributes: Schema2.optionalWith(Raw, { exact: true }),
  filters: Schema2.optionalWith(Raw, { exact: true })
});
var maybe = (schema) => Schema2.optionalWith(Schema2.NullOr(schema), { exact: true });
var Utc2 = Schema2.DateTimeUtcFromSelf;
var Texts = Schema2.NonEmptyArray(Schema2.String);
var period2 = {
  from: maybe(Utc2),
  to: maybe(Utc2),
  year: maybe(Schema2.Int),
  month: maybe(Schema2.Int),
  day: maybe(Schema2.Int)
};
var addresses3 = {
  sourceAddressEq: maybe(Schema2.String),
  sourceAddressCont: maybe(Schema2.String),
  destinationAddressEq: maybe(Schema2.String),
  destinationAddressCont: maybe(Schema2.String),
  status: maybe(Schema2.String),
  smsTrunkId: maybe(Texts),
  smsId: maybe(Schema2.String)
};
var common2 = {
  id: ExportId,
  status: ExportStatus,
  createdAt: maybe(Utc2),
  externalReferenceId: maybe(Schema2.String),
  /** Where the archive is, once completed: use it whole, its file name is not the export's id. */
  url: maybe(Schema2.String),
  callbackUrl: maybe(Schema2.String),
  callbackMethod: maybe(Schema2.Literal("get", "post")),
  wire: Schema2.optionalWith(Wire, { exact: true })
};
var CdrIn = Schema2.Struct({
  ...common2,
  exportType: Schema2.Literal("cdr_in"),
  filters: maybe(Schema2.Struct({
    ...period2,
    /** E.164 without `+` */
    didNumber: maybe(Schema2.String),
    sourceNumber: maybe(Schema2.String),
    sourceNumberOut: maybe(Schema2.String),
    sourceCountryIso: maybe(Schema2.String)
  }))
});
var CdrOut = Schema2.Struct({
  ...common2,
  exportType: Schema2.Literal("cdr_out"),
  filters: maybe(Schema2.Struct({
    ...period2,
    voiceOutTrunkId: maybe(Schema2.String),
    source: maybe(Schema2.String),
    cli: maybe(Schema2.String),
    destination: maybe(Schema2.String)
  }))
});
var SmsIn = Schema2.Struct({
  ...common2,
  exportType: Schema2.Literal("sms_in"),
  filters: maybe(Schema2.Struct({ ...period2, ...addresses3, trunkType: maybe(Texts) }))
});
var SmsOut = Schema2.Struct({
  ...common2,
  exportType: Schema2.Literal("sms_out"),
  filters: maybe(Schema2.Struct({
    ...period2,
    ...addresses3,
    /** `p2p` or `a2p` */
    serviceType: maybe(Schema2.Lowercased),
    senderIdVerificationId: maybe(Texts)
  }))
});
var Unknown = Schema2.Struct({
  ...common2,
  exportType: Schema2.Literal("unknown"),
  rawType: Schema2.String.pipe(Schema2.filter((type) => exportTypeOf(type) === "unknown")),
  filters: maybe(Raw)
});
var toIssue = (ast, actual) => (mismatch2) => {
  const issue = new ParseResult.Type(ast, actual, `Expected ${mismatch2.expected}`);
  const [head, ...tail] = mismatch2.path;
  return head === void 0 ? issue : new ParseResult.Pointer([head, ...tail], actual, issue);
};
var Resource = Schema2.declare(
  [],
  {
    decode: () => (input, _, ast) => Either2.mapLeft(resource(input), toIssue(ast, input)),
    encode: () => (input, _, ast) => Either2.mapLeft(resource(input), toIssue(ast, input))
  },
  { identifier: "@effect-didww/core/Resource" }
);
var Export = Schema2.transformOrFail(
  Resource,
  Schema2.typeSchema(Schema2.Union(CdrIn, CdrOut, SmsIn, SmsOut, Unknown)),
  {
    strict: true,
    decode: (resource2) => Either2.right(decode2(resource2)),
    encode: (self) => Either2.right(encode(self))
  }
).annotations({ identifier: "@effect-didww/core/Export" });
var fromResource = (resource2) => Either2.map(resource(resource2), decode2);
var toResource = encode;
var isCompleted = (self) => self.status === "completed" && typeof self.url === "string";
var hasLegacyFilters = (self) => self.exportType !== "unknown" && self.filters != null && (self.filters.year != null || self.filters.month != null || self.filters.day != null);

// ../core/src/internal/oneLine.ts
var unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;
var escape = (text5) => text5.replace(unprintable, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
var quote = (text5) => escape(JSON.stringify(text5));
var shorten = (text5, length) => {
  const chars = Array.from(text5.slice(0, 2 * length + 2));
  return chars.length > length ? `${chars.slice(0, length - 1).join("")}\u2026` : text5;
};
var pointer = (text5, position) => {
  const before = Array.from(text5.slice(Math.max(0, position - 102), position));
  const head = before.length > 50 ? `\u2026${before.slice(-49).join("")}` : before.join("");
  const tail = shorten(text5.slice(position), 28);
  return `${visible(head + tail)}
${" ".repeat(width(visible(head)))}^`;
};
var visible = (text5) => text5.replace(unprintable, (char) => /\s/.test(char) ? " " : "\uFFFD");
var width = (text5) => Array.from(text5).reduce((sum, char) => sum + (/[\p{M}\p{Cf}]/u.test(char) ? 0 : wide.test(char) ? 2 : 1), 0);
var wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60]/u;

// ../core/src/JsonApi.ts
import * as Option from "effect/Option";
import * as Predicate2 from "effect/Predicate";
import * as Schema3 from "effect/Schema";
var ErrorObject = Schema3.Struct({
  title: Schema3.optional(Schema3.String),
  detail: Schema3.optional(Schema3.String),
  /** DIDWW's own code: not the HTTP status. */
  code: Schema3.optional(Schema3.String),
  status: Schema3.optional(Schema3.String),
  /** JSON pointer into the request's document, such as `/data/attributes/filters`. */
  pointer: Schema3.optional(Schema3.String)
}).annotations({ identifier: "@effect-didww/core/ErrorObject" });
var member = (value5, name) => Predicate2.isRecord(value5) && Object.hasOwn(value5, name) ? value5[name] : void 0;
var text2 = (value5) => Predicate2.isString(value5) ? value5 : Predicate2.isNumber(value5) ? String(value5) : void 0;
var errors = (body) => {
  const found = member(body, "errors");
  return Array.isArray(found) ? found.filter(Predicate2.isRecord).map((error) => ({
    title: text2(member(error, "title")),
    detail: text2(member(error, "detail")),
    code: text2(member(error, "code")),
    status: text2(member(error, "status")),
    pointer: text2(member(member(error, "source"), "pointer"))
  })) : [];
};
var totalRecords = (document) => Option.filter(
  Option.fromNullable(member(document.meta, "total_records")),
  (total) => Number.isSafeInteger(total) && Number(total) >= 0
);
var apiVersion = (document) => Option.filter(
  Option.fromNullable(member(document.meta, "api_version")),
  (version) => Predicate2.isString(version) && /^\d{4}-\d\d-\d\d$/.test(version)
);
var hasLink = (document, name) => Predicate2.isNotNullable(member(document.links, name));

// ../core/src/DidwwError.ts
var tried = {
  /** How many requests were sent for it. */
  attempts: Schema4.Int,
  /** From the first attempt to this failure, waiting included. */
  elapsed: Schema4.DurationFromMillis
};
var answered = {
  ...tried,
  /** The HTTP status. */
  status: Schema4.Int,
  /** `X-Request-Id` of the last answer: what DIDWW's support asks for. */
  requestId: Schema4.optional(Schema4.String),
  /** The server's own words; none when the body was empty or no JSON:API document. */
  errors: Schema4.Array(ErrorObject)
};
var retryAfter = {
  /** What the server asked to wait, if it did. */
  retryAfter: Schema4.optional(Schema4.DurationFromMillis)
};
var sentence = (...parts) => parts.filter((part) => part !== void 0 && part !== "").join(" ");
var words = (self) => {
  const said = self.errors.map((error) => error.detail ?? error.title ?? error.code).filter(
    (word2) => word2 !== void 0
  );
  return said.length === 0 ? void 0 : `"${said.join("; ")}"`;
};
var after = (self) => self.attempts === 1 ? "after one attempt" : `after ${self.attempts} attempts`;
var Unauthorized = class extends Schema4.TaggedError("@effect-didww/core/Unauthorized")("Unauthorized", {
  ...answered,
  status: Schema4.optional(Schema4.Int),
  /** What was refused. Default: `key`. */
  credentials: Schema4.optional(Schema4.Literal("key", "token"))
}) {
  get message() {
    return sentence(
      this.status === void 0 ? "The credentials were not sent:" : "DIDWW refused the credentials (401):",
      words(this) ?? "no reason given.",
      this.credentials === "token" ? "A fresh token was refused too. Check the token's audience, this machine's clock, and that the API (DIDWW_API_URL) and the token service (DIDWW_TOKEN_URL) belong together." : "Check the API key (DIDWW_API_KEY), and that it belongs to this environment: production and sandbox have their own. An account that is on 2026-11-19 takes tokens only: Credentials.bearer."
    );
  }
};
var Forbidden = class extends Schema4.TaggedError("@effect-didww/core/Forbidden")("Forbidden", answered) {
  get message() {
    return sentence(
      "DIDWW does not allow this (403):",
      words(this) ?? "no reason given.",
      this.errors.some(({ code }) => code === "insufficient_scope") ? "Mint the token with scope full (Credentials.bearer)." : "Ask for the permission."
    );
  }
};
var NotFound = class extends Schema4.TaggedError("@effect-didww/core/NotFound")("NotFound", answered) {
  get message() {
    return sentence(
      "DIDWW has no such record (404):",
      words(this) ?? "no reason given.",
      "Completed exports are deleted after a month."
    );
  }
};
var InvalidRequest = class extends Schema4.TaggedError("@effect-didww/core/InvalidRequest")(
  "InvalidRequest",
  { ...answered, status: Schema4.optional(Schema4.Int) }
) {
  get message() {
    const problems3 = this.errors.map(
      (error) => sentence(
        error.detail ?? error.title ?? "no reason given",
        error.pointer && `at ${error.pointer}`,
        error.code && `(code ${error.code})`
      )
    );
    return sentence(
      this.status === void 0 ? "The request was not sent:" : `DIDWW refused the request (${this.status}):`,
      `${problems3.length === 0 ? "no reason given" : problems3.join("; ")}.`
    );
  }
};
var RateLimited = class extends Schema4.TaggedError("@effect-didww/core/RateLimited")("RateLimited", {
  ...answered,
  ...retryAfter
}) {
  get message() {
    return sentence(
      `DIDWW says too many requests (429) ${after(this)}.`,
      this.retryAfter && `It asked to wait ${Duration2.format(this.retryAfter)}.`,
      "Lower RateLimit's limit if others use the same key, or allow RetryPolicy more."
    );
  }
};
var RateLimitWaitExceeded = class extends Schema4.TaggedError("@effect-didww/core/RateLimitWaitExceeded")(
  "RateLimitWaitExceeded",
  { ...tried, maxWait: Schema4.DurationFromMillis }
) {
  get message() {
    return `The rate limit has no place within ${Duration2.format(this.maxWait)}. Run fewer requests at once, or raise maxWait.`;
  }
};
var ServerError = class extends Schema4.TaggedError("@effect-didww/core/ServerError")("ServerError", {
  ...answered,
  ...retryAfter
}) {
  get message() {
    return sentence(
      `DIDWW failed (${this.status}) ${after(this)}.`,
      words(this),
      "Try later.",
      this.requestId && `Request id: ${this.requestId}.`
    );
  }
};
var UnexpectedStatus = class extends Schema4.TaggedError("@effect-didww/core/UnexpectedStatus")(
  "UnexpectedStatus",
  { ...answered, ...retryAfter }
) {
  get message() {
    return sentence(
      this.status === 0 || this.status >= 300 && this.status < 400 ? `The server answered with a redirect (${this.status}), which is not followed, so that the key stays at home.` : `The server answered ${this.status} ${after(this)}.`,
      words(this),
      "Check the API's address (DIDWW_API_URL)."
    );
  }
};
var TransportError = class extends Schema4.TaggedError("@effect-didww/core/TransportError")(
  "TransportError",
  {
    ...tried,
    /** `request`: no answer came. `response`: its body was cut. `url`: nothing can be sent to the API's address. */
    reason: Schema4.Literal("request", "response", "url"),
    /** The platform's own code, such as `ECONNREFUSED`, where it has one. */
    code: Schema4.optional(Schema4.String)
  }
) {
  get message() {
    const what = this.reason === "request" ? "DIDWW could not be reached" : this.reason === "response" ? "DIDWW's answer was cut short" : "The API's address is none";
    return sentence(
      what,
      this.code && `(${this.code})`,
      this.reason === "url" ? "that can be used." : `${after(this)}.`,
      this.reason === "url" ? "Give an http or https address without user, query or fragment (DIDWW_API_URL)." : "Check the network and the API's address."
    );
  }
};
var TimedOut = class extends Schema4.TaggedError("@effect-didww/core/TimedOut")("TimedOut", {
  ...tried,
  limit: Schema4.Literal("attemptTimeout", "totalTimeout", "idleTimeout"),
  timeout: Schema4.DurationFromMillis
}) {
  get message() {
    if (this.limit === "idleTimeout") {
      return `No byte of the archive came for ${Duration2.format(this.timeout)}, ${after(this)}. Try later.`;
    }
    return `DIDWW did not answer within RetryPolicy's ${this.limit} of ${Duration2.format(this.timeout)}, ${after(this)}.`;
  }
};
var MalformedResponse = class extends Schema4.TaggedError("@effect-didww/core/MalformedResponse")(
  "MalformedResponse",
  {
    ...tried,
    requestId: Schema4.optional(Schema4.String),
    /** Such as `data[3].attributes.export_type`; empty for the whole document. */
    path: Schema4.String,
    expected: Schema4.String
  }
) {
  get message() {
    return sentence(
      `DIDWW's answer is malformed: expected ${this.expected} at ${this.path === "" ? "the top" : this.path}.`,
      this.requestId && `Request id: ${this.requestId}.`
    );
  }
  /** The path of a mismatch, as a person writes it. */
  static path(mismatch2) {
    return mismatch2.path.reduce(
      (path, step) => typeof step === "number" ? `${path}[${step}]` : path === "" ? step : `${path}.${step}`,
      ""
    );
  }
};
var TokenRefused = class extends Schema4.TaggedError("@effect-didww/core/TokenRefused")("TokenRefused", {
  ...tried,
  status: Schema4.Int,
  /** OAuth's code, such as `invalid_client`. */
  error: Schema4.optional(Schema4.String),
  description: Schema4.optional(Schema4.String)
}) {
  get message() {
    return sentence(
      `DIDWW's token service refused (${this.status}):`,
      `${this.description ?? this.error ?? "no reason given"}.`,
      this.status === 404 ? "Check its address (DIDWW_TOKEN_URL)." : this.error === "invalid_client" ? "Check the API key (DIDWW_API_KEY), and that it belongs to this environment." : "Check the API key, the scope and the audience."
    );
  }
};
var InvalidExportRequest = class extends Schema4.TaggedError("@effect-didww/core/InvalidExportRequest")("InvalidExportRequest", {
  problems: Schema4.NonEmptyArray(Schema4.Struct({ path: Schema4.String, message: Schema4.String }))
}) {
  get message() {
    return `The export was not ordered: ${this.problems.map(({ message, path }) => `${path}: ${message}`).join("; ")}.`;
  }
};
var ReferenceConflict = class extends Schema4.TaggedError("@effect-didww/core/ReferenceConflict")(
  "ReferenceConflict",
  {
    externalReferenceId: Schema4.String,
    exportId: ExportId,
    /** What differs, such as `filters.to`. */
    differences: Schema4.NonEmptyArray(Schema4.String)
  }
) {
  get message() {
    return sentence(
      `Export ${this.exportId} already has the reference ${this.externalReferenceId}, but differs in`,
      `${this.differences.join(", ")}. Use another reference.`
    );
  }
};
var AwaitTimedOut = class extends Schema4.TaggedError("@effect-didww/core/AwaitTimedOut")(
  "AwaitTimedOut",
  { export: Export, timeout: Schema4.DurationFromMillis }
) {
  get message() {
    return `Export ${this.export.id} is still ${this.export.status} after ${Duration2.format(this.timeout)}. Wait again later.`;
  }
};
var CorruptArchive = class extends Schema4.TaggedError("@effect-didww/core/CorruptArchive")(
  "CorruptArchive",
  {
    reason: Schema4.Literal("truncated", "corrupt", "checksum", "trailing data", "too large"),
    /** Compressed bytes read. */
    bytes: Schema4.Int,
    /** Rows delivered. */
    rows: Schema4.Int
  }
) {
  get message() {
    return sentence(
      `The archive is broken (${this.reason}) near byte ${this.bytes}, after ${this.rows} rows.`,
      this.reason === "too large" ? "Raise maxBytes, if it may be that large." : this.reason === "trailing data" ? "If it is several archives in one, NodeGunzip reads it." : "Download it again."
    );
  }
};
var ArchiveChanged = class extends Schema4.TaggedError("@effect-didww/core/ArchiveChanged")(
  "ArchiveChanged",
  { exportId: ExportId }
) {
  get message() {
    return `The archive of export ${this.exportId} changed while it was read. Start again from its beginning.`;
  }
};
var RecordFileConflict = class extends Schema4.TaggedError("@effect-didww/core/RecordFileConflict")(
  "RecordFileConflict",
  {
    path: Schema4.String,
    /**
     * `no checkpoint`: nothing says whose the file is. `unreadable checkpoint`: what should say it does not. `too short`:
     * it has lost what its checkpoint says is there.
     */
    reason: Schema4.Literal("another export", "no checkpoint", "unreadable checkpoint", "too short"),
    exportId: ExportId
  }
) {
  get message() {
    return `The records of export ${this.exportId} were not written to ${this.path} (${this.reason}). ${this.reason === "unreadable checkpoint" || this.reason === "too short" ? "Remove the file and its checkpoint to start again." : "Use another path."}`;
  }
};
var CallbackRefused = class extends Schema4.TaggedError("@effect-didww/core/CallbackRefused")(
  "CallbackRefused",
  {
    /** `malformed url` and `empty secret` are the receiver's own mistakes. */
    reason: Schema4.Literal(
      "missing signature",
      "wrong signature",
      "malformed payload",
      "too large",
      "malformed url",
      "empty secret"
    )
  }
) {
  get message() {
    return sentence(
      `The callback was refused: ${this.reason}.`,
      this.reason === "malformed payload" || this.reason === "too large" ? "DIDWW sends none such for an export." : "Check the callback secret and the public URL."
    );
  }
};
var FilterSyntaxError = class extends Schema4.TaggedError("@effect-didww/core/FilterSyntaxError")(
  "FilterSyntaxError",
  {
    /** In UTF-16 units, from 0. */
    position: Schema4.Int,
    expected: Schema4.String,
    /** What stands there instead, shortened; empty at the end of the text. */
    found: Schema4.optional(Schema4.String)
  }
) {
  get message() {
    const { expected, found } = this;
    return `The filter is wrong at position ${this.position}: expected ${escape(expected)}${found === void 0 ? "" : found === "" ? ", found the end" : `, found \`${escape(found)}\``}.`;
  }
  /** The part of the text around the position, and a second line with a caret under it, for a terminal. */
  pointer(text5) {
    return pointer(text5, this.position);
  }
};
var OriginRefused = class extends Schema4.TaggedError("@effect-didww/core/OriginRefused")(
  "OriginRefused",
  { origin: Schema4.String, expected: Schema4.String }
) {
  get message() {
    return `The archive is at ${this.origin}, not at ${this.expected}. If you trust it, name it in downloadOrigins.`;
  }
};
var UnsupportedByVersion = class extends Schema4.TaggedError("@effect-didww/core/UnsupportedByVersion")("UnsupportedByVersion", {
  feature: Schema4.String,
  version: ApiVersion
}) {
  get message() {
    return `${this.feature} is not in API version ${this.version}. Use a later one (DIDWW_API_VERSION).`;
  }
};
var DidwwError = Schema4.Union(
  Unauthorized,
  Forbidden,
  NotFound,
  InvalidRequest,
  RateLimited,
  RateLimitWaitExceeded,
  ServerError,
  UnexpectedStatus,
  TransportError,
  TimedOut,
  MalformedResponse,
  TokenRefused,
  InvalidExportRequest,
  ReferenceConflict,
  AwaitTimedOut,
  CorruptArchive,
  ArchiveChanged,
  RecordFileConflict,
  CallbackRefused,
  FilterSyntaxError,
  OriginRefused,
  UnsupportedByVersion
);
var isDidwwError = Schema4.is(DidwwError);

// ../http/src/internal/address.ts
import * as Duration3 from "effect/Duration";
import * as Option2 from "effect/Option";
var normalize = (text5) => Option2.match(Option2.liftThrowable((text6) => new URL(text6))(text5), {
  onNone: () => void 0,
  onSome: ({ hash: hash2, origin, password, pathname, protocol, search, username }) => /^https?:$/.test(protocol) && `${username}${password}${search}${hash2}` === "" ? `${origin}${pathname.replace(/\/+$/, "")}` : void 0
});
var unusable = () => new TransportError({ attempts: 0, elapsed: Duration3.zero, reason: "url" });
var originOf = (text5) => Option2.match(Option2.liftThrowable((text6) => new URL(text6))(text5), {
  onNone: () => void 0,
  onSome: ({ origin, password, protocol, username }) => /^https?:$/.test(protocol) && `${username}${password}` === "" ? origin : void 0
});

// ../http/src/internal/download.ts
import * as Chunk from "effect/Chunk";
import * as Clock2 from "effect/Clock";
import * as Duration4 from "effect/Duration";
import * as Effect4 from "effect/Effect";
import * as Either4 from "effect/Either";
import * as Exit from "effect/Exit";
import * as Option4 from "effect/Option";
import * as Scope from "effect/Scope";
import * as Stream from "effect/Stream";

// ../http/src/internal/send.ts
import * as Effect3 from "effect/Effect";
import * as Metric2 from "effect/Metric";
import * as Predicate3 from "effect/Predicate";

// ../http/src/internal/telemetry.ts
import * as HttpClientRequest from "@effect/platform/HttpClientRequest";
import * as HttpTraceContext from "@effect/platform/HttpTraceContext";
import * as UrlParams from "@effect/platform/UrlParams";
import * as Clock from "effect/Clock";
import * as Deferred from "effect/Deferred";
import * as Effect2 from "effect/Effect";
import * as Either3 from "effect/Either";
import * as Metric from "effect/Metric";
import * as MetricBoundaries from "effect/MetricBoundaries";
import * as MetricKey from "effect/MetricKey";
import * as MetricLabel from "effect/MetricLabel";
import * as Option3 from "effect/Option";
var requests = Metric.counter("didww_client_requests", {
  description: "Requests sent to DIDWW, every attempt counted",
  incremental: true
});
var retries = Metric.counter("didww_client_retries", {
  description: "Requests to DIDWW that were sent again",
  incremental: true
});
var rows2 = Metric.counter("didww_client_rows", {
  description: "Rows of archives that were read: records, and rejected ones",
  incremental: true
});
var recordRows = Metric.tagged(rows2, "outcome", "record");
var rejectedRows = Metric.tagged(rows2, "outcome", "rejected");
var boundaries = MetricBoundaries.fromIterable([
  5e-3,
  0.01,
  0.025,
  0.05,
  0.075,
  0.1,
  0.25,
  0.5,
  0.75,
  1,
  2.5,
  5,
  7.5,
  10
]);
var seconds = (name, description) => MetricKey.tagged(MetricKey.histogram(name, boundaries, description), "unit", "s");
var duration = seconds("http.client.request.duration", "Duration of HTTP client requests");
var requestDuration = Metric.fromMetricKey(duration);
var rateLimitWait = Metric.fromMetricKey(
  seconds("didww_client_rate_limit_wait", "Time that a request waited for its place")
);
var durations = /* @__PURE__ */ new Map();
var durationOf = (labels) => {
  const name = JSON.stringify(labels);
  const known = durations.get(name);
  if (known !== void 0) return known;
  const made = Metric.fromMetricKey(MetricKey.taggedWithLabels(duration, labelsOf(labels)));
  durations.set(name, made);
  return made;
};
var observed = (request, propagates, tried2, use) => Effect2.flatMap(
  Deferred.make(),
  (answer) => Effect2.useSpan(request.method, { kind: "client", captureStackTrace: false }, (span) => Effect2.flatMap(Effect2.zip(tried2, Clock.currentTimeNanos), ([{ attempts }, startedAt]) => {
    const server = serverOf(request);
    const attributes2 = {
      "http.request.method": request.method,
      ...attempts > 1 && { "http.request.resend_count": attempts - 1 },
      ...server.attributes
    };
    Object.entries(attributes2).forEach(
      ([name, value5]) => span.attribute(name, value5)
    );
    const end2 = (labels) => Effect2.flatMap(
      Clock.currentTimeNanos,
      (now3) => Metric.update(durationOf({ ...server.labels, ...labels }), Number(now3 - startedAt) / 1e9)
    );
    return use(propagates ? HttpClientRequest.setHeaders(request, HttpTraceContext.toHeaders(span)) : request).pipe(
      Effect2.withParentSpan(span),
      Effect2.tapBoth({
        onFailure: ({ _tag }) => {
          span.attribute("error.type", _tag);
          return end2({ "error.type": _tag });
        },
        onSuccess: ({ status: status4 }) => {
          span.attribute("http.response.status_code", status4);
          const isError = status4 >= 400;
          if (isError) span.attribute("error.type", String(status4));
          return end2({
            "http.response.status_code": String(status4),
            ...isError && { "error.type": String(status4) }
          });
        }
      }),
      // not as the span's own result, where a tracer would find the body
      Effect2.flatMap((received) => Deferred.succeed(answer, received))
    );
  })).pipe(Effect2.zipRight(Deferred.await(answer)))
);
var labelsOf = (labels) => Object.entries(labels).map(([name, value5]) => MetricLabel.make(name, value5));
var serverOf = ({ method, url: url2, urlParams }) => Either3.match(UrlParams.makeUrl(url2.replace(/[?#].*$/s, ""), urlParams.map(shown), Option3.none()), {
  onLeft: () => ({ attributes: {}, labels: { "http.request.method": method } }),
  onRight: (url3) => {
    const port = url3.port || (url3.protocol === "https:" ? "443" : "80");
    return {
      attributes: {
        "server.address": url3.hostname,
        "server.port": Number(port),
        "url.full": url3.href,
        "url.path": url3.pathname,
        "url.scheme": url3.protocol.slice(0, -1)
      },
      labels: { "http.request.method": method, "server.address": url3.hostname, "server.port": port }
    };
  }
});
var shown = ([name, value5]) => [
  name,
  name.startsWith("filter[") ? "REDACTED" : value5
];

// ../http/src/internal/send.ts
var isSuccess = (status4) => status4 >= 200 && status4 < 300;
var send = (client, request, open, scrub, tried2) => execute(client, request).pipe(
  Effect3.flatMap(({ headers: headers2, status: status4, stream, text: text5 }) => {
    const read3 = !isSuccess(status4) ? readable(text5) : open ? Effect3.succeed("") : text5;
    return Effect3.map(read3, (text6) => ({ headers: headers2, status: status4, text: text6, body: stream }));
  }),
  // a transport that dies may hold the request in its hands as much as one that fails
  Effect3.catchAllDefect((cause) => Effect3.fail({ _tag: "Defect", cause })),
  Effect3.catchAll((error) => Effect3.flatMap(tried2, (tried3) => Effect3.fail(transportError(error, scrub, tried3))))
);
var execute = (client, request) => Effect3.zipRight(Metric2.increment(requests), client.execute(request)).pipe(
  // an application's own client may have turned a status into a failure: its answer is still the answer
  Effect3.catchTag(
    "ResponseError",
    (error) => error.reason === "StatusCode" ? Effect3.succeed(error.response) : Effect3.fail(error)
  )
);
var readable = (text5) => Effect3.orElseSucceed(text5, () => "");
var transportError = (error, scrub, tried2) => new TransportError({
  ...tried2,
  reason: error._tag === "ResponseError" ? "response" : error._tag === "RequestError" && error.reason === "InvalidUrl" ? "url" : "request",
  code: scrub(codeOf(error.cause))
});
var codeOf = (cause, depth = 0) => {
  if (!Predicate3.isObject(cause) || depth > 4) return void 0;
  if (Predicate3.hasProperty(cause, "code") && Predicate3.isString(cause.code) && /^[A-Z][A-Z0-9_]+$/.test(cause.code)) {
    return cause.code;
  }
  return Predicate3.hasProperty(cause, "cause") ? codeOf(cause.cause, depth + 1) : void 0;
};

// ../http/src/internal/download.ts
var start = () => ({ bytes: 0, total: void 0, etag: void 0 });
var progress = ({ bytes, etag, total }, rows3) => ({
  bytes,
  total: Option4.fromNullable(total),
  etag: Option4.fromNullable(etag),
  rows: rows3
});
var make5 = ({ apiUrl, downloadOrigins, requests: requests3 }) => {
  const own = originOf(apiUrl) ?? apiUrl;
  const trusted = new Set(downloadOrigins.map((origin) => originOf(String(origin))));
  const targetOf = (url2) => {
    const origin = originOf(url2);
    return origin === void 0 ? Either4.left(malformed(untried, "url", "an http or https address")) : origin === own || trusted.has(origin) ? Either4.right({ url: url2, isTrusted: origin === own }) : Either4.left(new OriginRefused({ origin, expected: own }));
  };
  return (self, { idleTimeout, onProgress }, position) => Stream.unwrapScoped(Effect4.gen(function* () {
    const target = yield* targetOf(self.url);
    const recovery2 = yield* requests3.recovery;
    const startedAt = yield* Clock2.currentTimeMillis;
    const timeout = Duration4.decode(idleTimeout ?? "30 seconds");
    let attempts = 0;
    let connection;
    const tried2 = Effect4.map(Clock2.currentTimeMillis, (now3) => ({
      attempts,
      elapsed: Duration4.millis(now3 - startedAt)
    }));
    const close2 = Effect4.suspend(() => {
      const closed = connection?.close ?? Effect4.void;
      connection = void 0;
      return closed;
    });
    yield* Effect4.addFinalizer(() => close2);
    const connect = Effect4.uninterruptibleMask(
      (restore) => Effect4.gen(function* () {
        const opened2 = yield* restore(requests3.open({ ...target, headers: headersFrom(position) }));
        attempts = attempts + opened2.tried.attempts;
        connection = yield* connected(opened2);
        const skip = checked(self.id, opened2, position);
        if (Either4.isRight(skip)) {
          connection.skip = skip.right;
          return connection;
        }
        yield* restore(Effect4.ignore(Effect4.raceFirst(connection.pull, Effect4.yieldNow())));
        return yield* skip.left;
      })
    );
    const read3 = (connection2) => Effect4.matchEffect(Effect4.timeoutOption(connection2.pull, timeout), {
      onSuccess: Option4.match({
        onNone: () => interrupted((tried3) => new TimedOut({ ...tried3, limit: "idleTimeout", timeout })),
        onSome: (chunk) => taken(connection2, chunk)
      }),
      onFailure: Option4.match({
        onNone: ended,
        onSome: (error) => (
          // no body at all
          error.reason === "EmptyBody" ? ended() : interrupted((tried3) => transportError(error, connection2.scrub, tried3))
        )
      })
    });
    const taken = (connection2, chunk) => {
      const bytes = Chunk.toReadonlyArray(chunk).flatMap((bytes2) => {
        const skipped = Math.min(connection2.skip, bytes2.length);
        connection2.skip = connection2.skip - skipped;
        return skipped === bytes2.length ? [] : [bytes2.subarray(skipped)];
      });
      if (bytes.length === 0) return next3;
      position.bytes = bytes.reduce((sum, { length }) => sum + length, position.bytes);
      if (position.total !== void 0 && position.bytes > position.total) {
        return Effect4.flatMap(tried2, (tried3) => Effect4.fail(Option4.some(malformed(tried3, "headers.content-length", "the length of the archive"))));
      }
      recovery2.progressed();
      const delivered = Chunk.unsafeFromArray(bytes);
      return onProgress === void 0 ? Effect4.succeed(delivered) : Effect4.as(onProgress(progress(position, 0)), delivered);
    };
    const ended = () => position.total === void 0 || position.total === 0 ? Effect4.fail(Option4.none()) : interrupted(
      (tried3) => new TransportError({ ...tried3, reason: "response" })
    );
    const interrupted = (failure) => Effect4.flatMap(Effect4.zipRight(close2, tried2), (tried3) => {
      const error = failure(tried3);
      return Effect4.flatMap(
        // without a strong ETag nobody can say that it is still the same archive
        position.bytes === 0 || isStrong(position.etag) ? recovery2.goesOn(error) : Effect4.succeed(false),
        (goesOn2) => goesOn2 ? next3 : Effect4.fail(Option4.some(error))
      );
    });
    const next3 = Effect4.suspend(
      () => (
        // all is there, however its connection ends
        position.bytes === position.total ? Effect4.fail(Option4.none()) : Effect4.flatMap(
          connection === void 0 ? Effect4.mapError(connect, Option4.some) : Effect4.succeed(connection),
          read3
        )
      )
    );
    return Stream.repeatEffectChunkOption(next3);
  }));
};
var untried = { attempts: 0, elapsed: Duration4.zero };
var isStrong = (etag) => etag !== void 0 && etag.startsWith('"');
var headersFrom = ({ bytes, etag }) => ({
  accept: "*/*",
  // bytes that something on the way decodes could be cut unseen
  "accept-encoding": "identity",
  ...bytes > 0 && etag !== void 0 && { range: `bytes=${bytes}-`, "if-range": etag }
});
var connected = ({ answer, scrub }) => Effect4.gen(function* () {
  const scope2 = yield* Scope.make();
  const pull = yield* Scope.extend(Stream.toPull(answer.body), scope2);
  return { pull, close: Effect4.catchAllCause(Scope.close(scope2, Exit.void), () => Effect4.void), scrub, skip: 0 };
});
var checked = (exportId, { answer: { headers: headers2, status: status4 }, scrub, tried: tried2 }, position) => {
  const fails = (name, expected) => Either4.left(malformed(tried2, `headers.${name}`, expected, scrub(headers2["x-request-id"])));
  const encoding = headers2["content-encoding"];
  if (encoding !== void 0 && encoding.toLowerCase() !== "identity") return fails("content-encoding", "identity");
  if (status4 !== 200 && (status4 !== 206 || position.bytes === 0)) {
    return Either4.left(
      new UnexpectedStatus({ ...tried2, status: status4, requestId: scrub(headers2["x-request-id"]), errors: [] })
    );
  }
  const range = status4 === 206 ? rangeIn(headers2["content-range"]) : void 0;
  if (status4 === 206 && range?.from !== position.bytes) {
    return fails("content-range", `bytes from ${position.bytes} on`);
  }
  const length = headers2["content-length"] ?? "";
  const total = status4 === 206 ? range?.total : /^\d+$/.test(length) ? Number(length) : void 0;
  if (position.bytes === 0) {
    position.total = total;
    position.etag = headers2.etag;
    return Either4.right(0);
  }
  return headers2.etag === position.etag && total === position.total ? Either4.right(status4 === 206 ? 0 : position.bytes) : Either4.left(new ArchiveChanged({ exportId }));
};
var rangeIn = (header) => {
  const found = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header ?? "");
  return found === null ? void 0 : { from: Number(found[1]), total: found[2] === "*" ? void 0 : Number(found[2]) };
};
var malformed = (tried2, path, expected, requestId) => new MalformedResponse({ ...tried2, path, expected, requestId });

// ../core/src/ExportFilter.ts
var ExportFilter_exports = {};
__export(ExportFilter_exports, {
  ExportFilter: () => ExportFilter2,
  TypeId: () => TypeId2,
  all: () => all2,
  and: () => and,
  any: () => any2,
  completed: () => completed,
  createdAt: () => createdAt3,
  createdSince: () => createdSince,
  didNumber: () => didNumber,
  everything: () => everything2,
  exportType: () => exportType2,
  externalReferenceId: () => externalReferenceId,
  from: () => from,
  hasUrl: () => hasUrl2,
  id: () => id,
  isExportFilter: () => isExportFilter2,
  matches: () => matches2,
  not: () => not3,
  nothing: () => nothing3,
  or: () => or,
  parse: () => parse3,
  plan: () => plan2,
  print: () => print2,
  simplify: () => simplify2,
  status: () => status3,
  to: () => to,
  voiceOutTrunkId: () => voiceOutTrunkId
});
import { dual } from "effect/Function";

// ../core/src/internal/filterCodec.ts
import * as Effect5 from "effect/Effect";
import * as ParseResult2 from "effect/ParseResult";
import * as Predicate5 from "effect/Predicate";
import * as Schema5 from "effect/Schema";

// ../core/src/internal/filterData.ts
import * as Data from "effect/Data";
import * as Pipeable from "effect/Pipeable";
import * as Predicate4 from "effect/Predicate";
var TypeId = /* @__PURE__ */ Symbol.for("@effect-didww/core/ExportFilter");
var Proto = Object.assign(Object.create(Data.Structural.prototype), Pipeable.Prototype, {
  [TypeId]: { _A: (_) => _ }
});
var make6 = (fields2) => Object.assign(Object.create(Proto), fields2);
var isExportFilter = (u) => Predicate4.hasProperty(u, TypeId);
var oneOf = (_tag, values) => make6({ _tag, values: Data.array(values) });
var createdAt = ({ gt, gte, lt, lte }) => make6({
  _tag: "CreatedAt",
  ...gte && { gte },
  ...gt && { gt },
  ...lte && { lte },
  ...lt && { lt }
});
var valued = (_tag, value5) => make6({ _tag, value: value5 });
var hasUrl = make6({ _tag: "HasUrl" });
var all = (filters2) => flat("And", filters2);
var any = (filters2) => flat("Or", filters2);
var not = (filter4) => make6({ _tag: "Not", filter: filter4 });
var flat = (_tag, filters2) => {
  const [first2, ...others3] = filters2.flatMap(
    (filter4) => (filter4._tag === "And" || filter4._tag === "Or") && filter4._tag === _tag ? filter4.filters : [filter4]
  );
  return first2 !== void 0 && others3.length === 0 ? make6(first2) : make6({ _tag, filters: Data.array(first2 === void 0 ? [] : [first2, ...others3]) });
};
var everything = all([]);
var nothing2 = any([]);

// ../core/src/internal/filterCodec.ts
var maxDepth = 100;
var Bound = Schema5.optional(Schema5.DateTimeUtc);
var Tree = Schema5.Union(
  Schema5.Struct({
    _tag: Schema5.Literal("Id", "ExportType", "ExternalReferenceId"),
    values: Schema5.NonEmptyArray(Schema5.String)
  }),
  Schema5.Struct({
    _tag: Schema5.Literal("Status"),
    values: Schema5.NonEmptyArray(Schema5.Literal("pending", "processing", "completed"))
  }),
  Schema5.Struct({ _tag: Schema5.Literal("CreatedAt"), gte: Bound, gt: Bound, lte: Bound, lt: Bound }),
  Schema5.Struct({ _tag: Schema5.Literal("From", "To"), value: Schema5.DateTimeUtc }),
  Schema5.Struct({ _tag: Schema5.Literal("DidNumber", "VoiceOutTrunkId"), value: Schema5.String }),
  Schema5.Struct({ _tag: Schema5.Literal("HasUrl") }),
  Schema5.Struct({ _tag: Schema5.Literal("And", "Or"), filters: Schema5.Array(Schema5.suspend(() => Tree)) }),
  Schema5.Struct({ _tag: Schema5.Literal("Not"), filter: Schema5.suspend(() => Tree) })
);
var build = (tree) => {
  switch (tree._tag) {
    case "CreatedAt":
      return createdAt(tree);
    case "From":
    case "To":
    case "DidNumber":
    case "VoiceOutTrunkId":
      return valued(tree._tag, tree.value);
    case "HasUrl":
      return hasUrl;
    case "And":
      return all(tree.filters.map(build));
    case "Or":
      return any(tree.filters.map(build));
    case "Not":
      return not(build(tree.filter));
    default:
      return oneOf(tree._tag, tree.values);
  }
};
var isTooDeep = (root) => {
  const open = [[root, 1]];
  for (let next3 = open.pop(); next3 !== void 0; next3 = open.pop()) {
    const [node, depth] = next3;
    if (!Predicate5.isRecord(node)) continue;
    if (depth > maxDepth) return true;
    const below2 = [node.filter, ...Array.isArray(node.filters) ? node.filters : []];
    below2.forEach((child) => open.push([child, depth + 1]));
  }
  return false;
};
var guarded = (parse8, use) => (input, options, ast) => isTooDeep(input) ? Effect5.fail(new ParseResult2.Type(ast, void 0, `Expected a filter of at most ${maxDepth} levels`)) : Effect5.map(parse8(input, options), use);
var Json = Schema5.declare(
  (input) => Predicate5.hasProperty(input, "_tag"),
  { identifier: "@effect-didww/core/ExportFilterEncoded" }
);
var Self = Schema5.declare(isExportFilter, {
  identifier: "@effect-didww/core/ExportFilter",
  arbitrary: () => arbitrary
});
var ExportFilter = Schema5.transformOrFail(Json, Self, {
  strict: true,
  decode: guarded(ParseResult2.decodeUnknown(Tree), build),
  encode: guarded(ParseResult2.encodeUnknown(Tree), (encoded) => encoded)
});
var arbitrary = (fc) => {
  const time6 = fc.date({ min: /* @__PURE__ */ new Date(0), max: /* @__PURE__ */ new Date("2099-12-31T00:00:00Z"), noInvalidDate: true }).map(
    (date) => Schema5.decodeSync(Schema5.DateTimeUtcFromDate)(date)
  );
  const values = fc.array(fc.string(), { minLength: 1, maxLength: 3 });
  const statuses3 = fc.array(fc.constantFrom("pending", "processing", "completed"), { minLength: 1, maxLength: 3 });
  const types = fc.array(fc.constantFrom("cdr_in", "cdr_out", "sms_in", "sms_out", "fax_in"), {
    minLength: 1,
    maxLength: 3
  });
  const { filter: filter4 } = fc.letrec((tie) => {
    const filters2 = fc.array(tie("filter"), { maxLength: 3 });
    return {
      filter: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        values.map((values2) => oneOf("Id", values2)),
        values.map((values2) => oneOf("ExternalReferenceId", values2)),
        types.map((values2) => oneOf("ExportType", values2)),
        statuses3.map((values2) => oneOf("Status", values2)),
        fc.record({ gte: time6, gt: time6, lte: time6, lt: time6 }, { requiredKeys: [] }).map(
          (bounds) => createdAt(bounds)
        ),
        fc.tuple(fc.constantFrom("From", "To"), time6).map(([tag, value5]) => valued(tag, value5)),
        fc.tuple(fc.constantFrom("DidNumber", "VoiceOutTrunkId"), fc.string()).map(
          ([tag, value5]) => valued(tag, value5)
        ),
        fc.constant(hasUrl),
        filters2.map((filters3) => all(filters3)),
        filters2.map((filters3) => any(filters3)),
        tie("filter").map((filter5) => not(filter5))
      )
    };
  });
  return filter4;
};

// ../core/src/internal/filterMatches.ts
import * as Predicate6 from "effect/Predicate";
var guard = (filter4) => matches(filter4);
var matches = (filter4) => {
  switch (filter4._tag) {
    case "Id":
      return oneOf2(filter4.values, (self) => self.id);
    case "ExportType":
      return oneOf2(filter4.values, (self) => self.exportType === "unknown" ? self.rawType : self.exportType);
    case "Status":
      return oneOf2(filter4.values, (self) => self.status === "unknown" ? void 0 : self.status);
    case "ExternalReferenceId":
      return oneOf2(filter4.values, (self) => self.externalReferenceId);
    case "CreatedAt":
      return createdWithin(filter4);
    case "From":
      return (self) => orderedCalls(self)?.from?.epochMillis === filter4.value.epochMillis;
    case "To":
      return (self) => orderedCalls(self)?.to?.epochMillis === filter4.value.epochMillis;
    case "DidNumber":
      return (self) => {
        const ordered = orderedCalls(self);
        return ordered !== void 0 && self.exportType === "cdr_in" && (self.filters?.didNumber ?? "") === filter4.value;
      };
    case "VoiceOutTrunkId":
      return (self) => {
        const ordered = orderedCalls(self);
        return ordered !== void 0 && self.exportType === "cdr_out" && (self.filters?.voiceOutTrunkId ?? "") === filter4.value;
      };
    case "HasUrl":
      return (self) => typeof self.url === "string";
    case "And": {
      const predicates = filter4.filters.map(matches);
      return (self) => predicates.every((predicate) => predicate(self));
    }
    case "Or": {
      const predicates = filter4.filters.map(matches);
      return (self) => predicates.some((predicate) => predicate(self));
    }
    case "Not":
      return Predicate6.not(matches(filter4.filter));
  }
};
var oneOf2 = (values, of2) => {
  const wanted = new Set(values);
  return (self) => {
    const value5 = of2(self);
    return value5 != null && wanted.has(value5);
  };
};
var createdWithin = ({ gt, gte, lt, lte }) => {
  const first2 = Math.max(gte?.epochMillis ?? -Infinity, gt === void 0 ? -Infinity : gt.epochMillis + 1);
  const last = Math.min(lte?.epochMillis ?? Infinity, lt === void 0 ? Infinity : lt.epochMillis - 1);
  return (self) => {
    const at = self.createdAt?.epochMillis;
    return at !== void 0 && first2 <= at && at <= last;
  };
};
var orderedCalls = (self) => (self.exportType === "cdr_in" || self.exportType === "cdr_out") && self.filters != null && !hasLegacyFilters(self) ? self.filters : void 0;

// ../core/src/internal/filterParse.ts
import * as DateTime4 from "effect/DateTime";
import * as Either5 from "effect/Either";

// ../core/src/internal/filterNames.ts
var longest = 40;
var nearest = (word2, names) => {
  const wanted = squeezed(word2);
  if (wanted === "" || wanted.length > longest) return void 0;
  const part = wanted.length < 3 ? void 0 : names.find((name) => squeezed(name).includes(wanted));
  if (part !== void 0) return part;
  const [best] = names.map((name) => ({ name, edits: edits(wanted, squeezed(name)) })).sort((a, b) => a.edits - b.edits);
  return best !== void 0 && best.edits <= Math.min(2, wanted.length / 3) ? best.name : void 0;
};
var squeezed = (name) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
var edits = (a, b) => {
  const rows3 = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (i, j) => rows3[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows3.push(row);
    for (let j = 1; j <= b.length; j++) {
      const swapped = a.charAt(i - 2) === b.charAt(j - 1) && a.charAt(i - 1) === b.charAt(j - 2);
      row.push(Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (a.charAt(i - 1) === b.charAt(j - 1) ? 0 : 1),
        swapped ? at(i - 2, j - 2) + 1 : Infinity
      ));
    }
  }
  return at(a.length, b.length);
};

// ../core/src/internal/filterPlan.ts
import * as DateTime3 from "effect/DateTime";
var wireNames = {
  Id: "id",
  ExportType: "export_type",
  Status: "status",
  ExternalReferenceId: "external_reference_id",
  From: "from",
  To: "to",
  DidNumber: "did_number",
  VoiceOutTrunkId: "voice_out_trunk.id"
};
var volatile = /* @__PURE__ */ new Set(["Status", "ExternalReferenceId"]);
var typesOf = {
  From: ["cdr_in", "cdr_out"],
  To: ["cdr_in", "cdr_out"],
  DidNumber: ["cdr_in"],
  VoiceOutTrunkId: ["cdr_out"]
};
var maxLength = 2e3;
var plan = (filter4, version, except) => {
  const filters2 = listFilters(version);
  const { contradictory, lower, types, upper, values } = demands(filter4);
  const parameters = [];
  const exact = /* @__PURE__ */ new Set();
  const taken = (name) => Object.hasOwn(filters2, name) && !except.has(name) ? filters2[name] : void 0;
  const push = (tag, values2) => {
    const name = wireNames[tag];
    const filter5 = taken(name);
    if (filter5 === void 0 || !travels(values2, filter5)) return;
    if ((tag === "From" || tag === "To") && !values2.every((value5) => /^\d{4}-/.test(value5))) return;
    parameters.push({ name, value: values2.join(","), volatile: volatile.has(tag), doubtful: filter5.doubtful });
    if (tag === "ExportType") exact.add(tag);
  };
  if (types !== void 0 && types.every(isKnownType)) push("ExportType", types);
  values.forEach((values2, tag) => push(tag, values2));
  const bound = (name, millis7) => {
    if (isWritable(millis7) && taken(name) !== void 0) {
      const value5 = formatIso2(DateTime3.unsafeMake(millis7));
      parameters.push({ name, value: value5, volatile: false, doubtful: false });
      exact.add("CreatedAt");
    }
  };
  bound("created_at_gteq", lower.at);
  bound("created_at_lteq", upper.at + 1);
  if (lower.strict || lower.at === -Infinity || upper.at !== Infinity) exact.delete("CreatedAt");
  const conditions2 = filter4._tag === "And" ? filter4.filters : [filter4];
  return { contradictory, parameters, keep: conditions2.filter(({ _tag }) => !exact.has(_tag)) };
};
var isKnownType = (value5) => value5 !== "unknown" && exportTypeOf(value5) === value5;
var travels = (values, filter4) => values.length === 1 && values[0] === "" ? filter4.blank : (filter4.values === "many" || values.length === 1) && values.every((value5) => plain.test(value5) && value5.trim() === value5) && values.reduce((length, value5) => length + value5.length + 1, 0) <= maxLength;
var plain = /^[^,"\\\p{Cc}\p{Cs}]+$/u;
var none3 = {
  contradictory: false,
  values: /* @__PURE__ */ new Map(),
  types: void 0,
  lower: { at: -Infinity, strict: false },
  upper: { at: Infinity, strict: false }
};
var demands = (filter4) => {
  const types = typesOf[filter4._tag];
  switch (filter4._tag) {
    case "ExportType":
      return { ...none3, types: distinct(filter4.values) };
    case "Id":
    case "Status":
    case "ExternalReferenceId":
      return { ...none3, values: /* @__PURE__ */ new Map([[filter4._tag, distinct(filter4.values)]]) };
    case "From":
    case "To":
      return { ...none3, types, values: /* @__PURE__ */ new Map([[filter4._tag, [formatSeconds(filter4.value)]]]) };
    case "DidNumber":
    case "VoiceOutTrunkId":
      return { ...none3, types, values: /* @__PURE__ */ new Map([[filter4._tag, [filter4.value]]]) };
    case "CreatedAt":
      return consistent({
        ...none3,
        lower: lowest(filter4).reduce(later, none3.lower),
        upper: highest(filter4).reduce(earlier, none3.upper)
      });
    case "And":
      return filter4.filters.map(demands).reduce(meet, none3);
    case "Or": {
      const [first2, ...others3] = filter4.filters.map(demands).filter(({ contradictory }) => !contradictory);
      return first2 === void 0 ? { ...none3, contradictory: true } : others3.reduce(unite, first2);
    }
    case "HasUrl":
    case "Not":
      return none3;
  }
};
var consistent = (self) => ({
  ...self,
  contradictory: self.contradictory || self.upper.at < self.lower.at || self.upper.at === self.lower.at && (self.upper.strict || self.lower.strict) || self.types?.length === 0 || Array.from(self.values.values()).some((values) => values.length === 0)
});
var meet = (a, b) => {
  const values = new Map(a.values);
  b.values.forEach((more, tag) => values.set(tag, common3(values.get(tag), more)));
  return consistent({
    contradictory: a.contradictory || b.contradictory,
    values,
    types: b.types === void 0 ? a.types : common3(a.types, b.types),
    lower: later(a.lower, b.lower),
    upper: earlier(a.upper, b.upper)
  });
};
var unite = (a, b) => ({
  contradictory: false,
  values: new Map(
    Array.from(a.values).flatMap(([tag, values]) => {
      const more = b.values.get(tag);
      return more === void 0 ? [] : [[tag, distinct([...values, ...more])]];
    })
  ),
  types: a.types && b.types && distinct([...a.types, ...b.types]),
  lower: later(a.lower, b.lower) === a.lower ? b.lower : a.lower,
  upper: earlier(a.upper, b.upper) === a.upper ? b.upper : a.upper
});
var distinct = (values) => Array.from(new Set(values));
var common3 = (some11, others3) => some11 === void 0 ? others3 : some11.filter((value5) => others3.includes(value5));
var lowest = ({ gt, gte }) => [
  ...gte ? [{ at: gte.epochMillis, strict: false }] : [],
  ...gt ? [{ at: gt.epochMillis, strict: true }] : []
];
var highest = ({ lt, lte }) => [
  ...lte ? [{ at: lte.epochMillis, strict: false }] : [],
  ...lt ? [{ at: lt.epochMillis, strict: true }] : []
];
var later = (a, b) => b.at > a.at || b.at === a.at && b.strict ? b : a;
var earlier = (a, b) => b.at < a.at || b.at === a.at && b.strict ? b : a;

// ../core/src/internal/filterPrint.ts
var print = (filter4) => {
  switch (filter4._tag) {
    case "Id":
    case "ExportType":
    case "Status":
    case "ExternalReferenceId": {
      const name = wireNames[filter4._tag];
      const values = filter4.values.map(filter4._tag === "ExportType" ? typeWord : word);
      return values.length === 1 ? `${name} = ${values.join()}` : `${name} in (${values.join(", ")})`;
    }
    case "CreatedAt": {
      const { gt, gte, lt, lte } = filter4;
      const bounds = [[">=", gte], [">", gt], ["<=", lte], ["<", lt]].flatMap(
        ([sign, at]) => at === void 0 ? [] : [`${sign} ${formatShort(at)}`]
      );
      const text5 = `created_at ${bounds.join(" and ")}`;
      return bounds.length === 0 ? "has created_at" : bounds.length === 1 ? text5 : `(${text5})`;
    }
    case "From":
    case "To":
      return `${wireNames[filter4._tag]} = ${formatShort(filter4.value)}`;
    case "DidNumber":
    case "VoiceOutTrunkId":
      return `${wireNames[filter4._tag]} = ${word(filter4.value)}`;
    case "HasUrl":
      return "has url";
    case "And":
      return filter4.filters.length === 0 ? "everything" : filter4.filters.map((part) => part._tag === "Or" ? enclosed(part) : print(part)).join(" and ");
    case "Or":
      return filter4.filters.length === 0 ? "nothing" : filter4.filters.map((part) => part._tag === "And" ? enclosed(part) : print(part)).join(" or ");
    case "Not":
      return `not ${filter4.filter._tag === "And" || filter4.filter._tag === "Or" ? enclosed(filter4.filter) : print(filter4.filter)}`;
  }
};
var enclosed = (filter4) => {
  const text5 = print(filter4);
  return text5 === "everything" || text5 === "nothing" ? text5 : `(${text5})`;
};
var keywords = /* @__PURE__ */ new Set(["and", "or", "not", "in", "has", "everything", "nothing"]);
var word = (value5) => /^[A-Za-z0-9_.:+-]+$/.test(value5) && !keywords.has(value5.toLowerCase()) ? value5 : quote(value5);
var typeWord = (value5) => {
  const known = exportTypeOf(value5);
  return known === "unknown" || known === value5 ? word(value5) : quote(value5);
};

// ../core/src/internal/filterTokens.ts
var space = /\s*/y;
var piece = /([(),])|([=!<>]+)|["']|[^\s(),=!<>"'][^\s(),=!<>]*/y;
var stop = /["'\\]/g;
var escape2 = /\\(?:u([0-9a-fA-F]{4})|(["'\\/bfnrt]))/y;
var escapes = /* @__PURE__ */ new Map([
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "	"]
]);
var tokenAt = (text5, from2) => {
  space.lastIndex = from2;
  space.test(text5);
  const at = space.lastIndex;
  piece.lastIndex = at;
  const match12 = piece.exec(text5);
  if (match12 === null) return { kind: "end", at, end: at, text: "", value: "" };
  const [whole, mark, sign] = match12;
  if (whole === '"' || whole === "'") return stringAt(text5, at, whole);
  const kind = mark !== void 0 ? "mark" : sign !== void 0 ? "sign" : "word";
  return { kind, at, end: at + whole.length, text: whole, value: whole };
};
var stringAt = (text5, at, mark) => {
  let value5 = "";
  let from2 = at + 1;
  stop.lastIndex = from2;
  for (let match12 = stop.exec(text5); match12 !== null; match12 = stop.exec(text5)) {
    const [char] = match12;
    if (char !== "\\" && char !== mark) continue;
    value5 += text5.slice(from2, match12.index);
    from2 = match12.index + 1;
    if (char === mark) return { kind: "string", at, end: from2, text: text5.slice(at, from2), value: value5 };
    escape2.lastIndex = match12.index;
    const [whole, code, short] = escape2.exec(text5) ?? [];
    if (whole === void 0) return broken(text5, match12.index, from2 + 1, escapesAre);
    value5 += code === void 0 ? escapes.get(short) ?? short : String.fromCharCode(Number.parseInt(code, 16));
    from2 = stop.lastIndex = match12.index + whole.length;
  }
  return broken(text5, at, text5.length, `a string that ends with \`${mark}\``);
};
var escapesAre = `one of the escapes \\" \\' \\\\ \\/ \\b \\f \\n \\r \\t \\u0000`;
var broken = (text5, at, end2, value5) => ({
  kind: "broken",
  at,
  end: end2,
  text: text5.slice(at, end2),
  value: value5
});

// ../core/src/internal/filterParse.ts
var parse2 = (text5) => {
  const first2 = tokenAt(text5, 0);
  const source = {
    text: text5,
    token: first2,
    isLoose: false,
    parentheses: 0,
    nesting: 0,
    deepest: { nesting: 0, token: first2 }
  };
  return Either5.flatMap(disjunction(source), (filter4) => source.token.kind !== "end" ? unended(source, ["`and`", "`or`", source.parentheses === 0 ? "the end" : "`)`"]) : isTooDeep(filter4) ? fail4(source.deepest.token, notDeeper) : Either5.right(filter4));
};
var notDeeper = `a filter of at most ${maxDepth} levels`;
var fail4 = (token, expected) => Either5.left(
  new FilterSyntaxError({
    position: token.at,
    expected: token.kind === "broken" ? token.value : expected,
    found: shorten(token.text, 30)
  })
);
var unended = (source, expected) => fail4(
  source.token,
  choice(
    source.isLoose && source.token.kind === "word" ? [...expected, "quotes around a value of several words"] : expected
  )
);
var choice = (options) => options.length < 2 ? options.join() : `${options.slice(0, -1).join(", ")} or ${options.slice(-1).join()}`;
var quoted = (word2) => `\`${word2}\``;
var advance = (source) => {
  const { token } = source;
  source.isLoose = false;
  source.token = tokenAt(source.text, token.end);
  return token;
};
var is2 = ({ kind, text: text5 }, wanted) => kind === "word" ? text5.toLowerCase() === wanted : (kind === "mark" || kind === "sign") && text5 === wanted;
var accept = (source, wanted) => {
  const accepted = is2(source.token, wanted);
  if (accepted) advance(source);
  return accepted;
};
var disjunction = (source) => Either5.gen(function* () {
  const parts = [yield* conjunction(source)];
  while (accept(source, "or")) parts.push(yield* conjunction(source));
  return any(parts);
});
var conjunction = (source) => Either5.gen(function* () {
  const parts = [yield* operand(source)];
  while (accept(source, "and")) parts.push(yield* operand(source));
  return all(parts);
});
var operand = (source) => is2(source.token, "not") ? deeper(source, () => Either5.map(operand(source), (filter4) => not(filter4))) : is2(source.token, "(") ? deeper(source, () => enclosed2(source)) : condition(source);
var deeper = (source, inner) => {
  if (source.nesting === maxDepth) return fail4(source.token, notDeeper);
  source.nesting++;
  if (source.nesting > source.deepest.nesting) source.deepest = { nesting: source.nesting, token: source.token };
  advance(source);
  const filter4 = inner();
  source.nesting--;
  return filter4;
};
var enclosed2 = (source) => {
  source.parentheses++;
  return Either5.flatMap(disjunction(source), (filter4) => {
    if (!accept(source, ")")) return unended(source, ["`and`", "`or`", source.parentheses === 0 ? "the end" : "`)`"]);
    source.parentheses--;
    return Either5.right(filter4);
  });
};
var condition = (source) => {
  const { token } = source;
  const read3 = token.kind === "word" ? conditions.get(token.text.toLowerCase()) : void 0;
  if (read3 === void 0) {
    const names = Array.from(conditions.keys());
    const meant = token.kind === "word" && !keywords.has(token.text.toLowerCase()) ? nearest(token.text, ["not", ...names]) : void 0;
    return fail4(token, meant === void 0 ? `a condition (${names.join(", ")}), \`not\` or \`(\`` : quoted(meant));
  }
  advance(source);
  return read3(source);
};
var has = (source) => accept(source, "url") ? Either5.right(hasUrl) : accept(source, "created_at") ? Either5.right(createdAt({})) : fail4(source.token, "`url` or `created_at`");
var signs = [
  [">=", "gte"],
  [">", "gt"],
  ["<=", "lte"],
  ["<", "lt"]
];
var createdAt2 = (source) => Either5.gen(function* () {
  const bounds = {};
  do {
    const left8 = signs.filter(([, bound]) => bounds[bound] === void 0);
    const found = left8.find(([sign]) => is2(source.token, sign));
    if (found === void 0) return yield* fail4(source.token, choice(left8.map(([sign]) => quoted(sign))));
    advance(source);
    bounds[found[1]] = yield* time2(source);
  } while (goesOn(source));
  return createdAt(bounds);
});
var goesOn = (source) => is2(source.token, "and") && tokenAt(source.text, source.token.end).kind === "sign" && accept(source, "and");
var single = (read3, make29) => (source) => is2(source.token, "=") || is2(source.token, "!=") ? compared(source, read3, make29) : fail4(source.token, "`=` or `!=`");
var listed = (tag, read3) => (source) => {
  if (is2(source.token, "=") || is2(source.token, "!=")) {
    return Either5.flatMap(
      compared(source, read3, (value5) => oneOf(tag, [value5])),
      (filter4) => is2(source.token, ",") ? fail4(source.token, "`in (\u2026)` around several values") : Either5.right(filter4)
    );
  }
  const isNegated = accept(source, "not");
  if (!accept(source, "in")) return fail4(source.token, isNegated ? "`in`" : "`=`, `!=`, `in` or `not in`");
  return Either5.map(list(source, read3), (values) => {
    const filter4 = oneOf(tag, values);
    return isNegated ? not(filter4) : filter4;
  });
};
var compared = (source, read3, make29) => {
  const isNegated = advance(source).text === "!=";
  return Either5.map(read3(source), (value5) => isNegated ? not(make29(value5)) : make29(value5));
};
var list = (source, read3) => Either5.gen(function* () {
  if (!accept(source, "(")) return yield* fail4(source.token, "`(` before the values");
  const values = [yield* read3(source)];
  while (accept(source, ",")) values.push(yield* read3(source));
  return accept(source, ")") ? values : yield* unended(source, ["`,`", "`)`"]);
});
var special = /[^\p{L}\p{M}\p{N}_.:+\-/@#]/u;
var text3 = (source) => {
  const { token } = source;
  if (token.kind === "word" && !keywords.has(token.text.toLowerCase())) {
    const match12 = special.exec(token.text);
    if (match12 !== null) {
      const [char] = match12;
      return fail4({ ...token, at: token.at + match12.index, text: char }, `quotes around a value with \`${char}\` in it`);
    }
  } else if (token.kind !== "string") {
    return fail4(token, token.kind === "word" ? "a value, in quotes where it is a word of the language" : "a value");
  }
  advance(source);
  source.isLoose = token.kind === "word";
  return Either5.right(token.value);
};
var exportType = (source) => {
  const { kind } = source.token;
  return Either5.map(text3(source), (value5) => {
    const known = exportTypeOf(value5);
    return kind === "string" || known === "unknown" ? value5 : known;
  });
};
var status2 = (source) => {
  const { token } = source;
  const found = statuses2.find((status4) => status4 === token.value.toLowerCase());
  if (found === void 0 || token.kind === "broken") return fail4(token, choice(statuses2.map(quoted)));
  advance(source);
  return Either5.right(found);
};
var statuses2 = ["pending", "processing", "completed"];
var aTime = "a time such as 2026-11-01, 2026-11-01T08:00:00Z or 2026-11-01 08:00 +02:00";
var time2 = (source) => {
  const { token } = source;
  if ((token.kind !== "word" || keywords.has(token.text.toLowerCase())) && token.kind !== "string") {
    return fail4(token, aTime);
  }
  let { end: end2, value: written } = advance(source);
  while (token.kind === "word" && source.token.kind === "word" && /^(?:[+-]?\d|z$|utc$)/i.test(source.token.text)) {
    end2 = source.token.end;
    written += ` ${advance(source).text}`;
  }
  const match12 = times.exec(written.trim().toUpperCase());
  const time6 = match12 === null ? exactly(written) : parse(`${match12[1]}T${match12[2] ?? "00:00"}${match12[3] ?? ":00"}${match12[4] ?? ""}`);
  return time6 !== void 0 ? Either5.right(time6) : fail4({ ...token, text: source.text.slice(token.at, end2) }, match12 === null ? aTime : "a day and time that exist");
};
var times = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?)?(?: ?(Z|UTC|[+-](?:0\d|1[0-4]):?[0-5]\d))?$/;
var exactly = (written) => {
  const millis7 = Date.parse(written);
  if (Number.isNaN(millis7)) return void 0;
  const time6 = DateTime4.unsafeMake(millis7);
  return formatShort(time6) === written ? time6 : void 0;
};
var conditions = /* @__PURE__ */ new Map([
  [wireNames.Id, listed("Id", text3)],
  [wireNames.ExportType, listed("ExportType", exportType)],
  [wireNames.Status, listed("Status", status2)],
  [wireNames.ExternalReferenceId, listed("ExternalReferenceId", text3)],
  ["created_at", createdAt2],
  [wireNames.From, single(time2, (value5) => valued("From", value5))],
  [wireNames.To, single(time2, (value5) => valued("To", value5))],
  [wireNames.DidNumber, single(text3, (value5) => valued("DidNumber", value5))],
  [wireNames.VoiceOutTrunkId, single(text3, (value5) => valued("VoiceOutTrunkId", value5))],
  ["has", has],
  ["everything", () => Either5.right(everything)],
  ["nothing", () => Either5.right(nothing2)]
]);

// ../core/src/internal/filterSimplify.ts
import * as Equal2 from "effect/Equal";
var simplify = (filter4) => {
  switch (filter4._tag) {
    case "And": {
      const parts = joined("And", filter4.filters.map(simplify));
      const isEmpty = parts.some(isNothing) || parts.some((part) => parts.some((other) => isOpposite(part, other))) || demands(all(parts)).contradictory;
      return isEmpty ? any([]) : all(parts.filter((part) => !isEverything(part)));
    }
    case "Or": {
      const parts = joined("Or", filter4.filters.map(simplify));
      const isFull = parts.some(isEverything) || parts.some((part) => parts.some((other) => isOpposite(part, other)));
      return isFull ? all([]) : any(parts.filter((part) => !isNothing(part)));
    }
    case "Not": {
      const inner = simplify(filter4.filter);
      return isNothing(inner) ? all([]) : isEverything(inner) ? any([]) : inner._tag === "Not" ? all([inner.filter]) : not(inner);
    }
    case "CreatedAt":
      return demands(filter4).contradictory ? any([]) : filter4;
    default:
      return filter4;
  }
};
var isEverything = (filter4) => Equal2.equals(filter4, everything);
var isNothing = (filter4) => Equal2.equals(filter4, nothing2);
var isOpposite = (filter4, other) => filter4._tag === "Not" && Equal2.equals(filter4.filter, other);
var joined = (tag, filters2) => {
  const parts = [];
  for (const filter4 of filters2) {
    for (const part of (filter4._tag === "And" || filter4._tag === "Or") && filter4._tag === tag ? filter4.filters : [filter4]) {
      const index = parts.findIndex((other2) => joinable(part, other2));
      const other = parts[index];
      if (other === void 0) parts.push(part);
      else parts[index] = join(tag, other, part);
    }
  }
  return parts;
};
var joinable = (filter4, other) => Equal2.equals(filter4, other) || "values" in filter4 && filter4._tag === other._tag;
var join = (tag, filter4, other) => {
  if (!("values" in filter4) || !("values" in other)) return filter4;
  const values = tag === "And" ? filter4.values.filter((value5) => other.values.includes(value5)) : Array.from(/* @__PURE__ */ new Set([...filter4.values, ...other.values]));
  return values.length === 0 ? nothing2 : oneOf(filter4._tag, values);
};

// ../core/src/ExportFilter.ts
var TypeId2 = TypeId;
var ExportFilter2 = ExportFilter;
var isExportFilter2 = isExportFilter;
var everything2 = everything;
var nothing3 = nothing2;
var id = (...values) => oneOf("Id", values);
var exportType2 = (...values) => oneOf("ExportType", values);
var status3 = (...values) => oneOf("Status", values);
var externalReferenceId = (...values) => oneOf("ExternalReferenceId", values);
var createdAt3 = (bounds) => createdAt(bounds);
var from = (value5) => valued("From", value5);
var to = (value5) => valued("To", value5);
var didNumber = (value5) => valued("DidNumber", value5);
var voiceOutTrunkId = (value5) => valued("VoiceOutTrunkId", value5);
var hasUrl2 = hasUrl;
var completed = all([oneOf("Status", ["completed"]), hasUrl]);
var and = dual(2, (self, that) => all([self, that]));
var or = dual(2, (self, that) => any([self, that]));
var not3 = (self) => not(self);
var all2 = (filters2) => all(filters2);
var any2 = (filters2) => any(filters2);
var matches2 = (self) => guard(self);
var simplify2 = (self) => simplify(self);
var print2 = (self) => print(self);
var parse3 = (text5) => parse2(text5);
var plan2 = (self, version, options) => {
  const { contradictory, keep: keep2, parameters } = plan(self, version, options?.except ?? /* @__PURE__ */ new Set());
  return { contradictory, parameters, rest: all(keep2) };
};
var createdSince = (self) => {
  const { lower } = demands(self);
  return lower.at === -Infinity ? void 0 : lower.at;
};

// ../core/src/ExportRequest.ts
import { isNonEmptyReadonlyArray } from "effect/Array";
import * as DateTime7 from "effect/DateTime";
import * as Effect6 from "effect/Effect";
import { dual as dual2 } from "effect/Function";
import * as Schema6 from "effect/Schema";

// ../core/src/internal/calendar.ts
import * as DateTime5 from "effect/DateTime";
var utc = DateTime5.zoneMakeOffset(0);
var startOf = (zone, year, month, day) => DateTime5.toUtc(
  DateTime5.setZone(DateTime5.unsafeMake(Date.UTC(year, month - 1, day)), zone, { adjustForTimeZone: true })
);
var monthOf = (time6, zone, offset) => {
  const { month, year } = DateTime5.toParts(DateTime5.setZone(time6, zone));
  return startOf(zone, year, month + offset, 1);
};
var kept = (now3) => ({
  from: monthOf(now3, utc, -2),
  to: DateTime5.unsafeMake(Math.floor(now3.epochMillis / 1e3) * 1e3)
});
var fromPeriod = ({ day, month, year }) => day === void 0 ? { from: startOf(utc, year, month, 1), to: startOf(utc, year, month + 1, 1) } : { from: startOf(utc, year, month, day), to: startOf(utc, year, month, day + 1) };
var toPeriod = ({ from: from2, to: to2 }) => {
  const { day, month, year } = DateTime5.toPartsUtc(from2);
  return [{ year, month }, { year, month, day }].find((period3) => {
    const range = fromPeriod(period3);
    return DateTime5.Equivalence(range.from, from2) && DateTime5.Equivalence(range.to, to2);
  });
};

// ../core/src/internal/requestRules.ts
import * as DateTime6 from "effect/DateTime";
import * as Option6 from "effect/Option";
import * as Predicate7 from "effect/Predicate";

// ../core/src/internal/fields.ts
var wireNames2 = {
  status: "status",
  createdAt: "created_at",
  externalReferenceId: "external_reference_id",
  url: "url",
  callbackUrl: "callback_url",
  callbackMethod: "callback_method",
  exportType: "export_type",
  filters: "filters"
};
var sparse = (fields2) => Array.from(new Set(fields2), (field) => wireNames2[field]).join(",");
var sort = (by) => {
  const names = (typeof by === "string" ? [by] : by).map((one2) => sortNames[one2]);
  return names.length === 0 ? [] : [names.join(",")];
};
var sortNames = {
  createdAt: "created_at",
  "-createdAt": "-created_at",
  status: "status",
  "-status": "-status",
  externalReferenceId: "external_reference_id",
  "-externalReferenceId": "-external_reference_id"
};
var has2 = (version, field) => version !== "2022-05-10" || field !== "externalReferenceId" && field !== "filters";
var needs = (filter4) => {
  switch (filter4._tag) {
    case "Id":
    case "ExportType":
      return [];
    case "Status":
      return ["status"];
    case "ExternalReferenceId":
      return ["externalReferenceId"];
    case "CreatedAt":
      return ["createdAt"];
    case "From":
    case "To":
    case "DidNumber":
    case "VoiceOutTrunkId":
      return ["filters"];
    case "HasUrl":
      return ["url"];
    case "And":
    case "Or":
      return filter4.filters.flatMap(needs);
    case "Not":
      return needs(filter4.filter);
  }
};
var select = (fields2) => {
  const keys2 = fields2 && ["id", ...fields2, ...fields2.includes("exportType") ? ["rawType"] : []];
  return (self) => keys2 === void 0 ? self : Object.fromEntries(Object.entries(self).filter(([key2]) => keys2.includes(key2)));
};

// ../core/src/internal/httpUrl.ts
import * as Option5 from "effect/Option";
var pattern2 = /^(https?):\/\/(?:([^/?#]*)@)?(\[[^/?#@[\]]+\]|[^:/?#@[\]]+)(?::(\d{0,5}))?(\/[^?#]*)?(\?[^#]*)?(#.*)?$/i;
var unprintable2 = /[\0-\x20\x7f]/;
var parse4 = (text5) => {
  const match12 = unprintable2.test(text5) ? null : pattern2.exec(text5);
  if (match12 === null) return Option5.none();
  const [, scheme = "", userinfo, host = "", port = "", path = "", query2 = "", fragment = ""] = match12;
  return Option5.some({ scheme: scheme.toLowerCase(), userinfo, host, port, path, query: query2, fragment });
};

// ../core/src/internal/requestRules.ts
var when = (wrong, path, message) => wrong ? [{ path, message }] : [];
var common4 = /* @__PURE__ */ new Set(["exportType", "from", "to", "callback", "externalReferenceId"]);
var filtersOf = (self) => Object.entries(self).filter(([key2, value5]) => !common4.has(key2) && value5 !== void 0);
var problems = (self, version, now3) => [
  ...ofKeys(self, version),
  ...ofRange(self, version, now3),
  ...filtersOf(self).flatMap(([key2, value5]) => ofValue(key2, value5)),
  ...when(self.exportType === "cdr_in" && self.didNumber?.startsWith("+") === true, "didNumber", "begins with a +"),
  ...ofCallback(self),
  ...ofReference(self, version)
];
var ofKeys = (self, version) => {
  const { exportType: exportType3 } = self;
  const allowed = creationFilters(version)[exportType3];
  if (allowed === void 0) {
    return [{ path: "exportType", message: `${exportType3} is not in API version ${version}` }];
  }
  const names = filterNames(exportType3);
  return filtersOf(self).flatMap(([key2]) => {
    const name = calendarKeys.has(key2) ? void 0 : names.get(key2);
    return name === void 0 ? [{ path: key2, message: `is no filter of ${exportType3}` }] : when(!allowed.includes(name), key2, `is no filter of ${exportType3} in API version ${version}`);
  });
};
var calendarKeys = /* @__PURE__ */ new Set(["year", "month", "day"]);
var skew = "5 minutes";
var ofRange = (self, version, now3) => {
  const { from: from2, to: to2 } = self;
  const earliest = kept(DateTime6.subtractDuration(now3, skew)).from;
  const latest = DateTime6.addDuration(now3, skew);
  return [
    ...Object.entries({ from: from2, to: to2 }).flatMap(([path, time6]) => [
      ...when(time6.epochMillis % 1e3 !== 0, path, "has a fraction of a second"),
      ...when(
        DateTime6.lessThan(time6, earliest),
        path,
        `is before ${formatShort(earliest)}: DIDWW keeps the current month and the two before it`
      ),
      ...when(DateTime6.greaterThan(time6, latest), path, "is in the future")
    ]),
    ...when(DateTime6.lessThanOrEqualTo(to2, from2), "to", "is not after from"),
    ...when(
      takesPeriods(version) && toPeriod2(self) === void 0,
      "to",
      `is not the end of a whole month${self.exportType === "cdr_out" ? " or day" : ""} of UTC that begins with from, as API version ${version} wants it`
    )
  ];
};
var ofValue = (path, value5) => Array.isArray(value5) ? value5.length === 0 ? [{ path, message: "is empty" }] : value5.flatMap((one2, index) => ofValue(`${path}[${index}]`, one2)) : when(Predicate7.isString(value5) && value5.trim() === "", path, "is blank");
var ofCallback = ({ callback }) => callback === void 0 ? [] : Option6.match(parse4(callback.url), {
  onNone: () => [{ path: "callback.url", message: "is no http or https address" }],
  onSome: ({ userinfo }) => when(userinfo !== void 0, "callback.url", "holds a user or a password")
});
var ofReference = ({ externalReferenceId: externalReferenceId2 }, version) => {
  if (externalReferenceId2 === void 0) return [];
  const path = "externalReferenceId";
  const { length } = Array.from(externalReferenceId2);
  return [
    ...ofValue(path, externalReferenceId2),
    ...when(length > 100, path, `has ${length} characters, and 100 are allowed`),
    ...when(!has2(version, path), path, `is not in API version ${version}`)
  ];
};
var takesPeriods = (version) => version === "2022-05-10";
var toPeriod2 = (self) => {
  const period3 = toPeriod(self);
  return period3?.day === void 0 || self.exportType === "cdr_out" ? period3 : void 0;
};
var toResource2 = (self, version) => {
  const { callback, exportType: exportType3, externalReferenceId: externalReferenceId2, from: from2, to: to2 } = self;
  const range = takesPeriods(version) ? toPeriod2(self) : { from: from2, to: to2 };
  return {
    type: "exports",
    attributes: {
      export_type: exportType3,
      filters: encodeFilters(exportType3, { ...range, ...Object.fromEntries(filtersOf(self)) }),
      ...callback && {
        callback_url: callback.url,
        callback_method: takesPeriods(version) ? callback.method.toUpperCase() : callback.method
      },
      ...externalReferenceId2 !== void 0 && { external_reference_id: externalReferenceId2 }
    }
  };
};
var differences = (self, that) => {
  if (that.exportType !== self.exportType) return ["exportType"];
  const wanted = new Map([["from", self.from], ["to", self.to], ...filtersOf(self)]);
  const found = new Map(Object.entries(withRange(that.filters ?? {})));
  const differing = [...wanted.keys(), ...found.keys()].filter((key2) => !same2(wanted.get(key2), found.get(key2)));
  return Array.from(/* @__PURE__ */ new Set([...differing, ...unreadFilters(that)]), (key2) => `filters.${key2}`);
};
var withRange = ({ day, month, year, ...filters2 }) => year == null || month == null ? filters2 : { ...fromPeriod({ year, month, ...day != null && { day } }), ...filters2 };
var same2 = (left8, right8) => left8 == null || right8 == null ? left8 == null && right8 == null : DateTime6.isDateTime(left8) && DateTime6.isDateTime(right8) ? DateTime6.Equivalence(left8, right8) : Array.isArray(left8) && Array.isArray(right8) ? left8.every((one2) => right8.includes(one2)) && right8.every((one2) => left8.includes(one2)) : left8 === right8;

// ../core/src/ExportRequest.ts
var Text = Schema6.optional(Schema6.String);
var Texts2 = Schema6.optional(Schema6.NonEmptyArray(Schema6.String));
var common5 = {
  /** Inclusive. */
  from: Schema6.DateTimeUtc,
  /** Exclusive. */
  to: Schema6.DateTimeUtc,
  /** Whom DIDWW tells that it is done: see `Callback`. */
  callback: Schema6.optional(Schema6.Struct({ url: Schema6.String, method: Schema6.Literal("get", "post") })),
  /** A name of your own, at most 100 characters: what makes an order repeatable. Since 2026-04-16. */
  externalReferenceId: Text
};
var addresses4 = {
  sourceAddressEq: Text,
  sourceAddressCont: Text,
  destinationAddressEq: Text,
  destinationAddressCont: Text,
  smsTrunkId: Texts2,
  smsId: Text
};
var strict = { parseOptions: { onExcessProperty: "error" } };
var CdrInRequest = Schema6.Struct({
  exportType: Schema6.Literal("cdr_in"),
  ...common5,
  /** E.164 without `+` */
  didNumber: Text,
  /** This one and the next two since 2026-11-19. */
  sourceNumber: Text,
  sourceNumberOut: Text,
  sourceCountryIso: Text
}).annotations({ identifier: "@effect-didww/core/CdrInRequest", ...strict });
var CdrOutRequest = Schema6.Struct({
  exportType: Schema6.Literal("cdr_out"),
  ...common5,
  voiceOutTrunkId: Text,
  /** This one and the next two since 2026-11-19. */
  source: Text,
  cli: Text,
  destination: Text
}).annotations({ identifier: "@effect-didww/core/CdrOutRequest", ...strict });
var SmsInRequest = Schema6.Struct({
  exportType: Schema6.Literal("sms_in"),
  ...common5,
  ...addresses4,
  status: Schema6.optional(Schema6.Literal("Success", "Failed", "Queued")),
  trunkType: Schema6.optional(Schema6.NonEmptyArray(Schema6.Literal("SMPP SMSC", "SMPP ESME", "Email", "HTTP IN")))
}).annotations({ identifier: "@effect-didww/core/SmsInRequest", ...strict });
var SmsOutRequest = Schema6.Struct({
  exportType: Schema6.Literal("sms_out"),
  ...common5,
  ...addresses4,
  status: Schema6.optional(Schema6.Literal("Routing Error", "In Progress", "Queued", "Failed", "Success")),
  serviceType: Schema6.optional(Schema6.Literal("p2p", "a2p")),
  senderIdVerificationId: Texts2
}).annotations({ identifier: "@effect-didww/core/SmsOutRequest", ...strict });
var ExportRequest = Schema6.Union(CdrInRequest, CdrOutRequest, SmsInRequest, SmsOutRequest).annotations({
  identifier: "@effect-didww/core/ExportRequest"
});
var validate = dual2(
  2,
  (self, version) => Effect6.flatMap(DateTime7.now, (now3) => {
    const problems3 = problems(self, version, now3);
    return isNonEmptyReadonlyArray(problems3) ? Effect6.fail(new InvalidExportRequest({ problems: problems3 })) : Effect6.succeed(self);
  })
);
var toDocument = dual2(2, (self, version) => ({
  data: toResource2(self, version)
}));
var differences2 = dual2(2, differences);

// ../http/src/internal/orders.ts
import * as Clock4 from "effect/Clock";
import * as Duration7 from "effect/Duration";
import * as Effect8 from "effect/Effect";
import * as Option8 from "effect/Option";
import * as Random2 from "effect/Random";
import * as Schedule2 from "effect/Schedule";
import * as Stream2 from "effect/Stream";

// ../http/src/internal/resource.ts
import * as Duration5 from "effect/Duration";
import * as Either6 from "effect/Either";
import * as Predicate8 from "effect/Predicate";
var decodeDocument = (json) => Predicate8.isRecord(json) ? Either6.mapBoth(fromResource(json.data), {
  onLeft: below("data"),
  onRight: (data) => ({ data, apiVersion: apiVersion(json) })
}) : Either6.left({ path: [], expected: "an object" });
var below = (...path) => (mismatch2) => ({
  path: [...path, ...mismatch2.path],
  expected: mismatch2.expected
});
var notSent = (errors2) => new InvalidRequest({ attempts: 0, elapsed: Duration5.zero, errors: errors2 });
var unlessFound = (error) => {
  if (error._tag !== "NotFound") return error;
  const { attempts, elapsed, errors: errors2, requestId, status: status4 } = error;
  return new UnexpectedStatus({ attempts, elapsed, errors: errors2, requestId, status: status4 });
};

// ../http/src/internal/retry.ts
import * as Clock3 from "effect/Clock";
import * as Duration6 from "effect/Duration";
import * as Effect7 from "effect/Effect";
import * as Metric3 from "effect/Metric";
import * as Option7 from "effect/Option";
import * as Random from "effect/Random";
import * as Schedule from "effect/Schedule";
var unnamed = Duration6.seconds(1);
var run = (life) => Effect7.flatMap(Effect7.zip(Clock3.currentTimeMillis, waits(life.policy)), ([startedAt, wait]) => {
  const { policy, spending } = life;
  let attempts = 0;
  let isRenewed = false;
  let lastCost = 0;
  const tried2 = Effect7.map(
    Clock3.currentTimeMillis,
    (now3) => ({ attempts, elapsed: Duration6.millis(now3 - startedAt) })
  );
  const once = Effect7.flatMap(life.enter(tried2), (pass) => {
    attempts = attempts + 1;
    return Effect7.matchEffect(life.attempt(pass, tried2), {
      onSuccess: (value5) => {
        const refund = lastCost > 0 ? lastCost : policy.budget.successRefund;
        spending.spent = Math.max(0, spending.spent - refund);
        return Effect7.succeed(value5);
      },
      onFailure: (error) => recover(pass, error)
    });
  });
  const again = Effect7.zipRight(Metric3.increment(retries), Effect7.suspend(() => once));
  const recover = (pass, error) => {
    if (error._tag === "Unauthorized" && !isRenewed) {
      isRenewed = true;
      return Effect7.flatMap(life.renew(pass), (renewed) => renewed ? again : Effect7.fail(error));
    }
    const asked = askedToWait(error);
    const pause2 = error._tag === "RateLimited" ? life.pause(pass, Duration6.min(asked ?? unnamed, policy.maxRetryAfter)) : Effect7.void;
    const isFinal = attempts >= policy.maxAttempts || !isTransient(error) || !life.isRepeatable(error) || asked !== void 0 && Duration6.greaterThan(asked, policy.maxRetryAfter);
    if (isFinal) return Effect7.zipRight(pause2, Effect7.fail(error));
    return Effect7.flatMap(Effect7.zipRight(pause2, spend(policy, spending, error)), (cost) => {
      if (cost === void 0) return Effect7.fail(error);
      lastCost = cost;
      return Effect7.logDebug("trying DIDWW again", { error: error._tag, attempts }).pipe(
        Effect7.zipRight(wait(error, asked ?? Duration6.zero)),
        Effect7.flatMap((goesOn2) => goesOn2 ? again : Effect7.fail(error))
      );
    });
  };
  return Effect7.flatMap(
    Effect7.timeoutOption(once, policy.totalTimeout),
    Option7.match({
      onNone: () => Effect7.flatMap(tried2, (tried3) => Effect7.fail(
        new TimedOut({ ...tried3, limit: "totalTimeout", timeout: policy.totalTimeout })
      )),
      onSome: Effect7.succeed
    })
  );
});
var spend = ({ budget }, spending, error) => Effect7.suspend(() => {
  const cost = error._tag === "TimedOut" ? budget.timeoutCost : budget.retryCost;
  if (spending.spent + cost > budget.capacity) {
    return Effect7.as(
      Effect7.logDebug("DIDWW fails too often: the retry budget is spent", { error: error._tag }),
      void 0
    );
  }
  spending.spent = spending.spent + cost;
  return Effect7.succeed(cost);
});
var recovery = (policy, spending) => {
  let failures = 0;
  let lastCost = 0;
  let wait;
  return {
    progressed: () => {
      spending.spent = Math.max(0, spending.spent - lastCost);
      failures = 0;
      lastCost = 0;
      wait = void 0;
    },
    goesOn: (error) => Effect7.gen(function* () {
      failures = failures + 1;
      if (failures >= policy.maxAttempts) return false;
      const cost = yield* spend(policy, spending, error);
      if (cost === void 0) return false;
      lastCost = cost;
      wait = wait ?? (yield* waits(policy));
      yield* Effect7.logDebug("the archive's bytes stopped: going on from there", { error: error._tag });
      const goesOn2 = yield* wait(error, Duration6.zero);
      if (goesOn2) yield* Metric3.increment(retries);
      return goesOn2;
    })
  };
};
var waits = ({ baseDelay, maxDelay, schedule }) => schedule === void 0 ? Effect7.sync(() => {
  let most = Duration6.toMillis(baseDelay);
  return (_, floor) => Effect7.flatMap(Random.next, (random) => {
    const delay = Duration6.millis(Math.round(random * Math.min(most, Duration6.toMillis(maxDelay))));
    most = most * 2;
    return Effect7.as(Effect7.sleep(Duration6.max(floor, delay)), true);
  });
}) : Effect7.map(Schedule.driver(schedule), (driver3) => (error, floor) => Effect7.isSuccess(Effect7.zip(driver3.next(error), Effect7.sleep(floor), { concurrent: true })));
var isTransient = (error) => {
  switch (error._tag) {
    case "RateLimited":
      return true;
    case "ServerError":
      return error.status !== 501;
    case "UnexpectedStatus":
      return error.status === 408 || error.status === 425;
    case "TransportError":
      return error.reason !== "url";
    case "TimedOut":
      return error.limit === "attemptTimeout";
    default:
      return false;
  }
};
var unconnected = /* @__PURE__ */ new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT"
]);
var isUndone = (error) => error._tag === "RateLimited" || error._tag === "TransportError" && error.reason === "request" && unconnected.has(error.code);
var askedToWait = (error) => {
  switch (error._tag) {
    case "RateLimited":
    case "ServerError":
    case "UnexpectedStatus":
      return error.retryAfter;
    default:
      return void 0;
  }
};

// ../http/src/internal/orders.ts
var polling = Schedule2.addDelayEffect(Schedule2.forever, (polls) => (
  // whole milliseconds: a TestClock takes no others
  Effect8.map(Random2.nextRange(0.8, 1.2), (jitter) => Math.round(jitter * Math.min(2e3 * 1.5 ** polls, 3e4)))
));
var make7 = ({ apiVersion: apiVersion2, checkVersion, pages, requests: requests3 }) => {
  const checked2 = (found) => found.pipe(
    Effect8.tap(({ apiVersion: apiVersion3 }) => checkVersion(apiVersion3)),
    Effect8.map(({ data }) => data)
  );
  const get6 = (id2) => Effect8.flatMap(pathOf(id2), (path) => checked2(requests3.get(path, [], decodeDocument)));
  const create = (request) => validate(request, apiVersion2).pipe(
    Effect8.flatMap(
      () => checked2(
        requests3.post("/exports", toDocument(request, apiVersion2), decodeDocument)
      ).pipe(Effect8.mapError(unlessFound))
    ),
    Effect8.flatMap((created) => as3(request, created))
  );
  const update3 = (id2, externalReferenceId2) => {
    if (apiVersion2 === "2022-05-10") {
      return Effect8.fail(
        new UnsupportedByVersion({ feature: "Changing an export's reference", version: apiVersion2 })
      );
    }
    if (externalReferenceId2 !== null && externalReferenceId2.length > 100) {
      return Effect8.fail(notSent([{ detail: "externalReferenceId has at most 100 characters" }]));
    }
    const data = { type: "exports", id: id2, attributes: { external_reference_id: externalReferenceId2 } };
    return Effect8.flatMap(pathOf(id2), (path) => checked2(requests3.patch(path, { data }, decodeDocument)));
  };
  const find = (request) => Effect8.gen(function* () {
    const { externalReferenceId: externalReferenceId2 } = request;
    const filter4 = externalReferenceId(externalReferenceId2);
    const found = Array.from(yield* Stream2.runCollect(pages.walk({ filter: filter4 }))).flatMap((page) => page.exports);
    const compared2 = found.map((one2) => [one2, differences2(request, one2)]).toReversed();
    const same3 = compared2.find(([, differences3]) => differences3.length === 0);
    if (same3 !== void 0) return Option8.some(yield* as3(request, same3[0]));
    const [other] = compared2;
    if (other === void 0) return Option8.none();
    const [{ id: id2 }, [first2 = "filters", ...others3]] = other;
    return yield* new ReferenceConflict({
      externalReferenceId: externalReferenceId2,
      exportId: id2,
      differences: [first2, ...others3]
    });
  });
  const ensure = (request) => validate(request, apiVersion2).pipe(
    Effect8.zipRight(find(request)),
    Effect8.flatMap(Option8.match({
      onSome: Effect8.succeed,
      onNone: () => Effect8.matchEffect(create(request), {
        // another process may have been quicker: both go on with the older one
        onSuccess: (created) => Effect8.map(find(request), Option8.getOrElse(() => created)),
        // an answer that did not arrive says nothing about the export
        onFailure: (error) => isTransient(error) ? Effect8.flatMap(
          Effect8.orElse(find(request), () => Effect8.fail(error)),
          Option8.match({ onSome: Effect8.succeed, onNone: () => Effect8.fail(error) })
        ) : Effect8.fail(error)
      })
    }))
  );
  const statuses3 = (self, { schedule = polling, timeout: limit2 = "30 minutes" }) => Stream2.unwrap(Effect8.gen(function* () {
    const driver3 = yield* Schedule2.driver(schedule);
    const startedAt = yield* Clock4.currentTimeMillis;
    const timeout = Duration7.decode(limit2);
    const first2 = yield* as3(self, self);
    const poll = (before, failure) => Effect8.gen(function* () {
      const left8 = startedAt + Duration7.toMillis(timeout) - (yield* Clock4.currentTimeMillis);
      const goesOn2 = yield* Effect8.timeoutOption(Effect8.isSuccess(driver3.next(before)), left8);
      if (!Option8.contains(goesOn2, true)) {
        return yield* failure ?? new AwaitTimedOut({ export: before, timeout });
      }
      const seen = yield* Effect8.either(get6(before.id));
      if (seen._tag === "Right") return yield* as3(self, seen.right);
      if (!isTransient(seen.left)) return yield* seen.left;
      yield* Effect8.logWarning(`cannot see how far export ${before.id} is: ${seen.left.message}`);
      return yield* poll(before, seen.left);
    });
    return Stream2.succeed(first2).pipe(
      Stream2.concat(Stream2.unfoldEffect(first2, (before) => isCompleted(before) ? Effect8.succeedNone : Effect8.map(poll(before), (next3) => Option8.some([next3, next3])))),
      Stream2.changesWith((before, after2) => before.status === after2.status && before.url === after2.url)
    );
  }));
  return { get: get6, create, update: update3, ensure, statuses: statuses3 };
};
var completed2 = (statuses3) => Effect8.flatMap(
  Stream2.runLast(statuses3),
  Option8.match({
    onSome: (last) => isCompleted(last) ? Effect8.succeed(last) : neverEnds,
    onNone: () => neverEnds
  })
);
var neverEnds = Effect8.dieMessage("statuses end with the completed one");
var pathOf = (id2) => /^\.{0,2}$/.test(id2) ? Effect8.fail(notSent([{ detail: "the id of an export is not blank, a dot or two dots" }])) : Effect8.succeed(`/exports/${encodeURIComponent(id2)}`);
var as3 = (expected, found) => found.exportType === expected.exportType ? Effect8.succeed(found) : Effect8.fail(
  new MalformedResponse({
    attempts: 1,
    elapsed: Duration7.zero,
    path: "data.attributes.export_type",
    expected: `"${expected.exportType}"`
  })
);

// ../core/src/ExportQuery.ts
var ExportQuery_exports = {};
__export(ExportQuery_exports, {
  explain: () => explain2,
  make: () => make8,
  plan: () => plan3,
  problems: () => problems2
});

// ../core/src/internal/explain.ts
var explain = (filter4, plan4, version) => {
  if (plan4.filter.contradictory) return `${print(filter4)}
Nothing can match: no request is sent.`;
  const { parameters, rest } = plan4.filter;
  const sent = plan4.parameters.map(([name, value5]) => ({
    text: `${name}=${value5}`,
    why: reasonToSend(parameters.find((parameter) => name === `filter[${parameter.name}]`))
  }));
  const checked2 = (rest._tag === "And" ? rest.filters : [rest]).map((condition2) => ({
    text: print(condition2),
    why: reasonToCheck(condition2, parameters, version)
  }));
  return [
    `API version ${version}`,
    "asked of the server",
    ...aligned(sent),
    ...checked2.length === 0 ? ["nothing left to check here"] : ["checked here", ...aligned(checked2)]
  ].join("\n");
};
var aligned = (lines) => {
  const width2 = Math.max(...lines.map(({ text: text5 }) => text5.length));
  return lines.map(({ text: text5, why }) => `  ${text5.padEnd(width2)}  ${why}`.trimEnd());
};
var reasonToSend = (parameter) => parameter?.volatile === true ? "only while the result fits one page: it can change meanwhile" : parameter?.doubtful === true ? "documented, but a server may refuse it" : "";
var reasonToCheck = (condition2, parameters, version) => {
  const names = namesOf(condition2);
  if (names.length === 0) return "no list filter says this";
  if (!names.some((name) => Object.hasOwn(listFilters(version), name))) {
    return "no list filter of this version says this";
  }
  const sent = parameters.find(({ name }) => names.includes(name));
  return sent === void 0 ? "this value cannot travel in a list filter" : sent.volatile ? "it can change while pages are read" : sent.doubtful ? "a server may ignore the filter" : "the server's filter is a little wider";
};
var namesOf = ({ _tag }) => {
  switch (_tag) {
    case "CreatedAt":
      return ["created_at_gteq", "created_at_lteq"];
    case "HasUrl":
    case "And":
    case "Or":
    case "Not":
      return [];
    default:
      return [wireNames[_tag]];
  }
};

// ../core/src/ExportQuery.ts
var make8 = (query2) => query2;
var problems2 = (query2) => [
  ...positive("page[size]", query2.pageSize),
  ...positive("page[number]", query2.page)
];
var positive = (parameter, value5) => value5 === void 0 || Number.isSafeInteger(value5) && value5 >= 1 ? [] : [{ title: "Invalid page", detail: `${parameter} must be a whole number from 1 on, not ${value5}` }];
var plan3 = (query2, version, options) => {
  const { fields: fields2 } = query2;
  const filter4 = query2.filter ?? everything2;
  const filterPlan = plan2(filter4, version, options);
  const needs2 = [...needs(filter4), ...options?.needs ?? []];
  return {
    filter: filterPlan,
    parameters: [
      ...filterPlan.parameters.map(({ name, value: value5 }) => [`filter[${name}]`, value5]),
      ...sort(query2.sort ?? "-createdAt").map((value5) => ["sort", value5]),
      ...fields2 === void 0 || !needs2.every((field) => has2(version, field)) ? [] : [["fields[exports]", sparse([...fields2, "exportType", ...needs2])]]
    ],
    matches: matches2(filter4),
    select: select(fields2)
  };
};
var explain2 = (query2, version) => explain(query2.filter ?? everything2, plan3(query2, version), version);

// ../http/src/internal/pages.ts
import * as Chunk2 from "effect/Chunk";
import * as DateTime8 from "effect/DateTime";
import * as Effect10 from "effect/Effect";
import * as Either7 from "effect/Either";
import * as Equal3 from "effect/Equal";
import * as Option10 from "effect/Option";
import * as Predicate9 from "effect/Predicate";
import * as Stream3 from "effect/Stream";

// ../http/src/internal/pull.ts
import * as Clock5 from "effect/Clock";
import * as Duration8 from "effect/Duration";
import * as Effect9 from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Option9 from "effect/Option";

// ../http/src/internal/walk.ts
var start2 = (options) => ({
  page: options.page,
  stride: options.pageSize,
  concurrency: options.concurrency,
  until: options.until,
  isNewestFirst: options.isNewestFirst,
  covered: (options.page - 1) * options.pageSize,
  total: void 0,
  expected: 0,
  emitted: 0,
  since: Infinity,
  isIrregular: !options.isNewestFirst,
  edge: void 0,
  overlap: 0,
  from: options.page - 1,
  answers: 0,
  idle: 0,
  repeated: false,
  again: false,
  progressed: false,
  newest: void 0,
  alone: 0,
  held: [],
  seen: /* @__PURE__ */ new Set()
});
var restart = (walk) => ({
  ...goAlone(walk),
  page: walk.from + 1,
  covered: walk.from * walk.stride,
  overlap: 0,
  repeated: false
});
var goAlone = (walk, more = 0) => ({
  ...walk,
  newest: void 0,
  alone: walk.held.length + more,
  held: []
});
var batch = (walk) => {
  const { alone, concurrency, covered, held, newest, overlap, page, repeated, stride: stride2, total } = walk;
  const single2 = { pages: [page], size: stride2, probes: false };
  if (overlap > 0) return overlapping(covered, overlap, stride2);
  if (concurrency < 2 || total === void 0 || alone > 0 || repeated) return single2;
  const last = Math.ceil(total / stride2);
  if (newest === void 0) return { ...single2, probes: last > page + 1 };
  const begin = page + held.length;
  const room = held.length === 0 ? concurrency : concurrency - 1;
  const pages = Array.from({ length: Math.max(0, Math.min(room, last - begin + 1)) }, (_, index) => begin + index);
  return held.length > 0 ? { ...single2, pages, probes: true } : pages.length > 1 ? { ...single2, pages } : single2;
};
var overlapping = (covered, overlap, stride2) => {
  const before = Math.max(0, covered - overlap);
  let [best, reach] = [stride2, 0];
  for (let size = stride2; size > 0; size--) {
    const end2 = before - before % size + size;
    if (end2 > reach) [best, reach] = [size, end2];
  }
  return { pages: [Math.floor(before / best) + 1], size: best, probes: false };
};
var receive = (walk, { pages, size }, { answers, probe }) => {
  const [answer] = answers;
  const [page] = pages;
  if (walk.held.length === 0 && answers.length === 1 && answer !== void 0 && page !== void 0) {
    const step2 = advance2(walk, page, size, answer);
    return probe !== void 0 && probe.total === step2.walk.total ? { ...step2, walk: { ...step2.walk, ...snapshot(step2.walk, probe) } } : step2;
  }
  const stood = walk.held.length === 0 || probe?.total === walk.total && probe?.rows[0]?.id === walk.newest;
  if (!stood) return { _tag: "Continue", emissions: [], walk: goAlone(walk, answers.length) };
  const step = accept2({ ...walk, held: [] }, walk.held);
  if (step._tag !== "Continue") return step;
  const waits2 = step.walk.page === pages[0] && step.walk.newest !== void 0 && answers.every(({ total }) => total === walk.total);
  return {
    ...step,
    walk: waits2 ? { ...step.walk, held: zip3(pages, answers) } : goAlone(step.walk, answers.length)
  };
};
var zip3 = (pages, answers) => answers.flatMap((answer, index) => {
  const page = pages[index];
  return page === void 0 ? [] : [[page, answer]];
});
var accept2 = (walk, held) => {
  let step = { _tag: "Continue", emissions: [], walk };
  for (const [page, answer] of held) {
    if (step._tag !== "Continue" || step.walk.page !== page) break;
    const { emissions, ...next3 } = advance2(step.walk, page, walk.stride, answer);
    step = { ...next3, emissions: [...step.emissions, ...emissions] };
  }
  return step;
};
var advance2 = (walk, page, size, answer) => {
  if (answer.total === void 0) return advanceUncounted(walk, answer);
  if (walk.answers > 0) return advanceCounted(walk, page, size, answer, answer.total);
  const opened2 = first(walk, answer, answer.total);
  return advanceCounted(opened2, page, opened2.stride, answer, answer.total);
};
var snapshot = ({ concurrency }, { rows: [newest] }) => ({
  newest: newest?.id,
  concurrency: newest?.createdAt == null ? 1 : concurrency
});
var emit = ({ seen, since }, rows3) => rows3.filter(({ createdAt: createdAt4, id: id2 }) => !(Number(createdAt4?.epochMillis) > since) && !seen.has(id2) && seen.add(id2));
var timeOf = (row) => row?.createdAt?.epochMillis;
var isUnordered = (edge, rows3) => rows3.some((row, index) => {
  const at = timeOf(row);
  return at === void 0 || at === edge || at === timeOf(rows3[index + 1]);
});
var isPast = ({ until }, { rows: rows3 }) => Number(timeOf(rows3.at(-1))) < until;
var advanceUncounted = (walk, answer) => ({
  _tag: answer.rows.length === 0 || answer.hasNext === false || isPast(walk, answer) ? "Done" : "Continue",
  emissions: [{ number: walk.page, answer, fresh: emit(walk, answer.rows) }],
  walk: { ...walk, page: walk.page + 1, answers: walk.answers + 1 }
});
var newestOf = (rows3) => rows3.reduce(
  (newest, { createdAt: createdAt4 }) => createdAt4 == null ? newest : Math.max(newest ?? -Infinity, createdAt4.epochMillis),
  void 0
);
var first = (walk, { hasNext, rows: rows3 }, total) => {
  const due = Math.min(walk.stride, Math.max(0, total - walk.from * walk.stride));
  const clamped = rows3.length > 0 && rows3.length < walk.stride && (rows3.length !== due || hasNext === true);
  const stride2 = clamped ? rows3.length : walk.stride;
  const covered = walk.from * stride2;
  return {
    ...walk,
    stride: stride2,
    covered,
    total,
    expected: Math.max(0, total - covered),
    since: walk.isNewestFirst ? newestOf(rows3) ?? Infinity : Infinity
  };
};
var advanceCounted = (walk, page, size, answer, total) => {
  const place = (page - 1) * size;
  const fell = Math.max(0, (walk.total ?? total) - total);
  const kept2 = Math.max(0, walk.covered - fell);
  const joins = place <= kept2;
  const isNews = answer.rows.some(({ id: id2 }) => !walk.seen.has(id2));
  const fresh = joins ? emit(walk, answer.rows) : [];
  const joined2 = joins ? Math.max(kept2, place + answer.rows.length) : kept2;
  const stands = walk.answers > 0 && joined2 === walk.covered && total === walk.total;
  const isForced = stands && walk.repeated;
  const covered = !isForced ? joined2 : answer.rows.length > 0 ? place + size : total;
  const next3 = {
    ...walk,
    page: Math.floor(covered / walk.stride) + 1,
    covered,
    total,
    expected: walk.expected - fell,
    emitted: walk.emitted + fresh.length,
    isIrregular: walk.isIrregular || isForced || isUnordered(walk.edge, answer.rows),
    edge: timeOf(answer.rows.at(-1)),
    // as long as it falls, and until it held still for a page
    overlap: fell > 0 ? Math.min(2 * fell, walk.stride - 1) : joins ? 0 : walk.overlap,
    answers: walk.answers + 1,
    idle: fresh.length === 0 ? walk.idle + 1 : 0,
    repeated: stands && !walk.repeated,
    progressed: walk.progressed || walk.answers > 0 && isNews,
    alone: Math.max(0, walk.alone - 1),
    ...place === 0 ? snapshot(walk, answer) : { newest: total === walk.total ? walk.newest : void 0 }
  };
  const emissions = [{ number: page, answer, fresh }];
  if (joins && isPast(walk, answer)) return { _tag: "Done", emissions, walk: next3 };
  if (covered >= total) return end(next3, emissions);
  const isRestless = next3.idle > 3 * Math.ceil(total / walk.stride) + 100;
  return { _tag: isRestless ? "Restless" : "Continue", emissions, walk: next3 };
};
var end = (walk, emissions) => {
  const complete = !walk.isIrregular || walk.emitted >= walk.expected;
  return complete || walk.again ? { _tag: complete || walk.progressed ? "Done" : "Broken", emissions, walk } : { _tag: "Continue", emissions, walk: { ...restart(walk), again: true } };
};

// ../http/src/internal/pull.ts
var make9 = (options) => Effect9.zipWith(Effect9.scope, Clock5.currentTimeMillis, (scope2, startedAt) => {
  let state = opened(options);
  let ahead;
  const load = Effect9.suspend(() => {
    const asked = state;
    return Effect9.flatMap(
      ahead === void 0 ? askBatch(options, asked) : Effect9.flatten(Fiber.join(ahead)),
      (outcome) => {
        state = transition(asked, outcome);
        if (state.end !== "Continue") return Effect9.void;
        return Effect9.map(Effect9.forkIn(Effect9.exit(askBatch(options, state)), scope2), (fiber) => {
          ahead = fiber;
        });
      }
    );
  });
  const pull = Effect9.suspend(() => {
    const [emission, ...queue] = state.queue;
    if (emission !== void 0) {
      state = { ...state, queue };
      return Effect9.succeed(emission);
    }
    switch (state.end) {
      case "Continue":
        return Effect9.zipRight(Effect9.mapError(load, Option9.some), pull);
      case "Done":
        return Effect9.fail(Option9.none());
      case "Broken":
      case "Restless":
        return Effect9.flatMap(
          Clock5.currentTimeMillis,
          (now3) => Effect9.fail(Option9.some(malformed2(state, Duration8.millis(now3 - startedAt))))
        );
    }
  });
  return pull;
});
var opened = (options) => {
  const { first: first2, pin } = options;
  const walk = start2(options);
  const step = receive(walk, batch(walk), { answers: [first2], probe: void 0 });
  return { walk: step.walk, end: step._tag, queue: step.emissions, pin, isPinProven: false };
};
var askBatch = ({ ask }, { isPinProven, pin, walk }) => {
  const { pages, probes, size } = batch(walk);
  const [page] = pages;
  const received = page !== void 0 && pages.length === 1 && !probes ? Effect9.map(ask(page, size, pin), (answer) => ({ answers: [answer], probe: void 0 })) : Effect9.all({
    answers: Effect9.forEach(pages, (page2) => ask(page2, size, pin), { concurrency: "unbounded" }),
    probe: probes ? ask(1, 1, pin) : Effect9.succeed(void 0)
  }, { concurrency: "unbounded" });
  return Effect9.catchAll(received, (error) => error._tag === "MalformedResponse" && pages.length + walk.held.length > 1 ? Effect9.succeed("Alone") : error._tag === "InvalidRequest" && pin !== void 0 && !isPinProven ? Effect9.succeed("Unpinned") : Effect9.fail(error));
};
var transition = (state, outcome) => {
  const { isPinProven, pin, walk } = state;
  const batch2 = batch(walk);
  if (outcome === "Alone") return { ...state, walk: goAlone(walk, batch2.pages.length) };
  if (outcome === "Unpinned" || pin !== void 0 && !isPinProven && hidesRows(walk, outcome)) {
    return { ...state, walk: restart(walk), pin: void 0 };
  }
  const step = receive(walk, batch2, outcome);
  return { walk: step.walk, end: step._tag, queue: step.emissions, pin, isPinProven: true };
};
var hidesRows = ({ total }, { answers }) => answers.some((answer) => answer.total !== void 0 && total !== void 0 && answer.total < total);
var malformed2 = ({ end: end2, walk }, elapsed) => new MalformedResponse({
  attempts: walk.answers,
  elapsed,
  ...end2 === "Restless" ? { path: "meta.total_records", expected: "a total that holds still long enough to read a page" } : { path: "data", expected: `${walk.expected} records over all pages, as meta.total_records promised` }
});

// ../http/src/internal/pages.ts
var defaultPageSize = 100;
var largestPageSize = 1e3;
var make10 = ({ apiVersion: apiVersion2, checkVersion, pushDown, requests: requests3 }) => {
  const refused = new Set(pushDown === "verified" ? doubtfulFilters(apiVersion2) : []);
  const ask = (parameters, page, size) => requests3.get("/exports", [...parameters, ["page[number]", `${page}`], ["page[size]", `${size}`]], decodePage).pipe(
    Effect10.mapError(unlessFound),
    Effect10.tap((answer) => checkVersion(answer.apiVersion))
  );
  const planOf = (query2, except, walks) => plan3(query2, apiVersion2, {
    except: union(refused, except),
    // by the time of creation a walk knows what is new
    needs: walks && isNewestFirst(query2) ? ["createdAt"] : []
  });
  const open = (query2, options) => Effect10.suspend(() => {
    const problems3 = problems2(query2);
    if (problems3.length > 0) return Effect10.fail(notSent(problems3));
    const except = options.except ?? /* @__PURE__ */ new Set();
    const plan4 = planOf(query2, except, options.walks);
    const page = query2.page ?? 1;
    const pageSize = query2.pageSize ?? defaultPageSize;
    if (plan4.filter.contradictory) return Effect10.succeedNone;
    return Effect10.matchEffect(ask(plan4.parameters, page, pageSize), {
      onSuccess: (answer) => {
        if (!options.walks || fitsOnePage(answer)) return Effect10.succeedSome({ plan: plan4, page, pageSize, answer });
        const volatile2 = plan4.filter.parameters.filter((parameter) => parameter.volatile);
        if (volatile2.length > 0) {
          return open(query2, { ...options, except: union(except, volatile2.map(({ name }) => name)) });
        }
        const last = answer.rows.at(-1);
        const isCrowded = isNewestFirst(query2) && page === 1 && last !== void 0 && last.createdAt == null;
        return isCrowded && pageSize < largestPageSize && options.widened !== true ? open({ ...query2, pageSize: largestPageSize }, { ...options, widened: true }) : Effect10.succeedSome({ plan: plan4, page, pageSize, answer });
      },
      onFailure: (error) => {
        if (error._tag !== "InvalidRequest") return Effect10.fail(error);
        if (page === 1 && pageSize > defaultPageSize && hasCode(error, "118")) {
          return open({ ...query2, pageSize: defaultPageSize }, options);
        }
        const names = hasCode(error, "102") ? refusedNames(error, plan4.filter.parameters) : [];
        if (names.length === 0) return Effect10.fail(error);
        names.forEach((name) => refused.add(name));
        return Effect10.zipRight(
          Effect10.logWarning(`DIDWW refuses the list filter ${names.join(", ")}; filtering here instead`),
          open(query2, options)
        );
      }
    });
  });
  const walk = (query2, concurrency = 1) => Stream3.unwrap(Effect10.map(
    open(query2, { walks: true }),
    Option10.match({
      onNone: () => Stream3.empty,
      onSome: ({ answer, page, pageSize, plan: plan4 }) => Stream3.fromPull(Effect10.map(
        make9({
          first: answer,
          page,
          pageSize,
          // another order than newest first has no place where creations enter
          isNewestFirst: isNewestFirst(query2),
          until: isNewestFirst(query2) ? untilOf(query2) : -Infinity,
          concurrency: isNewestFirst(query2) ? Math.max(1, Math.floor(concurrency)) : 1,
          pin: isNewestFirst(query2) && page === 1 ? pinOf(plan4, answer) : void 0,
          ask: (page2, size, pin) => pin === void 0 ? ask(plan4.parameters, page2, size) : askPinned(plan4.parameters, page2, size, pin)
        }),
        Effect10.map(({ answer: answer2, fresh, number }) => Chunk2.of(pageOf(plan4, answer2, number, fresh)))
      ))
    })
  ));
  const askPinned = (parameters, page, size, pin) => ask([...parameters.filter(([name]) => name !== pinParameter), [pinParameter, pin]], page, size).pipe(
    Effect10.tapErrorTag("InvalidRequest", (error) => Effect10.sync(() => {
      if (hasCode(error, "102")) refused.add(pinName);
    }))
  );
  const pinOf = (plan4, { rows: rows3 }) => {
    const isTimed = rows3.length > 0 && rows3.every(({ createdAt: createdAt4 }) => createdAt4 != null);
    if (!isTimed || refused.has(pinName) || !Object.hasOwn(listFilters(apiVersion2), pinName)) {
      return void 0;
    }
    const pin = DateTime8.formatIso(DateTime8.unsafeMake((newestOf(rows3) ?? 0) + 1));
    const own = plan4.filter.parameters.find(({ name }) => name === pinName);
    return own === void 0 || pin < own.value ? pin : void 0;
  };
  return {
    walk,
    list: (query2) => Effect10.map(
      open(query2, { walks: false }),
      Option10.match({
        onNone: () => ({
          number: query2.page ?? 1,
          exports: [],
          totalRecords: Option10.some(0),
          apiVersion: Option10.none()
        }),
        onSome: ({ answer, page, plan: plan4 }) => pageOf(plan4, answer, page, answer.rows)
      })
    ),
    count: ({ filter: filter4 }) => Effect10.suspend(() => {
      const all7 = { filter: filter4, fields: [] };
      const counted = Stream3.runFold(walk(all7), 0, (count, page) => count + page.exports.length);
      if (!isWhole(planOf(all7, /* @__PURE__ */ new Set(), false))) return counted;
      return Effect10.flatMap(
        open({ ...all7, pageSize: 1 }, { walks: false }),
        Option10.match({
          onNone: () => Effect10.succeed(0),
          // a filter that was refused just now, or by another version than planned for, is left to the client
          onSome: ({ answer, plan: plan4 }) => answer.total !== void 0 && isWhole(plan4) && Option10.getOrUndefined(answer.apiVersion) === apiVersion2 ? Effect10.succeed(answer.total) : counted
        })
      );
    })
  };
};
var pageOf = (plan4, answer, number, rows3) => ({
  number,
  exports: rows3.filter(plan4.matches).map(plan4.select),
  totalRecords: Option10.fromNullable(answer.total),
  apiVersion: answer.apiVersion
});
var pinName = "created_at_lteq";
var pinParameter = `filter[${pinName}]`;
var doubtfulFilters = (version) => Object.entries(listFilters(version)).flatMap(([name, { doubtful }]) => doubtful ? [name] : []);
var isNewestFirst = ({ sort: sort2 = "-createdAt" }) => typeof sort2 === "string" ? sort2 === "-createdAt" : sort2.length === 1 && sort2[0] === "-createdAt";
var untilOf = ({ filter: filter4 }) => filter4 === void 0 ? -Infinity : createdSince(filter4) ?? -Infinity;
var isWhole = (plan4) => Equal3.equals(plan4.filter.rest, everything2);
var fitsOnePage = ({ hasNext, rows: rows3, total }) => total === void 0 ? hasNext === false : total <= rows3.length;
var union = (some11, others3) => /* @__PURE__ */ new Set([...some11, ...others3]);
var hasCode = (error, code) => error.errors.some((problem) => problem.code === code);
var refusedNames = (error, sent) => {
  const names = sent.map(({ name }) => name);
  const said = names.filter((name) => error.errors.some(({ detail }) => detail?.startsWith(`${name} `)));
  return said.length === 0 ? names : said;
};
var decodePage = (json) => {
  if (!Predicate9.isRecord(json)) return Either7.left({ path: [], expected: "an object" });
  if (!Array.isArray(json.data)) return Either7.left({ path: ["data"], expected: "an array" });
  const rows3 = [];
  for (const one2 of json.data) {
    const row = fromResource(one2);
    if (Either7.isLeft(row)) return Either7.left(below("data", rows3.length)(row.left));
    rows3.push(row.right);
  }
  return Either7.right({
    rows: rows3,
    total: Option10.getOrUndefined(totalRecords(json)),
    apiVersion: apiVersion(json),
    hasNext: hasLink(json, "next") ? true : hasLink(json, "last") ? false : void 0
  });
};

// ../core/src/CallRecord.ts
import * as Chunk3 from "effect/Chunk";
import * as Duration10 from "effect/Duration";
import { dual as dual3 } from "effect/Function";
import * as Option12 from "effect/Option";
import * as ParseResult3 from "effect/ParseResult";
import * as Predicate10 from "effect/Predicate";
import * as Schema7 from "effect/Schema";
import * as Stream4 from "effect/Stream";

// ../core/src/internal/callRecordCodec.ts
import * as BigDecimal2 from "effect/BigDecimal";
import * as Duration9 from "effect/Duration";
import * as Option11 from "effect/Option";

// ../core/src/internal/callRecordLayout.ts
var cdrIn = {
  startedAt: "Date/Time Start (UTC)",
  connectedAt: "Date/Time Connect (UTC)",
  endedAt: "Date/Time End (UTC)",
  status: "Status",
  source: "Source",
  sourceNumber: "Source Number",
  sourceNumberOut: "Source Number Out",
  sourceName: "Source Name",
  sourceCountry: "Source Country",
  sourceNetwork: "Source Network",
  destinationDid: "Destination DID",
  duration: "Duration (sec)",
  attempt: "Attempt",
  disconnectCode: "Disconnect Code",
  response: "Response",
  disconnectInitiator: "Disconnect Initiator",
  voiceInTrunk: "Voice IN Trunk",
  destination: "Destination",
  trunkGroup: "Trunk Group",
  capacityGroup: "Capacity Group",
  tollFree: "Toll-free (USD)",
  pstn: "PSTN (USD)",
  metered: "Metered (USD)",
  cnamIn: "CNAM IN (USD)",
  total: "Total (USD)",
  callId: "Call ID"
};
var cdrOut = {
  startedAt: "Date/Time Start (UTC)",
  connectedAt: "Date/Time Connect (UTC)",
  endedAt: "Date/Time End (UTC)",
  status: "Status",
  source: "Source",
  cli: "CLI",
  destinationNumber: "Destination Number",
  callDuration: "Call Duration (sec)",
  billingDuration: "Billing Duration (sec)",
  disconnectCode: "Disconnect Code",
  disconnectReason: "Disconnect Reason",
  voiceOutTrunk: "Voice OUT Trunk",
  destinationCountry: "Destination Country",
  network: "Network",
  callType: "Call Type",
  rate: "Rate (USD)",
  charged: "Charged (USD)",
  pChargeInfo: "P-Charge-Info",
  callId: "Call ID"
};
var marks = {
  cdrIn: ["Date/Time Start (UTC)", "Status", "Destination DID"],
  cdrOut: ["Date/Time Start (UTC)", "Status", "Destination Number"]
};
var absent = -1;
var fromHeader = (header) => {
  const names = distinct2(header);
  const isCdrIn = marks.cdrIn.every((name) => names.includes(name));
  const isCdrOut = marks.cdrOut.every((name) => names.includes(name));
  if (isCdrIn === isCdrOut) return { _tag: "Unknown", names, others: others(names, {}) };
  return isCdrIn ? { _tag: "CdrIn", names, others: others(names, cdrIn), indexes: indexes(names, cdrIn) } : { _tag: "CdrOut", names, others: others(names, cdrOut), indexes: indexes(names, cdrOut) };
};
var others = (names, fields2) => {
  const known = new Set(Object.values(fields2));
  return names.map((name, index) => ({ name, index })).filter(({ name }) => !known.has(name));
};
var indexes = (names, fields2) => Object.fromEntries(
  Object.entries(fields2).map(([field, name]) => [field, names.indexOf(name)])
);
var distinct2 = (header) => {
  const taken = new Set(header);
  const seen = /* @__PURE__ */ new Set();
  return header.map((name) => {
    if (!seen.has(name)) {
      seen.add(name);
      return name;
    }
    let number = 2;
    while (taken.has(`${name} #${number}`)) number++;
    taken.add(`${name} #${number}`);
    return `${name} #${number}`;
  });
};

// ../core/src/internal/csv.ts
var Flag = {
  /** it stood in quotes, so empty it is blank and not null */
  quoted: 1,
  /** it has doubled quotes */
  escaped: 2,
  nonAscii: 4,
  /** there is text behind its closing quote; its bounds are those of the raw text, quotes and all */
  broken: 8,
  /** it is the last that the limit left of its record, raw */
  oversize: 16,
  /** the file ended within its quotes; raw */
  unclosed: 32
};
var malformed3 = Flag.broken | Flag.oversize | Flag.unclosed;
var stride = 3;
var quote2 = 34;
var comma = 44;
var lineFeed = 10;
var carriageReturn = 13;
var unread = -1;
var beforeCell = 0;
var inText = 1;
var inQuotes = 2;
var skipping = 3;
var Splitter = class {
  /** A record has to end, line end and all, within so many bytes. */
  constructor(maxRecordBytes) {
    this.maxRecordBytes = maxRecordBytes;
  }
  maxRecordBytes;
  /** The unfinished record, then the newest chunk. */
  bytes = new Uint8Array(1024);
  cells = new Int32Array(1024);
  /** Of each record that the newest chunk finished: how much of `cells` there is up to its end, and its flags. */
  records = [];
  /** Up to here `bytes` are read. */
  position = 0;
  /** Up to here `bytes` are given. */
  length = 0;
  state = beforeCell;
  recordStart = 0;
  recordFlags = 0;
  cellStart = 0;
  cellFlags = 0;
  /** of `cells`, all and without the unfinished record */
  count = 0;
  finished = 0;
  begun = false;
  /** Reads a chunk; the cells of the chunk before are gone. */
  write(chunk) {
    this.compact();
    this.reserve(chunk.length);
    this.bytes.set(chunk, this.length);
    this.length += chunk.length;
    if (this.begin(3)) this.scan();
  }
  /** Reads to the end: what is left over is a record without a line end. */
  end() {
    this.compact();
    if (this.begin(0)) this.scan();
    const { length, position, state } = this;
    if (state === skipping || state === beforeCell && position === this.recordStart) return;
    if (state !== inQuotes) {
      this.cell(state === inText ? this.cellStart : length, length, state === inText ? this.cellFlags : 0);
    } else if (position === length - 1) {
      this.cell(this.cellStart, position, this.cellFlags);
    } else {
      this.cell(this.cellStart - 1, length, this.cellFlags | (position < length ? Flag.broken : Flag.unclosed));
    }
    this.records.push(this.count, this.recordFlags);
  }
  cell(start7, end2, flags) {
    this.cells[this.count++] = start7;
    this.cells[this.count++] = end2;
    this.cells[this.count++] = flags;
    this.recordFlags |= flags;
  }
  compact() {
    const shift = this.recordStart;
    this.records = [];
    if (shift === 0) return;
    this.bytes.copyWithin(0, shift, this.length);
    this.cells.copyWithin(0, this.finished, this.count);
    this.count -= this.finished;
    this.finished = 0;
    for (let index = 0; index < this.count; index += stride) {
      this.cells[index] -= shift;
      this.cells[index + 1] -= shift;
    }
    this.length -= shift;
    this.position -= shift;
    this.cellStart -= shift;
    this.recordStart = 0;
  }
  reserve(more) {
    const length = this.length + more;
    if (length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(length, this.bytes.length * 2));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    const count = this.count + (length - this.position + 1) * stride;
    if (count > this.cells.length) {
      const grown = new Int32Array(Math.max(count, this.cells.length * 2));
      grown.set(this.cells);
      this.cells = grown;
    }
  }
  /** Leaves out a byte order mark, once there are enough bytes to tell. */
  begin(enough) {
    const { begun, bytes, length } = this;
    if (begun) return true;
    if (length < enough) return false;
    this.begun = true;
    if (length >= 3 && bytes[0] === 239 && bytes[1] === 187 && bytes[2] === 191) {
      this.recordStart = this.position = 3;
    }
    return true;
  }
  scan() {
    const { bytes, cells, length, maxRecordBytes, records } = this;
    let { cellFlags, cellStart, count, finished, position, recordFlags, recordStart, state } = this;
    let bound = recordStart + maxRecordBytes;
    let limit2 = Math.min(length, bound);
    for (; ; ) {
      if (state === skipping) {
        while (position < length && bytes[position] !== lineFeed) position++;
        if (position < length) {
          position++;
          state = beforeCell;
        }
        recordStart = position;
        bound = recordStart + maxRecordBytes;
        limit2 = Math.min(length, bound);
      }
      if (state === beforeCell && position < limit2) {
        cellStart = position;
        cellFlags = 0;
        state = inText;
        if (bytes[position] === quote2) {
          cellStart = ++position;
          cellFlags = Flag.quoted;
          state = inQuotes;
        }
      }
      let cellEnd = -1;
      if (state === inQuotes) {
        while (position < limit2) {
          const byte = bytes[position];
          if (byte !== quote2) {
            if (byte >= 128) cellFlags |= Flag.nonAscii;
            position++;
            continue;
          }
          const next3 = position + 1 < limit2 ? bytes[position + 1] : unread;
          if (next3 === quote2) {
            cellFlags |= Flag.escaped;
            position += 2;
            continue;
          }
          const end2 = next3 === carriageReturn ? position + 2 < limit2 ? bytes[position + 2] : unread : next3;
          if (end2 === lineFeed || next3 === comma) {
            cellEnd = position;
            position += next3 === carriageReturn ? 2 : 1;
          } else if (end2 !== unread) {
            cellFlags |= Flag.broken;
            cellStart--;
            position++;
            state = inText;
          }
          break;
        }
      }
      if (state === inText) {
        for (; position < limit2; position++) {
          const byte = bytes[position];
          if (byte > comma && byte < 128) continue;
          if (byte === comma) {
            cellEnd = position;
            break;
          }
          if (byte === lineFeed) {
            cellEnd = position > cellStart && bytes[position - 1] === carriageReturn ? position - 1 : position;
            break;
          }
          if (byte >= 128) cellFlags |= Flag.nonAscii;
        }
      }
      let isLast = true;
      if (cellEnd !== -1) {
        isLast = bytes[position++] === lineFeed;
        state = beforeCell;
      } else if (bound > length) {
        break;
      } else {
        if (state === beforeCell) {
          cellStart = bound;
          cellFlags = 0;
        } else if (state === inQuotes) {
          cellStart--;
        }
        cellFlags |= Flag.oversize;
        cellEnd = position = bound;
        state = skipping;
      }
      cells[count] = cellStart;
      cells[count + 1] = cellEnd;
      cells[count + 2] = cellFlags;
      count += stride;
      recordFlags |= cellFlags;
      if (isLast) {
        records.push(count, recordFlags);
        finished = count;
        recordFlags = 0;
        recordStart = position;
        bound = recordStart + maxRecordBytes;
        limit2 = Math.min(length, bound);
      }
    }
    this.cellFlags = cellFlags;
    this.cellStart = cellStart;
    this.count = count;
    this.finished = finished;
    this.position = position;
    this.recordFlags = recordFlags;
    this.recordStart = recordStart;
    this.state = state;
  }
};

// ../core/src/internal/decimal.ts
import * as BigDecimal from "effect/BigDecimal";
var pattern3 = /^-?\d+(?:\.\d+)?$/;
var parse5 = (text5) => {
  if (!pattern3.test(text5)) return void 0;
  const point = text5.indexOf(".");
  return point === -1 ? BigDecimal.make(BigInt(text5), 0) : BigDecimal.make(BigInt(text5.slice(0, point) + text5.slice(point + 1)), text5.length - point - 1);
};
var format2 = ({ scale, value: value5 }) => {
  if (scale <= 0) return String(value5 * 10n ** BigInt(-scale));
  const digits3 = String(value5 < 0n ? -value5 : value5).padStart(scale + 1, "0");
  return `${value5 < 0n ? "-" : ""}${digits3.slice(0, -scale)}.${digits3.slice(-scale)}`;
};

// ../core/src/internal/callRecordCodec.ts
var block = 65536;
var decoder = (maxRecordBytes = 65536) => {
  const splitter = new Splitter(maxRecordBytes >= 1 ? Math.floor(maxRecordBytes) : 1);
  const rows3 = new Rows(splitter);
  return {
    push: (bytes) => {
      const out = [];
      for (let start7 = 0; start7 < bytes.length; start7 += block) {
        splitter.write(bytes.subarray(start7, start7 + block));
        rows3.take(out);
      }
      return out;
    },
    end: () => {
      const out = [];
      splitter.end();
      rows3.take(out);
      return out;
    }
  };
};
var utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
var Rows = class {
  constructor(splitter) {
    this.splitter = splitter;
  }
  splitter;
  /** that of the header, which has no number, is 0 */
  recordNumber = -1;
  layout;
  bytes = new Uint8Array(0);
  cells = new Int32Array(0);
  /** of all `bytes` with cells, in the same positions, for which what is not ASCII is masked */
  text = "";
  /** why the row at hand is no record, once that is known */
  reason;
  /** Adds the rows that the splitter finished last. */
  take(out) {
    const { bytes, cells, records } = this.splitter;
    if (records.length === 0) return;
    this.bytes = bytes;
    this.cells = cells;
    const read3 = bytes.subarray(0, cells[records[records.length - 2] - stride + 1]);
    const text5 = utf8.decode(read3);
    this.text = text5.length === read3.length ? text5 : utf8.decode(masked(read3));
    let start7 = 0;
    for (let index = 0; index < records.length; index += 2) {
      const end2 = records[index];
      this.recordNumber++;
      if (this.recordNumber > 0) out.push(this.row(start7, end2, records[index + 1]));
      else this.header(out, start7, end2, records[index + 1]);
      start7 = end2;
    }
  }
  header(out, start7, end2, flags) {
    if ((flags & (Flag.oversize | Flag.unclosed)) === 0) {
      this.layout = fromHeader(this.raw(start7, end2).map((name) => name ?? ""));
    } else {
      out.push(this.rejected(start7, end2, this.complaint(start7, end2, flags)));
    }
  }
  row(start7, end2, flags) {
    const { layout } = this;
    if ((flags & malformed3) !== 0) return this.rejected(start7, end2, this.complaint(start7, end2, flags));
    if (layout === void 0) {
      return this.rejected(start7, end2, "The header could not be read, so no cell has a column.");
    }
    const count = (end2 - start7) / stride;
    if (count !== layout.names.length) {
      const expected = layout.names.length;
      return this.rejected(start7, end2, `The record must have ${expected} cells, as the header has, and has ${count}.`);
    }
    this.reason = void 0;
    const record = this.record(start7, layout);
    return this.reason === void 0 ? record : this.rejected(start7, end2, this.reason);
  }
  record(start7, layout) {
    switch (layout._tag) {
      case "CdrIn":
        return new CdrInRecord(this, start7, layout);
      case "CdrOut":
        return new CdrOutRecord(this, start7, layout);
      case "Unknown":
        return { _tag: "UnknownRecord", columns: this.columns(start7, layout.others) };
    }
  }
  columns(start7, columns) {
    if (columns.length === 0) return noColumns;
    const values = {};
    for (const { index, name } of columns) {
      const value5 = this.cell(start7 + index * stride);
      if (name === "__proto__") Object.defineProperty(values, name, { value: value5, ...ordinary });
      else values[name] = value5;
    }
    return values;
  }
  rejected(start7, end2, reason) {
    return { _tag: "RejectedRow", recordNumber: this.recordNumber, cells: this.raw(start7, end2), reason };
  }
  raw(start7, end2) {
    const cells = [];
    for (let cell = start7; cell < end2; cell += stride) cells.push(this.cell(cell));
    return cells;
  }
  cell(cell) {
    const start7 = this.cells[cell];
    const end2 = this.cells[cell + 1];
    const flags = this.cells[cell + 2];
    return start7 < end2 ? this.slice(start7, end2, flags) : (flags & Flag.quoted) === 0 ? null : "";
  }
  slice(start7, end2, flags) {
    if ((flags & ~Flag.quoted) === 0) return this.text.slice(start7, end2);
    const bytes = this.bytes.subarray(start7, end2);
    if ((flags & Flag.oversize) !== 0) return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes, waiting);
    const text5 = utf8.decode(bytes);
    return (flags & Flag.escaped) !== 0 && (flags & malformed3) === 0 ? text5.replaceAll('""', '"') : text5;
  }
  string(row, index) {
    if (index === absent) return none9;
    const cell = row + index * stride;
    const start7 = this.cells[cell];
    const end2 = this.cells[cell + 1];
    return start7 === end2 ? none9 : Option11.some(this.slice(start7, end2, this.cells[cell + 2]));
  }
  integer(row, index) {
    if (index === absent) return none9;
    const cell = row + index * stride;
    const start7 = this.cells[cell];
    const end2 = this.cells[cell + 1];
    if (start7 === end2) return none9;
    const value5 = digits2(this.bytes, start7, end2);
    if (value5 === notDigits) return this.mismatch(index, "a whole number such as 200");
    return value5 < integers.length ? integers[value5] : Option11.some(value5);
  }
  seconds(row, index) {
    if (index === absent) return none9;
    const cell = row + index * stride;
    const start7 = this.cells[cell];
    const end2 = this.cells[cell + 1];
    if (start7 === end2) return none9;
    const value5 = digits2(this.bytes, start7, end2);
    if (value5 === notDigits) return this.mismatch(index, "a whole number of seconds such as 60");
    return value5 < durations2.length ? durations2[value5] : Option11.some(Duration9.seconds(value5));
  }
  money(row, index) {
    if (index === absent) return none9;
    const { bytes, cells } = this;
    const cell = row + index * stride;
    const start7 = cells[cell];
    const end2 = cells[cell + 1];
    if (start7 === end2) return none9;
    const integer6 = digits2(bytes, start7, end2);
    if (integer6 !== notDigits) return this.shared(integer6, 0);
    let point = start7;
    while (point < end2 && bytes[point] !== dot) point++;
    if (point > start7 && point < end2 - 1 && end2 - start7 <= safeDigits) {
      const whole = digits2(bytes, start7, point);
      const fraction = digits2(bytes, point + 1, end2);
      const scale = end2 - point - 1;
      if (whole !== notDigits && fraction !== notDigits) return this.shared(whole * powers[scale] + fraction, scale);
    }
    const value5 = parse5(this.slice(start7, end2, cells[cell + 2]));
    return value5 === void 0 ? this.mismatch(index, "a decimal number such as 0.010") : Option11.some(value5);
  }
  shared(value5, scale) {
    if (value5 >= amounts || scale >= scales) return Option11.some(BigDecimal2.make(BigInt(value5), scale));
    return decimals[scale * amounts + value5] ??= Option11.some(BigDecimal2.make(BigInt(value5), scale));
  }
  time(row, index) {
    if (index === absent) return none9;
    const { bytes, cells } = this;
    const cell = row + index * stride;
    const start7 = cells[cell];
    const end2 = cells[cell + 1];
    if (start7 === end2) return none9;
    if (end2 - start7 === 19 && bytes[start7 + 10] === space2 && bytes[start7 + 13] === colon && bytes[start7 + 16] === colon) {
      const hour = twoDigits(bytes, start7 + 11);
      const minute = twoDigits(bytes, start7 + 14);
      const second = twoDigits(bytes, start7 + 17);
      const midnight = this.midnight(start7);
      if (hour < 24 && minute < 60 && second < 60 && !Number.isNaN(midnight)) {
        const time7 = midnight + (hour * 60 + minute) * 60 + second;
        const slot = time7 & times2.length - 1;
        if (timesAt[slot] === time7) return times2[slot];
        timesAt[slot] = time7;
        return times2[slot] = Option11.some(make(time7 * 1e3));
      }
    }
    const time6 = parse(this.slice(start7, end2, cells[cell + 2]));
    return time6 === void 0 ? this.mismatch(index, "a time such as 2026-04-16 08:00:00") : Option11.some(time6);
  }
  /** The seconds up to a day, by its ten characters; NaN if no calendar has it, which is asked for each day once. */
  midnight(start7) {
    const { bytes } = this;
    const year = bytes[start7] << 24 | bytes[start7 + 1] << 16 | bytes[start7 + 2] << 8 | bytes[start7 + 3];
    const day = bytes[start7 + 5] << 24 | bytes[start7 + 6] << 16 | bytes[start7 + 8] << 8 | bytes[start7 + 9];
    const slot = (bytes[start7 + 6] & 3) << 6 | (bytes[start7 + 8] & 3) << 4 | bytes[start7 + 9] & 15;
    if (midnightYears[slot] === year && midnightDays[slot] === day && bytes[start7 + 4] === dash && bytes[start7 + 7] === dash) {
      return midnights[slot];
    }
    const time6 = parse(`${utf8.decode(bytes.subarray(start7, start7 + 10))} 00:00:00`);
    if (time6 === void 0) return NaN;
    midnightYears[slot] = year;
    midnightDays[slot] = day;
    return midnights[slot] = time6.epochMillis / 1e3;
  }
  mismatch(index, expected) {
    this.reason ??= `${this.column(index)} must be ${expected}.`;
    return none9;
  }
  complaint(start7, end2, flags) {
    const record = this.recordNumber === 0 ? "The header" : "The record";
    const column = (flag) => {
      let cell = start7;
      while ((this.cells[cell + 2] & flag) === 0) cell += stride;
      return this.column((cell - start7) / stride);
    };
    if ((flags & Flag.oversize) !== 0) {
      const isQuoted = (this.cells[end2 - 1] & Flag.quoted) !== 0;
      const hint = isQuoted ? `; ${column(Flag.oversize)} begins with a quote that is not closed` : "";
      return `${record} must end within ${this.splitter.maxRecordBytes} bytes${hint}.`;
    }
    return (flags & Flag.unclosed) !== 0 ? `${column(Flag.unclosed)} must close its quote before the file ends.` : `${column(Flag.broken)} must have a comma or a line end behind its closing quote.`;
  }
  column(index) {
    const name = this.layout?.names[index];
    return name === void 0 ? `Cell ${index + 1}` : `Column ${JSON.stringify(name)}`;
  }
};
var CdrInRecord = function(rows3, start7, layout) {
  const { indexes: indexes2 } = layout;
  this._tag = "CdrInRecord";
  this.startedAt = rows3.time(start7, indexes2.startedAt);
  this.connectedAt = rows3.time(start7, indexes2.connectedAt);
  this.endedAt = rows3.time(start7, indexes2.endedAt);
  this.status = rows3.string(start7, indexes2.status);
  this.source = rows3.string(start7, indexes2.source);
  this.sourceNumber = rows3.string(start7, indexes2.sourceNumber);
  this.sourceNumberOut = rows3.string(start7, indexes2.sourceNumberOut);
  this.sourceName = rows3.string(start7, indexes2.sourceName);
  this.sourceCountry = rows3.string(start7, indexes2.sourceCountry);
  this.sourceNetwork = rows3.string(start7, indexes2.sourceNetwork);
  this.destinationDid = rows3.string(start7, indexes2.destinationDid);
  this.duration = rows3.seconds(start7, indexes2.duration);
  this.attempt = rows3.integer(start7, indexes2.attempt);
  this.disconnectCode = rows3.integer(start7, indexes2.disconnectCode);
  this.response = rows3.string(start7, indexes2.response);
  this.disconnectInitiator = rows3.string(start7, indexes2.disconnectInitiator);
  this.voiceInTrunk = rows3.string(start7, indexes2.voiceInTrunk);
  this.destination = rows3.string(start7, indexes2.destination);
  this.trunkGroup = rows3.string(start7, indexes2.trunkGroup);
  this.capacityGroup = rows3.string(start7, indexes2.capacityGroup);
  this.tollFree = rows3.money(start7, indexes2.tollFree);
  this.pstn = rows3.money(start7, indexes2.pstn);
  this.metered = rows3.money(start7, indexes2.metered);
  this.cnamIn = rows3.money(start7, indexes2.cnamIn);
  this.total = rows3.money(start7, indexes2.total);
  this.callId = rows3.string(start7, indexes2.callId);
  this.extra = rows3.columns(start7, layout.others);
};
CdrInRecord.prototype = Object.prototype;
var CdrOutRecord = function(rows3, start7, layout) {
  const { indexes: indexes2 } = layout;
  this._tag = "CdrOutRecord";
  this.startedAt = rows3.time(start7, indexes2.startedAt);
  this.connectedAt = rows3.time(start7, indexes2.connectedAt);
  this.endedAt = rows3.time(start7, indexes2.endedAt);
  this.status = rows3.string(start7, indexes2.status);
  this.source = rows3.string(start7, indexes2.source);
  this.cli = rows3.string(start7, indexes2.cli);
  this.destinationNumber = rows3.string(start7, indexes2.destinationNumber);
  this.callDuration = rows3.seconds(start7, indexes2.callDuration);
  this.billingDuration = rows3.seconds(start7, indexes2.billingDuration);
  this.disconnectCode = rows3.integer(start7, indexes2.disconnectCode);
  this.disconnectReason = rows3.string(start7, indexes2.disconnectReason);
  this.voiceOutTrunk = rows3.string(start7, indexes2.voiceOutTrunk);
  this.destinationCountry = rows3.string(start7, indexes2.destinationCountry);
  this.network = rows3.string(start7, indexes2.network);
  this.callType = rows3.string(start7, indexes2.callType);
  this.rate = rows3.money(start7, indexes2.rate);
  this.charged = rows3.money(start7, indexes2.charged);
  this.pChargeInfo = rows3.string(start7, indexes2.pChargeInfo);
  this.callId = rows3.string(start7, indexes2.callId);
  this.extra = rows3.columns(start7, layout.others);
};
CdrOutRecord.prototype = Object.prototype;
var none9 = Option11.none();
var noColumns = Object.freeze({});
var ordinary = { enumerable: true, writable: true, configurable: true };
var waiting = { stream: true };
var space2 = 32;
var dash = 45;
var dot = 46;
var colon = 58;
var safeDigits = 15;
var powers = Array.from({ length: safeDigits }, (_, exponent) => 10 ** exponent);
var amounts = 1024;
var scales = 7;
var decimals = Array.from({ length: amounts * scales });
var integers = Array.from({ length: 1024 }, (_, value5) => Option11.some(value5));
var durations2 = Array.from({ length: 3600 }, (_, value5) => Option11.some(Duration9.seconds(value5)));
var times2 = Array.from({ length: 4096 });
var timesAt = new Float64Array(times2.length).fill(NaN);
var midnightYears = new Int32Array(256);
var midnightDays = new Int32Array(256);
var midnights = new Float64Array(256).fill(NaN);
var notDigits = -1;
var digits2 = (bytes, start7, end2) => {
  if (end2 - start7 > safeDigits) return notDigits;
  let value5 = 0;
  for (let at = start7; at < end2; at++) {
    const digit = bytes[at] ^ 48;
    if (digit > 9) return notDigits;
    value5 = value5 * 10 + digit;
  }
  return value5;
};
var twoDigits = (bytes, at) => {
  const tens = bytes[at] ^ 48;
  const ones = bytes[at + 1] ^ 48;
  return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
};
var masked = (bytes) => {
  const copy = Uint8Array.from(bytes);
  const words3 = new Uint32Array(copy.buffer, 0, copy.length >>> 2);
  for (let index = 0; index < words3.length; index++) words3[index] &= 2139062143;
  for (let index = words3.length * 4; index < copy.length; index++) copy[index] &= 127;
  return copy;
};

// ../core/src/CallRecord.ts
var Columns = Schema7.declare(
  (input) => Predicate10.isRecord(input) && Object.values(input).every((value5) => value5 === null || typeof value5 === "string"),
  {
    identifier: "@effect-didww/core/Columns",
    arbitrary: () => (fc) => fc.dictionary(fc.string(), fc.option(fc.string()))
  }
);
var Money = Schema7.transformOrFail(Schema7.String, Schema7.BigDecimalFromSelf, {
  strict: true,
  decode: (text5, _, ast) => {
    const money3 = parse5(text5);
    return money3 === void 0 ? ParseResult3.fail(new ParseResult3.Type(ast, text5, "Expected a decimal number such as 0.010")) : ParseResult3.succeed(money3);
  },
  encode: (money3) => ParseResult3.succeed(format2(money3))
}).annotations({ identifier: "@effect-didww/core/Money" });
var Seconds = Schema7.transform(
  Schema7.Finite.pipe(Schema7.nonNegative()),
  Schema7.DurationFromSelf.pipe(Schema7.filter(Duration10.isFinite)),
  { strict: true, decode: Duration10.seconds, encode: Duration10.toSeconds }
).annotations({ identifier: "@effect-didww/core/Seconds" });
var optional5 = (schema) => Schema7.optionalWith(schema, { as: "Option", nullable: true, onNoneEncoding: () => Option12.some(null) });
var text4 = optional5(Schema7.String);
var integer2 = optional5(Schema7.Int);
var money = optional5(Money);
var seconds5 = optional5(Seconds);
var time3 = optional5(Schema7.DateTimeUtc);
var CdrInRecord2 = Schema7.TaggedStruct("CdrInRecord", {
  startedAt: time3,
  connectedAt: time3,
  endedAt: time3,
  status: text4,
  source: text4,
  sourceNumber: text4,
  sourceNumberOut: text4,
  sourceName: text4,
  sourceCountry: text4,
  sourceNetwork: text4,
  destinationDid: text4,
  duration: seconds5,
  /** from 1 */
  attempt: integer2,
  /** as of SIP */
  disconnectCode: integer2,
  response: text4,
  disconnectInitiator: text4,
  voiceInTrunk: text4,
  destination: text4,
  trunkGroup: text4,
  capacityGroup: text4,
  tollFree: money,
  pstn: money,
  metered: money,
  cnamIn: money,
  total: money,
  callId: text4,
  extra: Columns
}).annotations({ identifier: "@effect-didww/core/CdrInRecord" });
var CdrOutRecord2 = Schema7.TaggedStruct("CdrOutRecord", {
  startedAt: time3,
  connectedAt: time3,
  endedAt: time3,
  status: text4,
  source: text4,
  cli: text4,
  destinationNumber: text4,
  callDuration: seconds5,
  billingDuration: seconds5,
  /** as of SIP */
  disconnectCode: integer2,
  disconnectReason: text4,
  voiceOutTrunk: text4,
  destinationCountry: text4,
  network: text4,
  callType: text4,
  rate: money,
  charged: money,
  pChargeInfo: text4,
  callId: text4,
  extra: Columns
}).annotations({ identifier: "@effect-didww/core/CdrOutRecord" });
var UnknownRecord = Schema7.TaggedStruct("UnknownRecord", { columns: Columns }).annotations({
  identifier: "@effect-didww/core/UnknownRecord"
});
var CallRecord = Schema7.Union(CdrInRecord2, CdrOutRecord2, UnknownRecord).annotations({
  identifier: "@effect-didww/core/CallRecord"
});
var RejectedRow = Schema7.TaggedStruct("RejectedRow", {
  /** Which record of the file it is, from 1; a header that cannot be read is 0. */
  recordNumber: Schema7.NonNegativeInt,
  /** As they stand in the file, null apart from blank. A cell that is no CSV has its quotes still. */
  cells: Schema7.Array(Schema7.NullOr(Schema7.String)),
  /** A sentence that says what was expected, and of which column. It has nothing of the row's own. */
  reason: Schema7.String
}).annotations({ identifier: "@effect-didww/core/RejectedRow" });
var Row = Schema7.Union(...CallRecord.members, RejectedRow).annotations({
  identifier: "@effect-didww/core/Row"
});
var isRejected = (row) => row._tag === "RejectedRow";
var decoder2 = (options) => decoder(options?.maxRecordBytes);
var decodeStream = dual3(
  (args) => Predicate10.hasProperty(args[0], Stream4.StreamTypeId),
  (csv, options) => Stream4.suspend(() => {
    const { end: end2, push } = decoder2(options);
    return csv.pipe(
      Stream4.rechunk(1),
      Stream4.mapChunks(Chunk3.flatMap((bytes) => Chunk3.unsafeFromArray(push(bytes)))),
      Stream4.concat(Stream4.suspend(() => Stream4.fromChunk(Chunk3.unsafeFromArray(end2()))))
    );
  })
);

// ../http/src/internal/records.ts
import * as Chunk5 from "effect/Chunk";
import * as Context2 from "effect/Context";
import * as Effect14 from "effect/Effect";
import * as Metric4 from "effect/Metric";
import * as Stream6 from "effect/Stream";

// ../http/src/Gunzip.ts
import * as Context from "effect/Context";
import * as Data2 from "effect/Data";
import * as Effect12 from "effect/Effect";

// ../http/src/internal/webGunzip.ts
import * as Effect11 from "effect/Effect";

// ../http/src/internal/gunzipFailure.ts
import * as Predicate11 from "effect/Predicate";
var words2 = [
  [/unexpected end|truncated|incomplete|premature/i, "truncated"],
  [/incorrect (data|length) check|checksum|crc/i, "checksum"],
  [/trailing|junk|garbage|after eof|after end/i, "trailing data"]
];
var reasonOf = (cause, start7) => {
  const message = Predicate11.hasProperty(cause, "message") ? String(cause.message) : "";
  if (start7.isGzip() && /header check|magic/i.test(message)) return "trailing data";
  return words2.find(([pattern4]) => pattern4.test(message))?.[1] ?? "corrupt";
};
var start3 = () => {
  let first2 = [];
  return {
    push: (bytes) => {
      if (first2.length < 2) first2 = [...first2, ...bytes.subarray(0, 2 - first2.length)];
    },
    isGzip: () => first2[0] === 31 && first2[1] === 139
  };
};

// ../http/src/internal/webGunzip.ts
var engine = Effect11.suspend(
  () => Effect11.map(Effect11.acquireRelease(Effect11.sync(start4), ({ stop: stop2 }) => Effect11.promise(stop2)), ({ pump }) => pump)
);
var start4 = () => {
  const { readable: readable2, writable } = new DecompressionStream("gzip");
  const reader = readable2.getReader();
  const writer = writable.getWriter();
  const first2 = start3();
  let out = [];
  let size = 0;
  let tail = new Uint8Array(4);
  const drain = async () => {
    for (let next3 = await reader.read(); !next3.done; next3 = await reader.read()) {
      out.push(next3.value);
      size = size + next3.value.length;
    }
  };
  const drained = drain();
  drained.catch(() => {
  });
  const after2 = (written) => Effect11.tryPromise({
    try: async () => {
      await written();
      const taken = out;
      out = [];
      return taken;
    },
    catch: (cause) => new GunzipError({ reason: reasonOf(cause, first2) })
  });
  return {
    pump: {
      push: (bytes) => after2(() => {
        first2.push(bytes);
        tail = lastFour(tail, bytes);
        return writer.write(bytes);
      }),
      end: after2(() => Promise.all([writer.close(), drained])).pipe(
        // the size at the end of an archive is its own; Node passes by what stands behind zeros, and says nothing
        Effect11.filterOrFail(
          () => sizeIn(tail) === size % 2 ** 32,
          () => new GunzipError({ reason: "trailing data" })
        )
      )
    },
    stop: () => Promise.allSettled([writer.abort(), reader.cancel()])
  };
};
var lastFour = (before, bytes) => {
  const last = new Uint8Array(4);
  const kept2 = Math.max(0, 4 - bytes.length);
  last.set(before.subarray(4 - kept2));
  last.set(bytes.subarray(-4), kept2);
  return last;
};
var sizeIn = (tail) => new DataView(tail.buffer).getUint32(0, true);

// ../http/src/Gunzip.ts
var GunzipError = class extends Data2.TaggedError("GunzipError") {
};
var web = Effect12.suspend(() => engine);
var Gunzip = class extends Context.Reference()("@effect-didww/http/Gunzip", {
  defaultValue: () => web
}) {
};

// ../http/src/internal/gunzip.ts
import * as Chunk4 from "effect/Chunk";
import * as Effect13 from "effect/Effect";
import * as Option13 from "effect/Option";
import * as Stream5 from "effect/Stream";
var maxPiece = 16384;
var gunzip = (source, engine3, maxBytes) => Stream5.unwrapScoped(Effect13.gen(function* () {
  const pull = yield* Stream5.toPull(source);
  const { end: end2, push } = yield* engine3;
  const pieces = [];
  let size = 0;
  let hasEnded = false;
  const delivered = (out) => {
    size = out.reduce((sum, { length }) => sum + length, size);
    return size > maxBytes ? Effect13.fail(new GunzipError({ reason: "too large" })) : Effect13.succeed(Chunk4.unsafeFromArray(out));
  };
  const next3 = Effect13.suspend(() => {
    const piece2 = pieces.shift();
    if (piece2 !== void 0) return Effect13.mapError(Effect13.flatMap(push(piece2), delivered), Option13.some);
    if (hasEnded) return Effect13.fail(Option13.none());
    return Effect13.matchEffect(pull, {
      onSuccess: (chunk) => {
        for (const bytes of chunk) {
          for (let at = 0; at < bytes.length; at += maxPiece) pieces.push(bytes.subarray(at, at + maxPiece));
        }
        return next3;
      },
      onFailure: (failure) => {
        if (Option13.isSome(failure)) return Effect13.fail(failure);
        hasEnded = true;
        return Effect13.mapError(Effect13.flatMap(end2, delivered), Option13.some);
      }
    });
  });
  return Stream5.repeatEffectChunkOption(next3);
}));

// ../http/src/internal/records.ts
var mostBytes = 2 ** 40;
var make13 = (options) => (self, { idleTimeout, maxBytes, maxRecordBytes, onProgress }) => Stream6.unwrap(Effect14.map(Effect14.context(), (caller) => {
  const engine3 = Context2.get(Context2.merge(options.context, caller), Gunzip);
  const position = start();
  let rows3 = 0;
  return gunzip(options.download(self, { idleTimeout }, position), engine3, maxBytes ?? mostBytes).pipe(
    decodeStream({ maxRecordBytes }),
    Stream6.mapChunksEffect((chunk) => {
      const rejected = Chunk5.reduce(chunk, 0, (count, row) => isRejected(row) ? count + 1 : count);
      rows3 = rows3 + chunk.length;
      const counted = Effect14.zipRight(
        Metric4.incrementBy(recordRows, chunk.length - rejected),
        rejected === 0 ? Effect14.void : Metric4.incrementBy(rejectedRows, rejected)
      );
      const told = onProgress === void 0 ? counted : Effect14.zipRight(
        counted,
        onProgress(progress(position, rows3))
      );
      return Effect14.as(told, chunk);
    }),
    Stream6.catchTag(
      "GunzipError",
      ({ reason }) => Stream6.fail(new CorruptArchive({ reason, bytes: position.bytes, rows: rows3 }))
    )
  );
}));

// ../http/src/internal/request.ts
import * as HttpClientRequest3 from "@effect/platform/HttpClientRequest";
import * as Clock9 from "effect/Clock";
import * as Context7 from "effect/Context";
import * as Duration16 from "effect/Duration";
import * as Effect22 from "effect/Effect";
import * as Either10 from "effect/Either";
import * as Metric5 from "effect/Metric";
import * as Redacted5 from "effect/Redacted";

// ../http/src/RateLimit.ts
var RateLimit_exports = {};
__export(RateLimit_exports, {
  RateLimit: () => RateLimit,
  config: () => config,
  layer: () => layer,
  layerConfig: () => layerConfig,
  make: () => make15,
  none: () => none12
});
import * as Config from "effect/Config";
import * as Context3 from "effect/Context";
import * as Effect16 from "effect/Effect";
import * as Layer from "effect/Layer";

// ../http/src/internal/slidingWindow.ts
import * as Clock6 from "effect/Clock";
import * as Deferred2 from "effect/Deferred";
import * as Duration11 from "effect/Duration";
import * as Effect15 from "effect/Effect";
import * as FiberId from "effect/FiberId";
import * as MutableHashMap from "effect/MutableHashMap";
import * as Option14 from "effect/Option";
var margin = 1.05;
var mostStarts = 1e6;
var now2 = Effect15.map(Clock6.currentTimeNanos, (nanos) => Number(nanos) / 1e6);
var mostLate = 0.25;
var window = (limit2, interval) => {
  const last = Deferred2.unsafeMake(FiberId.none);
  Deferred2.unsafeDone(last, Effect15.void);
  return {
    starts: new Float64Array(limit2).fill(-Infinity),
    interval: interval * margin,
    cursor: 0,
    usual: Infinity,
    answers: 0,
    pausedUntil: -Infinity,
    last
  };
};
var make14 = (options) => Effect15.sync(() => {
  const { interval, limit: limit2 } = rate(options);
  return limit2 === Infinity ? unlimited : limiter(
    options,
    () => window(limit2, interval),
    start5,
    (window2, duration4) => Effect15.map(now2, (now3) => pause(window2, now3 + Duration11.toMillis(duration4)))
  );
});
var rate = (options) => ({
  limit: Number(options.limit) > mostStarts ? Infinity : Math.max(1, Math.floor(options.limit ?? 20) || 1),
  interval: Duration11.toMillis(options.interval ?? "1 second")
});
var unlimited = { take: () => Effect15.succeed(Effect15.void), pause: () => Effect15.void };
var limiter = (options, make29, place, pause2) => {
  const maxWait = options.maxWait === void 0 ? void 0 : Duration11.decode(options.maxWait);
  const windows = MutableHashMap.empty();
  const windowOf = (key2) => Option14.getOrElse(MutableHashMap.get(windows, key2), () => {
    const window2 = make29();
    MutableHashMap.set(windows, key2, window2);
    return window2;
  });
  const take = (key2) => Effect15.suspend(() => {
    const window2 = windowOf(key2);
    return inTurn(window2, place(window2, key2));
  });
  return {
    take: maxWait === void 0 ? take : (key2) => Effect15.timeoutFail(take(key2), {
      duration: maxWait,
      onTimeout: () => new RateLimitWaitExceeded({ attempts: 0, elapsed: maxWait, maxWait })
    }),
    pause: (key2, duration4) => Effect15.suspend(() => pause2(windowOf(key2), duration4, key2))
  };
};
var inTurn = (window2, effect4) => Effect15.uninterruptibleMask((restore) => {
  const before = window2.last;
  const mine = Deferred2.unsafeMake(FiberId.none);
  let isFirst = false;
  window2.last = mine;
  const turn = Effect15.suspend(() => {
    isFirst = true;
    return effect4;
  });
  return restore(Effect15.zipRight(Deferred2.await(before), turn)).pipe(
    // once first, the way to those before it is not to be walked again
    Effect15.onExit(() => Effect15.sync(() => Deferred2.unsafeDone(mine, isFirst ? Effect15.void : Deferred2.await(before))))
  );
});
var start5 = (window2) => Effect15.flatMap(now2, (now3) => {
  const free = Math.max(freeAt(window2), window2.pausedUntil);
  if (free > now3) return Effect15.zipRight(sleep3(free - now3), start5(window2));
  const place = window2.cursor;
  started(window2, now3);
  return Effect15.succeed(answered2(window2, place, now3));
});
var answered2 = (window2, place, startedAt) => Effect15.map(now2, (now3) => {
  const took = now3 - startedAt;
  const usual = window2.answers < window2.starts.length ? 0 : window2.usual;
  const late = Math.min(took - Math.min(took, usual), window2.interval * mostLate);
  window2.answers = window2.answers + 1;
  window2.usual = took < window2.usual ? took : window2.usual + (took - window2.usual) / 10;
  if (window2.starts[place] === startedAt) window2.starts[place] = startedAt + late;
});
var freeAt = (window2) => (window2.starts[window2.cursor] ?? -Infinity) + window2.interval;
var started = (window2, now3) => {
  window2.starts[window2.cursor] = now3;
  window2.cursor = (window2.cursor + 1) % window2.starts.length;
};
var pause = (window2, until) => {
  window2.pausedUntil = Math.max(window2.pausedUntil, until);
};
var sleep3 = (millis7) => Effect15.sleep(Duration11.millis(Math.ceil(millis7)));

// ../http/src/RateLimit.ts
var make15 = (options = {}) => make14(options);
var RateLimit = class extends Context3.Reference()(
  "@effect-didww/http/RateLimit",
  { defaultValue: () => void 0 }
) {
};
var layer = (options) => Layer.effect(RateLimit, make15(options));
var layerConfig = () => Layer.effect(RateLimit, Effect16.flatMap(config, make15));
var config = Config.all({
  limit: Config.withDefault(Config.integer("DIDWW_RATE_LIMIT"), void 0),
  interval: Config.withDefault(Config.duration("DIDWW_RATE_INTERVAL"), void 0),
  maxWait: Config.withDefault(Config.duration("DIDWW_RATE_MAX_WAIT"), void 0)
});
var none12 = layer({ limit: Infinity });

// ../http/src/RetryPolicy.ts
import * as Config2 from "effect/Config";
import * as Context4 from "effect/Context";
import * as Duration12 from "effect/Duration";
import * as Effect17 from "effect/Effect";
import * as Layer2 from "effect/Layer";
var make16 = (options = {}) => ({
  maxAttempts: options.maxAttempts ?? 5,
  baseDelay: Duration12.decode(options.baseDelay ?? "250 millis"),
  maxDelay: Duration12.decode(options.maxDelay ?? "20 seconds"),
  maxRetryAfter: Duration12.decode(options.maxRetryAfter ?? "1 minute"),
  attemptTimeout: Duration12.decode(options.attemptTimeout ?? "30 seconds"),
  totalTimeout: Duration12.decode(options.totalTimeout ?? "3 minutes"),
  budget: { capacity: 500, retryCost: 5, timeoutCost: 10, successRefund: 1, ...options.budget }
});
var RetryPolicy = class extends Context4.Reference()("@effect-didww/http/RetryPolicy", {
  defaultValue: () => make16()
}) {
};
var layer2 = (options) => Layer2.succeed(RetryPolicy, make16(options));
var none13 = layer2({ maxAttempts: 1 });

// ../http/src/internal/exchange.ts
import * as FetchHttpClient from "@effect/platform/FetchHttpClient";
import * as Headers from "@effect/platform/Headers";
import * as HttpClient from "@effect/platform/HttpClient";
import * as Context5 from "effect/Context";
import * as Effect18 from "effect/Effect";
import * as Option15 from "effect/Option";
var make17 = (options) => {
  const client = HttpClient.withTracerDisabledWhen(options.client, () => true);
  return ({ context: context5, open = false, request, scrub, timeout, tried: tried2 }) => observed(request, options.tracePropagation, tried2, (request2) => Effect18.flatMap(
    Effect18.timeoutOption(send(client, request2, open, scrub, tried2), timeout),
    Option15.match({
      onNone: () => Effect18.flatMap(
        tried2,
        (tried3) => Effect18.fail(new TimedOut({ ...tried3, limit: "attemptTimeout", timeout }))
      ),
      onSome: Effect18.succeed
    })
  )).pipe(
    Effect18.provideService(FetchHttpClient.RequestInit, {
      ...Option15.getOrElse(Context5.getOption(context5, FetchHttpClient.RequestInit), () => ({})),
      redirect: "manual"
    }),
    Effect18.locallyWith(Headers.currentRedactedNames, (names) => [...names, "api-key"])
  );
};

// ../http/src/internal/refusal.ts
import * as Either8 from "effect/Either";

// ../http/src/internal/retryAfter.ts
import * as Duration13 from "effect/Duration";
var mostSeconds = 2 ** 31;
var parse6 = (text5, now3) => {
  const trimmed = text5.trim();
  if (/^\d+$/.test(trimmed)) return Duration13.seconds(Math.min(Number(trimmed), mostSeconds));
  const at = parseDate(trimmed, now3);
  return at === void 0 ? void 0 : Duration13.millis(Math.max(0, at - now3));
};
var time4 = "(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)";
var forms = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\\d\\d) (?<month>[A-Z][a-z]{2}) (?<year>\\d{4}) ${time4} GMT$`),
  // Sunday, 06-Nov-94 08:49:37 GMT
  new RegExp(
    `^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d\\d)-(?<month>[A-Z][a-z]{2})-(?<year>\\d\\d) ${time4} GMT$`
  ),
  // Sun Nov  6 08:49:37 1994
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<month>[A-Z][a-z]{2}) (?<day>[ \\d]\\d) ${time4} (?<year>\\d{4})$`)
];
var months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
var parseDate = (text5, now3) => {
  const parts = forms.map((form) => form.exec(text5)?.groups).find((groups) => groups !== void 0);
  if (parts === void 0) return void 0;
  const month = months.indexOf(parts.month ?? "");
  const [day, hour, minute, second] = [parts.day, parts.hour, parts.minute, parts.second].map(Number);
  const year = parts.year?.length === 2 ? fullYear(Number(parts.year), now3) : Number(parts.year);
  if (month < 0 || hour > 23 || minute > 59 || second > 60) return void 0;
  const date = /* @__PURE__ */ new Date(0);
  date.setUTCFullYear(year, month, day);
  return date.getUTCMonth() === month && date.getUTCDate() === day ? date.getTime() + ((hour * 60 + minute) * 60 + Math.min(second, 59)) * 1e3 : void 0;
};
var fullYear = (year, now3) => {
  const current = new Date(now3).getUTCFullYear();
  const candidate = current - current % 100 + year;
  return candidate > current + 50 ? candidate - 100 : candidate;
};

// ../http/src/internal/refusal.ts
var parse7 = (text5) => Either8.try({ try: () => JSON.parse(text5), catch: () => ({ path: [], expected: "a JSON document" }) });
var make18 = (answer, credentials, scrub, tried2, now3) => {
  const { headers: headers2, status: status4, text: text5 } = answer;
  const said = Either8.match(parse7(text5), { onLeft: () => [], onRight: errors });
  const answered3 = {
    ...tried2,
    status: status4,
    requestId: scrub(headers2["x-request-id"]),
    errors: [...said, ...challenges(headers2["www-authenticate"], said)].map((error) => ({
      title: scrub(error.title),
      detail: scrub(error.detail),
      code: scrub(error.code),
      status: scrub(error.status),
      pointer: scrub(error.pointer)
    }))
  };
  switch (status4) {
    case 400:
    case 422:
      return new InvalidRequest(answered3);
    case 401:
      return credentials === void 0 ? unspecific(answer, answered3, now3) : new Unauthorized({ ...answered3, credentials });
    case 403:
      return new Forbidden(answered3);
    case 404:
      return new NotFound(answered3);
    default:
      return unspecific(answer, answered3, now3);
  }
};
var unspecific = ({ headers: headers2, status: status4 }, answered3, now3) => {
  const asked = parse6(headers2["retry-after"] ?? "", now3);
  return status4 === 429 ? new RateLimited({ ...answered3, retryAfter: asked }) : status4 >= 500 ? new ServerError({ ...answered3, retryAfter: asked }) : new UnexpectedStatus({ ...answered3, retryAfter: asked });
};
var challenges = (header, said) => {
  const code = parameterOf(header, "error");
  if (code === void 0 || said.some((error) => error.code === code)) return [];
  return [{ code, detail: said.length === 0 ? parameterOf(header, "error_description") ?? code : code }];
};
var parameterOf = (header, name) => new RegExp(`\\b${name}="([^"]*)"`).exec(header ?? "")?.[1];

// ../http/src/internal/scrub.ts
import * as Redacted2 from "effect/Redacted";
var isLong = (secret) => secret.length >= 6;
var make19 = (secrets) => {
  const hidden = secrets.map(Redacted2.value).filter(isLong);
  return (text5) => hidden.reduce((text6, secret) => text6?.replaceAll(secret, "<redacted>"), text5);
};

// ../http/src/internal/session.ts
import * as Clock7 from "effect/Clock";
import * as Duration14 from "effect/Duration";
import * as Effect20 from "effect/Effect";
import * as Option17 from "effect/Option";
import * as Random3 from "effect/Random";
import * as Redacted3 from "effect/Redacted";

// ../http/src/internal/flight.ts
import * as Deferred3 from "effect/Deferred";
import * as Effect19 from "effect/Effect";
import * as Exit2 from "effect/Exit";
import * as FiberId2 from "effect/FiberId";
import { identity as identity2 } from "effect/Function";
import * as Option16 from "effect/Option";
var make20 = (effect4) => {
  let current;
  const joined2 = Effect19.uninterruptibleMask((restore) => {
    if (current !== void 0) {
      return restore(Effect19.flatMap(
        Deferred3.await(current),
        Option16.match({ onNone: () => joined2, onSome: identity2 })
      ));
    }
    const mine = Deferred3.unsafeMake(FiberId2.none);
    current = mine;
    return Effect19.onExit(restore(effect4), (exit2) => Effect19.sync(() => {
      current = void 0;
      Deferred3.unsafeDone(mine, Effect19.succeed(Exit2.isInterrupted(exit2) ? Option16.none() : Option16.some(exit2)));
    }));
  });
  return joined2;
};

// ../http/src/internal/session.ts
var make22 = (credentials, apiVersion2, mint) => credentials._tag === "Bearer" ? tokens(keys(credentials.key), (key2) => mint(key2, credentials)) : apiVersion2 === "2026-11-19" ? make22(bearer(credentials.key), apiVersion2, mint) : keys(credentials.key);
var keys = (key2) => {
  let known;
  const read3 = make20(Effect20.matchEffect(key2, {
    // its words may hold the key
    onFailure: () => Effect20.fail(notSent2("the key could not be read")),
    onSuccess: (key3) => {
      const value5 = Redacted3.make(Redacted3.value(key3).trim());
      if (!/^[\x21-\x7e]+$/.test(Redacted3.value(value5))) {
        return Effect20.fail(notSent2("the key is empty, or has characters that no header can carry"));
      }
      known = { credentials: "key", key: value5, header: ["api-key", value5], secrets: [value5], expiresAt: Infinity };
      return Effect20.succeed(known);
    }
  }));
  return {
    current: Effect20.suspend(() => known === void 0 ? read3 : Effect20.succeed(known)),
    renewed: (refused) => Effect20.suspend(() => known === void 0 || known === refused ? read3 : Effect20.succeed(known)).pipe(
      Effect20.map(Option17.liftPredicate((grant) => Redacted3.value(grant.key) !== Redacted3.value(refused.key)))
    )
  };
};
var notSent2 = (detail) => new Unauthorized({ attempts: 0, elapsed: Duration14.zero, errors: [{ detail }] });
var tokens = (keys2, mintWith) => {
  let known;
  const withKey = (grant) => Effect20.map(mintWith(grant.key), (token) => [grant, token]);
  const mint = make20(Effect20.gen(function* () {
    const mintedAt = yield* Clock7.currentTimeMillis;
    const key2 = yield* keys2.current;
    const [used, token] = yield* withKey(key2).pipe(
      Effect20.catchTag(
        "TokenRefused",
        (error) => Effect20.flatMap(keys2.renewed(key2), Option17.match({ onNone: () => Effect20.fail(error), onSome: withKey }))
      )
    );
    const lifetime = Duration14.toMillis(token.lifetime);
    const share = 0.8 + 0.1 * (yield* Random3.next);
    const grant = {
      credentials: "token",
      key: used.key,
      header: ["authorization", Redacted3.make(`Bearer ${Redacted3.value(token.value)}`)],
      secrets: [used.key, token.value],
      expiresAt: mintedAt + lifetime
    };
    known = { grant, renewAt: mintedAt + share * lifetime };
    return grant;
  }));
  return {
    current: Effect20.flatMap(Clock7.currentTimeMillis, (now3) => {
      const before = known;
      if (before === void 0 || now3 >= before.grant.expiresAt) return mint;
      if (now3 < before.renewAt) return Effect20.succeed(before.grant);
      before.renewAt = now3 + (before.grant.expiresAt - now3) / 2;
      return Effect20.orElseSucceed(mint, () => before.grant);
    }),
    renewed: (refused) => Effect20.suspend(() => {
      if (known !== void 0 && known.grant !== refused) return Effect20.succeedSome(known.grant);
      known = void 0;
      return Effect20.asSome(mint);
    })
  };
};

// ../http/src/internal/token.ts
import * as HttpClientRequest2 from "@effect/platform/HttpClientRequest";
import * as Clock8 from "effect/Clock";
import * as Context6 from "effect/Context";
import * as Duration15 from "effect/Duration";
import * as Effect21 from "effect/Effect";
import * as Either9 from "effect/Either";
import * as Predicate12 from "effect/Predicate";
import * as Redacted4 from "effect/Redacted";
var make24 = (options) => {
  const url2 = normalize(options.tokenUrl);
  return (key2, asked) => Effect21.flatMap(Effect21.context(), (caller) => {
    if (url2 === void 0) return Effect21.fail(unusable());
    const context5 = Context6.merge(options.context, caller);
    const policy = Context6.get(context5, RetryPolicy);
    const scrub = make19([key2]);
    const request = HttpClientRequest2.post(url2, {
      headers: { accept: "application/json", "api-key": Redacted4.value(key2) }
    }).pipe(HttpClientRequest2.bodyUnsafeJson({
      aud: asked.audience,
      scope: asked.scope,
      api_version: options.apiVersion,
      expires_in: Math.floor(Duration15.toSeconds(asked.lifetime))
    }));
    return run({
      policy,
      spending: options.spending,
      enter: () => options.limiter.take(key2),
      attempt: (arrived, tried2) => Effect21.flatMap(
        Effect21.zipLeft(
          options.exchange({ request, timeout: policy.attemptTimeout, scrub, tried: tried2, context: context5 }),
          arrived
        ),
        (answer) => Effect21.flatMap(Effect21.zip(tried2, Clock8.currentTimeMillis), ([tried3, now3]) => isSuccess(answer.status) ? read2(answer, scrub, tried3) : Either9.left(refuse(answer, scrub, tried3, now3)))
      ),
      renew: () => Effect21.succeed(false),
      pause: (_, duration4) => options.limiter.pause(key2, duration4),
      // one more token does no harm
      isRepeatable: () => true
    });
  });
};
var read2 = ({ headers: headers2, text: text5 }, scrub, tried2) => parse7(text5).pipe(
  Either9.flatMap(tokenOf),
  Either9.mapLeft(
    ({ expected, path }) => new MalformedResponse({
      ...tried2,
      requestId: scrub(headers2["x-request-id"]),
      path: path.join("."),
      expected
    })
  )
);
var tokenOf = (json) => {
  if (!Predicate12.isRecord(json)) return Either9.left({ path: [], expected: "an object" });
  const { access_token: value5, expires_in: seconds10 } = json;
  if (!Predicate12.isString(value5) || !/^[\x21-\x7e]+$/.test(value5)) {
    return Either9.left({ path: ["access_token"], expected: "a token" });
  }
  return Predicate12.isNumber(seconds10) && seconds10 > 0 ? Either9.right({ value: Redacted4.make(value5), lifetime: Duration15.seconds(seconds10) }) : Either9.left({ path: ["expires_in"], expected: "a number of seconds" });
};
var refuse = (answer, scrub, tried2, now3) => {
  const { headers: headers2, status: status4, text: text5 } = answer;
  if (status4 === 429 || status4 < 400 || status4 >= 500) {
    return unspecific(answer, { ...tried2, status: status4, requestId: scrub(headers2["x-request-id"]), errors: [] }, now3);
  }
  const said = Either9.getOrElse(parse7(text5), () => ({}));
  return new TokenRefused({
    ...tried2,
    status: status4,
    error: scrub(textOf(said, "error")),
    description: scrub(textOf(said, "error_description"))
  });
};
var textOf = (json, name) => Predicate12.hasProperty(json, name) && Predicate12.isString(json[name]) ? json[name] : void 0;

// ../http/src/internal/request.ts
var make25 = (options) => {
  const base = normalize(options.apiUrl);
  const exchanged = make17(options);
  const spending = { spent: 0 };
  const { current, renewed } = make22(
    options.credentials,
    options.apiVersion,
    make24({ ...options, exchange: exchanged, spending, limiter: options.tokenLimiter })
  );
  const headers2 = {
    accept: "application/vnd.api+json",
    "content-type": "application/vnd.api+json",
    "x-didww-api-version": options.apiVersion
  };
  const merged = Effect22.map(Effect22.context(), (caller) => Context7.merge(options.context, caller));
  const run2 = (request, read3, { isRepeatable = () => true, isTrusted = true, open = false } = {}) => Effect22.flatMap(merged, (context5) => {
    const policy = Context7.get(context5, RetryPolicy);
    const limiter2 = Context7.get(context5, RateLimit) ?? options.limiter;
    return run({
      policy,
      spending,
      enter: (tried2) => isTrusted ? entered(limiter2, tried2) : Effect22.succeed(void 0),
      attempt: (pass, tried2) => {
        const grant = pass?.grant;
        const scrub = make19(grant?.secrets ?? []);
        return Effect22.flatMap(
          Effect22.zipLeft(
            exchanged({
              request: grant === void 0 ? request : HttpClientRequest3.setHeader(request, grant.header[0], Redacted5.value(grant.header[1])),
              open,
              timeout: policy.attemptTimeout,
              scrub,
              tried: tried2,
              context: context5
            }),
            pass?.arrived ?? Effect22.void
          ),
          (answer) => Effect22.flatMap(Effect22.zip(tried2, Clock9.currentTimeMillis), ([tried3, now3]) => isSuccess(answer.status) ? read3(answer, scrub, tried3) : Either10.left(make18(answer, grant?.credentials, scrub, tried3, now3)))
        );
      },
      renew: (pass) => pass === void 0 ? Effect22.succeed(false) : Effect22.map(renewed(pass.grant), (found) => found._tag === "Some"),
      pause: (pass, duration4) => pass === void 0 ? Effect22.void : limiter2.pause(pass.grant.key, duration4),
      isRepeatable
    });
  });
  const entered = (limiter2, tried2) => Effect22.gen(function* () {
    const grant = yield* current;
    const [waited, arrived] = yield* Effect22.timed(
      Effect22.catchTag(limiter2.take(grant.key), "RateLimitWaitExceeded", (error) => Effect22.flatMap(tried2, (tried3) => Effect22.fail(new RateLimitWaitExceeded({ ...tried3, maxWait: error.maxWait }))))
    );
    if (Duration16.greaterThanOrEqualTo(waited, Duration16.millis(1))) {
      yield* Metric5.update(rateLimitWait, Duration16.toSeconds(waited));
    }
    return (yield* Clock9.currentTimeMillis) < grant.expiresAt ? { grant, arrived } : yield* entered(limiter2, tried2);
  });
  const below2 = (path, run3) => base === void 0 ? Effect22.fail(unusable()) : run3(`${base}${path}`);
  const withBody = (request, body) => HttpClientRequest3.bodyText(request, JSON.stringify(body), headers2["content-type"]);
  return {
    get: (path, urlParams, decode7) => below2(path, (url2) => run2(HttpClientRequest3.get(url2, { headers: headers2, urlParams }), reading(decode7))),
    post: (path, body, decode7) => below2(path, (url2) => run2(withBody(HttpClientRequest3.post(url2, { headers: headers2 }), body), reading(decode7), {
      isRepeatable: isUndone
    })),
    patch: (path, body, decode7) => below2(path, (url2) => run2(withBody(HttpClientRequest3.patch(url2, { headers: headers2 }), body), reading(decode7))),
    open: ({ headers: headers3, isTrusted, url: url2 }) => run2(
      HttpClientRequest3.get(url2, { headers: headers3 }),
      (answer, scrub, tried2) => Either10.right({ answer, scrub, tried: tried2 }),
      { open: true, isTrusted }
    ),
    recovery: Effect22.map(merged, (context5) => recovery(Context7.get(context5, RetryPolicy), spending))
  };
};
var reading = (decode7) => (answer, scrub, tried2) => parse7(answer.text).pipe(
  Either10.flatMap(decode7),
  Either10.mapLeft(
    (mismatch2) => new MalformedResponse({
      ...tried2,
      requestId: scrub(answer.headers["x-request-id"]),
      path: MalformedResponse.path(mismatch2),
      expected: mismatch2.expected
    })
  )
);

// ../http/src/internal/version.ts
import * as Effect23 from "effect/Effect";
import * as Option18 from "effect/Option";
var make26 = (asked) => {
  let warned = false;
  return (answered3) => {
    if (warned || Option18.isNone(answered3) || answered3.value === asked) return Effect23.void;
    warned = true;
    return Effect23.logWarning(
      `DIDWW answers with API version ${answered3.value}, not ${asked} as asked for: the account's own is newer, or this one is not served`
    );
  };
};

// ../http/src/ExportsClient.ts
var ExportsClient = class extends Context8.Tag("@effect-didww/http/ExportsClient")() {
};
var environments = {
  production: "https://api.didww.com/v3",
  sandbox: "https://sandbox-api.didww.com/v3"
};
var tokenServices = {
  "https://api.didww.com": "https://auth.didww.com/token",
  "https://sandbox-api.didww.com": "https://auth-sandbox.didww.com/token"
};
var tokenUrlOf = (apiUrl) => {
  const origin = originOf(apiUrl);
  return origin === void 0 ? "" : tokenServices[origin] ?? `${origin}/token`;
};
var make27 = (options) => Effect24.gen(function* () {
  const apiVersion2 = options.apiVersion ?? defaultVersion;
  const apiUrl = String(options.apiUrl ?? environments.production);
  const context5 = yield* Effect24.context();
  const requests3 = make25({
    apiUrl,
    tokenUrl: String(options.tokenUrl ?? tokenUrlOf(apiUrl)),
    apiVersion: apiVersion2,
    credentials: options.credentials,
    client: yield* HttpClient2.HttpClient,
    tracePropagation: options.tracePropagation ?? false,
    limiter: yield* make15(),
    tokenLimiter: yield* make15(),
    context: context5
  });
  const checkVersion = make26(apiVersion2);
  const lists = make10({ requests: requests3, apiVersion: apiVersion2, checkVersion, pushDown: options.pushDown ?? "documented" });
  const { create, ensure, get: get6, statuses: statuses3, update: update3 } = make7({ requests: requests3, apiVersion: apiVersion2, checkVersion, pages: lists });
  const download = make5({ requests: requests3, apiUrl, downloadOrigins: options.downloadOrigins ?? [] });
  const records = make13({ download, context: context5 });
  const service = {
    stream: (query2 = {}, options2) => lists.walk(query2, options2?.concurrency).pipe(
      Stream7.mapConcatChunk((page) => Chunk6.unsafeFromArray(page.exports)),
      Stream7.withSpan("ExportsClient.stream", spanned)
    ),
    pages: (query2 = {}, options2) => Stream7.withSpan(lists.walk(query2, options2?.concurrency), "ExportsClient.pages", spanned),
    list: (query2 = {}) => Effect24.withSpan(lists.list(query2), "ExportsClient.list", spanned),
    count: (query2 = {}) => Effect24.withSpan(lists.count(query2), "ExportsClient.count", spanned),
    get: (id2) => Effect24.withSpan(get6(id2), "ExportsClient.get", spanned),
    create: (request) => Effect24.withSpan(create(request), "ExportsClient.create", spanned),
    update: (id2, reference) => Effect24.withSpan(update3(id2, reference), "ExportsClient.update", spanned),
    ensure: (request) => Effect24.withSpan(ensure(request), "ExportsClient.ensure", spanned),
    awaitCompleted: (self, options2 = {}) => Effect24.withSpan(completed2(statuses3(self, options2)), "ExportsClient.awaitCompleted", spanned),
    statuses: (self, options2 = {}) => Stream7.withSpan(statuses3(self, options2), "ExportsClient.statuses", spanned),
    download: (self, options2 = {}) => Stream7.suspend(() => download(self, options2, start())).pipe(
      Stream7.withSpan("ExportsClient.download", spanned)
    ),
    records: (self, options2 = {}) => Stream7.withSpan(records(self, options2), "ExportsClient.records", spanned)
  };
  return service;
});
var spanned = { captureStackTrace: false };
var layer3 = (options) => Layer3.effect(ExportsClient, make27(options));
var layerConfig2 = () => Layer3.effect(ExportsClient, Effect24.flatMap(config2, make27));
var config2 = Config3.map(
  Config3.all({
    key: Config3.redacted("DIDWW_API_KEY"),
    environment: Config3.withDefault(Config3.literal("production", "sandbox")("DIDWW_ENV"), "production"),
    apiUrl: Config3.withDefault(Config3.url("DIDWW_API_URL"), void 0),
    tokenUrl: Config3.withDefault(Config3.url("DIDWW_TOKEN_URL"), void 0),
    apiVersion: Config3.withDefault(
      Config3.literal(...ApiVersion.literals)("DIDWW_API_VERSION"),
      defaultVersion
    )
  }),
  ({ apiUrl, apiVersion: apiVersion2, environment, key: key2, tokenUrl }) => ({
    credentials: apiKey(key2),
    apiUrl: apiUrl ?? environments[environment],
    tokenUrl,
    apiVersion: apiVersion2
  })
);
var requestDuration2 = requestDuration;
var rateLimitWait2 = rateLimitWait;
var requests2 = requests;
var retries2 = retries;
var recordRows2 = recordRows;
var rejectedRows2 = rejectedRows;

// src/client.ts
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient";
import * as Effect25 from "effect/Effect";
import * as Layer4 from "effect/Layer";
import * as Redacted6 from "effect/Redacted";
var key = Redacted6.make("a-key-of-the-bench");
var urlOf = (path) => `${process.env.BENCH_SERVER}${path}`;
var onUndici = (effect4) => Effect25.flatMap(Layer4.build(NodeHttpClient.layerUndici), (context5) => Effect25.provide(effect4, context5));
var limit = make15({ limit: 1e6 });
var working = (path, use) => Effect25.gen(function* () {
  const client = yield* make27({ credentials: apiKey(key), apiUrl: urlOf(path) });
  const limiter2 = yield* limit;
  return Effect25.orDie(Effect25.provideService(use(client), RateLimit, limiter2));
}).pipe(onUndici);

// ../http/src/NodeGunzip.ts
import * as Effect26 from "effect/Effect";
import * as Layer5 from "effect/Layer";
import { createGunzip } from "node:zlib";
var chunkSize = 65536;
var engine2 = Effect26.suspend(
  () => Effect26.map(
    Effect26.acquireRelease(Effect26.sync(start6), ({ stop: stop2 }) => Effect26.sync(stop2)),
    ({ decompression }) => decompression
  )
);
var start6 = () => {
  const stream = createGunzip({ chunkSize });
  const first2 = start3();
  let out = [];
  let read3 = 0;
  let filled = 0;
  let hasEnded = false;
  let failure;
  let settle = () => {
  };
  stream.on("data", (bytes) => {
    out.push(bytes);
  });
  stream.on("end", () => {
    hasEnded = true;
  });
  stream.on("error", (cause) => {
    failure = new GunzipError({ reason: reasonOf(cause, first2) });
    settle();
  });
  const after2 = (run2) => Effect26.async((resume) => {
    settle = () => {
      const taken = out;
      out = [];
      resume(failure === void 0 ? Effect26.succeed(taken) : Effect26.fail(failure));
    };
    if (failure === void 0) run2(settle);
    else settle();
  });
  return {
    decompression: {
      push: (bytes) => after2((done) => {
        first2.push(bytes);
        const last = bytes.findLastIndex((byte) => byte !== 0);
        if (last >= 0) filled = read3 + last + 1;
        read3 = read3 + bytes.length;
        stream.write(bytes, done);
      }),
      end: after2((done) => {
        if (hasEnded) return done();
        stream.once("end", done);
        stream.end();
      }).pipe(
        // zlib ends at the first zero behind a member, whatever comes then
        Effect26.filterOrFail(
          () => stream.bytesWritten >= filled,
          () => new GunzipError({ reason: "trailing data" })
        )
      )
    },
    stop: () => {
      stream.destroy();
    }
  };
};
var layer4 = Layer5.succeed(Gunzip, engine2);

// src/rows.ts
import * as BigDecimal3 from "effect/BigDecimal";
import * as Chunk7 from "effect/Chunk";
import * as DateTime9 from "effect/DateTime";
import * as Duration17 from "effect/Duration";
import * as Effect28 from "effect/Effect";
import * as Option20 from "effect/Option";
import * as Stream8 from "effect/Stream";
import { createGunzip as createGunzip2, gunzipSync } from "node:zlib";

// src/byHand.ts
import * as Effect27 from "effect/Effect";
var byHand = (work) => Effect27.succeed(Effect27.promise(work));
var withLibrary = (load, work) => Effect27.map(Effect27.promise(load), (library) => Effect27.promise(work(library)));
var headers = {
  accept: "application/vnd.api+json",
  "content-type": "application/vnd.api+json",
  "x-didww-api-version": "2026-04-16",
  "api-key": "a-key-of-the-bench"
};
var query = (page, size) => `sort=-created_at&page%5Bnumber%5D=${page}&page%5Bsize%5D=${size}`;
var pageAfterPage = async (size, get6) => {
  let count = 0;
  for (let page = 1; ; page++) {
    const { data, meta } = await get6(query(page, size), page);
    count += data.length;
    if (count >= meta.total_records) return count;
  }
};

// src/rows.ts
var addressOf = (rows3) => urlOf(`/v3/archives/${rows3}.csv.gz`);
var addTo = (sum, { total }) => {
  sum.rows++;
  if (Option20.isSome(total)) sum.total += total.value.value;
};
var recordsOf = (count) => streaming(count, engine2);
var streaming = (count, engine3) => working("/v3", (client) => {
  const sum = { rows: 0, total: 0n };
  return client.records({ id: ExportId.make("bench"), url: addressOf(count) }).pipe(
    Stream8.runForEachChunk(
      (chunk) => Effect28.sync(() => {
        for (const row of chunk) if (row._tag === "CdrInRecord") addTo(sum, row);
      })
    ),
    Effect28.provideService(Gunzip, engine3),
    Effect28.map(() => sum)
  );
});
var unzipped = async (count) => {
  const { request } = await import("undici");
  const { body } = await request(addressOf(count));
  return body.pipe(createGunzip2({ chunkSize: 65536 }));
};
var time5 = (text5) => text5 === "" ? Option20.none() : Option20.some(DateTime9.unsafeMake(`${text5.replace(" ", "T")}Z`));
var money2 = (text5) => text5 === "" ? Option20.none() : BigDecimal3.fromString(text5);
var integer5 = (text5) => text5 === "" ? Option20.none() : Option20.some(Number(text5));
var seconds9 = (text5) => Option20.map(integer5(text5), Duration17.seconds);
var string = (text5) => text5 === "" ? Option20.none() : Option20.some(text5);
var typed = (cells) => {
  const cell = (index) => cells[index] ?? "";
  return {
    _tag: "CdrInRecord",
    startedAt: time5(cell(0)),
    connectedAt: time5(cell(1)),
    endedAt: time5(cell(2)),
    status: string(cell(3)),
    source: string(cell(4)),
    sourceNumber: Option20.none(),
    sourceNumberOut: Option20.none(),
    sourceName: string(cell(5)),
    sourceCountry: Option20.none(),
    sourceNetwork: Option20.none(),
    destinationDid: string(cell(6)),
    duration: seconds9(cell(7)),
    attempt: integer5(cell(8)),
    disconnectCode: integer5(cell(9)),
    response: string(cell(10)),
    disconnectInitiator: string(cell(11)),
    voiceInTrunk: string(cell(12)),
    destination: string(cell(13)),
    trunkGroup: string(cell(14)),
    capacityGroup: string(cell(15)),
    tollFree: money2(cell(16)),
    pstn: money2(cell(17)),
    metered: money2(cell(18)),
    cnamIn: money2(cell(19)),
    total: money2(cell(20)),
    callId: string(cell(21)),
    extra: {}
  };
};
var unchecked = "resumed downloads, length and checksum as typed failures, rejected rows as values, columns by name";
var summed = async (cells) => {
  const sum = { rows: -1, total: 0n };
  for await (const row of cells) {
    if (sum.rows < 0) sum.rows = 0;
    else addTo(sum, typed(row));
  }
  return sum;
};
var gunzipAlone = {
  without: "everything but the bytes",
  prepare: byHand(async () => {
    let bytes = 0;
    for await (const piece2 of await unzipped(rows)) bytes += piece2.length;
    return bytes;
  })
};
var onNode = { prepare: streaming(rows, engine2) };
var onTheWeb = { prepare: streaming(rows, web) };
var csvParse = {
  without: unchecked,
  prepare: withLibrary(
    () => import("csv-parse"),
    ({ parse: parse8 }) => async () => summed((await unzipped(rows)).pipe(parse8()))
  )
};
var others2 = {
  "papaparse": {
    without: `${unchecked}, quotes and characters that two chunks share`,
    prepare: withLibrary(
      () => import("papaparse"),
      ({ default: { NODE_STREAM_INPUT, parse: parse8 } }) => async () => summed((await unzipped(rows)).pipe(parse8(NODE_STREAM_INPUT)))
    )
  },
  "fast-csv": {
    without: unchecked,
    prepare: withLibrary(
      () => import("fast-csv"),
      ({ parse: parse8 }) => async () => summed((await unzipped(rows)).pipe(parse8()))
    )
  },
  "gunzip whole, csv-parse/sync": {
    without: `${unchecked}, constant memory`,
    prepare: withLibrary(() => import("csv-parse/sync"), ({ parse: parse8 }) => async () => {
      const { request } = await import("undici");
      const { body } = await request(addressOf(rows));
      const [, ...cells] = parse8(gunzipSync(await body.arrayBuffer()));
      const sum = { rows: 0, total: 0n };
      for (const row of cells) addTo(sum, typed(row));
      return sum;
    })
  }
};
var bar = (name, says, ours, against, contenders, must, aim) => ({
  name,
  says,
  measure: "wall",
  per: { count: rows, unit: "a row" },
  ours,
  against,
  contenders,
  must,
  aim
});
var bars = [
  bar(
    "rows-gunzip-node",
    "time from an archive to typed rows with zlib, against gunzip alone",
    "effect-didww, zlib",
    "gunzip alone",
    { "effect-didww, zlib": onNode, "gunzip alone": gunzipAlone },
    4,
    3
  ),
  bar(
    "rows-gunzip-web",
    "time from an archive to typed rows with DecompressionStream, against gunzip alone",
    "effect-didww, DecompressionStream",
    "gunzip alone",
    { "effect-didww, DecompressionStream": onTheWeb, "gunzip alone": gunzipAlone },
    5,
    3.6
  ),
  bar(
    "rows-csv-parse",
    "time from an archive to typed rows, against csv-parse with the same typing",
    "effect-didww, zlib",
    "csv-parse",
    { "effect-didww, zlib": onNode, "csv-parse": csvParse, ...others2 },
    1 / 3,
    1 / 4
  ),
  {
    name: "rows-memory",
    says: `peak memory of ${manyRows.toLocaleString("en")} rows against ${rows.toLocaleString("en")}`,
    measure: "memory",
    per: { count: 1, unit: "a process" },
    ours: "ten times the rows",
    against: "the rows",
    contenders: {
      "ten times the rows": { prepare: streaming(manyRows, engine2) },
      "the rows": { prepare: streaming(rows, engine2) },
      "the rows, gunzip whole, csv-parse/sync": others2["gunzip whole, csv-parse/sync"]
    },
    must: 1.1,
    aim: 1.05
  }
];

export {
  Export,
  fromResource,
  Export_exports,
  ExportFilter_exports,
  ExportQuery_exports,
  Credentials_exports,
  make10 as make,
  RateLimit_exports,
  make17 as make2,
  ExportsClient_exports,
  byHand,
  withLibrary,
  headers,
  query,
  pageAfterPage,
  urlOf,
  onUndici,
  working,
  recordsOf,
  bars
};
