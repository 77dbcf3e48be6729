/**
 * Hints for a server that cannot have its address: the process that holds it, and a port that is free.
 *
 * @module
 */
import { cannot, EXIT } from "../cli/errors.ts";
import { adviseOnName } from "../cli/name_advice.ts";
import type { PortProtocol } from "../sockets/port_names.ts";
import { shorten } from "../text/layout.ts";
import { isSystemError, isUnresolved } from "../text/reason.ts";
import { type Endpoint, formatEndpoint, type TcpEndpoint } from "../net/endpoint.ts";
import { nextFreePort } from "../net/listen.ts";
import { withoutAsking, withTimeLimit } from "../system/programs.ts";
import { describeProcess, formatCommand } from "../sockets/text.ts";
import { readSockets } from "../sockets/sockets.ts";
import { processesOf, type SocketSystem } from "../sockets/socket.ts";
import { msg, t, translate } from "../text/messages.ts";

/** The address that a server wanted to bind, beside its endpoint. */
export interface BindOptions {
  /** The protocol. */
  readonly protocol: PortProtocol;
  /** The option of `netkit serve` before a port, `--web `; empty for the endpoint itself. */
  readonly option: string;
}

/**
 * Throws the error for the user if listening failed with `error` for the certificate or its key.
 *
 * @throws {UserError} If it did.
 */
export function cannotSpeakTls(error: unknown): void {
  if (!(error instanceof Error) || isSystemError(error)) return;
  throw cannot("speak TLS", error, {
    exit: EXIT.usage,
    hint: t`--tls-cert and --tls-key name files in PEM that belong together`,
  });
}

/** Resolves to the error for the user when listening at an endpoint failed with `error`. */
export async function cannotListen(
  error: unknown,
  endpoint: Endpoint,
  options: BindOptions,
  io: SocketSystem,
): Promise<Error> {
  const hint = await hintForBind(endpoint, error, options, io);
  return cannot(t`listen on ${formatEndpoint(endpoint)}`, error, { exit: EXIT.usage, hint });
}

/**
 * Resolves to a hint for an address that cannot be had, or to `null`. The user is asked for no
 * permission.
 *
 * @param error The error with which the system has refused it.
 */
async function hintForBind(
  endpoint: Endpoint,
  error: unknown,
  query: BindOptions,
  system: SocketSystem,
): Promise<string | null> {
  const name = error instanceof Error ? error.name : "";
  if (endpoint.transport === "unix") {
    return name === "AddrInUse" ? t`another server listens there, or it is no socket` : null;
  }
  if (name === "AddrInUse") return await hintForTaken(endpoint, query, system);
  if (name === "AddrNotAvailable") return translate(ALL_ADDRESSES);
  if (error instanceof Error && isUnresolved(error)) {
    return adviseOnName(endpoint.hostname, error.message, formatEndpoint(endpoint));
  }
  if (name === "PermissionDenied" && endpoint.port < 1024) {
    return t`ports below 1024 are for root (on Linux: net.ipv4.ip_unprivileged_port_start); take
      a higher one`;
  }
  return null;
}

/** The advice where the address is one of another machine. */
const ALL_ADDRESSES = msg(
  "0.0.0.0 and [::] are all of this machine's; to see them: netkit ipinfo",
);

async function hintForTaken(
  endpoint: TcpEndpoint,
  { protocol, option }: BindOptions,
  system: SocketSystem,
): Promise<string | null> {
  const holder = await describeHolderOf(endpoint, protocol, system);
  const free = protocol === "tcp" ? nextFreePort(endpoint) : null;
  if (holder !== null) return holder + (free === null ? "" : t`; ${free} is free`);
  if (free === null) return null;
  const other = formatEndpoint({ ...endpoint, port: free });
  return t`${other} is free: netkit serve ${option === "" ? other : option + free}`;
}

/** Milliseconds for a program that knows the holder: the error is waiting, and is told without it as well. */
const HINT_TIME_LIMIT = 5000;

/** Columns for the command line of the holder: the sentence goes on behind it. */
const COMMAND = 80;

/**
 * Resolves to the process that holds the port of `endpoint`, for example `127.0.0.1:8000 is held by deno, pid 4121
 * (deno run -A main.ts serve)`, or to `null` if that cannot be seen.
 */
async function describeHolderOf(
  endpoint: TcpEndpoint,
  protocol: PortProtocol,
  system: SocketSystem,
): Promise<string | null> {
  const query = { protocols: [protocol], range: [endpoint.port, endpoint.port] } as const;
  const hasty = withTimeLimit(withoutAsking(system), HINT_TIME_LIMIT);
  const sockets = await readSockets(hasty, query).catch(() => []);
  // Connected sockets do not stop a server that sets SO_REUSEADDR, unless nothing listens.
  const listening = sockets.filter(({ remote }) => remote === null);
  const [process, ...others] = processesOf(listening.length > 0 ? listening : sockets);
  if (!process) return null;
  const command = formatCommand(process);
  return t`${formatEndpoint(endpoint)} is held by ${describeProcess({ ...process, user: null })}` +
    (command === null ? "" : ` (${shorten(command, COMMAND)})`) +
    (others.length === 0 ? "" : t` and ${others.length} more`);
}
