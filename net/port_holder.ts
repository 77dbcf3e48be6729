/**
 * Who holds the port that a server wants, in one sentence.
 *
 * @module
 */
import type { PortProtocol } from "../address/port_names.ts";
import { cut } from "../text/layout.ts";
import { formatEndpoint, type TcpEndpoint } from "./endpoint.ts";
import { nextFreePort } from "./listen.ts";
import { withoutAsking } from "./programs.ts";
import { describeProcess, formatCommand } from "./port_text.ts";
import { processesOf, readSockets, type SocketSystem } from "./sockets.ts";

/**
 * Resolves to what helps a server that cannot have the port of `endpoint`: who holds it, as far as
 * that can be seen, and which one is free; to `null` if neither is known. The user is asked for no
 * permission.
 */
export async function hintForTaken(
  endpoint: TcpEndpoint,
  protocol: PortProtocol,
  system: SocketSystem,
): Promise<string | null> {
  const holder = await describeHolderOf(endpoint, protocol, system);
  const free = protocol === "tcp" ? nextFreePort(endpoint) : null;
  if (holder !== null) return holder + (free === null ? "" : `; ${free} is free`);
  if (free === null) return null;
  const other = formatEndpoint({ ...endpoint, port: free });
  return `${other} is free: netkit serve ${other}`;
}

/** Columns for a command line: the sentence goes on behind it. */
const COMMAND = 80;

/**
 * Resolves to who holds the port of `endpoint`, for example `127.0.0.1:8000 is held by deno, pid 4121
 * (deno run -A main.ts serve)`, or to `null` if that cannot be seen.
 */
async function describeHolderOf(
  endpoint: TcpEndpoint,
  protocol: PortProtocol,
  system: SocketSystem,
): Promise<string | null> {
  const wish = { protocols: [protocol], range: [endpoint.port, endpoint.port] } as const;
  const sockets = await readSockets(withoutAsking(system), wish).catch(() => []);
  // What is connected only does not stop a server that sets SO_REUSEADDR, unless nothing listens.
  const listening = sockets.filter(({ remote }) => remote === null);
  const [process, ...others] = processesOf(listening.length > 0 ? listening : sockets);
  if (!process) return null;
  const command = formatCommand(process);
  return `${formatEndpoint(endpoint)} is held by ${describeProcess({ ...process, user: null })}` +
    (command === null ? "" : ` (${cut(command, COMMAND)})`) +
    (others.length === 0 ? "" : ` and ${others.length} more`);
}
