/**
 * A recording: the packets of TCP connections as they were captured, and a row for each connection.
 *
 * It is the same for a live capture, which grows, for a file, and in a page that has its packets in
 * itself. A page asks for the changes since a position: nobody is waited for, and a page that was away
 * catches up.
 *
 * @module
 */
import { isOfKinds, type Kind, KINDS } from "../ladder/kind.ts";
import { statesOf } from "../ladder/text.ts";
import { formatVerdict } from "../ladder/verdict.ts";
import type { CapturedPacket } from "../packet/captured_packet.ts";
import type { PacketPassage } from "../tcp/passage.ts";
import type { TcpConnection } from "../tcp/connection.ts";
import type { Both } from "../tcp/side.ts";
import { inEnglish } from "../text/messages.ts";

/** A packet of a connection; with its passage where captures of both ends were merged. */
export interface RecordedPacket extends CapturedPacket {
  /** The part of its passage that happens at its time; not given where one capture was taken. */
  readonly passage?: PacketPassage;
}

/** A connection in the list. */
export interface ConnectionRow {
  /** Its number, in the order in which connections appear. */
  readonly number: number;
  /** Address and port of its client. */
  readonly client: string;
  /** The same of its server. */
  readonly server: string;
  /** The last state of each end, in parentheses if it is only presumed; one for a socket that is both ends. */
  readonly states: readonly string[];
  /** Payload of client and server, each byte once. */
  readonly bytes: Both<number>;
  /** The number of its segments. */
  readonly segments: number;
  /** The time of its first segment, in milliseconds since 1970. */
  readonly start: number;
  /** Milliseconds from its first to its last segment. */
  readonly milliseconds: number;
  /** The end in English words, which the page may translate: `closed by the client`. */
  readonly verdict: string;
  /** Whether its end was told. */
  readonly over: boolean;
  /** The kinds that it is of. */
  readonly kinds: readonly Kind[];
  /** Whether the capture was taken on the host of client and server. */
  readonly here: Both<boolean>;
  /** The number of its packets that are kept. */
  readonly kept: number;
}

/** A connection with its packets. */
interface Recorded {
  readonly connection: TcpConnection;
  packets: RecordedPacket[];
  /** Bytes of its packets. */
  bytes: number;
  /** The count of changes at its last one. */
  changed: number;
  over: boolean;
  /** Whether the end of the capture was its end. */
  isCut: boolean;
}

/** The limits of a recording. */
export interface RecordingLimits {
  /** Bytes of packets that are kept; those of connections that ended first are forgotten first. */
  readonly bytes: number;
  /** Connections that are kept. */
  readonly connections: number;
}

/** Limits that a server of a week's traffic keeps to. */
const LIMITS: RecordingLimits = { bytes: 128 * 1024 * 1024, connections: 20_000 };

/** Bytes that a packet takes beside its own. */
const OVERHEAD = 150;

/** The packets of connections, and how these are. */
export class Recording {
  /** The name of this recording, by which a page knows that it is not another one. */
  readonly run: string = crypto.getRandomValues(new Uint32Array(2)).join("-");
  readonly #limits: RecordingLimits;
  /** The connections in the order of their last changes. */
  readonly #connections = new Map<TcpConnection, Recorded>();
  readonly #numbers = new Map<number, Recorded>();
  /** Connections that are over, the first one first. */
  readonly #over = new Set<Recorded>();
  #changes = 0;
  #bytes = 0;
  #left = 0;
  #isComplete = false;
  #next = Promise.withResolvers<void>();

  /** Makes an empty recording. */
  constructor(limits: Partial<RecordingLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  /** The number of changes so far. */
  get changes(): number {
    return this.#changes;
  }

  /** The number of connections that are kept. */
  get size(): number {
    return this.#connections.size;
  }

  /** The number of packets that were not kept, or are forgotten. */
  get left(): number {
    return this.#left;
  }

  /** Whether nothing will be added any more. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Adds a packet of a connection; its bytes are copied. */
  add(packet: RecordedPacket, connection: TcpConnection): void {
    const recorded = this.#recordedOf(connection);
    const { number, time, linkType, bytes, length, passage } = packet;
    const isTooMuch = recorded.bytes + bytes.length > this.#limits.bytes / 2;
    if (isTooMuch) this.#left++;
    else {
      recorded.packets.push({
        ...{ number, time, linkType, bytes: bytes.slice(), length },
        ...(passage === undefined ? {} : { passage }),
      });
      recorded.bytes += bytes.length + OVERHEAD;
      this.#bytes += bytes.length + OVERHEAD;
    }
    if (recorded.over) this.#over.delete(recorded);
    recorded.over = false;
    this.#touch(recorded);
    this.#bound();
  }

  /** Notes the end of a connection; `isCut` if the capture ended, and not the connection. */
  end(connection: TcpConnection, isCut: boolean): void {
    const recorded = this.#connections.get(connection);
    if (recorded === undefined) return;
    recorded.over = true;
    recorded.isCut = isCut;
    this.#over.add(recorded);
    this.#touch(recorded);
    this.#bound();
  }

  /** Takes a connection out. */
  drop(connection: TcpConnection): void {
    const recorded = this.#connections.get(connection);
    if (recorded !== undefined) this.#forget(recorded);
  }

  /** Notes that nothing will be added any more. */
  complete(): void {
    this.#isComplete = true;
    this.#changes++;
    this.#wake();
  }

  /** Resolves when something has changed since `position`, a count of changes. */
  async changedSince(position: number): Promise<void> {
    while (this.#changes <= position) await this.#next.promise;
  }

  /**
   * Returns the rows that have changed since `position`, at most `most` of them, the earliest change first,
   * and the position behind them.
   */
  rowsSince(
    position: number,
    most: number = Infinity,
  ): { readonly rows: readonly ConnectionRow[]; readonly position: number } {
    const changed: Recorded[] = [];
    for (const recorded of [...this.#connections.values()].reverse()) {
      if (recorded.changed <= position) break;
      changed.push(recorded);
    }
    const told = changed.reverse().slice(0, most);
    const isAll = told.length === changed.length;
    return {
      rows: told.map(rowOf),
      position: isAll ? this.#changes : told.at(-1)!.changed,
    };
  }

  /** Returns packets of the connection with this number, from the place `from` on, at most `most`. */
  packetsOf(number: number, from: number = 0, most: number = Infinity): readonly RecordedPacket[] {
    return this.#numbers.get(number)?.packets.slice(from, from + most) ?? [];
  }

  #recordedOf(connection: TcpConnection): Recorded {
    let recorded = this.#connections.get(connection);
    if (recorded === undefined) {
      recorded = { connection, packets: [], bytes: 0, changed: 0, over: false, isCut: false };
      this.#connections.set(connection, recorded);
      this.#numbers.set(connection.number, recorded);
    }
    return recorded;
  }

  #touch(recorded: Recorded): void {
    recorded.changed = ++this.#changes;
    this.#connections.delete(recorded.connection);
    this.#connections.set(recorded.connection, recorded);
    this.#wake();
  }

  #wake(): void {
    const { resolve } = this.#next;
    this.#next = Promise.withResolvers();
    resolve();
  }

  /** Forgets the connections that ended first while there is too much. */
  #bound(): void {
    const { bytes, connections } = this.#limits;
    while (this.#bytes > bytes || this.#connections.size > connections) {
      const [oldest] = this.#over.size > 0 ? this.#over : this.#connections.values();
      if (oldest === undefined || this.#connections.size === 1) return;
      this.#left += oldest.packets.length;
      this.#forget(oldest);
    }
  }

  #forget(recorded: Recorded): void {
    this.#bytes -= recorded.bytes;
    this.#over.delete(recorded);
    this.#connections.delete(recorded.connection);
    this.#numbers.delete(recorded.connection.number);
  }
}

/** Returns the row of a connection. */
function rowOf({ connection, packets, over, isCut }: Recorded): ConnectionRow {
  const { number, ends, bytes, summary } = connection;
  return {
    number,
    client: ends[0].address,
    server: ends[1].address,
    states: statesOf(connection),
    bytes,
    segments: summary.segments,
    start: Number((summary.start ?? 0n) / 1000n) / 1000,
    milliseconds: summary.milliseconds,
    verdict: inEnglish(() => formatVerdict(connection, over && isCut, true)),
    over,
    kinds: over ? KINDS.filter((kind) => isOfKinds([kind], connection)) : [],
    here: [ends[0].here, ends[1].here],
    kept: packets.length,
  };
}
