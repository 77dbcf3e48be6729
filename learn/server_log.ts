/**
 * The log of `netkit serve -v` as text, read again.
 *
 * @module
 */
import type { Stage } from "./stage.ts";

/** A call on a connection. */
export interface LoggedCall {
  /** Its name: `read`. */
  readonly call: string;
  /** Bytes that were read or written; `null` for other calls. */
  readonly bytes: number | null;
}

/** Returns the calls on connections in their order. */
export function callsOf(log: string): LoggedCall[] {
  const lines = log.matchAll(/^[\d:.]+ +(\w+) +#\d+ +\S+(?: {2}(\d+) B)?/gm);
  return [...lines].map(([, call, bytes]) => ({
    call: call!,
    bytes: bytes === undefined ? null : Number(bytes),
  }));
}

/**
 * Lets a client send `input` to a server, and shows the calls of the server; resolves to these.
 *
 * @param options Options of the client.
 */
export async function servedCalls(
  stage: Stage,
  input: string,
  options: readonly string[] = [],
): Promise<LoggedCall[]> {
  const server = await stage.serve(["-v"]);
  await stage.run(["client", ...options, `${server.port}`], { input });
  await server.says(/ close +#1/);
  return callsOf(await stage.showLog(server));
}
