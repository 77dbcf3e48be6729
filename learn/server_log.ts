/**
 * The log of `netkit serve -v` as text, read again.
 *
 * @module
 */
import type { Server } from "./command_line.ts";
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

/** Ends a server, and shows what it has logged about its connections; resolves to all of its log. */
export async function showLog(stage: Stage, server: Server): Promise<string> {
  const text = await server.end();
  const lines = text.split("\n").filter((line) =>
    /^[\d:.]+ +(accept|read|write|close)\b/.test(line)
  );
  await stage.show(lines.map((line) => `${line}\n`).join(""));
  return text;
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
  return callsOf(await showLog(stage, server));
}
