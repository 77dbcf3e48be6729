/**
 * From a name to addresses, as the system resolves it.
 *
 * @module
 */
import { ExplainedError } from "../text/reason.ts";
import { denoError } from "./node_errors.ts";
import { requireNet } from "./permission.ts";
import { t } from "../text/messages.ts";

/**
 * Resolves to the addresses of `hostname`, in the order in which the system wants them tried; an
 * address is its own. For a name it loads `node:dns`, which takes 20 ms: use it only where connecting by
 * name is not possible.
 *
 * @param version Only addresses of this version.
 * @throws An error with the message of Deno's when the name does not resolve, or not to such addresses.
 */
export async function lookUp(hostname: string, version: 4 | 6 | null = null): Promise<string[]> {
  if (isAddress(hostname)) {
    const isOther = version !== null && version !== (hostname.includes(":") ? 6 : 4);
    if (isOther) throw refused(t`it is no IPv${version} address`);
    return [hostname];
  }
  requireNet(hostname);
  const { lookup } = await import("node:dns");
  const found = await new Promise<readonly { address: string; family: number }[]>(
    (resolve, reject) => {
      lookup(hostname, { all: true, verbatim: true }, (error, addresses) => {
        if (error) reject(denoError(error));
        else resolve(addresses);
      });
    },
  );
  const fitting = found.filter(({ family }) => version === null || family === version);
  if (fitting.length === 0) throw refused(t`it has no IPv${version} address`);
  return fitting.map(({ address }) => address);
}

function refused(words: string): Error {
  return new ExplainedError({ words, cannotStart: true });
}

/** Loads the module that `lookUp` needs for `hostname`, so that its time is not measured. */
export async function prepareLookUp(hostname: string): Promise<void> {
  if (!isAddress(hostname)) await import("node:dns");
}

/** Whether `hostname` is an IP address: one that no name server is asked for. */
export function isAddress(hostname: string): boolean {
  return hostname.includes(":") ||
    /^\d+(\.\d+){3}$/.test(hostname) && hostname.split(".").every((octet) => Number(octet) < 256);
}
