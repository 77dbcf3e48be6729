/**
 * Which options of the server go together.
 *
 * @module
 */
import { UserError } from "./errors.ts";

/** What was chosen, as far as not everything goes with it. */
export interface ServeChoices {
  /** `--udp`. */
  readonly udp: boolean;
  /** `--tls-cert`. */
  readonly tlsCert: string | null;
  /** `--tls-key`. */
  readonly tlsKey: string | null;
  /** `--max-connections`. */
  readonly maxConnections: number | null;
  /** `--idle-timeout`. */
  readonly idleTimeout: number | null;
  /** `--once`. */
  readonly once: boolean;
  /** `--proxy-protocol`. */
  readonly proxyProtocol: boolean;
}

/**
 * Refuses what does not go together, rather than leave an option without effect.
 *
 * @param isUnix Whether it is to listen on a Unix socket.
 * @throws {UserError} For the first combination that is refused.
 */
export function checkServeOptions(options: ServeChoices, isUnix: boolean): void {
  if ((options.tlsCert === null) !== (options.tlsKey === null)) {
    throw new UserError("--tls-cert and --tls-key belong together: give both");
  }
  const tls = options.tlsCert !== null;
  if (isUnix && (tls || options.udp)) {
    throw new UserError(`a Unix socket does without ${tls ? "TLS" : "UDP"}: leave it out`);
  }
  if (!options.udp) return;
  const given = [
    tls && "--tls-cert",
    options.maxConnections !== null && "--max-connections",
    options.idleTimeout !== null && "--idle-timeout",
    options.once && "--once",
    options.proxyProtocol && "--proxy-protocol",
  ].find((name) => name !== false);
  if (given) throw new UserError(`${given} is about connections, and UDP has none: leave it out`);
}
