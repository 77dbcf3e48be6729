/**
 * Packets read from a file, and shown or written to another one.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { type ByteSink, createBytes, nameOfInput, readBytes } from "../cli/byte_source.ts";
import { EXIT, UserError } from "../cli/errors.ts";
import { type Io, say, signsOf } from "../cli/io.ts";
import { formatJson } from "../cli/json.ts";
import { OutputQueue } from "../cli/output_queue.ts";
import { HexDumpError, hintForFile } from "../capture/hex_digits.ts";
import { readPackets } from "../capture/packet_source.ts";
import { pcapHeader, pcapRecord } from "../capture/pcap.ts";
import { type CapturedPacket, CaptureError } from "../packet/captured_packet.ts";
import { type DissectedPacket, dissectFully } from "../packet/dissect.ts";
import { keyOf, SPACE } from "../packet/keys.ts";
import { isRawIp, LINK, linkTypeName, parseLinkType } from "../packet/link.ts";
import { isKnownKey } from "../packet/protocols.ts";
import { isFragment } from "../packet/fragment.ts";
import { type Reassembled, Reassembler } from "../packet/reassembly.ts";
import { count } from "../text/units.ts";
import { PacketListing } from "./listing.ts";
import type { Options } from "./options.ts";
import { styleFor } from "./text.ts";

/** The most packets that are kept before they are written. */
const MAX_RECORDS = 256;

/**
 * Reads the packets of the file at `path` and prints them, or writes them to another file.
 *
 * @throws {UserError} For a file that is damaged or no capture, after the packets before the damage.
 */
export async function decapsulate(path: string, options: Options, io: Io): Promise<void> {
  const linkType = options.link === null ? null : parseLinkType(options.link);
  const output = new PacketOutput(options, io);
  let failure: string | null = null;
  let hint: string | null = null;
  const packetOptions = {
    linkType,
    form: options.as,
    onReading: (says: string) => output.note(says),
  };
  const fragments = new Reassembler();
  try {
    for await (const packet of readPackets(output.flushing(readBytes(path, io)), packetOptions)) {
      if (options.number !== null && packet.number > options.number.last) break;
      const maybe = dissectFully(packet);
      const dissected = maybe instanceof Promise ? await maybe : maybe;
      const whole = isFragment(dissected) ? await fragments.join(dissected) : null;
      const full = output.take(dissected, whole);
      if (full) await output.flush();
    }
  } catch (error) {
    if (!(error instanceof CaptureError || error instanceof HexDumpError)) throw error;
    failure = error.message;
    hint = hintForFile(error);
  } finally {
    await output.end();
  }
  if (failure !== null) {
    throw new UserError(`cannot read ${nameOfInput(path)}: ${failure}`, {
      exit: EXIT.failed,
      hint,
    });
  }
  await output.report(path);
}

/**
 * The packets of a file on their way to standard output, or to another file.
 *
 * Life of an output: `take` gets each packet, lent, and keeps its text and its record; `flush` writes
 * them, when enough are kept and before the source waits for more; `end` writes the rest and closes the
 * other file, also when reading has failed; `report` says what is left to be said.
 */
class PacketOutput {
  readonly #options: Options;
  readonly #io: Io;
  readonly #listing: PacketListing | null;
  readonly #signs: (text: string) => string;
  readonly #output: OutputQueue;
  /** Packets for the other file. */
  #records: Uint8Array[] = [];
  #sink: ByteSink | null = null;
  #linkType: number | null = null;
  #fcs = 0;
  #count = 0;
  #last = 0;
  readonly #unknownLinks = new Set<number>();
  readonly #notes: string[] = [];

  constructor(options: Options, io: Io) {
    const { json, number, verbose, write } = options;
    const form = json ? "json" : number !== null || verbose ? "full" : "auto";
    this.#options = options;
    this.#io = io;
    this.#signs = json ? (text) => text : signsOf(io);
    this.#output = new OutputQueue(io.stdout, { collects: true });
    this.#listing = write === null || json
      ? new PacketListing(form, styleFor(io.stdout, io), formatJson)
      : null;
  }

  /** Keeps a note for the end. */
  note(text: string): void {
    this.#notes.push(text);
  }

  /** Takes the next packet, which is lent, and what it completes; `true` if it is time to `flush`. */
  take(packet: DissectedPacket, whole: Reassembled | null): boolean {
    this.#last = packet.number;
    const { number, write } = this.#options;
    if (number !== null && packet.number < number.first) return false;
    this.#count++;
    if (!isKnownLink(packet.linkType)) this.#unknownLinks.add(packet.linkType);
    if (write !== null) this.#keep(packet);
    const full = this.#listing !== null &&
      this.#output.add(this.#signs(this.#listing.add(packet, whole)));
    return full || this.#records.length >= MAX_RECORDS;
  }

  #keep(packet: CapturedPacket): void {
    if (this.#linkType === null) this.#fcs = packet.fcs ?? 0;
    this.#linkType ??= packet.linkType;
    if (packet.linkType !== this.#linkType) {
      throw new CaptureError(
        `packet ${packet.number} is of ${linkTypeName(packet.linkType)}, those before of ` +
          `${linkTypeName(this.#linkType)}: a pcap file has one type`,
      );
    }
    this.#records.push(pcapRecord(packet));
  }

  /** Yields the chunks of `source`, and writes the packets taken before each wait: a live capture has pauses. */
  async *flushing(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      yield chunk;
      await this.flush();
    }
  }

  /** Writes the packets that were taken. */
  async flush(): Promise<void> {
    await this.#output.flush();
    const { write } = this.#options;
    if (write === null) return;
    if (this.#sink === null) {
      this.#sink = await createBytes(write, this.#io);
      await this.#sink.write(pcapHeader(this.#linkType ?? LINK.ethernet, this.#fcs));
    }
    const records = this.#records;
    this.#records = [];
    await this.#sink.write(concat(records));
  }

  /** Writes the rest. */
  async end(): Promise<void> {
    try {
      if (this.#listing !== null) this.#output.add(this.#signs(this.#listing.end()));
      await this.flush();
    } finally {
      this.#sink?.close();
    }
  }

  /** Says on standard error, at the end, what the packets themselves do not show. */
  async report(path: string): Promise<void> {
    for (const note of this.#notes) await say(this.#io, `note: ${note}`);
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
      await say(this.#io, `wrote ${write} (${count(this.#count, "packet")})`);
    }
  }
}

/** Returns whether packets of this link type can be decoded. */
function isKnownLink(linkType: number): boolean {
  return isRawIp(linkType) || isKnownKey(keyOf(SPACE.link, linkType));
}
