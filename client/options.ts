/**
 * Which options of the client go together.
 *
 * @module
 */
import { UserError } from "../cli/errors.ts";

/** What was chosen, as far as not everything goes with it. */
export interface ClientChoices {
  /** `--source`, `null` if not given. */
  readonly source: unknown;
  /** `--udp`. */
  readonly udp: boolean;
  /** `--tls`. */
  readonly tls: boolean;
  /** `--ca`. */
  readonly ca: string | null;
  /** `--server-name`. */
  readonly serverName: string | null;
  /** `--insecure`. */
  readonly insecure: boolean;
  /** `--mode`. */
  readonly mode: "full" | "half" | "send" | "receive";
  /** `--turn-timeout`. */
  readonly turnTimeout: number | null;
  /** `--keep-open`. */
  readonly keepOpen: boolean;
  /** `--time`. */
  readonly time: boolean;
  /** `--stats`. */
  readonly stats: boolean;
  /** `--json`. */
  readonly json: boolean;
}

/** A combination that is refused: whether it was given, why, and what to do. */
type Refusal = readonly [given: boolean, why: string, hint?: string];

/**
 * Refuses what does not go together, rather than leave an option without effect.
 *
 * @param isUnix Whether the server is a Unix socket.
 * @throws {UserError} For the first combination that is refused.
 */
export function checkClientOptions(options: ClientChoices, isUnix: boolean): void {
  const { source, udp, tls, ca, serverName, insecure, mode, keepOpen } = options;
  const refusals: Refusal[] = [
    [isUnix && udp, "--udp needs HOST:PORT: a Unix socket is a connection"],
    [isUnix && tls, "--tls needs HOST:PORT: a Unix socket does not leave this machine"],
    [isUnix && source !== null, "--source needs HOST:PORT: a Unix socket comes from nowhere"],
    [udp && tls, "--udp and --tls do not go together: TLS needs a connection"],
    [!tls && ca !== null, "--ca is about TLS", "add --tls"],
    [!tls && serverName !== null, "--server-name is about TLS", "add --tls"],
    [!tls && insecure, "--insecure is about TLS", "add --tls"],
    [insecure && ca !== null, "--ca and --insecure do not go together: choose one"],
    [
      options.turnTimeout !== null && mode !== "half",
      "--turn-timeout is about taking turns",
      "add --mode half, or use --idle-timeout",
    ],
    [keepOpen && udp, "--keep-open is about connections, and UDP has none"],
    [
      keepOpen && mode === "receive",
      "--keep-open goes on sending, and --mode receive sends nothing",
    ],
    [
      keepOpen && mode === "half",
      "--keep-open and --mode half do not go together: a server that has ended gives no more turns",
    ],
    [
      udp && mode === "receive",
      "--udp and --mode receive do not go together: a server answers only whom it has heard",
    ],
    [options.time && mode === "send", "--time is about what arrives, and --mode send drops it"],
    [options.json && !options.stats, "--json is a form of --stats", "add --stats"],
  ];
  for (const [given, why, hint] of refusals) {
    if (given) throw new UserError(why, { hint: hint ?? null });
  }
}
