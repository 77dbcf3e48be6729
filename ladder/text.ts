/**
 * The words on a rung of the ladder: the segment, its marks, and its meaning to the programs.
 *
 * @module
 */
import { cut, fits, fold, width } from "../text/layout.ts";
import { formatFlags } from "../packet/field.ts";
import { FLAG, isSpan } from "../tcp/segment.ts";
import type { Step, TcpConnection } from "../tcp/connection.ts";
import type { Mark } from "../tcp/analysis.ts";
import type { Bundle } from "./fold.ts";
import { formatPayload } from "./payload.ts";
import type { FateMark } from "../tcp/passage.ts";
import { type ConnectionEvent, otherSide } from "../tcp/side.ts";
import { inContext, msg, t, translate } from "../text/messages.ts";
import { count, formatBytes } from "../text/units.ts";

/** The names of the sides. */
export const SIDES: readonly [string, string] = [msg("client"), msg("server")];

/** Returns the name of a side in the user's language. */
export function sideName(side: number): string {
  return translate(SIDES[side] ?? "");
}

/** Returns the number and the ends of a connection, in one line, or in two if one is too long. */
export function titleOf(
  { number, ends, isSelf }: TcpConnection,
  { columns, ascii }: { readonly columns: number; readonly ascii: boolean },
): string[] {
  const [client, server] = [ends[0].address, ends[1].address];
  const arrow = ascii ? "->" : "→";
  const text = isSelf
    ? t`#${number}  ${client}, one socket connected to itself`
    : `#${number}  ${client} ${arrow} ${server}`;
  const lines = fits(text, columns) ? [text] : [`#${number}  ${client}`, `    ${arrow} ${server}`];
  return lines.flatMap((line) => fold(line, columns, 4));
}

/** Returns the last state of each end, in parentheses if it is only presumed; one for a socket that is both ends. */
export function statesOf(connection: TcpConnection): string[] {
  const presumed = connection.presume();
  const ends = connection.isSelf ? [connection.ends[0]] : connection.ends;
  return ends.map(({ state }, side) => {
    const last = presumed[side as 0 | 1].at(-1);
    return last === undefined ? state : `(${last})`;
  });
}

/** Returns the segment in words that fit into `columns`; the least important ones are left out first. */
export function labelOf(step: Step, columns: number, withData: boolean): string {
  const { segment, seq, ack, event } = step;
  const { flags, length, options, window } = segment;
  const numbered = isSpan(segment) || flags & FLAG.rst;
  // Numbers of another connection are on either side of this one's.
  const shown = (number: number) => event === "not of this connection" ? number | 0 : number;
  const words = [
    formatFlags(flags),
    numbered ? `seq=${shown(seq)}` : "",
    ack === null ? "" : `ack=${shown(ack)}`,
    options.mss === null ? "" : `mss=${options.mss}`,
    window === 0 && !(flags & FLAG.rst) ? "win=0" : "",
    length > 0 ? `${length} B` : "",
  ];
  const plain = words.filter((word) => word !== "").join(" ");
  const columnsUsed = width(plain);
  const data = withData && length > 0 ? formatPayload(segment.data, segment.length) : "";
  if (data !== "" && width(data) <= columns - columnsUsed - 1) return `${plain} ${data}`;
  if (columnsUsed <= columns) return plain;
  for (const dropped of [3, 1, 2, 4]) {
    const text = words.filter((word) => word !== "").join(" ");
    if (width(text) <= columns) return text;
    words[dropped] = "";
  }
  return cut(words.filter((word) => word !== "").join(" "), columns);
}

/** The marks that are shown in a ladder, and their plurals; the others are of interest to specialists. */
const SHOWN: ReadonlyMap<Mark | FateMark, string> = new Map<Mark | FateMark, string>([
  [msg("retransmission"), msg("retransmissions")],
  [msg("fast retransmission"), msg("fast retransmissions")],
  [msg("spurious retransmission"), msg("spurious retransmissions")],
  [msg("window full"), msg("that fill the window")],
  [msg("out of order"), msg("out of order")],
  [msg("keep-alive"), msg("keep-alives")],
  [msg("keep-alive ACK"), msg("keep-alive ACKs")],
  [msg("zero window"), msg("zero windows")],
  [msg("zero window probe"), msg("zero window probes")],
  [msg("duplicate ACK"), msg("duplicate ACKs")],
  [msg("missing segment before it"), msg("with a missing segment before")],
  [msg("ACK of a missing segment"), msg("ACKs of missing segments")],
  [msg("lost on the way"), msg("lost on the way")],
  [msg("missed by the other capture"), msg("missed by the other capture")],
  [msg("doubled on the way"), msg("doubled on the way")],
  [msg("not in its sender's capture"), msg("not in their sender's capture")],
  [msg("lost, or outside the other capture"), msg("lost, or outside the other capture")],
  [msg("not in the other capture"), msg("not in the other capture")],
]);

/** Returns the segments and bytes of each side of a fold: `98 segments, 140.6 KiB →   49 segments, 0 B ←`. */
export function countsOf({ counts, bytes }: Pick<Bundle, "counts" | "bytes">): string {
  const [there, back] = counts.map((segments, side) =>
    [count(segments, "segment"), formatBytes(bytes[side]!)].join(t`, `)
  );
  return `${there} →   ${back} ←`;
}

/** Returns the number of segments with each mark: `3 retransmissions`. */
export function countMarks(marks: ReadonlyMap<Mark | FateMark, number>): string[] {
  return [...marks].filter(([mark]) => SHOWN.has(mark))
    .map(([mark, count]) =>
      inContext("marks")`${count} ${translate(count === 1 ? mark : SHOWN.get(mark)!)}`
    );
}

/** Events that are shown by their names. */
const EVENTS: readonly ConnectionEvent[] = [
  msg("simultaneous open"),
  msg("simultaneous close"),
  msg("refused"),
  msg("of a third party"),
];

/** Returns the marks and the event of the segment, or an empty text. */
export function remarkOf(step: Step): string {
  const { marks, event, from, segment: { flags }, connection: { ends, summary } } = step;
  if (event === "not of this connection") return t`not of this connection`;
  const words: string[] = marks.filter((mark) => SHOWN.has(mark));
  // In a simultaneous open it answers the SYN of the other end, though it has the numbers of its own SYN.
  const isAnswer = (flags & FLAG.syn) !== 0 && (flags & FLAG.ack) !== 0 && !ends[from].passive;
  if (isAnswer && words[0] === "retransmission") words[0] = msg("its SYN again, with an ACK");
  if (event === "reset" && summary.isForeignReset) words.push(t`reset by a third party`);
  else if (event === "reset") words.push(t`reset by the ${sideName(summary.reset!)}`);
  else if (event !== null && EVENTS.includes(event)) words.push(event);
  return words.map(translate).join(t`, `);
}

/** Returns the meaning of the segment for the programs, or else its payload; an empty text for neither. */
export function noteOf(step: Step): string {
  return meaningOf(step) || formatPayload(step.segment.data, step.segment.length);
}

/** Returns the meaning of the segment for the programs at both ends, or an empty text. */
export function meaningOf(step: Step): string {
  const { segment: { flags }, from, before, moves, event } = step;
  const other = sideName(otherSide(from));
  if (event === "refused") return t`refused: nothing listens there`;
  if (flags & FLAG.rst) return event === "reset" ? t`reset: read() at the ${other} fails` : "";
  if (flags & FLAG.syn) return noteOfSyn(step);
  if (moves[0].includes("ESTABLISHED") || moves[1].includes("ESTABLISHED")) {
    const asked = from === 0 && before[1] === "SYN-RECEIVED";
    if (asked) return t`handshake 3/3: accept() can return`;
  }
  return noteOfClose(step);
}

function noteOfSyn({ segment: { flags }, from, moves, marks, event }: Step): string {
  if (event !== null || marks.some((mark) => mark.endsWith("retransmission"))) {
    return "";
  }
  if (!(flags & FLAG.ack)) return from === 0 ? t`handshake 1/3: the client asks to open` : "";
  if (from === 0) return "";
  return moves[0].includes("ESTABLISHED")
    ? t`handshake 2/3: connect() returns`
    : t`handshake 2/3: the server agrees`;
}

/** Whether the FIN has certainly arrived and moved nothing: it met no socket, or bytes are missing before it. */
function isUntaken({ from, before, moves, passage, connection: { ends, isSelf } }: Step): boolean {
  const to = otherSide(from);
  if (!ends[to].here || isSelf || passage?.leg === "sent") return false;
  return before[to] !== "?" && moves[to].length === 0;
}

/** The close in four parts: each end's FIN, and its ACK. */
function noteOfClose(step: Step): string {
  const { segment: { flags }, from, closing, connection: { summary } } = step;
  const by = summary.closing?.by;
  if (closing === null || by === undefined || by === "both") return "";
  const other = sideName(otherSide(from));
  if (flags & FLAG.fin) {
    if (isUntaken(step)) return "";
    if (closing === 1) return t`close 1/4: ${other}'s read() returns 0`;
    if (closing === 2) return t`close 2+3/4: ACK and FIN together`;
    return t`close 3/4: ${other}'s read() returns 0`;
  }
  return from === by
    ? t`close 4/4: the ${sideName(from)} waits for 2 MSL`
    : t`close 2/4: the ${other}'s half is closed`;
}
