/**
 * The sources of a recording for the page: the server's stream of events, or the page itself.
 *
 * @module
 */
/// <reference lib="dom" />
import { type EmbeddedRecording, parsePacket } from "../packet_text.ts";
import { EventStream } from "../page/stream.js";
import { fields } from "../page/token.js";
import type { ConnectionRow, RecordedPacket } from "../recording.ts";

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
export type Link = "connecting" | "open" | "lost" | "stopped" | "refused" | "embedded";

/** Listeners to a source. */
export interface SourceEvents {
  /** Another recording begins: all that was shown is gone. */
  readonly onStart: () => void;
  /** The facts, at the beginning and when they change; `isComplete` if nothing will be added any more. */
  readonly onFacts: (facts: Facts, isComplete: boolean) => void;
  /** Connections that are new or have changed. */
  readonly onRows: (rows: readonly ConnectionRow[]) => void;
  /** The next packets of the chosen connection. */
  readonly onPackets: (connection: number, packets: readonly RecordedPacket[]) => void;
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
class EmbeddedSource implements Source {
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

/** Milliseconds for which a page that is not seen goes on listening. */
const UNSEEN = 60_000;

/** Milliseconds until a server that has refused is asked again: another one may have its port. */
const REFUSED_WAIT = 5000;

/**
 * The server's stream of events.
 *
 * Life of a stream: opened; each event has an identifier, and a stream that is opened anew for the same
 * connection begins behind the last one; a server that has gone is looked for again, and another recording
 * begins from the start. A page that nobody has seen for a minute lets go of the stream.
 */
class EventsSource implements Source {
  readonly #events: SourceEvents;
  readonly #stream: EventStream;
  #connection: number | null = null;
  #run = "";
  /** The position in the list, and in the packets of the connection. */
  #change = 0;
  #packet = 0;
  #link: Link = "connecting";
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Makes a source. */
  constructor(events: SourceEvents) {
    this.#events = events;
    this.#stream = new EventStream({
      url: () => this.#url(),
      headers: fields,
      onEvent: (name, data, id) => this.#take(name, data, id),
      onTrouble: (refusal) => this.#lose(refusal),
    });
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
    this.#stream.open();
  }

  /** Returns what to ask for: what comes behind the last event. */
  #url(): string {
    const query = new URLSearchParams();
    if (this.#connection !== null) query.set("conn", `${this.#connection}`);
    if (this.#run !== "") query.set("after", `${this.#run}.${this.#change}.${this.#packet}`);
    return `events?${query}`;
  }

  #take(name: string, data: string, id: string): void {
    const [run, change, packet] = id.split(".");
    if (run === this.#run) {
      this.#change = Number(change);
      this.#packet = Number(packet);
    }
    switch (name) {
      case "start":
        return this.#start(JSON.parse(data));
      case "state": {
        const { complete, ...facts } = JSON.parse(data);
        return this.#events.onFacts(facts, complete);
      }
      case "rows":
        return this.#events.onRows(JSON.parse(data).rows);
      case "packets": {
        const { connection, packets } = JSON.parse(data);
        return this.#events.onPackets(connection, packets.map(parsePacket));
      }
      case "stop":
        return this.#tell("stopped");
    }
  }

  #start({ run, ...facts }: Facts & { readonly run: string }): void {
    if (run !== this.#run) {
      this.#run = run;
      this.#change = this.#packet = 0;
      this.#events.onStart();
    }
    this.#tell("open");
    this.#events.onFacts(facts, false);
  }

  #tell(link: Link): void {
    this.#link = link;
    this.#events.onLink(link);
  }

  /** Looks for the server again, whether it has gone or refuses; with the token it needs another URL. */
  #lose(refusal: number | null): void {
    if (refusal === 401) return this.#tell("refused");
    if (this.#link !== "stopped") this.#tell("lost");
    if (refusal !== null) this.#timer = setTimeout(() => this.#open(), REFUSED_WAIT);
  }

  #rest(): void {
    clearTimeout(this.#timer);
    if (document.visibilityState === "hidden") {
      this.#timer = setTimeout(() => this.#stream.close(), UNSEEN);
    } else if (!this.#stream.isOpen && this.#link !== "refused") this.#open();
  }
}

/** Returns the source of the recording that the page has in itself, or else the server's. */
export function sourceFor(events: SourceEvents): Source {
  const embedded = document.getElementById("recording")?.textContent;
  return embedded ? new EmbeddedSource(JSON.parse(embedded), events) : new EventsSource(events);
}
