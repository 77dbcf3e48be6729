/**
 * The sources of a recording for the page: the server's stream of events, or the page itself.
 *
 * @module
 */
/// <reference lib="dom" />
import type { CapturedPacket } from "../../packet/captured_packet.ts";
import { type EmbeddedRecording, parsePacket } from "../packet_text.ts";
import type { ConnectionRow } from "../recording.ts";

/** The facts about a recording. */
export interface Facts {
  /** The name of the file, or of the interface and port. */
  readonly title: string;
  /** Whether it is captured now. */
  readonly live: boolean;
  /** The reason why nothing is captured, and the command that helps; `null` if there is none. */
  readonly problem: { readonly message: string; readonly hint: string | null } | null;
}

/** The state of the way to the server. */
export type Link = "connecting" | "open" | "lost" | "stopped" | "embedded";

/** Listeners to a source. */
export interface SourceEvents {
  /** Another recording begins: all that was shown is gone. */
  readonly onStart: () => void;
  /** The facts, at the beginning and when they change; `isComplete` if nothing will be added any more. */
  readonly onFacts: (facts: Facts, isComplete: boolean) => void;
  /** Connections that are new or have changed. */
  readonly onRows: (rows: readonly ConnectionRow[]) => void;
  /** The next packets of the chosen connection. */
  readonly onPackets: (connection: number, packets: readonly CapturedPacket[]) => void;
  /** The way to the server has changed. */
  readonly onLink: (link: Link) => void;
}

/** A source of connections, and of the packets of the chosen one. */
export interface Source {
  /** Begins to tell. */
  start(): void;
  /** Chooses the connection whose packets come from now on, from the first one on. */
  choose(connection: number | null): void;
}

/** The recording in the page itself. */
export class EmbeddedSource implements Source {
  readonly #recording: EmbeddedRecording;
  readonly #events: SourceEvents;

  /** Makes a source. */
  constructor(recording: EmbeddedRecording, events: SourceEvents) {
    this.#recording = recording;
    this.#events = events;
  }

  /** Tells all there is at once. */
  start(): void {
    const { title, connections } = this.#recording;
    this.#events.onStart();
    this.#events.onLink("embedded");
    this.#events.onFacts({ title, live: false, problem: null }, true);
    this.#events.onRows(connections.map(({ row }) => row));
  }

  /** Tells the packets of a connection. */
  choose(connection: number | null): void {
    const chosen = this.#recording.connections.find(({ row }) => row.number === connection);
    if (chosen) this.#events.onPackets(chosen.row.number, chosen.packets.map(parsePacket));
  }
}

/** Milliseconds until a server that has gone is looked for again: at first, and at most. */
const [FIRST_WAIT, LONGEST_WAIT] = [1000, 15_000];

/** Milliseconds for which a page that is not seen goes on listening. */
const UNSEEN = 60_000;

/**
 * The server's stream of events.
 *
 * Life of a stream: opened; each event has an identifier, and a stream that is opened anew for the same
 * connection begins behind the last one; a server that has gone is looked for again, and another recording
 * begins from the start. A page that nobody has seen for a minute lets go of the stream.
 */
export class EventsSource implements Source {
  readonly #events: SourceEvents;
  #stream: EventSource | null = null;
  #connection: number | null = null;
  #run = "";
  /** The position in the list, and in the packets of the connection. */
  #change = 0;
  #packet = 0;
  #wait = FIRST_WAIT;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Makes a source. */
  constructor(events: SourceEvents) {
    this.#events = events;
  }

  /** Opens the stream. */
  start(): void {
    document.addEventListener("visibilitychange", () => this.#rest());
    this.#open();
  }

  /** Opens the stream with the packets of another connection. */
  choose(connection: number | null): void {
    if (connection === this.#connection) return;
    this.#connection = connection;
    this.#packet = 0;
    this.#open();
  }

  #open(): void {
    clearTimeout(this.#timer);
    this.#stream?.close();
    const query = new URLSearchParams();
    if (this.#connection !== null) query.set("conn", `${this.#connection}`);
    if (this.#run !== "") query.set("after", `${this.#run}.${this.#change}.${this.#packet}`);
    const stream = this.#stream = new EventSource(`events?${query}`);
    const on = (name: string, take: (data: string) => void) =>
      stream.addEventListener(name, (event) => {
        if (stream !== this.#stream) return;
        const { data, lastEventId } = event as MessageEvent<string>;
        this.#note(lastEventId);
        take(data);
      });
    on("start", (data) => this.#start(JSON.parse(data)));
    on("state", (data) => {
      const { complete, ...facts } = JSON.parse(data);
      this.#events.onFacts(facts, complete);
    });
    on("rows", (data) => this.#events.onRows(JSON.parse(data).rows));
    on("packets", (data) => {
      const { connection, packets } = JSON.parse(data);
      this.#events.onPackets(connection, packets.map(parsePacket));
    });
    on("stop", () => {
      this.#events.onLink("stopped");
      this.#again();
    });
    stream.addEventListener("error", () => {
      if (stream !== this.#stream) return;
      this.#events.onLink("lost");
      this.#again();
    });
  }

  #start({ run, ...facts }: Facts & { readonly run: string }): void {
    this.#wait = FIRST_WAIT;
    if (run !== this.#run) {
      this.#run = run;
      this.#change = this.#packet = 0;
      this.#events.onStart();
    }
    this.#events.onLink("open");
    this.#events.onFacts(facts, false);
  }

  /** Notes the position that an identifier tells. */
  #note(id: string): void {
    const [run, change, packet] = id.split(".");
    if (run !== this.#run) return;
    this.#change = Number(change);
    this.#packet = Number(packet);
  }

  /** Looks for the server again, later each time. */
  #again(): void {
    this.#stream?.close();
    this.#stream = null;
    clearTimeout(this.#timer);
    if (document.visibilityState === "hidden") return;
    this.#timer = setTimeout(() => this.#open(), this.#wait);
    this.#wait = Math.min(LONGEST_WAIT, this.#wait * 1.5);
  }

  #rest(): void {
    if (document.visibilityState === "visible") {
      if (this.#stream === null) this.#open();
      else clearTimeout(this.#timer);
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#stream?.close();
      this.#stream = null;
    }, UNSEEN);
  }
}
