/**
 * `netkit frame`: how data is wrapped by TCP, IP and Ethernet, and unwrapped again.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { type ByteSink, createBytes, nameOfInput, readBytes } from "./cli/byte_source.ts";
import { type Command, command } from "./cli/command.ts";
import { EXIT, UserError } from "./cli/errors.ts";
import {
  FRAME_OPTIONS,
  type FrameOptions,
  refuseMixture,
  type Side,
  versionOf,
} from "./frame/options.ts";
import { type Io, type Output, print, readUpTo, say } from "./cli/io.ts";
import { formatJson } from "./cli/json.ts";
import { OutputQueue } from "./cli/output_queue.ts";
import { didYouMean } from "./cli/suggest.ts";
import { palette } from "./cli/terminal.ts";
import { type CapturedPacket, CaptureError } from "./packet/captured_packet.ts";
import { dissect } from "./packet/dissect.ts";
import { wrap } from "./packet/encode.ts";
import { explain } from "./packet/explain.ts";
import { longPacketNote, planFrame, sizeProblem, type Transport } from "./frame/plan.ts";
import { HexDumpError, parseHexDigits } from "./capture/hex_digits.ts";
import { isKnownLink, LINK, linkTypeName, parseLinkType } from "./packet/link.ts";
import { PacketListing } from "./frame/listing.ts";
import { PACKET_FIELDS, recordOfPacket } from "./frame/record.ts";
import { readPackets } from "./capture/packet_source.ts";
import { explainLines, type TextStyle } from "./frame/text.ts";
import { pcapHeader, pcapRecord } from "./capture/pcap.ts";
import { pictureLines } from "./frame/picture.ts";
import type { Dissected } from "./packet/problems.ts";

/** The command. */
export const frame: Command<typeof FRAME_OPTIONS> = command({
  name: "frame",
  summary: "wrap data in TCP, IP and Ethernet, or unwrap captured packets",
  description: [
    "Wraps PAYLOAD as a sender does: TCP puts its header in front, then IP, then Ethernet. Shows the " +
    "layers, and each field with the bytes that it is in. Every length and checksum is right, unless " +
    "--set says otherwise.",
    "-r unwraps as a receiver does, from the outside in, and says what is wrong. It reads pcap and " +
    "pcapng (also compressed by gzip) and pasted hex dumps of xxd, hexdump, od, tcpdump, tshark, " +
    "Wireshark and C. Several packets are a line each; -n explains one of them.",
    "Fields have the names of Wireshark's display filters. What is set is what Wireshark shows: " +
    "ip.hdr_len is in bytes, tcp.flags may be written SYN,ACK.",
  ],
  operands: [{
    name: "PAYLOAD",
    summary: "the data, as text; - reads it from standard input; none if left out",
  }],
  options: FRAME_OPTIONS,
  examples: [
    { line: "netkit frame hello", says: "five bytes on their way through the layers" },
    { line: "netkit frame --udp --to [2001:db8::53]:53 hello", says: "in UDP and IPv6" },
    { line: "netkit frame --set tcp.flags=SYN --set tcp.options.mss_val=1460", says: "a SYN" },
    { line: "netkit frame --arp --to 192.0.2.7", says: "who has 192.0.2.7?" },
    { line: "netkit frame hello -w one.pcap", says: "a file for Wireshark" },
    { line: "netkit frame -r one.pcap", says: "unwraps it again" },
    { line: "netkit frame -r trace.pcapng -n 7", says: "explains the seventh packet" },
    { line: "xxd packet.bin | netkit frame -r -", says: "explains a pasted hex dump" },
  ],
  json: PACKET_FIELDS,
  permissions: ["--allow-read for -r", "--allow-write for -w"],
  async run({ options, operands: [payload] }, io) {
    refuseMixture(options, payload);
    if (options.read !== null) await unwrap(options.read, options, io);
    else await wrapPayload(payload ?? "", options, io);
  },
});

async function wrapPayload(text: string, options: FrameOptions, io: Io): Promise<void> {
  const { from, to, udp, icmp, arp, vlan, set, write } = options;
  const version = versionOf(from, to);
  const transport: Transport = udp ? "udp" : icmp ? "icmp" : arp ? "arp" : "tcp";
  if (transport === "arp" && version === 6) {
    throw new UserError("ARP is for IPv4: IPv6 has neighbour solicitations", {
      hint: "give IPv4 addresses to --from and --to",
    });
  }
  if ((arp || icmp) && (from?.port ?? to?.port ?? null) !== null) {
    throw new UserError(`${arp ? "ARP" : "ICMP"} has no ports: leave them out of --from and --to`);
  }
  const layers = planFrame({
    version,
    transport,
    from: from ?? NOBODY,
    to: to ?? NOBODY,
    vlans: vlan,
    settings: set,
    suggest: didYouMean,
  });
  const payload = await readPayload(text, options.hex, io);
  if (arp && payload.length > 0) throw new UserError("ARP carries no data: leave PAYLOAD out");
  const tooLong = sizeProblem(layers, payload.length);
  if (tooLong !== null) throw new UserError(tooLong);
  const bytes = wrap(layers, payload);
  const packet: Dissected = { bytes, length: bytes.length, layers: dissect(bytes) };
  const explained = explain(packet);
  const sink = write === null ? null : await createBytes(write, io);
  await sink?.write(pcapHeader(LINK.ethernet));
  await sink?.write(pcapRecord({ ...packet, time: BigInt(io.now()) * 1_000_000n }));
  sink?.close();
  // With the file on standard output, what is for people goes to standard error.
  const output = write === "-" ? io.stderr : io.stdout;
  const style = styleFor(output, io);
  const picture = pictureLines(explained, bytes, style);
  const lines = [
    ...picture,
    ...picture.length > 0 ? [""] : [],
    ...explainLines(explained, bytes, style),
  ];
  await print(
    output,
    options.json ? `${formatJson(recordOfPacket(explained, bytes))}\n` : `${lines.join("\n")}\n`,
  );
  const note = longPacketNote(layers, payload.length);
  if (note !== null) await say(io, `note: ${note}`);
  if (write !== null && write !== "-") {
    await say(
      io,
      `wrote ${write} (1 packet, ${bytes.length} bytes); open it with: wireshark ${write}`,
    );
  }
}

/** A side of which nothing was said. */
const NOBODY: Side = { address: null, port: null };

/** The most bytes that are read of a payload: more than fit into any packet. */
const MAX_PAYLOAD = 0x10000;

async function readPayload(text: string, hex: boolean, io: Io): Promise<Uint8Array> {
  const bytes = text === "-"
    ? await readUpTo(io.stdin, hex ? 4 * MAX_PAYLOAD : MAX_PAYLOAD)
    : new TextEncoder().encode(text);
  if (!hex) return bytes;
  try {
    return parseHexDigits(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof HexDumpError) throw new UserError(`PAYLOAD: ${error.message}`);
    throw error;
  }
}

function styleFor(output: Output, io: Io): TextStyle {
  return { columns: io.columns(), ...palette(io, output) };
}

/** Reads packets and prints, or writes, what is wanted of them. */
async function unwrap(path: string, options: FrameOptions, io: Io): Promise<void> {
  const linkType = options.link === null ? null : parseLinkType(options.link);
  const reading = new Reading(options, io);
  let failure: string | null = null;
  try {
    for await (const packet of readPackets(reading.flushing(readBytes(path, io)), { linkType })) {
      if (options.number !== null && packet.number > options.number.last) break;
      if (reading.take(packet)) await reading.flush();
    }
  } catch (error) {
    if (!(error instanceof CaptureError || error instanceof HexDumpError)) throw error;
    failure = error.message;
  } finally {
    await reading.end();
  }
  if (failure !== null) {
    throw new UserError(`cannot read ${nameOfInput(path)}: ${failure}`, { exit: EXIT.failed });
  }
  await reading.report(path);
}

/** The packets of a file on their way to standard output, or to another file. */
class Reading {
  readonly #options: FrameOptions;
  readonly #io: Io;
  readonly #listing: PacketListing | null;
  readonly #output: OutputQueue;
  /** Packets for the other file. */
  #records: Uint8Array[] = [];
  #sink: ByteSink | null = null;
  #linkType: number | null = null;
  #count = 0;
  #last = 0;
  readonly #unknownLinks = new Set<number>();

  constructor(options: FrameOptions, io: Io) {
    const { json, number, verbose, write } = options;
    const form = json ? "json" : number !== null || verbose ? "full" : "auto";
    this.#options = options;
    this.#io = io;
    this.#output = new OutputQueue(io.stdout, { collects: true });
    this.#listing = write === null || json
      ? new PacketListing(form, styleFor(io.stdout, io), formatJson)
      : null;
  }

  /** Takes the next packet, which is lent; `true` if it is time to `flush`. */
  take(packet: CapturedPacket): boolean {
    this.#last = packet.number;
    const { number, write } = this.#options;
    if (number !== null && packet.number < number.first) return false;
    this.#count++;
    if (!isKnownLink(packet.linkType)) this.#unknownLinks.add(packet.linkType);
    if (write !== null) this.#keep(packet);
    const full = this.#listing !== null && this.#output.add(this.#listing.add(packet));
    return full || this.#records.length >= MAX_RECORDS;
  }

  #keep(packet: CapturedPacket): void {
    this.#linkType ??= packet.linkType;
    if (packet.linkType !== this.#linkType) {
      throw new CaptureError(
        `packet ${packet.number} is of ${linkTypeName(packet.linkType)}, those before of ` +
          `${linkTypeName(this.#linkType)}: a pcap file has one type`,
      );
    }
    this.#records.push(pcapRecord(packet));
  }

  /** Yields what `source` does, but writes what was taken before it waits: a live capture has pauses. */
  async *flushing(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      yield chunk;
      await this.flush();
    }
  }

  /** Writes what was taken. */
  async flush(): Promise<void> {
    await this.#output.flush();
    const { write } = this.#options;
    if (write === null) return;
    if (this.#sink === null) {
      this.#sink = await createBytes(write, this.#io);
      await this.#sink.write(pcapHeader(this.#linkType ?? LINK.ethernet));
    }
    const records = this.#records;
    this.#records = [];
    await this.#sink.write(concat(records));
  }

  /** Writes the rest. */
  async end(): Promise<void> {
    try {
      if (this.#listing !== null) this.#output.add(this.#listing.end());
      await this.flush();
    } finally {
      this.#sink?.close();
    }
  }

  /** Says on standard error what the packets themselves do not show. */
  async report(path: string): Promise<void> {
    for (const linkType of this.#unknownLinks) {
      await say(
        this.#io,
        `note: ${linkTypeName(linkType)} is not decoded: its packets are shown as data`,
      );
    }
    const { number, write } = this.#options;
    if (number !== null && this.#count === 0) {
      throw new UserError(
        `there is no packet ${number.first} in ${nameOfInput(path)}: it has ${this.#last}`,
        { exit: EXIT.failed },
      );
    }
    if (this.#last === 0) await say(this.#io, `there are no packets in ${nameOfInput(path)}`);
    else if (write !== null && write !== "-") {
      await say(this.#io, `wrote ${write} (${this.#count} packet${this.#count === 1 ? "" : "s"})`);
    }
  }
}

/** The most packets that are kept before they are written. */
const MAX_RECORDS = 256;
