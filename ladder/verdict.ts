/**
 * The verdict on a connection: how it ended, in a few words.
 *
 * @module
 */
import { count } from "../text/units.ts";
import type { TcpConnection } from "../tcp/connection.ts";
import { sideName } from "./text.ts";
import { t } from "../text/messages.ts";

/**
 * Returns how the connection ended, in words: `closed by the client`; `isEnd` if the capture ended.
 *
 * @param isBrief Whether the words stand in a list, which does not say each time that the capture ended.
 */
export function formatVerdict(
  connection: TcpConnection,
  isEnd: boolean,
  isBrief: boolean = false,
): string {
  const { summary, isSelf, ends } = connection;
  const { closing, reset } = summary;
  if (summary.isRefused) return t`refused`;
  if (summary.isForeignReset) return t`reset by a third party`;
  if (reset !== null) return t`reset by the ${sideName(reset)}`;
  if (closing === null) {
    if (ends[1].state === "?" && summary.opening === null && ends[0].state === "SYN-SENT") {
      return t`no answer to ${count(summary.segments, "SYN")}`;
    }
    if (!isEnd) return t`open`;
    return isBrief ? t`still open` : t`still open when the capture ended`;
  }
  const by = isSelf
    ? t`by its only end`
    : closing.by === "both"
    ? t`by both ends at once`
    : t`by the ${sideName(closing.by)}`;
  return summary.isClosed ? t`closed ${by}` : t`half closed ${by}`;
}
