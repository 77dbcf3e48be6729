/**
 * The address of one version of IP at which a server listens when it is given a name (`-4`, `-6`).
 *
 * @module
 */
import type { Io } from "../cli/io.ts";
import { lookUp } from "../net/dns.ts";
import type { Endpoint } from "../net/endpoint.ts";
import { cannotListen } from "./bind_hints.ts";

/**
 * Resolves to `endpoint` with an address of `version` in place of a name.
 *
 * @throws {UserError} If it has none.
 */
export async function resolved(endpoint: Endpoint, version: 4 | 6, io: Io): Promise<Endpoint> {
  if (endpoint.transport === "unix") return endpoint;
  try {
    const [hostname = endpoint.hostname] = await lookUp(endpoint.hostname, version);
    return { ...endpoint, hostname };
  } catch (error) {
    throw await cannotListen(error, endpoint, { protocol: "tcp", option: "" }, io);
  }
}
