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
    const isOther = version !== null && version !== versionOf(hostname);
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

/** The addresses of this machine that are always there. */
const LOOPBACK = ["127.0.0.1", "::1"];

/**
 * Resolves to the addresses at which to look for `hostname`: those of `lookUp`, and for `localhost` and names
 * below it both loopback addresses, of which many a hosts file has one (RFC 6761, section 6.3).
 *
 * @throws As `lookUp` does.
 */
export async function placesOf(hostname: string, version: 4 | 6 | null): Promise<string[]> {
  if (!/^(.+\.)?localhost\.?$/i.test(hostname)) return await lookUp(hostname, version);
  const known = LOOPBACK.filter((address) => version === null || version === versionOf(address));
  try {
    return [...new Set([...await lookUp(hostname, version), ...known])];
  } catch (error) {
    if (error instanceof Error && error.name === "NotCapable") throw error;
    return known;
  }
}

function versionOf(address: string): 4 | 6 {
  return address.includes(":") ? 6 : 4;
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
