/**
 * The counts of a server in the text format of Prometheus
 * (https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4).
 *
 * @module
 */
import { BOUNDS } from "./histogram.ts";
import { LISTENERS, type Sums, type Traffic } from "./stats.ts";

/** The media type of the format. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** The metrics with a value for each listener: name, type, explanation, value. */
const BY_LISTENER:
  readonly (readonly [string, "gauge" | "counter", string, (sums: Sums) => number])[] = [
    ["connections_open", "gauge", "Connections that are open.", (sums) => sums.open],
    ["connections_total", "counter", "Connections that could talk.", (sums) => sums.accepted],
    [
      "connections_refused_total",
      "counter",
      "Connections that were closed at once: not allowed, or one too many.",
      (sums) => sums.refused,
    ],
    ["received_bytes_total", "counter", "Bytes received from clients.", (sums) => sums.received],
    ["sent_bytes_total", "counter", "Bytes sent to clients.", (sums) => sums.sent],
    [
      "connection_resets_total",
      "counter",
      "Connections that their client broke off.",
      (sums) => sums.resets,
    ],
    [
      "connection_errors_total",
      "counter",
      "Connections that ended in an error.",
      (sums) => sums.errors,
    ],
  ];

/** Returns the counts as Prometheus reads them. */
export function formatMetrics(traffic: Traffic): string {
  const lines: string[] = [];
  const declare = (name: string, type: string, help: string) =>
    lines.push(`# HELP netkit_${name} ${help}`, `# TYPE netkit_${name} ${type}`);
  for (const [name, type, help, value] of BY_LISTENER) {
    declare(name, type, help);
    for (const listener of LISTENERS) {
      lines.push(`netkit_${name}{listener="${listener}"} ${value(traffic.sums[listener])}`);
    }
  }
  declare("accept_errors_total", "counter", "Attempts to accept a connection that failed.");
  lines.push(`netkit_accept_errors_total ${traffic.acceptErrors}`);
  declare("http_requests_total", "counter", "Requests of browsers that were answered.");
  for (const [status, count] of traffic.answers) {
    lines.push(`netkit_http_requests_total{code="${status}"} ${count}`);
  }
  const latency = "accept_latency_seconds";
  declare(
    latency,
    "histogram",
    "From accepting a connection, or the request for a WebSocket, to the conversation.",
  );
  for (const listener of LISTENERS) {
    const histogram = traffic.sums[listener].latency;
    const { sum, count } = histogram;
    const cumulative = histogram.cumulative();
    const bounds = [...BOUNDS.map(String), "+Inf"];
    bounds.forEach((bound, i) =>
      lines.push(
        `netkit_${latency}_bucket{listener="${listener}",le="${bound}"} ${cumulative[i] ?? count}`,
      )
    );
    lines.push(
      `netkit_${latency}_sum{listener="${listener}"} ${sum}`,
      `netkit_${latency}_count{listener="${listener}"} ${count}`,
    );
  }
  return `${lines.join("\n")}\n`;
}
