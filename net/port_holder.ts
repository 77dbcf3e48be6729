/**
 * Who holds the port that a server wants, in one sentence.
 *
 * @module
 */
import { formatEndpoint, type TcpEndpoint } from "./endpoint.ts";
import { describeProcess, formatCommand } from "./port_text.ts";
import { processesOf, readSockets, type SocketSystem } from "./sockets.ts";

/**
 * Resolves to who holds the TCP port of `endpoint`, for example `127.0.0.1:8000 is held by deno, pid 4121
 * (deno run -A main.ts serve)`, or to `null` if that cannot be seen.
 */
export async function describeHolderOf(
  endpoint: TcpEndpoint,
  system: SocketSystem,
): Promise<string | null> {
  const { port } = endpoint;
  const sockets = await readSockets(system, { protocols: ["tcp"], range: [port, port] })
    .catch(() => []);
  // What is connected only does not stop a server that sets SO_REUSEADDR, unless nothing listens.
  const listening = sockets.filter(({ remote }) => remote === null);
  const [process, ...others] = processesOf(listening.length > 0 ? listening : sockets);
  if (!process) return null;
  const command = formatCommand(process);
  return `${formatEndpoint(endpoint)} is held by ${describeProcess({ ...process, user: null })}` +
    (command === null ? "" : ` (${command})`) +
    (others.length === 0 ? "" : ` and ${others.length} more`);
}
