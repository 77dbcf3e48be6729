/**
 * The verdict on a connection: how it ended, in a few words.
 *
 * @module
 */
import { count } from "../text/units.ts";
import type { TcpConnection } from "../tcp/connection.ts";
import { SIDES } from "./text.ts";

/** Returns how the connection ended, in words: `closed by the client`; `isEnd` if the capture ended. */
export function formatVerdict(connection: TcpConnection, isEnd: boolean): string {
  const { summary, isSelf, ends } = connection;
  const { closing, reset } = summary;
  if (summary.isRefused) return "refused";
  if (summary.isForeignReset) return "reset by a third party";
  if (reset !== null) return `reset by the ${SIDES[reset]}`;
  if (closing === null) {
    if (ends[1].state === "?" && summary.opening === null && ends[0].state === "SYN-SENT") {
      return `no answer to ${count(summary.segments, "SYN")}`;
    }
    return isEnd ? "still open when the capture ended" : "open";
  }
  const by = isSelf
    ? "by its only end"
    : closing.by === "both"
    ? "by both ends at once"
    : `by the ${SIDES[closing.by]}`;
  return `${summary.isClosed ? "closed" : "half closed"} ${by}`;
}
