/**
 * The state diagram of TCP (RFC 9293, figure 5) with the ways of both ends through it, in 18 rows of 60
 * columns.
 *
 * @module
 */
import type { Both } from "../tcp/side.ts";
import type { State } from "../tcp/state.ts";
import { t } from "../text/messages.ts";

/** A place: column and row. */
export type Point = readonly [x: number, y: number];

/** The columns and rows of the diagram. */
export const SIZE = { columns: 60, rows: 18 } as const;

/** The places of the first letters of the states; CLOSED stands at the beginning and at the end. */
export const NODES: readonly (readonly [State, Point])[] = [
  ["CLOSED", [27, 0]],
  ["LISTEN", [6, 3]],
  ["SYN-SENT", [44, 3]],
  ["SYN-RECEIVED", [3, 6]],
  ["ESTABLISHED", [26, 8]],
  ["FIN-WAIT-1", [4, 11]],
  ["CLOSE-WAIT", [43, 11]],
  ["FIN-WAIT-2", [4, 14]],
  ["CLOSING", [24, 14]],
  ["LAST-ACK", [44, 14]],
  ["TIME-WAIT", [24, 17]],
  ["CLOSED", [45, 17]],
];

/** An edge as it is drawn: its corners from the state, which is not drawn over, to the arrowhead. */
export interface Way {
  /** The corners. */
  readonly points: readonly Point[];
  /** The place of the numbers of those who took it. */
  readonly label: Point;
}

/** Whether the numbers of `way` stand on one of its lines, not beside it. */
export function isLabelOnLine({ points, label }: Way): boolean {
  return points.slice(1).some(([, y], i) => y === label[1] && points[i]![1] === y);
}

/** The edges of the figure that can be seen on a wire, as `FROM>TO`. */
export const WAYS: Readonly<Record<string, Way>> = {
  "CLOSED>LISTEN": { points: [[26, 0], [8, 0], [8, 2]], label: [10, 1] },
  "CLOSED>SYN-SENT": { points: [[33, 0], [48, 0], [48, 2]], label: [50, 1] },
  "LISTEN>SYN-SENT": { points: [[12, 3], [42, 3]], label: [25, 3] },
  "LISTEN>SYN-RECEIVED": { points: [[8, 3], [8, 5]], label: [10, 4] },
  "SYN-RECEIVED>LISTEN": { points: [[6, 6], [6, 4]], label: [1, 4] },
  "SYN-SENT>SYN-RECEIVED": { points: [[46, 3], [46, 6], [16, 6]], label: [28, 6] },
  "SYN-SENT>ESTABLISHED": { points: [[50, 3], [50, 8], [38, 8]], label: [42, 8] },
  "SYN-RECEIVED>ESTABLISHED": { points: [[12, 6], [12, 8], [24, 8]], label: [15, 8] },
  "SYN-RECEIVED>FIN-WAIT-1": { points: [[6, 6], [6, 10]], label: [8, 9] },
  "ESTABLISHED>FIN-WAIT-1": { points: [[28, 8], [28, 11], [15, 11]], label: [19, 11] },
  "ESTABLISHED>CLOSE-WAIT": { points: [[34, 8], [34, 11], [41, 11]], label: [36, 10] },
  "FIN-WAIT-1>FIN-WAIT-2": { points: [[8, 11], [8, 13]], label: [10, 13] },
  "FIN-WAIT-1>CLOSING": { points: [[12, 11], [12, 12], [27, 12], [27, 13]], label: [17, 12] },
  "CLOSE-WAIT>LAST-ACK": { points: [[48, 11], [48, 13]], label: [50, 12] },
  "FIN-WAIT-2>TIME-WAIT": { points: [[8, 14], [8, 17], [22, 17]], label: [12, 17] },
  "CLOSING>TIME-WAIT": { points: [[27, 14], [27, 16]], label: [29, 15] },
  "LAST-ACK>CLOSED": { points: [[48, 14], [48, 16]], label: [50, 15] },
  "TIME-WAIT>CLOSED": { points: [[33, 17], [43, 17]], label: [34, 16] },
};

/** The place of the number of a reset, which leads to CLOSED from anywhere. */
export const RESET_LABEL: Point = [50, 16];

/** The marks of client and server. */
export const MARKS = { unicode: ["●", "○"], ascii: ["*", "o"] } as const;

/** Milliseconds that Linux keeps a connection in TIME-WAIT (TCP_TIMEWAIT_LEN); RFC 9293 says 2 MSL, 4 minutes. */
const TIME_WAIT = 60_000;

/** Returns what is left of TIME-WAIT `milliseconds` after its beginning: `2 MSL 58 s`. */
export function formatWait(milliseconds: number): string {
  const left = Math.ceil((TIME_WAIT - milliseconds) / 1000);
  return left > 0 ? `2 MSL ${left} s` : t`2 MSL over`;
}

/** The walk of a connection: who took which edge, as text at its place, and where both ends are. */
export interface Walk {
  /** The numbers at each edge that was taken: `●2 ○1`. */
  readonly taken: ReadonlyMap<string, string>;
  /** The resets, which are no edges of the figure: `RST ●3`. */
  readonly resets: string;
  /** The index in `NODES` of the place of each end; -1 if unknown. */
  readonly places: readonly [client: number, server: number];
}

/** An end with its path, as far as one looks. */
export interface WalkedEnd {
  /** Its states, from the first one that is known. */
  readonly path: readonly State[];
  /** The places in `path` that a reset has led to. */
  readonly resetSteps: ReadonlySet<number>;
  /** Its state. */
  readonly state: State;
}

/** A connection of which only the paths matter. */
export interface Walked {
  /** Both ends. */
  readonly ends: Both<WalkedEnd>;
  /** Whether one socket is connected to itself. */
  readonly isSelf: boolean;
}

/** Returns the walk of both ends of a connection, as far as it is certain. */
export function walkOf({ ends, isSelf }: Walked, ascii: boolean): Walk {
  const marks = MARKS[ascii ? "ascii" : "unicode"];
  const taken = new Map<string, string>();
  let resets = "";
  const add = (text: string | undefined, more: string) => text ? `${text} ${more}` : more;
  const places = ends.map((end, side) => {
    if (isSelf && side === 1) return -1;
    end.path.slice(1).forEach((state, i) => {
      const edge = `${end.path[i]}>${state}`;
      const number = `${marks[side]}${i + 1}`;
      if (end.resetSteps.has(i + 1) && edge !== "SYN-RECEIVED>LISTEN" || !(edge in WAYS)) {
        resets = add(resets || "RST", number);
      } else {
        taken.set(edge, add(taken.get(edge), number));
      }
    });
    const isLast = end.state === "CLOSED" && end.path.length > 1;
    return isLast ? NODES.length - 1 : NODES.findIndex(([state]) => state === end.state);
  });
  return { taken, resets, places: [places[0]!, places[1]!] };
}

/** Signs of lines by the directions that they join: up 1, right 2, down 4, left 8. */
const LINES = {
  thin: { 5: "│", 10: "─", 3: "└", 9: "┘", 6: "┌", 12: "┐" },
  thick: { 5: "┃", 10: "━", 3: "┗", 9: "┛", 6: "┏", 12: "┓" },
  asciiThin: { 5: "|", 10: "-", 3: "+", 9: "+", 6: "+", 12: "+" },
  asciiThick: { 5: "#", 10: "=", 3: "#", 9: "#", 6: "#", 12: "#" },
} as const;
const HEADS = { unicode: ["▲", "▶", "▼", "◀"], ascii: ["^", ">", "v", "<"] } as const;

/**
 * Returns the diagram as lines of at most 60 columns: thick edges were taken, in the order of the numbers;
 * `●` is the client, `○` the server.
 *
 * @param rest The text at the edge from TIME-WAIT to CLOSED: the time that is left.
 */
export function formatDiagram(walk: Walk, ascii: boolean, rest = ""): string[] {
  const rows = Array.from({ length: SIZE.rows }, () => Array<string>(SIZE.columns).fill(" "));
  const write = ([x, y]: Point, text: string) => {
    [...text].forEach((sign, i) => {
      if (x + i < SIZE.columns) rows[y]![x + i] = sign;
    });
  };
  // Those that were taken are drawn over the others.
  const edges = Object.entries(WAYS).sort(([one], [other]) =>
    Number(walk.taken.has(one)) - Number(walk.taken.has(other))
  );
  for (const [edge, { points }] of edges) drawWay(rows, points, walk.taken.has(edge), ascii);
  for (const [edge, numbers] of walk.taken) {
    const way = WAYS[edge]!;
    write(way.label, isLabelOnLine(way) ? ` ${numbers} ` : numbers);
  }
  if (rest !== "") write(WAYS["TIME-WAIT>CLOSED"]!.label, rest);
  if (walk.resets !== "") write(RESET_LABEL, walk.resets);
  const marks = MARKS[ascii ? "ascii" : "unicode"];
  NODES.forEach(([state, place], i) => {
    write(place, state);
    if (walk.places[0] === i) write([place[0] - 1, place[1]], marks[0]);
    if (walk.places[1] === i) write([place[0] + state.length, place[1]], marks[1]);
  });
  return rows.map((row) => row.join("").trimEnd());
}

function drawWay(
  rows: string[][],
  points: readonly Point[],
  isTaken: boolean,
  ascii: boolean,
): void {
  const signs = LINES[ascii ? (isTaken ? "asciiThick" : "asciiThin") : isTaken ? "thick" : "thin"];
  let before = -1;
  for (let i = 1; i < points.length; i++) {
    const [[x, y], [toX, toY]] = [points[i - 1]!, points[i]!];
    const [stepX, stepY] = [Math.sign(toX - x), Math.sign(toY - y)];
    const direction = stepX === 0 ? (stepY < 0 ? 0 : 2) : stepX > 0 ? 1 : 3;
    if (i > 1) {
      const joined = (1 << (before + 2) % 4) | (1 << direction);
      rows[y]![x] = signs[joined as keyof typeof signs];
    }
    const isLast = i === points.length - 1;
    for (let at: Point = [x + stepX, y + stepY]; at[0] !== toX || at[1] !== toY;) {
      rows[at[1]]![at[0]] = signs[stepX === 0 ? 5 : 10];
      at = [at[0] + stepX, at[1] + stepY];
    }
    if (isLast) rows[toY]![toX] = HEADS[ascii ? "ascii" : "unicode"][direction]!;
    before = direction;
  }
}
