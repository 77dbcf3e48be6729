/**
 * Kinds of connections by how they ended.
 *
 * @module
 */
import type { TcpConnection } from "../tcp/connection.ts";

/** Kinds of connections that a user may want to see alone. */
export const KINDS = ["reset", "refused", "half-open", "slow"] as const;
/** One of `KINDS`. */
export type Kind = typeof KINDS[number];

/** Milliseconds from which a handshake or a wait for an answer is slow. */
const SLOW = 1000;

/** Whether `connection`, of which no more will come, is of any of these kinds. */
export function isOfKinds(kinds: readonly Kind[], connection: TcpConnection): boolean {
  return kinds.some((kind) => isOfKind(kind, connection));
}

function isOfKind(kind: Kind, { summary, statistics, isWhole }: TcpConnection): boolean {
  switch (kind) {
    case "reset":
      return summary.reset !== null && !summary.isRefused;
    case "refused":
      return summary.isRefused;
    case "half-open":
      if (summary.reset !== null) return false;
      return summary.closing === null ? isWhole && summary.opening === null : !summary.isClosed;
    case "slow": {
      const opening = summary.opening?.milliseconds ?? 0;
      const timeouts = statistics?.sides.some(({ retransmissions }) => retransmissions.timeout > 0);
      return opening >= SLOW || (statistics?.answer ?? 0) >= SLOW || timeouts === true;
    }
  }
}
