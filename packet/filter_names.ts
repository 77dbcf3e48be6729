/**
 * The names in display filters: fields and protocols that netkit reads, and those of Wireshark that stand for
 * several fields, for a part of one, or for something that is computed.
 *
 * @module
 */
import type { CapturedPacket } from "./captured_packet.ts";
import { checksumStatus } from "./checksum_status.ts";
import { DATA, PADDING } from "./content.ts";
import type { FieldSpec } from "./field.ts";
import { PARTS } from "./field_parts.ts";
import {
  bitsSource,
  fieldSource,
  layerSource,
  packetSource,
  protocolSource,
  type Source,
  unionSource,
  wordsSource,
} from "./filter_source.ts";
import type { Protocol } from "./protocol.ts";
import { loadedProtocols, loadProtocols, protocolNames } from "./protocols.ts";

/** The names that stand for several fields. */
const UNIONS: Readonly<Record<string, readonly string[]>> = {
  "eth.addr": ["eth.dst", "eth.src"],
  "ip.addr": ["ip.src", "ip.dst"],
  "ipv6.addr": ["ipv6.src", "ipv6.dst"],
  "tcp.port": ["tcp.srcport", "tcp.dstport"],
  "udp.port": ["udp.srcport", "udp.dstport"],
  "sctp.port": ["sctp.srcport", "sctp.dstport"],
  "wlan.addr": ["wlan.ra", "wlan.ta", "wlan.da", "wlan.sa", "wlan.bssid"],
};

/** Bits of headers that have a name: the layer, the first bit, the number of bits. */
const BITS: Readonly<Record<string, readonly [of: string, bit: number, bits: number]>> = {
  "ip.dsfield": ["ip", 8, 8],
  "ip.flags": ["ip", 48, 3],
};

const NUMBER = { kind: "number", most: Infinity, unit: 1 } as const;
const BYTES = { kind: "bytes", most: Infinity, unit: 1 } as const;
const TEXT = { kind: "text", most: Infinity, unit: 1 } as const;

/** Seconds with a fraction. */
const SECONDS = { kind: "number", unit: 1e-9 } as const;

/** The values of `…checksum.status` (Wireshark's `proto_checksum_vals`). */
const STATUS = { bad: 0, good: 1, unverified: 2 };

/** The layers that have fields of HTTP. */
const HTTP_LAYERS = ["http", "ssdp"];

/** The header lines of HTTP that have a field of their own. */
const HTTP_LINES = [
  "Host",
  "User-Agent",
  "Content-Type",
  "Server",
  "Location",
  "Referer",
  "Cookie",
];

/** A field that protocols have. */
interface NamedField {
  /** Its widest row. */
  readonly spec: FieldSpec;
  /** The protocols that have it. */
  readonly owners: Set<Protocol>;
  /** Those that may have it more than once. */
  readonly again: Set<Protocol>;
}

/** The names that a filter may use, and what they stand for. */
export class FilterNames {
  /** The first and the last time in the file, kept by `see`; only some names need them. */
  #first: bigint | null = null;
  #last = 0n;
  #delta = 0n;
  #number = 0;
  /** Whether a name depends on earlier packets, so that every packet must be seen. */
  usesTime = false;
  readonly #fields = new Map<string, NamedField>();

  /** Takes note of the time of the next packet; of fragments there are two with one number. */
  see({ number, time }: CapturedPacket): void {
    if (number === this.#number) return;
    this.#number = number;
    this.#delta = this.#first === null ? 0n : time - this.#last;
    this.#first ??= time;
    this.#last = time;
  }

  /** Resolves to what `name` stands for, `null` if it stands for nothing. */
  async source(name: string): Promise<Source | null> {
    const found = this.#known(name);
    if (found !== null || this.#isComplete) return found;
    await loadProtocols(); // most filters do not come here
    this.#isComplete = true;
    this.#read();
    return this.#known(name);
  }

  #isComplete = false;

  /** Returns all names, once `source` has not found one. */
  all(): string[] {
    return [
      ...["frame", ...FRAME],
      ...filterProtocols(),
      ...this.#fields.keys(),
      ...[UNIONS, BITS, PARTS].flatMap((each) => Object.keys(each)),
      ...["tcp.len", "tcp.payload", "udp.payload", "data.len", "http.request", "http.response"],
      ...HTTP_LINES.map(nameOfLine),
    ];
  }

  #read(): void {
    for (const protocol of [...loadedProtocols(), DATA, PADDING]) {
      for (const spec of rowsOf(protocol)) {
        if (spec.name.endsWith(".rest")) continue; // these have no name in Wireshark
        const known = this.#fields.get(spec.name);
        if (known === undefined) {
          this.#fields.set(spec.name, { spec, owners: new Set([protocol]), again: new Set() });
          continue;
        }
        const isMore = protocol.rest !== undefined || protocol.options !== undefined;
        if (isMore && known.owners.has(protocol)) known.again.add(protocol);
        known.owners.add(protocol);
        // The greatest number that any of them can have.
        if (spec.bits > known.spec.bits) this.#fields.set(spec.name, { ...known, spec });
      }
    }
  }

  #known(name: string): Source | null {
    if (this.#fields.size === 0) this.#read();
    return this.#computed(name) ?? this.#field(name) ??
      (filterProtocols().includes(name) ? this.#protocol(name) : null);
  }

  #protocol(name: string): Source {
    if (name !== "sll") return protocolSource(name, name);
    return unionSource(name, [protocolSource(name, name), protocolSource(name, SLL2)]);
  }

  #field(name: string): Source | null {
    const field = this.#fields.get(name);
    return field === undefined ? null : fieldSource(field.spec, field.owners, field.again);
  }

  #computed(name: string): Source | null {
    if (name === "frame" || name.startsWith("frame.")) return this.#ofFrame(name);
    if (Object.hasOwn(UNIONS, name)) {
      const parts = UNIONS[name]!.map((each) => this.#field(each)).filter((each) => each !== null);
      return parts.length === 0 ? null : unionSource(name, parts);
    }
    if (Object.hasOwn(BITS, name)) return bitsSource(name, ...BITS[name]!);
    if (Object.hasOwn(PARTS, name)) return this.#part(name);
    if (name.endsWith(".checksum.status")) return this.#status(name);
    if (name.startsWith("http.")) return this.#http(name);
    switch (name) {
      case "tcp.len":
        return layerSource(
          name,
          "tcp",
          NUMBER,
          ({ whole, body, wireEnd }) => whole ? wireEnd - body : null,
        );
      case "data.len":
        return layerSource(name, "data", NUMBER, ({ start, end }) => end - start);
      case "tcp.payload":
      case "udp.payload":
        return layerSource(
          name,
          name.slice(0, 3),
          BYTES,
          ({ body, end }, { bytes }) => end > body ? bytes.subarray(body, end) : null,
        );
      default:
        return null;
    }
  }

  #part(name: string): Source {
    const { layer, of, shift, bits } = PARTS[name]!;
    const { spec } = this.#fields.get(of)!;
    const { bit } = spec as FieldSpec & { readonly bit: number };
    return bitsSource(name, layer, bit + spec.bits - shift - bits, bits);
  }

  #status(name: string): Source | null {
    const [of = ""] = name.split(".checksum");
    if (!this.#fields.has(`${of}.checksum`)) return null;
    return layerSource(name, of, { ...NUMBER, names: STATUS }, (layer, { layers, bytes }) => {
      const found = checksumStatus(layers, layers.indexOf(layer), bytes);
      if (found === null) return null;
      const { bad, good, unverified } = STATUS;
      return found.status === "bad" ? bad : found.status === "good" ? good : unverified;
    });
  }

  /** Returns the source of a field of HTTP that is made of a line, or is a number in text. */
  #http(name: string): Source | null {
    if (name === "http.response.code") return wordsSource(name, HTTP_LAYERS, NUMBER, name, Number);
    const from = (row: string, read: (words: string) => string | null) =>
      wordsSource(name, HTTP_LAYERS, TEXT, row, read);
    if (name === "http.request") return from("http.request.method", (text) => text);
    if (name === "http.response") return from("http.response.code", (text) => text);
    const line = HTTP_LINES.find((each) => nameOfLine(each) === name)?.toLowerCase();
    if (line === undefined) return null;
    const read = (text: string) => {
      const colon = text.indexOf(":");
      return text.slice(0, colon).toLowerCase() === line ? text.slice(colon + 1).trim() : null;
    };
    return unionSource(name, [from("http.request.line", read), from("http.response.line", read)]);
  }

  #ofFrame(name: string): Source | null {
    this.usesTime ||= name.startsWith("frame.time_");
    const seconds = (time: bigint) => Number(time) / 1e9;
    switch (name) {
      case "frame":
        return packetSource(name, BYTES, ({ bytes }) => bytes);
      case "frame.number":
        return packetSource(name, NUMBER, ({ number }) => number);
      case "frame.len":
        return packetSource(name, NUMBER, ({ length }) => length);
      case "frame.cap_len":
        return packetSource(name, NUMBER, ({ bytes }) => bytes.length);
      case "frame.time_epoch":
        return packetSource(name, SECONDS, ({ time }) => seconds(time));
      case "frame.time_relative":
        return packetSource(name, SECONDS, ({ time }) => seconds(time - this.#first!));
      case "frame.time_delta":
        return packetSource(name, SECONDS, () => seconds(this.#delta));
      default:
        return null;
    }
  }
}

/** Version 2 of Linux cooked captures, which Wireshark calls as version 1. */
const SLL2 = "sll2";

/** Returns the names of protocols, by Wireshark. */
function filterProtocols(): string[] {
  return [...protocolNames().filter((name) => name !== SLL2), DATA.name];
}

const FRAME = ["number", "len", "cap_len", "time_epoch", "time_relative", "time_delta"].map((
  each,
) => `frame.${each}`);

/** Returns the name of the field of a line of HTTP's header. */
function nameOfLine(line: string): string {
  return `http.${line.toLowerCase().replace("-", "_")}`;
}

/** Returns all rows by which fields of `protocol` are read. */
export function rowsOf({ table, others = [] }: Protocol): FieldSpec[] {
  return [
    ...typeof table === "function" ? [] : table.fields,
    ...others.flatMap((each): readonly FieldSpec[] => {
      if ("fields" in each) return each.fields;
      if (!("kinds" in each)) return [each];
      const head = each.hidesHead ? [] : each.head?.fields ?? [];
      return [
        ...head,
        ...each.kinds.flatMap(({ name, about = "", head, repeated, rest }) => [
          ...name === undefined ? [] : [{ name, about, bits: 0, form: "bytes" } as const],
          ...head?.fields ?? [],
          ...repeated?.fields ?? [],
          ...rest === undefined ? [] : [rest],
        ]),
      ];
    }),
  ];
}
