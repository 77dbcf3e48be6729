/**
 * The layout of the rungs in a picture: one row a segment, or to the scale of time.
 *
 * @module
 */
import type { Bundle, Rung } from "./fold.ts";
import { formatSeconds } from "./ladder.ts";
import type { Flight } from "../tcp/passage.ts";
import { alongArrow, type Arrow, drawArrow, drawText, kindOf, round, X } from "./svg_parts.ts";
import { countsOf, labelOf, noteOf, remarkOf } from "./text.ts";
import type { Step, TcpConnection } from "../tcp/connection.ts";
import { otherSide } from "../tcp/side.ts";

/** A connection to lay out. */
export interface Sheet {
  /** The connection. */
  readonly connection: TcpConnection;
  /** Its rungs. */
  readonly rungs: readonly Rung[];
  /** Draws a state at a side. */
  readonly state: (words: string, side: 0 | 1, y: number, isProven: boolean) => string;
  /** Whether acknowledgment numbers are left out. */
  readonly hidesAck: boolean;
}

/** Rungs that are laid out. */
export interface Laid {
  /** The drawing. */
  readonly svg: string;
  /** The height behind the last rung. */
  readonly bottom: number;
}

const ROW = 34;
/** The fall of an arrow, in units: time goes down. */
const FALL = 10;
/** The longest label on an arrow, in characters of 7.2 units each; on one that crosses another. */
const [LABEL, CROSSED_LABEL] = [48, 24];
/** Units between texts that would lie over each other. */
const TEXT = 16;

/** The parts that are drawn of the way of a segment that was lost, and of one that its end has not sent. */
const [LOST, FOREIGN] = [[0, 0.55], [0.45, 1]] as const;

/** An arrow that waits: a later segment may tell that it crossed it. */
interface Waiting {
  readonly arrow: Arrow;
  readonly step: Step;
  /** Its place among the parts. */
  readonly at: number;
}

/** Lays out a row for each rung; segments that crossed each other are drawn so. */
export function layRows(sheet: Sheet, top: number): Laid {
  const parts: string[] = [];
  let y = top - ROW / 2;
  const waiting: [Waiting | null, Waiting | null] = [null, null];
  const under = new Map<Flight, Waiting>();
  for (const rung of sheet.rungs) {
    y += ROW;
    if (rung.kind === "bundle") {
      parts.push(drawBundle(rung.bundle, y));
      continue;
    }
    const { step } = rung;
    const { from, segment, moves, event } = step;
    const since = segment.time - (sheet.connection.summary.start ?? segment.time);
    parts.push(drawText(X.time, y + 4, formatSeconds(since), "dim", "end"));
    if (!isSecond(step)) parts.push(drawNote(step, y));
    let arrow: Arrow = {
      from,
      start: y - FALL / 2,
      end: y + FALL / 2,
      kind: kindOf(segment.flags),
    };
    const other = waiting[otherSide(from)];
    const crosses = event === "simultaneous open" || event === "simultaneous close";
    if (step.passage && step.passage.leg !== "both") {
      const { leg, flight } = step.passage;
      const begun = under.get(flight);
      if (leg === "sent" && flight.arrived !== null) {
        under.set(flight, { arrow, step, at: parts.push("") - 1 });
      } else if (leg === "sent") {
        parts.push(drawLabelled(sheet, step, { ...arrow, part: LOST }));
      } else if (flight.sent === null) {
        parts.push(drawLabelled(sheet, step, { ...arrow, part: FOREIGN }));
      } else if (begun) {
        const whole = { ...begun.arrow, end: arrow.end };
        parts[begun.at] = drawLabelled(sheet, begun.step, whole, 0.25);
        under.delete(flight);
      }
    } else if (crosses && other) {
      // Both were on their way at the same time: each arrives behind the start of the other.
      arrow = { ...arrow, start: other.arrow.start, end: y + FALL / 2 };
      const crossed = { ...other.arrow, end: y + FALL / 2 };
      parts[other.at] = drawLabelled(sheet, other.step, crossed, 0.25);
      parts.push(drawLabelled(sheet, step, arrow, 0.25));
    } else {
      parts.push(drawLabelled(sheet, step, arrow));
    }
    const isOne = arrow.kind === "syn" || arrow.kind === "fin";
    if (isOne) waiting[from] = { arrow, step, at: parts.length - 1 };
    const rows = Math.max(1, moves[0].length, moves[1].length);
    for (let i = 0; i < rows; i++) {
      if (i > 0) y += ROW;
      for (const side of [0, 1] as const) {
        if (moves[side][i]) parts.push(sheet.state(moves[side][i]!, side, y, true));
      }
    }
  }
  // The arrivals of these are in a bundle.
  for (const { arrow, step, at } of under.values()) parts[at] = drawLabelled(sheet, step, arrow);
  return { svg: parts.join("\n"), bottom: y + ROW / 2 };
}

/** Whether the sending of the segment was drawn before. */
function isSecond({ passage }: Step): boolean {
  return passage?.leg === "arrived" && passage.flight.sent !== null;
}

/** Places texts of one column below each other where they would lie over each other. */
class Column {
  #next = -Infinity;

  /** Returns the height for a text that belongs at `y`. */
  place(y: number): number {
    const at = Math.max(y, this.#next);
    this.#next = at + TEXT;
    return at;
  }
}

/** Lays the rungs out to the scale of time; each arrow takes half of the round-trip time of the handshake. */
export function layTimes(sheet: Sheet, top: number): Laid {
  const { connection, rungs } = sheet;
  const steps = rungs.flatMap((rung) => rung.kind === "step" ? [rung.step] : []);
  const first = connection.summary.start ?? 0n;
  const seconds = (step: Step) => Math.max(0, Number(step.segment.time - first) / 1e9);
  const since = (time: bigint) => Math.max(0, Number(time - first) / 1e9);
  const arrivals = steps.map((step) => since(step.passage?.flight.arrived ?? step.segment.time));
  const whole = Math.max(1e-6, ...steps.map(seconds), ...arrivals);
  const height = Math.max(260, Math.min(2400, steps.length * ROW * 0.9));
  const flight = flightOf(connection, steps);
  const scale = height / (whole + flight);
  const parts = [...ticksOf(whole, (time) => top + time * scale)];
  const columns = {
    left: new Column(),
    right: new Column(),
    note: new Column(),
    label: new Column(),
  };
  const isAtServer = connection.ends[1].here && !connection.ends[0].here;
  const labels: string[] = []; // over all arrows
  let bottom = top + height;
  for (const step of steps) {
    const { from, segment, moves } = step;
    // A packet captured at a host has left it then, or arrived then.
    const isOwn = connection.ends[from].here || (isAtServer ? from === 1 : from === 0);
    const sent = seconds(step) - (isOwn ? 0 : flight);
    const start = top + Math.max(0, sent) * scale;
    const plain: Arrow = {
      from,
      start,
      end: top + (sent + flight) * scale + 2,
      kind: kindOf(segment.flags),
    };
    const arrow = passing(plain, step, (time) => top + since(time) * scale);
    if (!isSecond(step)) {
      const [x, y] = alongArrow(arrow, 0.5);
      const at = columns.label.place(y - 6);
      parts.push(drawArrow(arrow));
      labels.push(drawText(x, at, label(sheet, step, LABEL), "label", "middle"));
      if (remarkOf(step) || noteOf(step)) parts.push(drawNote(step, columns.note.place(start)));
      bottom = Math.max(bottom, at);
    }
    bottom = Math.max(bottom, arrow.end);
    for (const side of [0, 1] as const) {
      for (const move of moves[side]) {
        const column = side === 0 ? columns.left : columns.right;
        const where = column.place(side === from ? start : arrow.end);
        parts.push(sheet.state(move, side, where, true));
        bottom = Math.max(bottom, where);
      }
    }
  }
  return { svg: [...parts, ...labels].join("\n"), bottom: bottom + ROW / 2 };
}

/** Returns `arrow` with the heights at which its segment was sent and has arrived, where both are known. */
function passing(arrow: Arrow, { passage }: Step, heightOf: (time: bigint) => number): Arrow {
  if (passage === null) return arrow;
  const { sent, arrived, fate } = passage.flight;
  const start = sent === null ? arrow.start : heightOf(sent);
  const end = arrived === null ? start + (arrow.end - arrow.start) : heightOf(arrived);
  if (fate === "lost") return { ...arrow, start, end, part: LOST };
  return fate === "foreign"
    ? { ...arrow, start: end, end, part: FOREIGN }
    : { ...arrow, start, end };
}

/** Returns the seconds of half a round trip, measured from the SYN to its answer or from that to the ACK. */
function flightOf({ ends }: TcpConnection, steps: readonly Step[]): number {
  const flights = steps.flatMap(({ passage }) => passage?.flight ?? [])
    .filter(({ sent, arrived }) => sent !== null && arrived !== null)
    .map(({ sent, arrived }) => Number(arrived! - sent!) / 1e9);
  if (flights.length > 0) return flights.reduce((sum, each) => sum + each) / flights.length;
  if (ends[0].here && ends[1].here) return 0;
  const times = steps.slice(0, 3).map(({ segment: { time } }) => Number(time) / 1e9);
  const gaps = times.slice(1).map((time, i) => time - times[i]!);
  return Math.max(0, ...gaps) / 2;
}

/** Returns lines and numbers of an axis of time. */
function ticksOf(whole: number, place: (seconds: number) => number): string[] {
  const power = 10 ** Math.floor(Math.log10(whole / 4));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => whole / each <= 8)!;
  const digits = Math.max(0, Math.min(9, -Math.floor(Math.log10(step))));
  const ticks = Array.from({ length: Math.floor(whole / step) + 1 }, (_, i) => i * step);
  return ticks.flatMap((time) => {
    const y = round(place(time));
    return [
      drawText(X.time, y + 4, time.toFixed(digits), "dim", "end"),
      `<line class="life" x1="${X.time + 6}" y1="${y}" x2="${X.time + 14}" y2="${y}"/>`,
    ];
  });
}

function drawLabelled(sheet: Sheet, step: Step, arrow: Arrow, part = 0.5): string {
  const [x, y] = alongArrow(arrow, part);
  const words = label(sheet, step, part === 0.5 ? LABEL : CROSSED_LABEL);
  return drawArrow(arrow) + drawText(x, y - 8, words, "label", "middle");
}

function label({ hidesAck }: Sheet, step: Step, columns: number): string {
  const words = labelOf(step, columns, false);
  return hidesAck ? words.replace(/ack=-?\d+/, "ack=____") : words;
}

function drawNote(step: Step, y: number): string {
  const remark = remarkOf(step);
  const note = remark || noteOf(step);
  return note === "" ? "" : drawText(X.note, y + 4, note, remark ? "remark" : "dim");
}

function drawBundle(bundle: Bundle, y: number): string {
  const words = `⋮  ${countsOf(bundle)}`;
  return drawText((X.left + X.right) / 2, y + 4, words, "dim", "middle");
}
