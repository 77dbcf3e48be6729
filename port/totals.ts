/**
 * Totals of a list of sockets: their number by state and by process, and the states that mean something.
 *
 * @module
 */
import type { KernelSocket } from "../sockets/socket.ts";
import { count } from "../text/units.ts";
import { t } from "../text/messages.ts";

/** The most processes that are named. */
const MOST_PROCESSES = 3;

/** The fewest sockets in CLOSE-WAIT of which it is said that their process does not close. */
const MANY = 10;

/** Returns the totals in lines; none for an empty list. */
export function describeTotals(sockets: readonly KernelSocket[]): string[] {
  if (sockets.length === 0) return [];
  const states = numbersOf(sockets, stateOf);
  const processOf = processNames();
  const processes = numbersOf(sockets, processOf);
  const shown = processes.slice(0, MOST_PROCESSES).map(([name, n]) => `${name} (${n})`);
  const others = processes.length - shown.length;
  const more = others === 0 ? "" : t` and ${count(others, "other process", "other processes")}`;
  const waiting = numbersOf(sockets.filter(({ state }) => state === "CLOSE-WAIT"), processOf);
  return [
    t`${count(sockets.length, "socket")}: ${states.map(([name, n]) => `${n} ${name}`).join(t`, `)}`,
    ...(shown.length === 0 ? [] : [t`of ${shown.join(t`; `)}${more}`]),
    ...waiting.filter(([, n]) => n >= MANY).map(([name, n]) =>
      t`${n} CLOSE-WAIT of ${name}: it does not close connections that its peers have ended`
    ),
  ];
}

/** Returns the state of a socket: its name, which is English in every language, or words. */
function stateOf({ protocol, state, remote }: KernelSocket): string {
  if (state === "UNCONNECTED") return t`${protocol.toUpperCase()} without a peer`;
  return state ?? (remote === null ? t`of unknown state` : t`with a peer`);
}

/** Returns a function that names the process of a socket in words: those of each process once. */
function processNames(): (socket: KernelSocket) => string | null {
  const names = new Map<number, string>();
  return ({ processes: [first] }) => {
    if (first === undefined) return null;
    const name = names.get(first.pid) ?? t`${first.name}, pid ${first.pid}`;
    names.set(first.pid, name);
    return name;
  };
}

/** Returns the numbers of sockets by a name, the largest first; those whose name is `null` are left out. */
function numbersOf(
  sockets: readonly KernelSocket[],
  nameOf: (socket: KernelSocket) => string | null,
): [name: string, n: number][] {
  const numbers = new Map<string, number>();
  for (const socket of sockets) {
    const name = nameOf(socket);
    if (name !== null) numbers.set(name, (numbers.get(name) ?? 0) + 1);
  }
  return [...numbers].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
}
