/**
 * Packets on their way to standard output, or to another file.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { type ByteSink, createBytes } from "../cli/byte_source.ts";
import { type Io, speaksUnicode } from "../cli/io.ts";
import { sayFolded } from "../cli/terminal.ts";
import { ofOption } from "../cli/parse.ts";
import { OutputQueue } from "../cli/output_queue.ts";
import { type CaptureWriter, captureWriter } from "../capture/capture_writer.ts";
import type { CapturedPacket } from "../packet/captured_packet.ts";
import { type DissectedPacket, dissectFully } from "../packet/dissect.ts";
import type { Filter } from "../packet/filter.ts";
import { isFragment } from "../packet/fragment.ts";
import { keyOf, SPACE } from "../packet/keys.ts";
import { isRawIp, linkTypeName } from "../packet/link.ts";
import { isKnownKey } from "../packet/protocols.ts";
import { type Reassembled, Reassembler } from "../packet/reassembly.ts";
import { asciiSigns } from "../text/escape.ts";
import { count } from "../text/units.ts";
import { type ListingForm, PacketListing } from "./listing.ts";
import type { Options } from "./options.ts";
import { styleFor } from "./text.ts";
import { t } from "../text/messages.ts";

/** The most packets that are kept before they are written. */
const MAX_RECORDS = 256;

/** The most bytes of text, but for one packet, that are kept before they are written. */
const MAX_TEXT = 256 * 1024;

/** Milliseconds after which a packet that is held back is shown: a file in a pipe has come by then. */
const PATIENCE = 300;

/** Milliseconds more, in which what has come by then is read. */
const LAST_LOOK = 10;

/** Resolves to the filter of `-Y`, or `null` without one. */
export async function filterOf({ filter }: Options): Promise<Filter | null> {
  if (filter === null) return null;
  const [{ compileFilter }, { didYouMean }] = await Promise.all([
    import("../packet/filter.ts"),
    import("../cli/suggest.ts"),
  ]);
  return await compileFilter(filter, didYouMean).catch((error) => {
    throw ofOption("filter", error);
  });
}

/**
 * The packets of a file or an interface on their way to standard output, or to another file.
 *
 * Life of an output: `take` gets each packet, lent, and keeps its text and its record; `flush` writes
 * them, when `take` has enough and before the source waits for more; `end` writes the rest and closes the
 * other file, also when reading has failed; `report` says what is left to be said.
 */
export class PacketOutput {
  /** The number of packets that were taken, wanted or not. */
  seen = 0;
  /** The number of packets that were wanted. */
  count = 0;
  readonly #options: Options;
  readonly #filter: Filter | null;
  readonly #io: Io;
  readonly #listing: PacketListing | null;
  /** The function that writes the signs in a text in ASCII, where the locale has no others. */
  readonly #signs: ((text: string) => string) | null;
  readonly #output: OutputQueue;
  /** Packets for the other file. */
  #records: Uint8Array[] = [];
  #sink: ByteSink | null = null;
  readonly #writer: CaptureWriter | null;
  readonly #fragments = new Reassembler();
  readonly #unknownLinks = new Set<number>();
  readonly #notes: string[] = [];

  /**
   * Makes the output of the packets that `filter` wants.
   *
   * @param form The form of the list, where the options ask for no other.
   */
  constructor(options: Options, filter: Filter | null, form: ListingForm, io: Io) {
    const { json, number, verbose, write, time } = options;
    const chosen = json ? "json" : number !== null || verbose ? "full" : form;
    this.#options = options;
    this.#filter = filter;
    this.#io = io;
    this.#signs = json || speaksUnicode(io) ? null : asciiSigns;
    this.#output = new OutputQueue(io.stdout, { collects: true });
    this.#writer = write === null ? null : captureWriter(write);
    this.#listing = write === null || json
      ? new PacketListing(chosen, styleFor(io.stdout, io), time)
      : null;
  }

  /** Whether there are as many packets as are wanted. */
  get isEnough(): boolean {
    const { number, count } = this.#options;
    return (count !== null && this.count >= count) || (number !== null && this.seen >= number.last);
  }

  /** Keeps a note for the end. */
  note(text: string): void {
    this.#notes.push(text);
  }

  /**
   * Takes the next packet, which is lent; returns what is to be waited for before the one after it, `null`
   * for most: a promise for each packet would cost. Protocols may have to be loaded, fragments joined, and
   * packets written where enough are kept.
   */
  take(packet: CapturedPacket): Promise<void> | null {
    const dissected = dissectFully(packet);
    if (dissected instanceof Promise || isFragment(dissected)) return this.#takeLater(dissected);
    return this.#show(dissected, null) ? this.flush() : null;
  }

  async #takeLater(maybe: DissectedPacket | Promise<DissectedPacket>): Promise<void> {
    const packet = await maybe;
    const whole = isFragment(packet) ? await this.#fragments.join(packet) : null;
    if (this.#show(packet, whole)) await this.flush();
  }

  /** Takes a packet, and the one that it completes; `true` if it is time to `flush`. */
  #show(packet: DissectedPacket, whole: Reassembled | null): boolean {
    this.seen = packet.number;
    const { number } = this.#options;
    const filter = this.#filter;
    const isWanted = filter === null || filter(packet) || (whole !== null && filter(whole));
    if (!isWanted || (number !== null && packet.number < number.first)) return false;
    this.count++;
    if (!isKnownLink(packet.linkType)) this.#unknownLinks.add(packet.linkType);
    if (this.#writer !== null) this.#records.push(this.#writer.packet(packet));
    this.#listing?.add(packet, whole);
    return this.#records.length >= MAX_RECORDS || (this.#listing?.text.size ?? 0) >= MAX_TEXT;
  }

  /** Yields the chunks of `source`, and writes the packets taken before each wait: a live capture has pauses. */
  async *flushing(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const chunks = source[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = chunks.next();
        if (this.#listing?.isHolding && await isSlow(next)) {
          this.#listing.release();
          await this.flush();
        }
        const { value, done } = await next;
        if (done) return;
        yield value;
        await this.flush();
      }
    } finally {
      await chunks.return?.();
    }
  }

  /** Writes the packets that were taken. */
  async flush(): Promise<void> {
    const text = this.#listing?.text ?? null;
    if (text !== null) {
      this.#output.add(this.#signs === null ? text.bytes : this.#signs(text.takeText()));
    }
    await this.#output.flush();
    text?.clear(); // not before: the bytes were lent
    const records = this.#records;
    if (records.length === 0) return;
    this.#records = [];
    this.#sink ??= await createBytes(this.#options.write!, this.#io);
    await this.#sink.write(concat(records));
  }

  /** Writes the rest; where nothing could be read, no other file is made. */
  async end(failed: boolean): Promise<void> {
    try {
      this.#listing?.end();
      if (this.#writer !== null && !(failed && this.seen === 0)) {
        this.#records.push(this.#writer.end());
      }
      await this.flush();
    } finally {
      this.#sink?.close();
    }
  }

  /** Says on standard error, at the end, what the packets themselves do not show; `nothing` if there are none. */
  async report(nothing: string): Promise<void> {
    for (const note of this.#notes) await sayFolded(this.#io, t`note: ${note}`);
    for (const linkType of this.#unknownLinks) {
      await sayFolded(
        this.#io,
        t`note: ${linkTypeName(linkType)} is not decoded: its packets are shown as data`,
      );
    }
    const { write, filter } = this.#options;
    if (this.seen === 0) await sayFolded(this.#io, nothing);
    else if (filter !== null && this.count === 0) {
      await sayFolded(this.#io, t`none of ${count(this.seen, "packet")} matches the filter`);
    }
    if (this.seen > 0 && write !== null && write !== "-") {
      await sayFolded(this.#io, t`wrote ${write} (${count(this.count, "packet")})`);
    }
  }
}

/**
 * Resolves to whether `coming` takes longer than a file in a pipe does. A program that has stood still finds
 * its timer due before it has read what is there: so there is one look more, after reading.
 */
async function isSlow(coming: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slow = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      timer = setTimeout(() => resolve(true), LAST_LOOK);
    }, PATIENCE);
  });
  const here = coming.then(() => false, () => false);
  try {
    return await Promise.race([here, slow]);
  } finally {
    clearTimeout(timer);
  }
}

/** Returns whether packets of this link type can be decoded. */
function isKnownLink(linkType: number): boolean {
  return isRawIp(linkType) || isKnownKey(keyOf(SPACE.link, linkType));
}
