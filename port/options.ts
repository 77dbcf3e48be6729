/**
 * The options of `netkit port`.
 *
 * @module
 */
import { flag, type JsonField, type Option, type Values } from "../cli/command.ts";
import { UserError } from "../cli/errors.ts";

/** The options. */
export const PORT_OPTIONS: {
  readonly free: Option<boolean>;
  readonly watch: Option<boolean>;
  readonly udp: Option<boolean>;
  readonly all: Option<boolean>;
  readonly noBind: Option<boolean>;
  readonly json: Option<boolean>;
} = {
  free: flag(
    "print the first good free port from PORT, or within A-B, and nothing else; from 5000 if " +
      "left out",
  ),
  watch: flag("print every change of the sockets on a port, until Ctrl-C"),
  udp: flag("ports of UDP; TCP if left out, the list has both", "u"),
  all: flag("list every socket, in any state, not only those that wait for peers", "a"),
  noBind: flag("do not try to bind: then nothing is said to be free"),
  json: flag("print an object a line; the list is an array of every socket, in any state"),
};

/** The fields of JSON: of a port, of a socket, and of what --watch tells. */
export const PORT_FIELDS: readonly JsonField[] = [
  { name: "port", type: "number", says: "of a port, an object a line" },
  { name: "proto", type: "string", says: "tcp or udp" },
  { name: "class", type: "string", says: "system, registered or dynamic (RFC 6335)" },
  { name: "iana, practice", type: "string or null", says: "its name; what it is used for" },
  {
    name: "free",
    type: "boolean or null",
    says: "whether a server could have it now; null if nothing speaks against it, with --no-bind",
  },
  {
    name: "bind",
    type: "object or null",
    says: 'what binding 0.0.0.0, :: and so on has given: "ok" or a code like "EADDRINUSE"',
  },
  { name: "ephemeral", type: "array", says: "first and last port of outgoing connections" },
  { name: "in_ephemeral", type: "boolean", says: "whether it is one of these" },
  { name: "privileged", type: "boolean", says: "whether only root may bind it" },
  { name: "browser_blocked", type: "boolean", says: "whether browsers refuse it" },
  { name: "cautions", type: "array", says: "what speaks against it: objects with kind and says" },
  {
    name: "next_free",
    type: "number or null",
    says: "the next good free port, if one port alone was asked for and is held",
  },
  {
    name: "sockets",
    type: "array or null",
    says: "the sockets on it, as follows; null if they may not be seen",
  },
  {
    name: "suspects",
    type: "array",
    says: "processes that may hold it, where a socket in no table does; as in processes",
  },
  { name: "local, remote", type: "string", says: "of a socket: its two ends; remote may be null" },
  {
    name: "state",
    type: "string or null",
    says:
      "LISTEN, SYN-SENT, SYN-RECEIVED, ESTABLISHED, FIN-WAIT-1, FIN-WAIT-2, CLOSE-WAIT, CLOSING, " +
      "LAST-ACK, TIME-WAIT or CLOSED; of UDP UNCONNECTED or ESTABLISHED; null if it is told only " +
      "in a word of another language",
  },
  { name: "time_left_s", type: "number or null", says: "seconds until the kernel forgets it" },
  {
    name: "pid, command, user",
    type: "number, string",
    says: "the first process that holds it: its number, name and user; null if not known",
  },
  {
    name: "processes",
    type: "array",
    says: "all of them: pid, command, command_line, user, folder, program_deleted, fds",
  },
  { name: "time", type: "string", says: "with --watch: when it was read (ISO 8601)" },
  {
    name: "event",
    type: "string",
    says: "with --watch: present, appeared, changed or vanished; waiting is the countdown of " +
      "TIME-WAIT, with sockets (how many) and time_left_s (of the last one)",
  },
  {
    name: "peer_state, peer_pid, peer_command",
    type: "string, number",
    says: "with --watch: of the other end, if it is on this machine",
  },
];

/** The values of the options. */
export type PortOptions = Values<typeof PORT_OPTIONS>;

/**
 * Refuses options that contradict each other, or the number of operands.
 *
 * @throws {UserError} If some do.
 */
export function refuseContradictions(options: PortOptions, operands: readonly string[]): void {
  const { free, watch, all, noBind } = options;
  const pairs: readonly (readonly [boolean, string])[] = [
    [free && watch, "--free and --watch do not go together"],
    [
      free && noBind,
      "--free and --no-bind do not go together: only binding shows that a port is free",
    ],
    [free && operands.length > 1, "--free starts at one port: give no other"],
    [watch && operands.length !== 1, "--watch looks at one port: give it, and no other"],
    [all && (free || watch || operands.length > 0), "--all is for the list: give no port"],
  ];
  const wrong = pairs.find(([both]) => both);
  if (wrong) throw new UserError(wrong[1]);
}
