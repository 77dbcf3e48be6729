/**
 * What happens at a port, in lines and in records.
 *
 * @module
 */
import { width } from "../text/layout.ts";
import { formatLeft } from "../sockets/text.ts";
import type { TalkChange } from "./watch.ts";
import { formatSocketAddress, type KernelSocket } from "../sockets/socket.ts";

/** A line, and the same for a program. */
export interface TalkLine {
  /** What it is about. */
  readonly subject: string;
  /** What has become of it, in at most so many columns if that can be. */
  readonly state: (columns: number) => string;
  /** The record. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** Returns the line of a change. */
export function changeLine(change: TalkChange): TalkLine {
  return {
    subject: describeEnds(change),
    state: (columns) => describeStates(change, columns),
    record: changeRecord(change),
  };
}

/** Returns the line that tells how long the kernel still keeps sockets, `null` if it keeps none. */
export function countdownLine(secondsLeft: readonly number[]): TalkLine | null {
  if (secondsLeft.length === 0) return null;
  const sockets = secondsLeft.length;
  return {
    subject: `${sockets} in TIME-WAIT`,
    state: () => `${formatLeft(secondsLeft)} left`,
    record: { event: "waiting", sockets, time_left_s: Math.max(...secondsLeft) },
  };
}

/** Returns the addresses of a change, the port's own last: `127.0.0.1:51478 ⇄ 127.0.0.1:8000`. */
function describeEnds({ talk: { ends } }: TalkChange): string {
  const near = formatSocketAddress(ends.local);
  return ends.remote ? `${formatSocketAddress(ends.remote)} ⇄ ${near}` : near;
}

/**
 * Returns the states of a change, those of the far end first: `FIN-WAIT-2 nc 4188 | CLOSE-WAIT deno
 * 4121`, without the processes where it would have more than `columns`.
 */
function describeStates({ talk }: TalkChange, columns: number): string {
  const text = (named: boolean) => {
    const near = describeEnd(talk.near, talk.seen.near, named);
    if (!talk.seen.far) return near;
    return `${describeEnd(talk.far, talk.seen.far, named)} | ${near}`;
  };
  return width(text(true)) <= columns ? text(true) : text(false);
}

function describeEnd(socket: KernelSocket | null, seen: boolean, named: boolean): string {
  if (!socket) return seen ? "gone" : "–";
  const { state, secondsLeft, processes } = socket;
  const [first, ...others] = processes;
  const parts = [
    state ?? "connected",
    ...(secondsLeft === null ? [] : [formatLeft([secondsLeft])]),
    ...(named && first ? [`${first.name} ${first.pid}`] : []),
    ...(named && others.length > 0 ? [`and ${others.length} more`] : []),
  ];
  return parts.join(" ");
}

/** Returns a change's record. */
function changeRecord({ event, talk }: TalkChange): Record<string, unknown> {
  const { near, far, ends } = talk;
  return {
    event,
    local: formatSocketAddress(ends.local),
    remote: ends.remote && formatSocketAddress(ends.remote),
    state: near?.state ?? null,
    pid: near?.processes[0]?.pid ?? null,
    command: near?.processes[0]?.name ?? null,
    peer_state: far?.state ?? null,
    peer_pid: far?.processes[0]?.pid ?? null,
    peer_command: far?.processes[0]?.name ?? null,
    time_left_s: near?.secondsLeft ?? far?.secondsLeft ?? null,
  };
}
