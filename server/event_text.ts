/**
 * The events of a server in words.
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { withPreview } from "../text/preview.ts";
import { reasonOf } from "../text/reason.ts";
import { count, formatBytes, formatDuration } from "../text/units.ts";
import type { DatagramTotals, ServerEvent, TotalsEvent } from "./events.ts";
import { t, translate, translateNumbered } from "../text/messages.ts";

/**
 * Returns the text of `event` behind its time and name in a log, on one line; the data of a read or
 * write fills up to `columns`.
 */
export function describe(event: ServerEvent, columns: number): string {
  const client = "connection" in event ? formatClient(event) : "";
  switch (event.event) {
    case "tls":
      return t`SHA-256 ${event.fingerprint}, made for ${event.names.join(", ")}`;
    case "socket":
      return event.protocol;
    case "bind":
    case "listen": {
      if (event.url !== undefined && event.event === "listen") {
        return t`${escapeLine(event.url)}, for browsers`;
      }
      const waits = event.event === "listen" || event.protocol.startsWith("UDP");
      const address = escapeLine(event.address);
      return waits ? t`${address}, waiting for clients; Ctrl-C stops` : address;
    }
    case "accept": {
      const { protocol, proxy, alpn, subject } = event;
      const how = proxy === undefined ? client : t`${client} by way of ${escapeLine(proxy)}`;
      return [how, protocol, alpn, subject].filter((part) => part !== undefined)
        .map(escapeLine).join("  ");
    }
    case "request":
      return `${client}  ${escapeLine(`${event.method} ${event.path}`)}  ${event.status}`;
    case "refuse":
      return `${client}  ${escapeLine(translateNumbered(event.reason))}`;
    case "fail":
      return `${escapeLine(event.peer)}  ${reasonOf(event.error)}`;
    case "lost": {
      const lost = event.count === 1 ? t`a datagram` : count(event.count, "datagram");
      const from = event.peer === null
        ? ""
        : event.count === 1
        ? t` from ${escapeLine(event.peer)}`
        : t`, the last from ${escapeLine(event.peer)}`;
      return t`${lost}${from}: ${translate(event.reason)}`;
    }
    case "read":
    case "write":
      return withPreview(`${client}  ${formatBytes(event.data.length)}`, event.data, columns);
    case "retry":
      return event.waitMs === 0
        ? t`a client was gone before it was accepted: ${reasonOf(event.error)}`
        : t`cannot accept: ${reasonOf(event.error)}; again in ${formatDuration(event.waitMs)}`;
    case "drain":
      return t`still accepting for ${formatDuration(event.drainMs)}; Ctrl-C again stops at once`;
    case "stop":
      if (event.datagrams !== undefined) return t`no more datagrams are answered`;
      return event.open === 0
        ? t`no connection is open`
        : t`${count(event.open, "connection")} open, ${formatDuration(event.graceMs)} to finish;
          Ctrl-C again stops at once`;
    case "totals":
      return describeTotals(event);
    case "close":
    case "reset":
    case "error": {
      const { bytesIn, bytesOut, durationMs, reason, error } = event;
      const why = reason ?? (error === null ? null : reasonOf(error));
      return `${client}  ` + t`${formatBytes(bytesIn)} in, ${formatBytes(bytesOut)} out, ` +
        formatDuration(durationMs) +
        (why === null ? "" : t`, ` + escapeLine(translateNumbered(why)));
    }
  }
}

/** Returns the totals of datagrams in words; those that are 0 are left out. */
function describeDatagrams(
  { received, answered, refused, failed, lost, dropped }: DatagramTotals,
): string {
  const rest = [
    refused > 0 && t`${refused} refused`,
    failed > 0 && t`${failed} failed`,
    lost > 0 && t`${lost} lost`,
    dropped !== null && dropped > 0 && t`${dropped} more dropped by the system`,
  ].filter((part) => part !== false);
  return [t`${received} received`, t`${answered} answered`, ...rest].join(t`, `);
}

/** Returns the totals of a log in words; those that are 0 are left out. */
function describeTotals(event: TotalsEvent): string {
  const { accepted, closed, reset, errors, refused, requests, linesDropped, datagrams } = event;
  const dropped = linesDropped > 0 &&
    t`${count(linesDropped, "line")} dropped`;
  if (datagrams) return describeDatagrams(datagrams) + (dropped ? t`, ` + dropped : "");
  const counts = [
    t`${accepted} accepted`,
    closed > 0 && t`${closed} closed`,
    reset > 0 && t`${reset} reset`,
    errors > 0 && t`${errors} in error`,
    refused > 0 && t`${refused} refused`,
    requests > 0 && count(requests, "request"),
    t`${formatBytes(event.bytesIn)} in`,
    t`${formatBytes(event.bytesOut)} out`,
    dropped,
  ];
  return counts.filter((part) => part !== false).join(t`, `);
}

/** Returns the number and address of a client; a datagram has no number. */
function formatClient({ connection, peer }: { connection: number | null; peer: string }): string {
  return `${connection === null ? "" : `#${connection} `}${escapeLine(peer)}`;
}
