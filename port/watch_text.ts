/**
 * The changes that `port --watch` prints, as lines and as records.
 *
 * @module
 */
import { type Field, recordOf } from "../cli/record.ts";
import { formatSocketAddress, type KernelSocket } from "../sockets/socket.ts";
import { formatLeft } from "../sockets/text.ts";
import type { PairChange } from "./watch.ts";
import type { WatchLine } from "./watch_lines.ts";
import { t } from "../text/messages.ts";

/** Returns the line of a change. */
export function changeLine(change: PairChange): WatchLine {
  return {
    subject: describeAddresses(change),
    state: describeStates(change),
    record: recordOf(CHANGE_FIELDS, change),
  };
}

/** Returns the countdown of sockets that the kernel still keeps, `null` if it keeps none. */
export function countdownLine(secondsLeft: readonly number[]): WatchLine | null {
  if (secondsLeft.length === 0) return null;
  const sockets = secondsLeft.length;
  return {
    subject: t`${sockets} in TIME-WAIT`,
    state: t`${formatLeft(secondsLeft)} left`,
    record: { event: "waiting", sockets, time_left_s: Math.max(...secondsLeft) },
  };
}

/** Returns the addresses of a change, the port's own last: `127.0.0.1:51478 ⇄ 127.0.0.1:8000`. */
function describeAddresses({ pair: { addresses: { local, remote } } }: PairChange): string {
  const own = formatSocketAddress(local);
  return remote ? `${formatSocketAddress(remote)} ⇄ ${own}` : own;
}

/** Returns the states of a change, the peer's first: `FIN-WAIT-2 nc 4188 | CLOSE-WAIT deno 4121`. */
function describeStates({ pair }: PairChange): string {
  const local = describeSocket(pair.local, pair.seen.local);
  return pair.seen.peer ? `${describeSocket(pair.peer, pair.seen.peer)} | ${local}` : local;
}

function describeSocket(socket: KernelSocket | null, seen: boolean): string {
  if (!socket) return seen ? "gone" : "–";
  const { state, secondsLeft, processes } = socket;
  const [first, ...others] = processes;
  const parts = [
    state ?? "connected",
    ...(secondsLeft === null ? [] : [formatLeft([secondsLeft])]),
    ...(first ? [`${first.name} ${first.pid}`] : []),
    ...(others.length > 0 ? [t`and ${others.length} more`] : []),
  ];
  return parts.join(" ");
}

/** The fields of a change. */
export const CHANGE_FIELDS: readonly Field<PairChange>[] = [
  {
    name: "event",
    type: "string",
    says: "with --watch: present, appeared, changed or vanished; waiting is the countdown of " +
      "TIME-WAIT, with sockets (how many) and time_left_s (of the last one)",
    of: ({ event }) => event,
  },
  {
    name: "local",
    type: "string",
    says: "with --watch: the address at the port",
    of: ({ pair }) => formatSocketAddress(pair.addresses.local),
  },
  {
    name: "peer",
    type: "string or null",
    says: "with --watch: the peer's address; null of a socket that waits for peers",
    of: ({ pair: { addresses: { remote } } }) => remote && formatSocketAddress(remote),
  },
  {
    name: "state",
    type: "string or null",
    says: "with --watch: the state of the socket at the port; null if there is none",
    of: ({ pair }) => pair.local?.state ?? null,
  },
  {
    name: "pid",
    type: "number or null",
    says: "with --watch: the first process that holds it",
    of: ({ pair }) => pair.local?.processes[0]?.pid ?? null,
  },
  {
    name: "command",
    type: "string or null",
    says: "with --watch: the name of that process",
    of: ({ pair }) => pair.local?.processes[0]?.name ?? null,
  },
  {
    name: "peer_state",
    type: "string or null",
    says: "with --watch: the state of the peer's socket, if that is on this machine",
    of: ({ pair }) => pair.peer?.state ?? null,
  },
  {
    name: "peer_pid",
    type: "number or null",
    says: "with --watch: the first process that holds it",
    of: ({ pair }) => pair.peer?.processes[0]?.pid ?? null,
  },
  {
    name: "peer_command",
    type: "string or null",
    says: "with --watch: the name of that process",
    of: ({ pair }) => pair.peer?.processes[0]?.name ?? null,
  },
  {
    name: "time_left_s",
    type: "number or null",
    says: "with --watch: seconds until the kernel forgets the socket",
    of: ({ pair: { local, peer } }) => local?.secondsLeft ?? peer?.secondsLeft ?? null,
  },
];
