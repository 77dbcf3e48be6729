/**
 * The JSON record of a connection at its end.
 *
 * @module
 */
import { formatTimestamp } from "../capture/timestamp.ts";
import type { Field } from "../cli/record.ts";
import { SIDES } from "../ladder/text.ts";
import type { TcpConnection } from "../tcp/connection.ts";
import { presumeOther } from "../tcp/presume.ts";
import type { Both } from "../tcp/side.ts";
import type { SideStatistics } from "../tcp/statistics.ts";
import type { LocalProcess } from "./local_processes.ts";

/** A connection at its end, and the processes at its ends. */
export interface EndedConnection {
  /** The connection. */
  readonly connection: TcpConnection;
  /** The processes; `null` for one that is not known. */
  readonly processes: Both<LocalProcess | null>;
}

/** The fields that the segments tell. */
const FACTS: readonly Field<TcpConnection>[] = [
  { name: "type", type: "string", says: "", of: () => "connection" },
  { name: "connection", type: "number", says: "", of: ({ number }) => number },
  {
    name: "client",
    type: "string",
    says: "of a connection: address and port of its client",
    of: ({ ends }) => ends[0].address,
  },
  { name: "server", type: "string", says: "the same of its server", of: (c) => c.ends[1].address },
  {
    name: "open",
    type: "object or null",
    says: "segments and ms of the handshake, if it was seen",
    of: ({ summary: { opening } }) =>
      opening && { segments: opening.segments, ms: opening.milliseconds },
  },
  {
    name: "bytes_in",
    type: "number",
    says: "payload that the server got from the client, each byte once",
    of: ({ bytes }) => bytes[0],
  },
  {
    name: "bytes_out",
    type: "number",
    says: "payload that the client got from the server, each byte once",
    of: ({ bytes }) => bytes[1],
  },
  {
    name: "close",
    type: "object or null",
    says: "by (client, server, both) and segments of the close",
    of: ({ summary: { closing } }) =>
      closing && {
        by: closing.by === "both" ? "both" : SIDES[closing.by],
        segments: closing.segments,
      },
  },
  {
    name: "refused",
    type: "boolean",
    says: "whether nothing listened at the server's port",
    of: ({ summary }) => summary.isRefused,
  },
  {
    name: "reset",
    type: "string or null",
    says:
      "the end that has sent a reset: client or server; third party where captures of both ends " +
      "show that neither has",
    of: ({ summary: { reset, isForeignReset } }) =>
      reset === null ? null : isForeignReset ? "third party" : SIDES[reset],
  },
  {
    name: "paths",
    type: "array of 2 arrays",
    says: "all states of client and server",
    of: ({ ends }) => ends.map(({ path }) => path),
  },
  {
    name: "presumed",
    type: "array of 2 arrays",
    says: "states behind them if the last segments arrived",
    of: (connection) => connection.presume(),
  },
  {
    name: "presumed_or",
    type: "array of 2 arrays or null",
    says:
      "the other reading of them where nobody knows which of two FINs came first; null for one only",
    of: (
      { ends: [client, server] },
    ) => [presumeOther(client, server), presumeOther(server, client)],
  },
  {
    name: "start",
    type: "string or null",
    says: "the time of its first segment; null for no such date",
    of: ({ summary: { start } }) => formatTimestamp(start ?? 0n),
  },
  {
    name: "ms",
    type: "number",
    says: "milliseconds from its first to its last segment",
    of: ({ summary }) => summary.milliseconds,
  },
  {
    name: "silence_ms",
    type: "number",
    says: "the longest time without a segment",
    of: ({ statistics }) => statistics?.silence,
  },
  {
    name: "answer_ms",
    type: "number",
    says: "the longest time from payload of the client to the next of the server",
    of: ({ statistics }) => statistics?.answer,
  },
  {
    name: "ports_reused",
    type: "boolean",
    says: "whether a connection between the same ports was captured before",
    of: ({ reusesPorts }) => reusesPorts,
  },
  {
    name: "sent",
    type: "array of 2 objects",
    says: "what client and server have sent: segments; rtt_ms, from a segment to its ACK (count, " +
      "least, mean, greatest; or null); retransmissions (fast, timeout, spurious, other); " +
      "out_of_order, window_full and zero_window",
    of: ({ statistics }) => statistics?.sides.map(sentRecord),
  },
];

/** The fields of a connection at its end. */
export const CONNECTION: readonly Field<EndedConnection>[] = [
  ...FACTS.map(({ of, ...field }) => ({
    ...field,
    of: ({ connection }: EndedConnection) => of(connection),
  })),
  {
    name: "client_process",
    type: "object or null",
    says: "pid and name of the process at the client, where it captures live on its host",
    of: ({ processes }) => processes[0],
  },
  {
    name: "server_process",
    type: "object or null",
    says: "the same at the server",
    of: ({ processes }) => processes[1],
  },
];

function sentRecord(side: SideStatistics): Readonly<Record<string, unknown>> {
  const { segments, roundTrips, retransmissions, outOfOrder, windowFull, zeroWindow } = side;
  const { fast, timeout, spurious, other } = retransmissions;
  return {
    segments,
    rtt_ms: roundTrips,
    retransmissions: { fast, timeout, spurious, other },
    out_of_order: outOfOrder,
    window_full: windowFull,
    zero_window: zeroWindow,
  };
}
