/**
 * The summary of a connection in a sentence: opened, bytes, closed.
 *
 * @module
 */
import { wrap } from "../text/layout.ts";
import { formatBytes } from "../text/units.ts";
import { formatEvidence, formatRevision, formatTtl } from "./revision.ts";
import { sideName } from "./text.ts";
import { formatVerdict } from "./verdict.ts";
import type { TcpConnection } from "../tcp/connection.ts";
import { otherSide } from "../tcp/side.ts";
import { t } from "../text/messages.ts";

/** The style of a summary. */
export interface SummaryStyle {
  /** The most columns of a line. */
  readonly columns: number;
  /** Whether it is written with nothing but ASCII. */
  readonly ascii: boolean;
  /** Returns the processes at the ends in words, `null` if none is known. */
  readonly namesOf?: (connection: TcpConnection) => string | null;
}

/** Returns the sentence in lines of at most `columns`. */
export function formatSummary(
  connection: TcpConnection,
  isEnd: boolean,
  { columns, ascii, namesOf }: SummaryStyle,
): string[] {
  const [right, left] = ascii ? ["->", "<-"] : ["→", "←"];
  const { summary, isWhole, ends } = connection;
  const parts: string[] = [];
  const names = namesOf?.(connection) ?? null;
  const processes = names === null ? [] : [names];
  if (summary.isRefused) {
    const words = t`refused: nothing listens on ${ends[1].address}${thirdParty(connection)}`;
    return [words, ...processes].flatMap((line) => wrap(line, columns));
  }
  if (summary.opening) {
    const { segments, copies, milliseconds } = summary.opening;
    parts.push(
      copies === 0
        ? t`opened in ${segments} segments, ${milliseconds.toFixed(3)} ms`
        : t`opened in ${segments} segments (${copies} sent again), ${milliseconds.toFixed(3)} ms`,
    );
  } else if (!isWhole) {
    parts.push(t`opened before the capture`);
  } else {
    parts.push(t`not opened`);
  }
  if (connection.bytes[0] + connection.bytes[1] > 0 || summary.opening) {
    const [there, back] = connection.bytes.map(formatBytes);
    parts.push([`${there} ${right}`, `${back} ${left}`].join(t`, `));
  }
  parts.push(closeOf(connection, isEnd));
  const revisions = connection.revisions.map((revision) => formatRevision(revision, connection));
  return [parts.join(t`; `), ...revisions, ...processes].flatMap((line) => wrap(line, columns));
}

/** Returns the other reading of a reset whose TTL is not that of its side, or an empty text. */
function thirdParty({ suspectResets }: TcpConnection): string {
  if (suspectResets === null) return "";
  const { resets, own } = suspectResets;
  const ttl = (own?.ttl ?? null) === null ? "" : t`, not ${own!.ttl}`;
  const evidence = formatEvidence(resets, own);
  return t` (or reset by a third party: ${formatTtl(resets.ttl!)}${ttl}${evidence})`;
}

function closeOf(connection: TcpConnection, isEnd: boolean): string {
  const { summary: { closing, isClosed, reset }, isSelf } = connection;
  const words = formatVerdict(connection, isEnd);
  if (reset !== null) return `${words}${thirdParty(connection)}`;
  if (closing === null || !isClosed) return words;
  const together = closing.by !== "both" && closing.segments === 3 && !isSelf;
  const extra = together
    ? t` (the ${sideName(otherSide(closing.by))}'s ACK and FIN travelled together)`
    : "";
  return t`${words} in ${closing.segments} segments${extra}`;
}
