import {
  __export
} from "./chunk-YPNOEZNN.js";

// packages/simulator/src/Account.ts
var Account_exports = {};
__export(Account_exports, {
  generate: () => generate,
  make: () => make,
  moving: () => moving
});
import * as Utils from "effect/Utils";

// packages/simulator/src/internal/uuid.ts
var hexDigits = (random) => [0, 1, 2].map(() => Math.floor(random.number() * 2 ** 44).toString(16).padStart(11, "0")).join("").slice(0, 32);
var fromHex = (hex2) => `${hex2.slice(0, 8)}-${hex2.slice(8, 12)}-4${hex2.slice(13, 16)}-a${hex2.slice(17, 20)}-${hex2.slice(20)}`;
var fileOf = (hex2) => `/exports/${fromHex(hex2.slice(16) + hex2.slice(0, 16))}.csv.gz`;

// packages/simulator/src/Account.ts
var make = (records) => ({ records: Array.from(records) });
var day = 864e5;
var generate = (options = {}) => {
  const size = options.size ?? 100;
  const random = new Utils.PCGRandom(options.seed ?? 0);
  const types2 = options.types ?? ["cdr_in", "cdr_out"];
  const step = 37001;
  let createdAt = (options.until ?? Date.UTC(2026, 10, 1)) - size * step;
  return make(Array.from({ length: size }, (_, index) => {
    createdAt = createdAt + (options.odd === true && chance(random, 10) ? 0 : step);
    const record = ordered(random, pick(random, types2), createdAt, index);
    return options.odd === true ? oddly(random, record) : record;
  }));
};
var ordered = (random, exportType, createdAt, index) => {
  const status = chance(random, 80) ? "completed" : chance(random, 50) ? "processing" : "pending";
  const month = Math.floor(createdAt / day) * day - 30 * day;
  const hasCallback = chance(random, 20);
  const hex2 = hexDigits(random);
  return {
    id: fromHex(hex2),
    createdAt,
    status,
    exportType,
    externalReferenceId: chance(random, 40) ? `invoice-${index}` : null,
    url: status === "completed" ? fileOf(hex2) : null,
    callbackUrl: hasCallback ? "https://example.com/didww" : null,
    callbackMethod: hasCallback ? pick(random, ["get", "post"]) : null,
    filters: {
      from: seconds(month),
      to: seconds(month + pick(random, [1, 7, 30]) * day),
      ...chance(random, 60) && narrowed(random, exportType)
    }
  };
};
var narrowed = (random, exportType) => {
  const number2 = `972862594${String(random.integer(100)).padStart(2, "0")}`;
  switch (exportType) {
    case "cdr_in":
      return { did_number: number2 };
    case "cdr_out":
      return { "voice_out_trunk.id": trunks[random.integer(trunks.length)] };
    default:
      return exportType.startsWith("sms_") ? { destination_address_cont: number2, "sms_trunk.id": pick(random, [trunks[0], trunks]) } : { tag: number2 };
  }
};
var trunks = ["457bf47d-446d-41cd-91c3-dfbda7bf0753", "21a3b5c7-0b4c-4a3e-9d52-6d3f1f0f8c11"];
var oddly = (random, record) => {
  const isCall = record.exportType === "cdr_in" || record.exportType === "cdr_out";
  switch (random.integer(9)) {
    case 0:
      return {
        ...record,
        shows: { status: title(record.status), callback_method: record.callbackMethod?.toUpperCase() ?? null }
      };
    case 1:
      return { ...record, createdAt: null };
    case 2:
      return {
        ...record,
        shows: { external_reference_id: void 0, callback_url: void 0, callback_method: void 0 }
      };
    case 3:
      return { ...record, shows: { retention_days: 31, status: record.status.toUpperCase() } };
    case 4:
      return isCall ? { ...record, filters: { year: 2026, month: 3, ...numeric(record) } } : record;
    case 5:
      return isCall ? { ...record, filters: { year: "2026", month: "03", day: "07", ...numeric(record) } } : record;
    case 6:
      return { ...record, filters: null, shows: { filters: void 0 } };
    case 7:
      return { ...record, exportType: "fax_in", filters: { ...record.filters, pages: [1, 2] } };
    default:
      return { ...record, externalReferenceId: pick(random, ["a,b", " padded ", '"quoted"', "", "\xFCn\xEFcode & more"]) };
  }
};
var numeric = (record) => {
  const number2 = record.filters?.did_number;
  return number2 === void 0 ? {} : { did_number: Number(number2) };
};
var title = (text2) => `${text2.charAt(0).toUpperCase()}${text2.slice(1)}`;
var chance = (random, percent) => random.integer(100) < percent;
var pick = (random, values) => values[random.integer(values.length)];
var seconds = (millis) => new Date(millis).toISOString().slice(0, 19).replace("T", " ");
var moving = (options = {}) => {
  const random = new Utils.PCGRandom(options.seed ?? 0, 1);
  let created2 = 0;
  const create = (records) => {
    const last = records.reduce((last2, { createdAt }) => Math.max(last2, createdAt ?? 0), Date.UTC(2026, 10, 1));
    created2 = created2 + 1;
    records.push(ordered(random, "cdr_in", last + 1e3, created2));
  };
  const expire = (records) => {
    const index = chance(random, 20) ? records.length - 1 : Math.floor(random.number() * records.length);
    if (records.length > 0) records.splice(index, 1);
  };
  const proceed = (records) => {
    const index = Math.floor(random.number() * records.length);
    const record = records[index];
    if (record !== void 0) records[index] = { ...record, status: pick(random, ["processing", "completed"]) };
  };
  return (_, records) => {
    const changes = random.integer((options.changes ?? 3) + 1);
    if (changes === 0) return records;
    const next = records.slice();
    for (let change = 0; change < changes; change++) {
      const kind = random.integer(3);
      if (kind === 2) proceed(next);
      else if (options.constantTotal === true) {
        expire(next);
        create(next);
      } else if (kind === 1) create(next);
      else expire(next);
    }
    return next;
  };
};

// packages/simulator/src/Archive.ts
var Archive_exports = {};
__export(Archive_exports, {
  csv: () => csv2,
  fromRecord: () => fromRecord,
  make: () => make2,
  rows: () => rows,
  totals: () => totals
});

// packages/simulator/src/internal/dates.ts
var pattern = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:(Z)|([+-])(\d\d):?(\d\d))?$/;
var parse = (text2) => {
  const match = pattern.exec(text2);
  if (match === null) return void 0;
  const [year, month, day2, hours, minutes, seconds3] = match.slice(1, 7).map(Number);
  const at = Date.UTC(year, month - 1, day2, hours, minutes, seconds3);
  if (format(at) !== `${text2.slice(0, 10)} ${text2.slice(11, 19)}`) return void 0;
  const offset = match[8] === void 0 ? 0 : (Number(match[9]) * 60 + Number(match[10])) * 6e4;
  return match[8] === "-" ? at + offset : at - offset;
};
var format = (millis) => new Date(millis).toISOString().slice(0, 19).replace("T", " ");
var monthStart = (millis, months) => {
  const date = new Date(millis);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months);
};
var monthLater = (millis) => {
  const date = new Date(millis);
  return date.setUTCMonth(date.getUTCMonth() + 1);
};
var rangeOf = (filters2) => {
  const from = parse(String(filters2?.from ?? ""));
  const to = parse(String(filters2?.to ?? ""));
  if (from !== void 0 && to !== void 0 && from < to) return { from, to };
  const [year, month] = [Number(filters2?.year), Number(filters2?.month)];
  if (!Number.isInteger(year) || !Number.isInteger(month)) return void 0;
  const day2 = filters2?.day === void 0 ? void 0 : Number(filters2.day);
  return day2 === void 0 ? { from: Date.UTC(year, month - 1), to: Date.UTC(year, month) } : { from: Date.UTC(year, month - 1, day2), to: Date.UTC(year, month - 1, day2 + 1) };
};

// packages/simulator/src/internal/layouts.ts
var draws = (seed) => {
  let state = seed | 0;
  return {
    below: (count) => {
      state = state + 1831565813 | 0;
      let mixed = Math.imul(state ^ state >>> 15, 1 | state);
      mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
      return ((mixed ^ mixed >>> 14) >>> 0) % count;
    }
  };
};
var seedOf = (text2) => {
  let hash = 2166136261;
  for (let index = 0; index < text2.length; index++) hash = Math.imul(hash ^ text2.charCodeAt(index), 16777619);
  return hash;
};
var two = Array.from({ length: 100 }, (_, value2) => String(value2).padStart(2, "0"));
var days = /* @__PURE__ */ new Map();
var dayOf = (day2) => {
  const known = days.get(day2);
  if (known !== void 0) return known;
  const text2 = new Date(day2 * 864e5).toISOString().slice(0, 11).replace("T", " ");
  days.set(day2, text2);
  return text2;
};
var time = (seconds3) => {
  const day2 = Math.floor(seconds3 / 86400);
  const rest = seconds3 - day2 * 86400;
  return `${dayOf(day2)}${two[Math.floor(rest / 3600)]}:${two[Math.floor(rest / 60) % 60]}:${two[rest % 60]}`;
};
var decimals = Array.from({ length: 1e3 }, (_, value2) => `.${String(value2).padStart(3, "0")}`);
var amount = (thousandths) => `${Math.floor(thousandths / 1e3)}${decimals[thousandths % 1e3]}`;
var pick2 = (draws2, values) => values[draws2.below(values.length)];
var hex = (draws2) => draws2.below(2 ** 32).toString(16).padStart(8, "0");
var seconds2 = (draws2) => draws2.below(draws2.below(10) === 0 ? 3600 : 300) + 1;
var numbers = Array.from({ length: 100 }, (_, value2) => `972862594${two[value2]}`);
var names = [
  "",
  "John Smith",
  "Zo\xEB M\xFCller",
  "O'Neill, Pat",
  '"Bob" Ray',
  "\u5C71\u7530\u592A\u90CE",
  "ANONYMOUS",
  "Jos\xE9\nSecond line"
];
var trunks2 = ["SIP Trunk", "B\xFCro M\xFCnchen", "Hauptstra\xDFe, 2. Stock", 'The "old" PBX', "\u96FB\u8A71\u30B7\u30B9\u30C6\u30E0"];
var destinations = [
  "sip:test@example.com",
  "iax:324@34234234",
  'sip:"desk"@example.com;transport=tcp',
  "97226000000"
];
var groups = ["Trunk Group A", "Trunk Group B", null];
var capacities = ["Shared Cap A", null];
var failures = [["404", "Not Found"], ["486", "Busy Here"], ["487", "Request Terminated"], [
  "603",
  "Decline, try later"
]];
var countries = [["United Kingdom", "BT"], ["United States", "AT&T"], ["C\xF4te d'Ivoire", "Orange"], ["Israel", null]];
var inbound = {
  columns: [
    "Date/Time Start (UTC)",
    "Date/Time Connect (UTC)",
    "Date/Time End (UTC)",
    "Status",
    "Source",
    "Source Name",
    "Destination DID",
    "Duration (sec)",
    "Attempt",
    "Disconnect Code",
    "Response",
    "Disconnect Initiator",
    "Voice IN Trunk",
    "Destination",
    "Trunk Group",
    "Capacity Group",
    "Toll-free (USD)",
    "PSTN (USD)",
    "Metered (USD)",
    "CNAM IN (USD)",
    "Total (USD)",
    "Call ID"
  ],
  dates: [0, 1, 2],
  money: [16, 17, 18, 19, 20],
  texts: [5, 10, 12, 13],
  fill: (cells, money, start, draws2, didNumber) => {
    const isAnswered = draws2.below(100) < 85;
    const length = isAnswered ? seconds2(draws2) : 0;
    const connected = start + draws2.below(20);
    const failure = pick2(draws2, failures);
    const minutes = Math.ceil(length / 60);
    const kind = draws2.below(10);
    money[0] = kind === 0 ? minutes * 21 : 0;
    money[1] = kind > 0 ? minutes * 3 : 0;
    money[2] = kind === 1 ? minutes * 17 : 0;
    money[3] = isAnswered && kind === 2 ? 5 : 0;
    money[4] = money[0] + money[1] + money[2] + money[3];
    cells[0] = time(start);
    cells[1] = isAnswered ? time(connected) : "";
    cells[2] = isAnswered ? time(connected + length) : "";
    cells[3] = isAnswered ? "Completed" : "Failed";
    cells[4] = draws2.below(50) === 0 ? "" : `44770${1e6 + draws2.below(9e6)}`;
    cells[5] = pick2(draws2, names);
    cells[6] = didNumber ?? pick2(draws2, numbers);
    cells[7] = String(length);
    cells[8] = String(1 + draws2.below(3));
    cells[9] = isAnswered ? "200" : failure[0];
    cells[10] = isAnswered ? "Bye" : failure[1];
    cells[11] = draws2.below(2) === 0 ? "Origination" : "Termination";
    cells[12] = pick2(draws2, trunks2);
    cells[13] = pick2(draws2, destinations);
    cells[14] = pick2(draws2, groups);
    cells[15] = pick2(draws2, capacities);
    for (let index = 0; index < 5; index++) cells[16 + index] = amount(money[index]);
    cells[21] = isAnswered ? hex(draws2) + hex(draws2) : null;
  }
};
var outbound = {
  columns: [
    "Date/Time Start (UTC)",
    "Date/Time Connect (UTC)",
    "Date/Time End (UTC)",
    "Status",
    "Source",
    "CLI",
    "Destination Number",
    "Call Duration (sec)",
    "Billing Duration (sec)",
    "Disconnect Code",
    "Disconnect Reason",
    "Voice OUT Trunk",
    "Destination Country",
    "Network",
    "Call Type",
    "Rate (USD)",
    "Charged (USD)",
    "P-Charge-Info",
    "Call ID"
  ],
  dates: [0, 1, 2],
  money: [15, 16],
  texts: [10, 11, 12, 13],
  fill: (cells, money, start, draws2) => {
    const isAnswered = draws2.below(100) < 80;
    const length = isAnswered ? seconds2(draws2) : 0;
    const connected = start + draws2.below(20);
    const failure = pick2(draws2, failures);
    const [country, network] = pick2(draws2, countries);
    const billed = Math.ceil(length / 60) * 60;
    const rate = 8 + draws2.below(40);
    const source = `44770${1e6 + draws2.below(9e6)}`;
    money[0] = isAnswered ? rate : 0;
    money[1] = billed / 60 * money[0];
    cells[0] = time(start);
    cells[1] = isAnswered ? time(connected) : "";
    cells[2] = isAnswered ? time(connected + length) : "";
    cells[3] = isAnswered ? "Completed" : "Failed";
    cells[4] = source;
    cells[5] = draws2.below(10) === 0 ? null : source;
    cells[6] = !isAnswered && draws2.below(10) === 0 ? "" : `1415555${1e3 + draws2.below(9e3)}`;
    cells[7] = String(length);
    cells[8] = isAnswered ? String(billed) : null;
    cells[9] = isAnswered ? "200" : failure[0];
    cells[10] = isAnswered ? "Normal call clearing" : failure[1];
    cells[11] = pick2(draws2, trunks2);
    cells[12] = isAnswered ? country : null;
    cells[13] = isAnswered ? network : null;
    cells[14] = draws2.below(5) === 0 ? "Local" : "International";
    cells[15] = isAnswered ? amount(rate) : null;
    cells[16] = isAnswered ? amount(money[1]) : "0";
    cells[17] = draws2.below(20) === 0 ? "sip:+14155550100@example.com" : null;
    cells[18] = hex(draws2) + hex(draws2);
  }
};
var inbound20261119 = {
  columns: [
    "Date/Time Start (UTC)",
    "Date/Time Connect (UTC)",
    "Date/Time End (UTC)",
    "Status",
    "Source Number",
    "Source Number Out",
    "Source Name",
    "Source Country",
    "Source Network",
    "Destination DID"
  ],
  dates: [0, 1, 2],
  money: [],
  texts: [6, 7, 8],
  fill: (cells, _, start, draws2, didNumber) => {
    const isAnswered = draws2.below(100) < 85;
    const connected = start + draws2.below(20);
    const [country, network] = pick2(draws2, countries);
    cells[0] = time(start);
    cells[1] = isAnswered ? time(connected) : "";
    cells[2] = isAnswered ? time(connected + seconds2(draws2)) : "";
    cells[3] = isAnswered ? "Completed" : "Failed";
    cells[4] = `44770${1e6 + draws2.below(9e6)}`;
    cells[5] = draws2.below(3) === 0 ? null : cells[4];
    cells[6] = pick2(draws2, names);
    cells[7] = country;
    cells[8] = network;
    cells[9] = didNumber ?? pick2(draws2, numbers);
  }
};
var unknown = {
  columns: ["Reference", "Handled At", "Parts", "Remark, if any", "Fee"],
  dates: [1],
  money: [4],
  texts: [3],
  fill: (cells, money, start, draws2) => {
    money[0] = draws2.below(100);
    cells[0] = hex(draws2);
    cells[1] = time(start);
    cells[2] = String(1 + draws2.below(4));
    cells[3] = draws2.below(4) === 0 ? null : pick2(draws2, names);
    cells[4] = amount(money[0]);
  }
};
var layoutOf = (exportType, version) => {
  switch (`${exportType} ${version}`) {
    case "cdr_in 2026-04-16":
      return inbound;
    case "cdr_out 2026-04-16":
      return outbound;
    case "cdr_in 2026-11-19":
      return inbound20261119;
    default:
      return unknown;
  }
};
var kindsOf = ({ dates, money }) => [
  "short",
  "long",
  ...dates.length > 0 ? ["date"] : [],
  ...money.length > 0 ? ["money"] : []
];
var spoiled = ({ dates, money }, cells, bad, lot) => {
  switch (bad) {
    case "short":
      return cells.slice(0, 1 + lot % (cells.length - 1));
    case "long":
      return [...cells, ...["one", "too, many"].slice(lot % 2)];
    case "date":
      return cells.with(dates[0], ["2026-02-30 10:00:00", "yesterday", "2026-10-01 24:61:00"][lot % 3]);
    case "money":
      return cells.with(money[lot % money.length], ["1,50", "0.0o3", "--1"][lot % 3]);
  }
};

// packages/simulator/src/internal/generation.ts
var october = Date.UTC(2026, 9, 1);
var november = Date.UTC(2026, 10, 1);
var layoutOf2 = ({ options }) => layoutOf(options.exportType ?? "cdr_in", options.apiVersion ?? "2026-04-16");
var cursor = (archive2) => {
  const { options, rowCount } = archive2;
  const layout = layoutOf2(archive2);
  const draws2 = draws(options.seed ?? 0);
  const anyQuoting = ["minimal", "all", "mixed"][draws2.below(3)];
  const quoting = options.quoting ?? anyQuoting;
  const first = Math.floor((options.from ?? october) / 1e3);
  const seconds3 = Math.max(1, Math.floor((options.to ?? november) / 1e3) - first);
  const badBelow = (options.badRows ?? 0) * 2 ** 32;
  const kinds = kindsOf(layout);
  const whole3 = layout.columns.map(() => null);
  let index = 0;
  const self = {
    cells: whole3,
    money: layout.money.map(() => 0),
    bad: void 0,
    isQuoted: false,
    next: () => {
      if (index >= rowCount) return false;
      layout.fill(whole3, self.money, first + Math.floor(index * seconds3 / rowCount), draws2, options.didNumber);
      const isBad = draws2.below(2 ** 32) < badBelow;
      const lot = draws2.below(2 ** 32);
      self.bad = isBad ? kinds[lot % kinds.length] : void 0;
      self.cells = self.bad === void 0 ? whole3 : spoiled(layout, whole3, self.bad, lot);
      self.isQuoted = quoting === "all" || quoting === "mixed" && (lot & 7) === 0;
      index = index + 1;
      return true;
    }
  };
  return self;
};
var csv = function* (archive2, size) {
  const layout = layoutOf2(archive2);
  const rows2 = cursor(archive2);
  const quotedTexts = /* @__PURE__ */ new Map();
  const values = [];
  let text2 = `${layout.columns.map(encoded).join(",")}
`;
  while (rows2.next()) {
    const { bad, cells, isQuoted } = rows2;
    values.length = cells.length;
    for (let index = 0; index < cells.length; index++) {
      const value2 = cells[index];
      values[index] = value2 === "" ? '""' : value2 === null || !isQuoted && bad === void 0 ? value2 : isQuoted ? quoted(value2) : encoded(value2);
    }
    if (!isQuoted && bad === void 0) {
      for (const index of layout.texts) {
        const value2 = values[index];
        if (value2 == null || value2 === '""') continue;
        let known = quotedTexts.get(value2);
        if (known === void 0) quotedTexts.set(value2, known = encoded(value2));
        values[index] = known;
      }
    }
    text2 += values.join(",");
    text2 += "\n";
    if (text2.length >= size) {
      yield text2;
      text2 = "";
    }
  }
  if (text2 !== "") yield text2;
};
var special = /[",\r\n]/;
var quoted = (value2) => `"${value2.includes('"') ? value2.replaceAll('"', '""') : value2}"`;
var encoded = (value2) => special.test(value2) ? quoted(value2) : value2;

// packages/simulator/src/Archive.ts
var make2 = (options = {}) => {
  const { columns, money } = layoutOf2({ options });
  return { columns, money: money.map((index) => columns[index]), rowCount: options.rows ?? 1e3, options };
};
var fromRecord = (record, options = {}) => {
  const isLegacy = record.filters !== null && Object.hasOwn(record.filters, "year");
  const didNumber = String(record.filters?.did_number ?? "");
  return make2({
    ...options,
    exportType: record.exportType,
    apiVersion: record.apiVersion ?? (isLegacy ? "2022-05-10" : "2026-04-16"),
    ...rangeOf(record.filters),
    ...didNumber !== "" && { didNumber },
    seed: seedOf(`${options.seed ?? 0} ${record.id}`)
  });
};
var rows = function* (archive2) {
  const cursor2 = cursor(archive2);
  while (cursor2.next()) yield { cells: cursor2.cells.slice(), bad: cursor2.bad, money: cursor2.money.slice() };
};
var csv2 = (archive2) => csv(archive2, 131072);
var totals = (archive2) => {
  const cursor2 = cursor(archive2);
  const sums = archive2.money.map(() => 0);
  let bad = 0;
  while (cursor2.next()) {
    if (cursor2.bad !== void 0) bad = bad + 1;
    else for (let index = 0; index < sums.length; index++) sums[index] += cursor2.money[index];
  }
  return {
    rows: archive2.rowCount,
    bad,
    money: Object.fromEntries(archive2.money.map((column, index) => [column, BigInt(sums[index])]))
  };
};

// packages/simulator/src/internal/signing.ts
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
var pattern2 = /^(https?):\/\/((?:[^/?#@]*@)?)(\[[^\]]*\]|[^/?#:]*)(?::(\d+))?(.*)$/is;
var normalized = (url) => url.replace(
  pattern2,
  (_, scheme, userinfo, host, port, rest) => `${scheme}://${userinfo}${host}:${port ?? (scheme.toLowerCase() === "https" ? 443 : 80)}${rest}`
);
var sign = (secret, url, payload) => Effect.promise(async () => {
  const encoder = new TextEncoder();
  const text2 = normalized(url) + Object.keys(payload).sort().map((name) => name + payload[name]).join("");
  const key = await crypto.subtle.importKey(
    "raw",
    encoder.encode(Redacted.value(secret)),
    { name: "HMAC", hash: "SHA-1" },
    false,
    ["sign"]
  );
  const signature = await crypto.subtle.sign("HMAC", key, encoder.encode(text2));
  return Array.from(new Uint8Array(signature), (byte) => byte.toString(16).padStart(2, "0")).join("");
});

// packages/simulator/src/Simulator.ts
var Simulator_exports = {};
__export(Simulator_exports, {
  Simulator: () => Simulator,
  layer: () => layer,
  make: () => make14
});
import * as Context from "effect/Context";
import * as Layer from "effect/Layer";

// packages/simulator/src/internal/service.ts
import * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect5 from "effect/Effect";
import * as PubSub from "effect/PubSub";
import * as Utils4 from "effect/Utils";

// packages/simulator/src/internal/answers.ts
var jsonApi = "application/vnd.api+json";
var answer = (status, body, headers = {}) => ({
  _tag: "Answer",
  status,
  headers,
  body
});
var streamed = (status, body, headers) => ({ _tag: "Streamed", status, headers, body });
var json = (status, body, headers = {}) => answer(status, JSON.stringify(body), { "content-type": "application/json", ...headers });
var document = (status, body, headers = {}) => json(status, body, { "content-type": jsonApi, ...headers });
var cut = { _tag: "Cut" };
var html = (status) => answer(status, "<!doctype html><html><body><h1>Something went wrong</h1></body></html>", {
  "content-type": "text/html"
});
var unauthorized = document(401, {
  errors: [{ title: "Unauthorized", detail: "Authorization failed", code: "401", status: "401" }]
});
var invalidToken = {
  "www-authenticate": 'Bearer error="invalid_token", error_description="The access token is invalid or expired"'
};
var refusedToken = document(401, {
  errors: [{
    title: "Unauthorized",
    detail: "The access token is invalid or expired",
    code: "401",
    status: "401"
  }]
}, invalidToken);
var insufficientScope = document(403, {
  errors: [{
    title: "Forbidden",
    detail: "The access token does not allow this request",
    code: "403",
    status: "403"
  }]
}, { "www-authenticate": 'Bearer error="insufficient_scope", scope="full"' });
var oauthError = (status, error, description, headers = {}) => json(status, { error, error_description: description }, { "cache-control": "no-store", ...headers });
var tooManyRequests = document(429, { errors: [{ status: "429", detail: "Too Many Requests" }] });
var notFound = (id) => document(404, {
  errors: [{
    title: "Record not found",
    detail: `The record identified by ${id} could not be found.`,
    code: "404",
    status: "404"
  }]
});
var badRequest = (code, title2, detail) => document(400, { errors: [{ title: title2, detail, code, status: "400" }] });
var notAcceptable = document(406, {
  errors: [{
    title: "Not acceptable",
    detail: `All requests must use the '${jsonApi}' Accept without media type parameters.`,
    code: "406",
    status: "406"
  }]
});
var unsupportedMediaType = document(415, {
  errors: [{
    title: "Unsupported media type",
    detail: `All requests that create or update must use the '${jsonApi}' Content-Type.`,
    code: "415",
    status: "415"
  }]
});
var unprocessable = (problems) => document(422, {
  errors: problems.map(({ attribute, text: text2 }) => ({
    title: text2,
    detail: `${attribute} - ${text2}`,
    code: "100",
    source: { pointer: `/data/attributes/${attribute}` },
    status: "422"
  }))
});
var withRequestId = (outcome, number2) => outcome._tag === "Cut" ? outcome : { ...outcome, headers: { ...outcome.headers, "x-request-id": `simulator-${number2}` } };

// packages/simulator/src/internal/archives.ts
import * as Effect2 from "effect/Effect";
import * as Option from "effect/Option";
import * as Stream2 from "effect/Stream";

// packages/simulator/src/internal/gzip.ts
import * as Stream from "effect/Stream";
var compress = async function* (pieces) {
  const encoder = new TextEncoder();
  const { readable, writable: writable2 } = new CompressionStream("gzip");
  const writer = writable2.getWriter();
  const reader = readable.getReader();
  const out = [];
  const drain = async () => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) out.push(next.value);
  };
  const drained = drain();
  let written = Promise.resolve();
  for (const piece of pieces) {
    const bytes = encoder.encode(piece);
    await written;
    yield* out.splice(0);
    written = writer.write(bytes);
  }
  await writer.close();
  await drained;
  yield* out;
};
var stream = (pieces) => Stream.suspend(() => Stream.orDie(Stream.fromAsyncIterable(compress(pieces()), (defect) => defect)));
var whole = async (pieces) => {
  const parts = [];
  for await (const part of compress(pieces)) parts.push(part);
  return concat(parts);
};
var concat = (parts) => {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at = at + part.length;
  }
  return bytes;
};

// packages/simulator/src/internal/archives.ts
var maxWholeRows = 15e5;
var maxKept = 256 * 1024 * 1024;
var make3 = () => {
  const kept = /* @__PURE__ */ new Map();
  let keptBytes = 0;
  const keep = async (key, bytes) => {
    keptBytes = keptBytes + (await bytes).length;
    for (const [oldest, others] of kept) {
      if (keptBytes <= maxKept || oldest === key) break;
      kept.delete(oldest);
      keptBytes = keptBytes - (await others).length;
    }
  };
  const bytesOf2 = (name, archive2, members) => {
    const key = `${name} ${members}`;
    const known = kept.get(key);
    if (known !== void 0) return known;
    const bytes = members === 1 ? whole(csv2(archive2)) : inMembers(archive2, members);
    kept.set(key, bytes);
    void keep(key, bytes);
    return bytes;
  };
  return (request, name, archive2, fault) => {
    const headers = {
      "content-type": "application/octet-stream",
      etag: `"${name.replace(/^.*\/|\.csv\.gz$/g, "")}-${archive2.rowCount}-${archive2.options.seed ?? 0}"`
    };
    if (archive2.rowCount > maxWholeRows) {
      return Effect2.succeed(streamed(200, stream(() => csv2(archive2)), headers));
    }
    const damage = fault?._tag === "Damaged" ? fault.damage : void 0;
    return Effect2.map(
      Effect2.promise(() => bytesOf2(name, archive2, damage?._tag === "Members" ? damage.count : 1)),
      (bytes) => ranged(request, damage === void 0 ? bytes : damaged(bytes, damage), headers, fault)
    );
  };
};
var inMembers = async (archive2, count) => {
  const text2 = Array.from(csv2(archive2)).join("");
  const length = Math.ceil(text2.length / count);
  const parts = [];
  for (let index = 0; index < count; index++) {
    parts.push(await whole([text2.slice(index * length, (index + 1) * length)]));
  }
  return concat(parts);
};
var damaged = (bytes, damage) => {
  switch (damage._tag) {
    case "Truncated":
      return bytes.slice(0, damage.length);
    case "FlippedBit":
      return flipped(bytes, damage.bit);
    // the last eight bytes are the checksum and the size
    case "WrongChecksum":
      return flipped(bytes, (bytes.length - 8) * 8);
    case "WrongSize":
      return flipped(bytes, (bytes.length - 4) * 8);
    case "Trailing":
      return concat([bytes, Uint8Array.from(damage.bytes)]);
    case "Members":
      return bytes;
  }
};
var flipped = (bytes, bit) => {
  const other = bytes.slice();
  const at = Math.floor(bit / 8) % other.length;
  other[at] = other[at] ^ 1 << bit % 8;
  return other;
};
var ranged = (request, bytes, headers, fault) => {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  const condition = request.headers["if-range"];
  const part = (status, from2, to2, more = {}) => streamed(status, slices(bytes.subarray(from2, to2)), {
    ...headers,
    "accept-ranges": "bytes",
    "content-length": String(to2 - from2),
    ...more
  });
  if (range === null || fault?._tag === "RangeIgnored" || condition !== void 0 && condition !== headers.etag) return part(200, 0, bytes.length);
  const from = Number(range[1]);
  const to = range[2] === "" ? bytes.length : Math.min(Number(range[2]) + 1, bytes.length);
  if (from >= to) return answer(416, "", { "content-range": `bytes */${bytes.length}` });
  const start = fault?._tag === "RangeShifted" ? Math.min(from + fault.by, to - 1) : from;
  return part(206, start, to, { "content-range": `bytes ${start}-${to - 1}/${bytes.length}` });
};
var slice = 65536;
var slices = (bytes) => Stream2.unfold(
  0,
  (at) => at < bytes.length ? Option.some([bytes.subarray(at, at + slice), at + slice]) : Option.none()
);

// packages/simulator/src/internal/versions.ts
var versions = ["2022-05-10", "2026-04-16", "2026-11-19"];
var select = (own, asked) => {
  const version = versions.find((version2) => version2 === asked);
  return version !== void 0 && version > own ? version : own;
};

// packages/simulator/src/internal/authorization.ts
var refused = (outcome) => ({ _tag: "Refused", outcome });
var make4 = ({ apiVersion, isKey, tokens }) => (request, kind) => {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (bearer !== void 0) {
    const token = tokens.find(bearer, request.at);
    if (token !== void 0) return { _tag: "Caller", ...token };
    return refused(kind === "download" ? answer(401, "", invalidToken) : refusedToken);
  }
  const version = select(apiVersion, request.headers["x-didww-api-version"]);
  const key = request.headers["api-key"];
  if (kind === "download") {
    return isKey(key) ? { _tag: "Caller", key, version, scope: "full" } : refused(answer(401, ""));
  }
  if (version === "2026-11-19") return refused(answer(401, ""));
  return isKey(key) ? { _tag: "Caller", key, version, scope: "full" } : refused(unauthorized);
};

// packages/simulator/src/internal/callbacks.ts
import * as Effect3 from "effect/Effect";

// packages/simulator/src/internal/parsed.ts
var parsed = (value2) => ({ _tag: "Parsed", value: value2 });
var refusedWith = (outcome) => ({ _tag: "Refused", outcome });
var refused2 = (...problem) => refusedWith(badRequest(...problem));

// packages/simulator/src/internal/resource.ts
var attributeNames = [
  "status",
  "created_at",
  "external_reference_id",
  "url",
  "callback_url",
  "callback_method",
  "export_type",
  "filters"
];
var knows = (version, attribute) => attributeNames.includes(attribute) && (version !== "2022-05-10" || attribute !== "external_reference_id" && attribute !== "filters");
var fieldsOf = (text2, version) => {
  if (text2 === null) return parsed(void 0);
  const names2 = text2.split(",");
  const unknown2 = names2.find((name) => !knows(version, name));
  return unknown2 === void 0 ? parsed(new Set(names2)) : refused2("104", "Invalid field", `${unknown2} is not a valid field for exports.`);
};
var addressOf = (row, origin) => row.url === null ? null : `${origin}/v3${row.url}`;
var make5 = (version, origin, fields) => (row) => ({
  id: row.id,
  type: "exports",
  attributes: attributesOf(row, version, origin, fields)
});
var attributesOf = (row, version, origin, fields) => {
  const isOld = version === "2022-05-10";
  const shown = {
    status: isOld ? `${row.status.charAt(0).toUpperCase()}${row.status.slice(1)}` : row.status,
    created_at: row.createdAt === null ? null : new Date(row.createdAt).toISOString(),
    external_reference_id: row.externalReferenceId,
    url: addressOf(row, origin),
    callback_url: row.callbackUrl,
    callback_method: isOld ? row.callbackMethod?.toUpperCase() ?? null : row.callbackMethod,
    export_type: row.exportType,
    filters: row.filters,
    ...row.shows
  };
  return Object.fromEntries(
    Object.entries(shown).filter(
      ([name, value2]) => value2 !== void 0 && (fields === void 0 || fields.has(name)) && (!attributeNames.includes(name) || knows(version, name))
    )
  );
};

// packages/simulator/src/internal/callbacks.ts
var make6 = (secret, { origin, row }) => {
  const { callbackUrl, completedAt, id } = row;
  if (callbackUrl === null) return Effect3.succeed([]);
  const address = row.apiVersion === "2022-05-10" ? null : addressOf(row, origin);
  const payload = { id, type: "exports", status: "completed", ...address !== null && { url: address } };
  const form = new URLSearchParams(payload).toString();
  const isGet = row.callbackMethod === "get";
  const url = isGet ? withQuery(callbackUrl, form) : callbackUrl;
  return Effect3.map(sign(secret, url, payload), (signature) => [{
    exportId: id,
    at: completedAt ?? 0,
    method: isGet ? "GET" : "POST",
    url,
    headers: {
      "x-didww-signature": signature,
      ...!isGet && { "content-type": "application/x-www-form-urlencoded" }
    },
    body: isGet ? "" : form
  }]);
};
var withQuery = (url, query) => {
  const [address, ...fragment] = url.split(/(?=#)/);
  return `${address}${address.includes("?") ? "&" : "?"}${query}${fragment.join("")}`;
};

// packages/simulator/src/internal/exports.ts
import * as Option3 from "effect/Option";
import * as Utils2 from "effect/Utils";

// packages/simulator/src/internal/json.ts
import * as Option2 from "effect/Option";
import * as Predicate from "effect/Predicate";
var isObject = (value2) => Predicate.isRecord(value2);
var parseObject = (text2) => Option2.liftThrowable((text3) => JSON.parse(text3))(text2).pipe(
  Option2.filter(isObject),
  Option2.getOrUndefined
);

// packages/simulator/src/internal/creation.ts
var matches = (pattern3) => (value2) => typeof value2 === "string" && pattern3.test(value2);
var text = matches(/\S/);
var number = matches(/^\d{1,15}$/);
var uuid = matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);
var oneOf = (...values) => (value2) => typeof value2 === "string" && values.includes(value2);
var anyOf = (check) => (value2) => Array.isArray(value2) ? value2.length > 0 && value2.every(check) : check(value2);
var whole2 = (min, max) => (value2) => (typeof value2 === "number" || typeof value2 === "string" && /^\d+$/.test(value2)) && Number.isInteger(Number(value2)) && Number(value2) >= min && Number(value2) <= max;
var addresses = {
  source_address_eq: text,
  source_address_cont: text,
  destination_address_eq: text,
  destination_address_cont: text
};
var legacy = { year: whole2(2e3, 9999), month: whole2(1, 12) };
var keys = {
  "2022-05-10": {
    cdr_in: { ...legacy, did_number: number },
    cdr_out: { ...legacy, day: whole2(1, 31), "voice_out_trunk.id": uuid }
  },
  "2026-04-16": {
    cdr_in: { did_number: number },
    cdr_out: { "voice_out_trunk.id": uuid }
  },
  "2026-11-19": {
    cdr_in: {
      did_number: number,
      source_number: text,
      source_number_out: text,
      source_country_iso: matches(/^[A-Za-z]{2}$/)
    },
    cdr_out: { "voice_out_trunk.id": uuid, source: text, cli: text, destination: text },
    sms_in: {
      ...addresses,
      status: oneOf("Success", "Failed", "Queued"),
      trunk_type: anyOf(oneOf("SMPP SMSC", "SMPP ESME", "Email", "HTTP IN")),
      "sms_trunk.id": anyOf(uuid),
      sms_id: text
    },
    sms_out: {
      ...addresses,
      status: oneOf("Routing Error", "In Progress", "Queued", "Failed", "Success"),
      "sms_trunk.id": anyOf(uuid),
      sms_id: text,
      service_type: matches(/^(p2p|a2p)$/i),
      "sender_id_verification.id": anyOf(uuid)
    }
  }
};
var read = (attributes, version, now) => {
  const { callback_method, callback_url, export_type, external_reference_id = null } = attributes;
  const known = typeof export_type === "string" && Object.hasOwn(keys[version], export_type) ? { exportType: export_type, keys: keys[version][export_type] } : void 0;
  const filters2 = known === void 0 ? { filters: {}, problems: [] } : version === "2022-05-10" ? legacyFilters(attributes.filters, known.keys) : rangeFilters(attributes.filters, known.keys, now);
  const problems = [
    ...known !== void 0 ? [] : [{
      attribute: "export_type",
      text: isBlank(export_type) ? blank : notInList
    }],
    ...filters2.problems,
    ...callbackProblems(callback_url, callback_method, version),
    ...referenceProblems(external_reference_id)
  ];
  return known === void 0 || problems.length > 0 ? problems : {
    exportType: known.exportType,
    filters: filters2.filters,
    callbackUrl: typeof callback_url === "string" ? callback_url : null,
    callbackMethod: typeof callback_method === "string" ? callback_method.toLowerCase() === "get" ? "get" : "post" : null,
    externalReferenceId: typeof external_reference_id === "string" ? external_reference_id : null
  };
};
var referenceProblems = (value2) => {
  const attribute = "external_reference_id";
  if (value2 === null) return [];
  if (typeof value2 !== "string") return [{ attribute, text: "is not valid" }];
  return Array.from(value2).length <= 100 ? [] : [{ attribute, text: "is too long (maximum is 100 characters)" }];
};
var blank = "can't be blank";
var notInList = "is not included in the list";
var isBlank = (value2) => value2 == null || typeof value2 === "string" && value2.trim() === "" || Array.isArray(value2) && value2.length === 0;
var callbackProblems = (url, method, version) => {
  if (url == null && method == null) return [];
  const methods = version === "2022-05-10" ? ["GET", "POST"] : ["get", "post"];
  return [
    ...isBlank(url) ? [{ attribute: "callback_url", text: blank }] : typeof url === "string" && /^https?:\/\/[^\s/?#]+/i.test(url) ? [] : [{ attribute: "callback_url", text: "is not valid" }],
    ...isBlank(method) ? [{ attribute: "callback_method", text: blank }] : oneOf(...methods)(method) ? [] : [{ attribute: "callback_method", text: notInList }]
  ];
};
var filterProblem = (text2) => ({ attribute: "filters", text: text2 });
var legacyFilters = (sent, known) => {
  if (!isObject(sent) || isBlank(sent)) return { filters: {}, problems: [filterProblem(blank)] };
  const missing = ["year", "month"].filter((name) => !Object.hasOwn(sent, name));
  return {
    filters: sent,
    problems: [...missing.map((name) => filterProblem(`${name} ${blank}`)), ...keyProblems(sent, known)]
  };
};
var rangeFilters = (sent, known, now) => {
  if (!isObject(sent)) return { filters: {}, problems: [filterProblem(blank)] };
  const { from, to, ...others } = sent;
  const [start, end] = [from, to].map((value2) => typeof value2 === "string" ? parse(value2) : void 0);
  const problems = [
    ...dateProblems("from", from, start, now),
    ...dateProblems("to", to, end, now),
    ...start !== void 0 && end !== void 0 && start >= end ? [filterProblem("from must be before to")] : [],
    ...keyProblems(others, known)
  ];
  return {
    filters: {
      ...sent,
      ...start !== void 0 && { from: format(start) },
      ...end !== void 0 && { to: format(end) }
    },
    problems
  };
};
var dateProblems = (name, value2, at, now) => {
  if (isBlank(value2)) return [filterProblem(`${name} ${blank}`)];
  if (at === void 0) return [filterProblem(`${name} not valid`)];
  if (at < monthStart(now, -2) || at >= monthStart(now, 1)) {
    return [filterProblem(`${name} must be within the current and 2 previous months`)];
  }
  return at > now ? [filterProblem(`${name} must not be in the future`)] : [];
};
var keyProblems = (sent, known) => Object.entries(sent).flatMap(
  ([name, value2]) => !Object.hasOwn(known, name) ? [filterProblem(`${name} is not allowed`)] : isBlank(value2) ? [filterProblem(`${name} ${blank}`)] : known[name](value2) ? [] : [filterProblem(`${name} not valid`)]
);

// packages/simulator/src/internal/filtering.ts
var list = (of, known) => ({
  read: (value2) => {
    const values = value2.split(",");
    if (known !== void 0 && values.some((value3) => !known.includes(value3))) return void 0;
    return (row) => values.includes(of(row));
  }
});
var created = (holds) => ({
  read: (value2) => {
    const bound = Date.parse(value2);
    return Number.isNaN(bound) ? void 0 : (row) => row.createdAt !== null && holds(row.createdAt, bound);
  }
});
var ordered2 = (name, types2) => ({
  blank: name !== "from" && name !== "to",
  doubtful: true,
  read: (value2) => (row) => row.filters !== null && !Object.hasOwn(row.filters, "year") && types2.includes(row.exportType) && (row.filters[name] ?? "") === value2
});
var filters = {
  "2022-05-10": {},
  "2026-04-16": {
    id: list((row) => row.id),
    external_reference_id: { read: (value2) => (row) => row.externalReferenceId === value2 },
    from: ordered2("from", ["cdr_in", "cdr_out"]),
    to: ordered2("to", ["cdr_in", "cdr_out"]),
    did_number: ordered2("did_number", ["cdr_in"]),
    "voice_out_trunk.id": ordered2("voice_out_trunk.id", ["cdr_out"])
  },
  "2026-11-19": {
    id: list((row) => row.id),
    export_type: list((row) => row.exportType, ["cdr_in", "cdr_out", "sms_in", "sms_out"]),
    status: list((row) => row.status, ["pending", "processing", "completed"]),
    external_reference_id: { read: (value2) => (row) => row.externalReferenceId === value2 },
    created_at_gteq: created((at, bound) => at >= bound),
    created_at_lteq: created((at, bound) => at <= bound)
  }
};
var matching = (parameters, version, mode) => {
  const conditions = [];
  for (const [parameter, value2] of parameters) {
    const name = /^filter\[(.*)\]$/.exec(parameter)?.[1];
    if (name === void 0) continue;
    const filter2 = Object.hasOwn(filters[version], name) ? filters[version][name] : void 0;
    if (filter2 === void 0 || filter2.doubtful === true && mode !== "documented") {
      if (mode === "ignoring") continue;
      return refused2("102", "Filter not allowed", `${name} is not allowed.`);
    }
    const condition = value2 === "" && filter2.blank !== true ? void 0 : filter2.read(value2);
    if (condition === void 0) {
      return refused2("107", "Invalid filter value", `${value2} is not a valid value for ${name}.`);
    }
    conditions.push(condition);
  }
  return parsed((row) => conditions.every((condition) => condition(row)));
};

// packages/simulator/src/internal/listing.ts
var make7 = (options) => {
  let last;
  return (request) => respond(options, request, (key, rows2) => {
    if (last?.key !== key || last.of !== request.records) last = { key, of: request.records, rows: rows2() };
    return last.rows;
  });
};
var respond = (options, { meta, records, resource, url, version }, remember) => {
  const matching2 = matching(url.searchParams, version, options.filters);
  if (matching2._tag === "Refused") return matching2.outcome;
  const sorting = sortingOf(url.searchParams.get("sort"), version);
  if (sorting._tag === "Refused") return sorting.outcome;
  const page = pageOf(url.searchParams, options);
  if (page._tag === "Refused") return page.outcome;
  const { number: number2, size } = page.value;
  const selection = Array.from(url.searchParams).filter(([name]) => name === "sort" || name.startsWith("filter["));
  const rows2 = remember(
    JSON.stringify([version, selection]),
    () => sorting.value(records.filter(matching2.value))
  );
  return document(200, {
    data: rows2.slice((number2 - 1) * size, number2 * size).map(resource),
    meta: { ...!options.omit.has("total_records") && { total_records: rows2.length }, ...meta },
    ...!options.omit.has("links") && { links: linksOf(url, options.linksOrigin, number2, size, rows2.length) }
  });
};
var comparisons = {
  status: (a, b) => compare(a.status, b.status),
  created_at: (a, b) => compare(a.createdAt ?? Infinity, b.createdAt ?? Infinity),
  external_reference_id: (a, b) => compare(a.externalReferenceId ?? "\uFFFF", b.externalReferenceId ?? "\uFFFF")
};
var compare = (a, b) => a < b ? -1 : a > b ? 1 : 0;
var sortingOf = (text2, version) => {
  if (text2 === null) return parsed((rows2) => rows2);
  const criteria = text2.split(",").map(
    (name) => name.startsWith("-") ? [name.slice(1), -1] : [name, 1]
  );
  const unknown2 = criteria.find(([name]) => !Object.hasOwn(comparisons, name) || !knows(version, name));
  if (unknown2 !== void 0) {
    return refused2("114", "Invalid sort criteria", `${unknown2[0]} is not a valid sort criteria for exports`);
  }
  const order = (a, b) => criteria.reduce((result, [name, sign2]) => result === 0 ? sign2 * comparisons[name](a, b) : result, 0);
  return parsed((rows2) => rows2.slice().sort(order));
};
var pageOf = (parameters, { maxPageSize, oversize }) => {
  const number2 = parameters.get("page[number]") ?? "1";
  const size = parameters.get("page[size]") ?? "50";
  if (!/^[1-9]\d*$/.test(number2)) return refused2("118", "Invalid page value", `${number2} is not a valid page number`);
  if (!/^[1-9]\d*$/.test(size)) return refused2("118", "Invalid page value", `${size} is not a valid page size`);
  return Number(size) > maxPageSize && oversize === "refuse" ? refused2("118", "Invalid page value", `size exceeds maximum page size of ${maxPageSize}.`) : parsed({ number: Number(number2), size: Math.min(Number(size), maxPageSize) });
};
var linksOf = (url, origin, number2, size, total) => {
  const last = Math.max(1, Math.ceil(total / size));
  const link = (page) => {
    const linked = new URL(url.pathname + url.search, origin ?? url.origin);
    linked.searchParams.set("page[number]", String(page));
    linked.searchParams.set("page[size]", String(size));
    return linked.href;
  };
  return {
    first: link(1),
    ...number2 > 1 && { prev: link(number2 - 1) },
    ...number2 < last && { next: link(number2 + 1) },
    last: link(last)
  };
};

// packages/simulator/src/internal/exports.ts
var make8 = (options) => {
  const { store } = options;
  const list2 = make7(options);
  const random = new Utils2.PCGRandom(0, 2);
  const create = (request, version, origin) => {
    const attributes = attributesOf2(request, void 0, writable(version));
    if (attributes._tag === "Refused") return attributes.outcome;
    const order = read(attributes.value, version, request.at);
    if (!("exportType" in order)) return unprocessable(order);
    const hex2 = hexDigits(random);
    const processing = request.at + options.pending;
    const completed2 = processing + options.processing;
    const row = {
      ...order,
      id: fromHex(hex2),
      createdAt: request.at,
      status: "pending",
      url: null,
      completedAt: completed2,
      apiVersion: version
    };
    store.order(row, origin, { processing, completed: completed2, url: fileOf(hex2) });
    options.onOrder(row);
    return row;
  };
  const update = (request, row) => {
    const attributes = attributesOf2(request, row.id, ["external_reference_id"]);
    if (attributes._tag === "Refused") return attributes.outcome;
    const reference = attributes.value.external_reference_id;
    if (reference === void 0) return row;
    const problems = referenceProblems(reference);
    if (problems.length > 0) return unprocessable(problems);
    const updated = { ...row, externalReferenceId: typeof reference === "string" ? reference : null };
    store.update(updated);
    return updated;
  };
  return (request, version) => {
    const url = new URL(request.url);
    const path = /^\/v3\/exports(?:\/([^/]+))?$/.exec(url.pathname);
    const allowed = path?.[1] === void 0 ? ["GET", "POST"] : version === "2022-05-10" ? ["GET"] : ["GET", "PATCH"];
    if (path === null || !allowed.includes(request.method)) return notFound(url.pathname);
    const fields = fieldsOf(url.searchParams.get("fields[exports]"), version);
    if (fields._tag === "Refused") return fields.outcome;
    const resource = make5(version, url.origin, fields.value);
    const meta = options.omit.has("api_version") ? {} : { api_version: version };
    const now = store.at(request.at);
    const records = options.moves?.(request, now) ?? now;
    store.set(records);
    const shown = (status, row2) => "_tag" in row2 ? row2 : document(status, { data: resource(row2), meta });
    if (path[1] === void 0) {
      return request.method === "GET" ? list2({ url, version, records, resource, meta }) : shown(201, create(request, version, url.origin));
    }
    const id = Option3.getOrElse(Option3.liftThrowable(decodeURIComponent)(path[1]), () => url.pathname);
    const row = records.find((row2) => row2.id === id);
    if (row === void 0) return notFound(id);
    return shown(200, request.method === "GET" ? row : update(request, row));
  };
};
var writable = (version) => [
  "export_type",
  "filters",
  "callback_url",
  "callback_method",
  ...version === "2022-05-10" ? [] : ["external_reference_id"]
];
var attributesOf2 = ({ body, headers }, id, allowed) => {
  const media = "application/vnd.api+json";
  if (headers["content-type"] !== media) return refusedWith(unsupportedMediaType);
  const accepted = (headers.accept ?? "*/*").split(",").map((type) => type.trim());
  if (!accepted.some((type) => type === media || /^(application|\*)\/\*/.test(type))) {
    return refusedWith(notAcceptable);
  }
  const document2 = parseObject(body);
  if (document2 === void 0) return refused2("400", "Bad Request", "The request body is not a JSON document.");
  const data = document2.data;
  if (!isObject(data)) return refused2("106", "Missing Parameter", "The required parameter, data, is missing.");
  if (data.type !== "exports") return refused2("101", "Invalid resource", `${data.type} is not a valid resource.`);
  if (data.id !== id) return refused2("109", "A key is not included in the URL", `The URL does not support ${data.id}`);
  const attributes = isObject(data.attributes) ? data.attributes : {};
  const unknown2 = Object.keys(attributes).find((name) => !allowed.includes(name));
  return unknown2 === void 0 ? parsed(attributes) : refused2("105", "Param not allowed", `${unknown2} is not allowed.`);
};

// packages/simulator/src/internal/faults.ts
import * as Effect4 from "effect/Effect";
import * as Stream3 from "effect/Stream";
var instead = (fault) => fault?._tag === "Status" ? answer(fault.status, fault.body, fault.headers) : fault?._tag === "Html" ? html(fault.status) : void 0;
var spoil = (outcome, fault) => {
  if (fault?._tag === "Delay") return Effect4.delay(Effect4.succeed(outcome), fault.duration);
  return Effect4.succeed(fault === void 0 || outcome._tag === "Cut" ? outcome : spoiled2(outcome, fault));
};
var spoiled2 = (outcome, fault) => {
  switch (fault._tag) {
    case "Cut":
      return fault.after === void 0 ? cut : streamed(
        outcome.status,
        Stream3.concat(firstBytes(outcome.body, fault.after), Stream3.fail(cut)),
        withLength(outcome)
      );
    case "Stall":
      return streamed(
        outcome.status,
        Stream3.concat(firstBytes(outcome.body, fault.after), Stream3.never),
        withLength(outcome)
      );
    case "Short": {
      const { "content-length": _, ...headers } = outcome.headers;
      return streamed(outcome.status, firstBytes(outcome.body, fault.after), headers);
    }
    case "Headers":
      return { ...outcome, headers: { ...outcome.headers, ...fault.headers } };
    case "BrokenJson":
      return outcome._tag === "Answer" ? { ...outcome, body: outcome.body.slice(0, outcome.body.length / 2) } : outcome;
    default:
      return outcome;
  }
};
var bytesOf = (body) => typeof body === "string" ? Stream3.make(new TextEncoder().encode(body)) : body;
var firstBytes = (body, count) => count <= 0 ? Stream3.empty : bytesOf(body).pipe(
  Stream3.mapAccum(count, (left, bytes) => {
    const part = bytes.subarray(0, left);
    return [left - part.length, { part, isLast: part.length === left }];
  }),
  Stream3.takeUntil(({ isLast }) => isLast),
  Stream3.map(({ part }) => part)
);
var withLength = (outcome) => outcome._tag === "Answer" ? { ...outcome.headers, "content-length": String(new TextEncoder().encode(outcome.body).length) } : outcome.headers;

// packages/simulator/src/internal/store.ts
var make10 = (given) => {
  const plans = /* @__PURE__ */ new Map();
  const unfinished = /* @__PURE__ */ new Map();
  const completions = [];
  let rows2 = given;
  let next = Infinity;
  const plan = (id, times) => {
    const deleted = Number.isFinite(times.completed) ? monthLater(times.completed) : Infinity;
    plans.set(id, { ...times, deleted });
    next = Math.min(next, times.processing);
  };
  for (const { completedAt, id, url } of given) {
    if (completedAt !== void 0) plan(id, { processing: -Infinity, completed: completedAt, url });
  }
  const complete = (now) => {
    const due = Array.from(unfinished).flatMap(([id, origin]) => {
      const planned = plans.get(id);
      return planned !== void 0 && planned.completed <= now ? [{ id, origin, planned }] : [];
    });
    if (due.length === 0) return;
    const byId = new Map(rows2.map((row) => [row.id, row]));
    for (const { id, origin, planned } of due.sort((a, b) => a.planned.completed - b.planned.completed)) {
      unfinished.delete(id);
      const row = byId.get(id);
      if (row !== void 0) completions.push({ row: completed(row, planned), origin });
    }
  };
  const advance = (now) => {
    complete(now);
    rows2 = rows2.flatMap((row) => {
      const planned = plans.get(row.id);
      if (planned === void 0 || now < planned.processing) return [row];
      if (planned.deleted <= now) return [];
      if (planned.completed <= now) return [row.status === "completed" ? row : completed(row, planned)];
      return [{ ...row, status: "processing" }];
    });
    next = Infinity;
    for (const [id, planned] of plans) {
      if (planned.deleted <= now) plans.delete(id);
      else next = Math.min(next, upcoming(planned, now));
    }
  };
  return {
    at: (now) => {
      if (now >= next) advance(now);
      return rows2;
    },
    set: (changed) => {
      rows2 = changed;
    },
    order: (row, origin, times) => {
      rows2 = [...rows2, row];
      unfinished.set(row.id, origin);
      plan(row.id, times);
    },
    update: (changed) => {
      rows2 = rows2.map((row) => row.id === changed.id ? changed : row);
    },
    completions: () => completions
  };
};
var completed = (row, { url }) => ({ ...row, status: "completed", url });
var upcoming = ({ completed: completed2, deleted, processing }, now) => [processing, completed2, deleted].find((at) => at > now) ?? Infinity;

// packages/simulator/src/internal/tokens.ts
import * as Utils3 from "effect/Utils";

// packages/simulator/src/internal/window.ts
var make11 = (limit) => {
  const arrivals = /* @__PURE__ */ new Map();
  return (key, now) => {
    if (limit === "none") return true;
    const recent = (arrivals.get(key) ?? []).filter((at) => now - at < 1e3);
    arrivals.set(key, [...recent, now]);
    return recent.length < limit;
  };
};

// packages/simulator/src/internal/tokens.ts
var audience = "api.didww.com";
var make12 = (options) => {
  const isSlowEnough = make11(options.tokenRateLimit);
  const random = new Utils3.PCGRandom(20261119);
  const tokens = /* @__PURE__ */ new Map();
  const mint = (request) => {
    const key = request.headers["api-key"];
    if (!options.isKey(key)) return oauthError(401, "invalid_client", "The API key is missing or not known.");
    if (!isSlowEnough(key, request.at)) {
      return oauthError(429, "rate_limit_exceeded", "Too many token requests.", { "retry-after": "1" });
    }
    const body = request.headers["content-type"]?.startsWith("application/json") === true ? parseObject(request.body) : void 0;
    if (body === void 0) return oauthError(400, "invalid_request", "The body must be a JSON object.");
    const { api_version, aud, expires_in = 900, scope = "full" } = body;
    if (aud !== audience) return oauthError(400, "invalid_request", `aud must be ${audience}.`);
    if (scope !== "full" && scope !== "read") {
      return oauthError(400, "invalid_scope", "scope must be full or read.");
    }
    if (typeof expires_in !== "number" || !Number.isInteger(expires_in)) {
      return oauthError(400, "invalid_request", "expires_in must be a whole number of seconds.");
    }
    if (api_version !== void 0 && typeof api_version !== "string") {
      return oauthError(400, "invalid_request", "api_version must be a string.");
    }
    const seconds3 = Math.min(Math.max(expires_in, 60), 3600);
    const version = select(options.apiVersion, api_version);
    const token = `${tokens.size.toString(36)}.${opaque(random)}`;
    tokens.set(token, { key, scope, version, expiresAt: request.at + seconds3 * 1e3 });
    return json(200, {
      access_token: token,
      token_type: "Bearer",
      expires_in: seconds3,
      aud,
      scope,
      api_version: version
    }, { "cache-control": "no-store" });
  };
  return {
    mint,
    find: (text2, now) => {
      const token = tokens.get(text2);
      return token !== void 0 && now < token.expiresAt ? token : void 0;
    },
    revoke: () => {
      for (const [text2, token] of tokens) tokens.set(text2, { ...token, expiresAt: -Infinity });
    }
  };
};
var opaque = (random) => Array.from({ length: 4 }, () => Math.floor(random.number() * 2 ** 50).toString(36).padStart(10, "0")).join("");

// packages/simulator/src/internal/service.ts
var make13 = (options) => Effect5.gen(function* () {
  const orders = yield* PubSub.unbounded();
  const account2 = options.account ?? generate();
  const apiVersion = options.apiVersion ?? "2022-05-10";
  const isKey = (key) => key !== void 0 && key !== "" && options.apiKeys?.includes(key) !== false;
  const tokens = make12({ apiVersion, isKey, tokenRateLimit: options.tokenRateLimit ?? "none" });
  const authorize = make4({ apiVersion, isKey, tokens });
  const isSlowEnough = make11(options.rateLimit ?? 20);
  const store = make10(account2.records);
  const respond2 = make8({
    filters: options.filters ?? "documented",
    maxPageSize: options.maxPageSize ?? 1e3,
    oversize: options.oversize ?? "refuse",
    omit: new Set(options.omit ?? []),
    linksOrigin: options.linksOrigin,
    store,
    pending: Duration.toMillis(options.processing?.pending ?? "1 second"),
    processing: Duration.toMillis(options.processing?.processing ?? "2 seconds"),
    moves: options.moves,
    onOrder: (record) => {
      orders.unsafeOffer(record);
    }
  });
  const serve = make3();
  const archive2 = (record) => {
    const { rows: rows2, ...others } = options.archives ?? {};
    return fromRecord(record, { ...others, rows: typeof rows2 === "function" ? rows2(record) : rows2 });
  };
  const seen = [];
  const order = new Utils4.PCGRandom(options.outOfOrder ?? 0);
  let inFlight = 0;
  const download = (request, name, fault) => {
    const record = store.at(request.at).find(({ status, url }) => url === name && status === "completed");
    return record === void 0 || request.method !== "GET" ? Effect5.succeed(answer(404, "")) : serve(request, name, archive2(record), fault);
  };
  const answer2 = (request, fault) => {
    const { pathname } = new URL(request.url);
    const isDownload = pathname.endsWith(".csv.gz");
    if (pathname === "/token") {
      return Effect5.succeed(request.method === "POST" ? tokens.mint(request) : answer(404, ""));
    }
    const caller = authorize(request, isDownload ? "download" : "api");
    if (caller._tag === "Refused") return Effect5.succeed(caller.outcome);
    if (!isSlowEnough(caller.key, request.at)) return Effect5.succeed(tooManyRequests);
    if (caller.scope === "read" && request.method !== "GET") return Effect5.succeed(insufficientScope);
    return isDownload ? download(request, pathname.replace(/^\/v3/, ""), fault) : Effect5.succeed(respond2(request, caller.version));
  };
  const turn = Effect5.suspend(
    () => options.outOfOrder === void 0 ? Effect5.void : Effect5.repeatN(Effect5.yieldNow(), order.integer(20))
  );
  return {
    account: account2,
    records: Effect5.map(Clock.currentTimeMillis, store.at),
    seen: Effect5.sync(() => seen.slice()),
    revokeTokens: Effect5.sync(tokens.revoke),
    archive: archive2,
    orders: PubSub.subscribe(orders),
    callbacks: Effect5.flatMap(Clock.currentTimeMillis, (now) => {
      store.at(now);
      const secret = options.callbackSecret;
      return secret === void 0 ? Effect5.succeed([]) : Effect5.map(
        Effect5.forEach(store.completions(), (completion) => make6(secret, completion)),
        (all) => all.flat()
      );
    }),
    handle: (incoming) => Effect5.acquireUseRelease(
      Effect5.map(Clock.currentTimeMillis, (at) => {
        inFlight = inFlight + 1;
        const request = { ...incoming, body: incoming.body ?? "", number: seen.length + 1, at, inFlight };
        seen.push(request);
        return request;
      }),
      (request) => Effect5.zipRight(
        turn,
        Effect5.suspend(() => {
          const fault = options.faults?.(request);
          const refused3 = instead(fault);
          return refused3 === void 0 ? Effect5.flatMap(answer2(request, fault), (outcome) => spoil(outcome, fault)) : Effect5.succeed(refused3);
        })
      ).pipe(Effect5.map((outcome) => withRequestId(outcome, request.number))),
      () => Effect5.sync(() => {
        inFlight = inFlight - 1;
      })
    )
  };
});

// packages/simulator/src/Simulator.ts
var Simulator = class extends Context.Tag("@effect-didww/simulator/Simulator")() {
};
var make14 = (options = {}) => make13(options);
var layer = (options) => Layer.effect(Simulator, make14(options));

// packages/simulator/src/SimulatorClient.ts
var SimulatorClient_exports = {};
__export(SimulatorClient_exports, {
  layer: () => layer2,
  make: () => make16
});
import * as HttpClient from "@effect/platform/HttpClient";
import * as HttpClientError from "@effect/platform/HttpClientError";
import * as HttpClientResponse from "@effect/platform/HttpClientResponse";
import * as Effect6 from "effect/Effect";
import * as Layer2 from "effect/Layer";
import * as Stream4 from "effect/Stream";
var make16 = Effect6.map(
  Simulator,
  (simulator) => HttpClient.make(
    (request, url) => bodyOf(request).pipe(
      Effect6.flatMap(
        (body) => simulator.handle({ method: request.method, url: url.href, headers: { ...request.headers }, body })
      ),
      Effect6.flatMap(
        (outcome) => outcome._tag === "Cut" ? Effect6.fail(new HttpClientError.RequestError({ request, reason: "Transport", cause: reset })) : Effect6.succeed(HttpClientResponse.fromWeb(request, toResponse(outcome)))
      )
    )
  )
);
var bodyOf = (request) => {
  const body = request.body;
  switch (body._tag) {
    case "Empty":
      return Effect6.succeed("");
    case "Uint8Array":
      return Effect6.succeed(new TextDecoder().decode(body.body));
    case "Raw":
      return Effect6.succeed(String(body.body));
    case "FormData":
      return Effect6.promise(() => new Response(body.formData).text());
    case "Stream":
      return Stream4.mkString(Stream4.decodeText(body.stream)).pipe(
        Effect6.mapError((cause) => new HttpClientError.RequestError({ request, reason: "Encode", cause }))
      );
  }
};
var reset = { code: "ECONNRESET" };
var toResponse = (outcome) => {
  const { body, headers, status } = outcome;
  if (typeof body === "string") return new Response(body === "" ? null : body, { status, headers });
  const chunks = Stream4.toAsyncIterable(body)[Symbol.asyncIterator]();
  return new Response(
    new ReadableStream({
      pull: async (controller) => {
        const next = await chunks.next().catch(() => void 0);
        if (next === void 0) controller.error(reset);
        else if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: async () => {
        await chunks.return?.();
      }
    }, { highWaterMark: 0 }),
    { status, headers }
  );
};
var layer2 = (options) => Layer2.provideMerge(Layer2.effect(HttpClient.HttpClient, make16), layer(options));

// packages/bench/src/account.ts
import * as Effect7 from "effect/Effect";
import { once } from "node:events";
import { createWriteStream, existsSync, renameSync } from "node:fs";
import { createGzip } from "node:zlib";
var types = ["cdr_in", "cdr_in", "cdr_out", "cdr_out", "sms_in", "sms_out"];
var account = (size) => {
  const odd = Account_exports.generate({ size: Math.ceil(size / 7), seed: 2, odd: true, types }).records;
  return Account_exports.make(
    Account_exports.generate({ size, seed: 1, types }).records.map((record, index) => {
      const other = index % 7 === 3 ? odd[Math.floor(index / 7)] : void 0;
      return other === void 0 ? record : { ...other, createdAt: other.createdAt === null && index < 500 ? null : record.createdAt };
    })
  );
};
var answers = (size) => Effect7.suspend(() => Simulator_exports.make({ account: account(size), rateLimit: "none" })).pipe(
  Effect7.map(
    (simulator) => (query) => Effect7.map(
      simulator.handle({
        method: "GET",
        url: `https://api.didww.com/v3/exports${query}`,
        headers: { "api-key": "bench", "x-didww-api-version": "2026-04-16" }
      }),
      (outcome) => outcome._tag === "Answer" ? outcome.body : ""
    )
  )
);
var resources = (size) => Effect7.flatMap(answers(size), (answer2) => Effect7.map(
  Effect7.forEach(
    Array.from({ length: Math.ceil(size / 1e3) }, (_, index) => index + 1),
    (page) => answer2(`?page[number]=${page}&page[size]=1000`)
  ),
  (bodies) => bodies.flatMap((body) => JSON.parse(body).data)
));
var differentRows = 3e5;
var archive = async (path, rows2) => {
  if (existsSync(path)) return;
  const block = Math.min(rows2, differentRows);
  const [header = "", ...pieces] = piecesOf(block);
  const gzip = createGzip({ level: 3 });
  const made = gzip.pipe(createWriteStream(`${path}.part`));
  gzip.write(header);
  for (let written = 0; written < rows2; written += block) {
    for (const piece of pieces) if (!gzip.write(piece)) await once(gzip, "drain");
  }
  gzip.end();
  await once(made, "finish");
  renameSync(`${path}.part`, path);
};
var piecesOf = (rows2) => {
  const [first = "", ...others] = Archive_exports.csv(Archive_exports.make({ rows: rows2, seed: 1, quoting: "minimal" }));
  const begin = first.indexOf("\n") + 1;
  return [first.slice(0, begin), first.slice(begin), ...others];
};

export {
  Account_exports,
  SimulatorClient_exports,
  answers,
  resources,
  archive
};
