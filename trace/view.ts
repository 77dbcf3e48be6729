/**
 * From captured packets to the lines that `trace` prints.
 *
 * @module
 */
import type { CapturedPacket } from "../packet/captured_packet.ts";
import { dissect } from "../packet/dissect.ts";
import { Ladder, type LadderStyle } from "../ladder/ladder.ts";
import type { LadderPicture } from "../ladder/svg.ts";
import { portOf, type Segment, segmentOf } from "../tcp/segment.ts";
import type { Connection, Here, Step } from "../tcp/connection.ts";
import { Tracker, type TrackerEvent } from "../tcp/tracker.ts";
import { recordOfConnection, recordOfStep } from "./record.ts";

/** What is shown, and how. */
export interface TraceViewOptions {
  /** Where the capture was taken. */
  readonly here: Here;
  /** The port that one side has; every port if `null`. */
  readonly port: number | null;
  /** The connection that is shown; all if `null`. */
  readonly conn: number | null;
  /** What the ladder looks like, or what makes a line of a record instead. */
  readonly form: LadderStyle | ((record: unknown) => string);
  /** Draws the same as a picture; `null` if that is not wanted. */
  readonly picture: LadderPicture | null;
}

/** Shows the connections in a stream of packets. */
export class TraceView {
  /** How many packets were read. */
  packets = 0;
  /** How many TCP segments of the wanted port. */
  segments = 0;
  /** How many connections are over. */
  finished = 0;
  readonly #options: TraceViewOptions;
  readonly #tracker: Tracker;
  readonly #ladder: Ladder | null;
  readonly #others = new Map<string, number>();

  /** Makes one. */
  constructor(options: TraceViewOptions) {
    this.#options = options;
    this.#tracker = new Tracker({ here: options.here, server: options.port });
    this.#ladder = typeof options.form === "function" ? null : new Ladder(options.form);
  }

  /** Whether it makes records. */
  get isJson(): boolean {
    return this.#ladder === null;
  }

  /** How many connections are open. */
  get open(): number {
    return this.#tracker.open;
  }

  /** Whether `rest` would have something to tell. */
  get isHolding(): boolean {
    return this.#tracker.isHolding || (this.#ladder?.isHolding ?? false);
  }

  /** Takes a packet; returns the lines that are due. */
  take(packet: CapturedPacket): string[] {
    this.packets++;
    const segment = segmentOf(packet);
    if (segment === null || !this.#isWanted(segment)) {
      this.#count(packet, segment);
      return [];
    }
    this.segments++;
    return this.#tell(this.#tracker.feed(segment));
  }

  /**
   * Returns the lines that were held back because the next packet could have changed them.
   *
   * @param isLong Whether it has been silent for so long that a fold of segments is over, too.
   */
  rest(isLong: boolean): string[] {
    const lines = this.#tell(this.#tracker.release(isLong));
    if (this.#ladder) lines.push(...this.#ladder.rest(isLong));
    return lines;
  }

  /** Returns the last lines: no more packets will come. */
  finish(): string[] {
    const rest = this.rest(true);
    return [...rest, ...this.#tell(this.#tracker.finish(), true)];
  }

  /** Says which packets there were that have no segment to show: `42 packets: 40 UDP, 2 ARP`. */
  describeOthers(): string {
    const kinds = [...this.#others].map(([name, count]) => `${count} ${name}`).join(", ");
    const count = `${this.packets} ${this.packets === 1 ? "packet" : "packets"}`;
    return kinds === "" ? count : `${count}: ${kinds}`;
  }

  #isWanted({ source, destination }: Segment): boolean {
    const { port } = this.#options;
    return port === null || portOf(source) === port || portOf(destination) === port;
  }

  #count({ bytes, linkType, length }: CapturedPacket, segment: Segment | null): void {
    const names = segment ? ["tcp"] : dissect(bytes, linkType, length)
      .filter(({ name, quoted }) => !quoted && name !== "data" && name !== "padding")
      .map(({ name }) => name);
    const name = (names.at(-1) ?? "unknown").toUpperCase();
    this.#others.set(name, (this.#others.get(name) ?? 0) + 1);
  }

  #tell(events: readonly TrackerEvent[], isEnd = false): string[] {
    return events.flatMap((each) => {
      const { connection } = each.kind === "step" ? each.step : each;
      if (each.kind === "end") this.finished++;
      if (this.#options.conn !== null && connection.number !== this.#options.conn) return [];
      return each.kind === "step" ? this.#step(each.step) : this.#end(connection, isEnd);
    });
  }

  #step(step: Step): string[] {
    const { form, picture } = this.#options;
    picture?.step(step);
    return typeof form === "function" ? [form(recordOfStep(step))] : this.#ladder!.step(step);
  }

  #end(connection: Connection, isEnd: boolean): string[] {
    const { form, picture } = this.#options;
    picture?.end(connection, isEnd);
    return typeof form === "function"
      ? [form(recordOfConnection(connection))]
      : this.#ladder!.end(connection, isEnd);
  }
}
