/**
 * Sockets and the processes that hold them, in words.
 *
 * @module
 */
import { formatSocketAddress, type KernelSocket, type SocketProcess } from "./socket.ts";
import { msg, t, translate } from "../text/messages.ts";

/** Returns a process in words: `deno, pid 4121, user root`. */
export function describeProcess({ name, pid, user, deleted }: SocketProcess): string {
  return t`${name}, pid ${pid}` + (user === null ? "" : t`, user ${user}`) +
    (deleted ? t`, its program deleted or replaced since` : "");
}

/** Command lines in words: a process can have thousands of sockets, of which each shows it. */
const COMMANDS = new WeakMap<readonly string[], string>();

/** Returns a command line as it could be typed into a shell, or `null` if it is not known. */
export function formatCommand({ words }: Pick<SocketProcess, "words">): string | null {
  if (words === null) return null;
  if (words.length === 1) return words[0]!; // one that has renamed itself, or a line as it was told
  const known = COMMANDS.get(words);
  if (known !== undefined) return known;
  const command = words.map(quote).join(" ");
  COMMANDS.set(words, command);
  return command;
}

/** Returns a word as a shell reads it back: in quotes if it has other than plain characters. */
export function quote(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Words for states that TCP's own name would not explain. */
const WAITING: Readonly<Record<string, string>> = {
  CLOSED: msg("bound, but neither listening nor connected"),
};

/**
 * Returns the sockets of a port in words: each that waits for peers by its address, the others counted by
 * their states.
 */
export function describeSockets(sockets: readonly KernelSocket[]): string {
  const waiting = new Set(
    sockets.filter(({ remote }) => remote === null).map(({ local, state }) =>
      formatSocketAddress(local) +
      (state === "UNCONNECTED" ? "" : ` ${translate(WAITING[state ?? ""] ?? state ?? "")}`)
    ),
  );
  const connected = sockets.filter(({ remote }) => remote !== null);
  const states = new Set(connected.map(({ state }) => state));
  const counts = [...states].map((state) => {
    const same = connected.filter((socket) => socket.state === state);
    const left = same.flatMap(({ secondsLeft }) => secondsLeft === null ? [] : [secondsLeft]);
    return `${same.length} ${state ?? t`with a peer`}` +
      (left.length === 0 ? "" : t` (${formatLeft(left)} left)`);
  });
  return [[...waiting].join(", "), counts.join(t`, `)].filter((part) => part !== "").join(t`; `);
}

/** Returns the time until all of these have gone: `41 s`, `12 to 41 s`. */
export function formatLeft(seconds: readonly number[]): string {
  const least = Math.ceil(Math.min(...seconds));
  const most = Math.ceil(Math.max(...seconds));
  return least === most ? `${most} s` : t`${least} to ${most} s`;
}
