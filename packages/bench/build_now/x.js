// src/x.ts
import * as Effect2 from "effect/Effect";
import * as Duration from "effect/Duration";
import * as HttpClientRequest2 from "@effect/platform/HttpClientRequest";

// ../http/src/internal/telemetry.ts
import * as HttpClientRequest from "@effect/platform/HttpClientRequest";
import * as HttpTraceContext from "@effect/platform/HttpTraceContext";
import * as UrlParams from "@effect/platform/UrlParams";
import * as Clock from "effect/Clock";
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as Either from "effect/Either";
import * as Metric from "effect/Metric";
import * as MetricBoundaries from "effect/MetricBoundaries";
import * as MetricKey from "effect/MetricKey";
import * as MetricLabel from "effect/MetricLabel";
import * as Option from "effect/Option";
var requests = Metric.counter("didww_client_requests", {
  description: "Requests sent to DIDWW, every attempt counted",
  incremental: true
});
var retries = Metric.counter("didww_client_retries", {
  description: "Requests to DIDWW that were sent again",
  incremental: true
});
var rows = Metric.counter("didww_client_rows", {
  description: "Rows of archives that were read: records, and rejected ones",
  incremental: true
});
var recordRows = Metric.tagged(rows, "outcome", "record");
var rejectedRows = Metric.tagged(rows, "outcome", "rejected");
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
var observed = (request2, propagates, tried2, use) => Effect.flatMap(
  Deferred.make(),
  (answer) => Effect.useSpan(request2.method, { kind: "client", captureStackTrace: false }, (span) => Effect.flatMap(Effect.zip(tried2, Clock.currentTimeNanos), ([{ attempts }, startedAt]) => {
    const server = serverOf(request2);
    const attributes = {
      "http.request.method": request2.method,
      ...attempts > 1 && { "http.request.resend_count": attempts - 1 },
      ...server.attributes
    };
    Object.entries(attributes).forEach(
      ([name, value]) => span.attribute(name, value)
    );
    const end = (labels) => Effect.flatMap(
      Clock.currentTimeNanos,
      (now) => Metric.update(durationOf({ ...server.labels, ...labels }), Number(now - startedAt) / 1e9)
    );
    return use(propagates ? HttpClientRequest.setHeaders(request2, HttpTraceContext.toHeaders(span)) : request2).pipe(
      Effect.withParentSpan(span),
      Effect.tapBoth({
        onFailure: ({ _tag }) => {
          span.attribute("error.type", _tag);
          return end({ "error.type": _tag });
        },
        onSuccess: ({ status }) => {
          span.attribute("http.response.status_code", status);
          const isError = status >= 400;
          if (isError) span.attribute("error.type", String(status));
          return end({
            "http.response.status_code": String(status),
            ...isError && { "error.type": String(status) }
          });
        }
      }),
      // not as the span's own result, where a tracer would find the body
      Effect.flatMap((received) => Deferred.succeed(answer, received))
    );
  })).pipe(Effect.zipRight(Deferred.await(answer)))
);
var labelsOf = (labels) => Object.entries(labels).map(([name, value]) => MetricLabel.make(name, value));
var serverOf = ({ method, url, urlParams }) => Either.match(UrlParams.makeUrl(url.replace(/[?#].*$/s, ""), urlParams.map(shown), Option.none()), {
  onLeft: () => ({ attributes: {}, labels: { "http.request.method": method } }),
  onRight: (url2) => {
    const port = url2.port || (url2.protocol === "https:" ? "443" : "80");
    return {
      attributes: {
        "server.address": url2.hostname,
        "server.port": Number(port),
        "url.full": url2.href,
        "url.path": url2.pathname,
        "url.scheme": url2.protocol.slice(0, -1)
      },
      labels: { "http.request.method": method, "server.address": url2.hostname, "server.port": port }
    };
  }
});
var shown = ([name, value]) => [
  name,
  name.startsWith("filter[") ? "REDACTED" : value
];

// src/x.ts
var request = HttpClientRequest2.get("http://127.0.0.1:3000/v3/exports", { urlParams: [["sort", "-created_at"], ["page[number]", "3"], ["page[size]", "100"]] });
var tried = Effect2.succeed({ attempts: 1, elapsed: Duration.zero });
var one = observed(request, false, tried, () => Effect2.succeed({ status: 200 }));
var timeout = Effect2.timeoutOption(Effect2.yieldNow(), "30 seconds");
var n = 2e4;
var run = async (name, e) => {
  await Effect2.runPromise(Effect2.withSpan(Effect2.repeatN(e, n), "x"));
  const b = process.cpuUsage();
  await Effect2.runPromise(Effect2.withSpan(Effect2.repeatN(e, n), "x"));
  const c = process.cpuUsage(b);
  console.log(name, ((c.user + c.system) / n).toFixed(1), "\xB5s");
};
await run("observed", one);
await run("timeout", timeout);
await run("yield", Effect2.yieldNow());
await run("span", Effect2.useSpan("x", { kind: "client", captureStackTrace: false }, () => Effect2.succeed(1)));
await run("observed", one);
