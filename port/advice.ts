/**
 * Advice whether a port is a good choice for a server: the reasons against it.
 *
 * @module
 */
import { formatRange, isBlockedByBrowsers, isIn, type PortRange } from "../address/port_class.ts";
import { MAX_PORT } from "../address/port.ts";
import type { PortProtocol } from "../sockets/port_names.ts";
import { isEphemeral, type PortRules } from "./rules.ts";
import { t } from "../text/messages.ts";

/** A reason against a port. */
export interface Caution {
  /** Its kind, for programs. */
  readonly kind:
    | "privileged"
    | "ephemeral"
    | "browser"
    | "airplay"
    | "excluded"
    | "crowded"
    | "lingering"
    | "login";
  /** The reason, in a sentence. */
  readonly says: string;
}

/**
 * Ports on which macOS since 12 answers itself where AirPlay Receiver is on
 * (developer.apple.com/forums/thread/682332).
 */
const AIRPLAY: readonly number[] = [5000, 7000];

/** Ports that many programs take unless told otherwise, so that two of them often collide. */
const CROWDED: readonly number[] = [3000, 8080, 8888];

/** Returns the reasons against a server on `port`. */
export function cautionsOf(
  port: number,
  protocol: PortProtocol,
  rules: PortRules,
  platform: string,
): Caution[] {
  const cautions: (Caution | false)[] = [
    port < rules.firstUnprivileged && {
      kind: "privileged",
      says: platform === "linux"
        ? t`ports below ${rules.firstUnprivileged} need root or CAP_NET_BIND_SERVICE
            (net.ipv4.ip_unprivileged_port_start)`
        : t`ports below ${rules.firstUnprivileged} need root`,
    },
    rules.excluded.some((range) => isIn(port, range)) && {
      kind: "excluded",
      says:
        t`Windows keeps it for itself (netsh interface ipv4 show excludedportrange protocol=${protocol}),
        so that nobody can bind it`,
    },
    isEphemeral(port, rules) && { kind: "ephemeral", says: ephemeralReason(rules) },
    protocol === "tcp" && isBlockedByBrowsers(port) && {
      kind: "browser",
      says: t`browsers refuse http://…:${port} (ERR_UNSAFE_PORT): good for other clients, not
        for web pages`,
    },
    protocol === "tcp" && platform === "darwin" && AIRPLAY.includes(port) && {
      kind: "airplay",
      says:
        t`macOS listens here itself while AirPlay Receiver is on (System Settings, General, AirDrop
        & Handoff)`,
    },
    protocol === "tcp" && CROWDED.includes(port) && {
      kind: "crowded",
      says: t`many programs take ${port} unless told otherwise: it is often held already`,
    },
  ];
  return cautions.filter((caution) => caution !== false);
}

function ephemeralReason(rules: PortRules): string {
  const safe = safeRange(rules);
  return t`inside this machine's ephemeral range ${
    formatRange(rules.ephemeral)
  }: an outgoing connection
    may hold it when your server starts (EADDRINUSE now and then)` +
    (safe ? t`; ${formatRange(safe)} is safer` : "");
}

/** The lowest port that is proposed: below are those of well-known servers. */
const LOWEST_PROPOSED = 5000;

/** Returns the larger part of the registered ports beside the ephemeral range, or `null`. */
function safeRange({ ephemeral: [first, last], firstUnprivileged }: PortRules): PortRange | null {
  const lowest = Math.max(LOWEST_PROPOSED, firstUnprivileged);
  const parts: PortRange[] = [[lowest, first - 1], [Math.max(lowest, last + 1), MAX_PORT]];
  const [best] = parts.filter(([from, to]) => from <= to)
    .sort((a, b) => (b[1] - b[0]) - (a[1] - a[0]));
  return best ?? null;
}

/** Whether nothing speaks against `port` that would stop or disturb a server: being popular does not. */
export function isGood(
  port: number,
  protocol: PortProtocol,
  rules: PortRules,
  platform: string,
): boolean {
  return cautionsOf(port, protocol, rules, platform).every(({ kind }) =>
    kind === "crowded" || kind === "privileged" // whether it may be bound, binding tells
  );
}
