/**
 * The events of a server in words.
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { withPreview } from "../text/preview.ts";
import { reasonOf } from "../text/reason.ts";
import { formatBytes, formatDuration } from "../text/units.ts";
import type { DatagramTotals, ServerEvent, TotalsEvent } from "./events.ts";

/**
 * Returns what a log says of `event` behind its time and name, on one line; the data of a read or
 * write fills up to `columns`.
 */
export function describe(event: ServerEvent, columns: number): string {
  const who = "connection" in event ? nameOf(event) : "";
  switch (event.event) {
    case "socket":
      return event.protocol;
    case "bind":
    case "listen": {
      if (event.url !== undefined && event.event === "listen") {
        return `${escapeLine(event.url)}, for browsers`;
      }
      const waits = event.event === "listen" || event.protocol.startsWith("UDP");
      const address = escapeLine(event.address);
      return waits ? `${address}, waiting for clients; Ctrl-C stops` : address;
    }
    case "accept": {
      const how = event.protocol === undefined ? who : `${who}  ${event.protocol}`;
      return event.proxy === undefined ? how : `${how} by way of ${escapeLine(event.proxy)}`;
    }
    case "request":
      return `${who}  ${escapeLine(`${event.method} ${event.path}`)}  ${event.status}`;
    case "refuse":
      return `${who}  ${escapeLine(event.reason)}`;
    case "fail":
      return `${escapeLine(event.peer)}  ${reasonOf(event.error)}`;
    case "lost": {
      const what = event.count === 1 ? "a datagram" : `${event.count} datagrams`;
      const from = event.peer === null
        ? ""
        : `${event.count === 1 ? "" : ", the last"} from ${escapeLine(event.peer)}`;
      return `${what}${from}: ${event.reason}`;
    }
    case "read":
    case "write":
      return withPreview(`${who}  ${formatBytes(event.data.length)}`, event.data, columns);
    case "retry":
      return event.waitMs === 0
        ? `a client was gone before it was accepted: ${reasonOf(event.error)}`
        : `cannot accept: ${reasonOf(event.error)}; again in ${formatDuration(event.waitMs)}`;
    case "drain":
      return `still accepting for ${formatDuration(event.drainMs)}; Ctrl-C again stops at once`;
    case "stop":
      if (event.datagrams !== undefined) return "no more datagrams are answered";
      return event.open === 0
        ? "no connection is open"
        : `${event.open} open, ${
          formatDuration(event.graceMs)
        } to finish; Ctrl-C again stops at once`;
    case "totals":
      return describeTotals(event);
    case "close":
    case "reset":
    case "error": {
      const { bytesIn, bytesOut, durationMs, reason, error } = event;
      const why = reason ?? (error === null ? null : reasonOf(error));
      return `${who}  ${formatBytes(bytesIn)} in, ${formatBytes(bytesOut)} out, ` +
        formatDuration(durationMs) + (why === null ? "" : `, ${escapeLine(why)}`);
    }
  }
}

/** Returns what has become of datagrams; what did not happen is left out. */
function describeDatagrams(
  { received, answered, refused, failed, lost, dropped }: DatagramTotals,
): string {
  const rest = [
    refused > 0 && `${refused} refused`,
    failed > 0 && `${failed} failed`,
    lost > 0 && `${lost} lost`,
    dropped !== null && dropped > 0 && `${dropped} more dropped by the system`,
  ].filter((part) => part !== false);
  return [`${received} received`, `${answered} answered`, ...rest].join(", ");
}

/** Returns the sums of a log; what did not happen is left out. */
function describeTotals(event: TotalsEvent): string {
  const { accepted, closed, reset, errors, refused, requests, linesDropped, datagrams } = event;
  const dropped = linesDropped > 0 &&
    `${linesDropped} ${linesDropped === 1 ? "line" : "lines"} dropped`;
  if (datagrams) return describeDatagrams(datagrams) + (dropped ? `, ${dropped}` : "");
  const counts = [
    `${accepted} accepted`,
    closed > 0 && `${closed} closed`,
    reset > 0 && `${reset} reset`,
    errors > 0 && `${errors} in error`,
    refused > 0 && `${refused} refused`,
    requests > 0 && `${requests} ${requests === 1 ? "request" : "requests"}`,
    `${formatBytes(event.bytesIn)} in`,
    `${formatBytes(event.bytesOut)} out`,
    dropped,
  ];
  return counts.filter((count) => count !== false).join(", ");
}

/** Returns the number and address of a client; a datagram has no number. */
function nameOf({ connection, peer }: { connection: number | null; peer: string }): string {
  return `${connection === null ? "" : `#${connection} `}${escapeLine(peer)}`;
}
