/**
 * A frame made from a payload: planned, wrapped, shown and written.
 *
 * @module
 */
import { createBytes } from "../cli/byte_source.ts";
import { UserError } from "../cli/errors.ts";
import { inLocale, type Io, print, readUpTo } from "../cli/io.ts";
import { sayFolded } from "../cli/terminal.ts";
import { readOption } from "../cli/parse.ts";
import { didYouMean } from "../cli/suggest.ts";
import { HexDumpError, parseHexDigits } from "../capture/hex_digits.ts";
import { captureWriter } from "../capture/capture_writer.ts";
import type { CapturedPacket } from "../packet/captured_packet.ts";
import { dissectFully } from "../packet/dissect.ts";
import { type Wanted, wrap } from "../packet/encode.ts";
import { explain } from "../packet/explain.ts";
import { LINK } from "../packet/link.ts";
import { loadProtocols } from "../packet/protocols.ts";
import type { Dissected } from "../packet/protocol.ts";
import { count } from "../text/units.ts";
import { extensionNames } from "./extensions.ts";
import { fragmentsOf } from "./fragments.ts";
import { PacketListing } from "./listing.ts";
import { FCS_SIZE, onWire } from "./on_wire.ts";
import type { Options } from "./options.ts";
import { expandSetting } from "./other_names.ts";
import { pictureLines } from "./picture.ts";
import { longPacketNote, planFrame, sizeProblem, type Transport } from "./plan.ts";
import { addPacketRecord } from "./record.ts";
import { type Side, versionOf } from "./sides.ts";
import { addLayers, styleFor } from "./text.ts";
import { TextBuffer } from "../text/text_buffer.ts";
import { type Around, aroundNames, mtuNote } from "./tunnel.ts";
import { t } from "../text/messages.ts";

/**
 * Makes the frame that `options` ask for around `text`, shows it, and writes it to a file if that is
 * wanted.
 *
 * @throws {UserError} For a payload that does not fit, or is no hexadecimal.
 */
export async function encapsulate(text: string, options: Options, io: Io): Promise<void> {
  const around = { tunnel: options.in, vni: options.vni ?? 1, labels: options.mpls ?? [] };
  await loadProtocols([...aroundNames(around), ...extensionNames(options.ipv6Ext ?? [])]);
  const { settings, layers } = readOption("set", () => {
    const settings = options.set.filter((each) => each !== "help").map(expandSetting);
    const fields = settings.flatMap((each) => each.settings);
    return { settings, layers: headersFor(options, around, fields) };
  });
  if (options.set.includes("help")) {
    const { settableText } = await import("./settable.ts");
    await print(io.stdout, settableText(layers, styleFor(io.stdout, io)));
    return;
  }
  const payload = await readPayload(text, options, io);
  const tooLong = sizeProblem(layers, payload.length);
  if (tooLong !== null) throw new UserError(tooLong);
  const { write, fragment, fcs } = options;
  const whole = wrap(layers, payload);
  const cuts = fragment === null ? [whole] : fragmentsOf(whole, fragment);
  const frames = fcs || options.pad ? cuts.map((each) => onWire(each, fcs)) : cuts;
  const check = fcs ? FCS_SIZE : 0;
  const packets = frames.map((bytes, i) => frameOf(bytes, i + 1, check));
  await writeFrames(packets, write, io);
  if (packets.length > 1) await showAll(packets, options, io);
  else await show(await dissectFully(packets[0]!), options, io);
  const cut = frames.length > 1
    ? t`${frames.length} fragments: each has an IP header, only the first one that of what is
      inside`
    : longPacketNote(layers, payload.length);
  for (const note of [...settings.map(({ says }) => says), mtuNote(around), cut]) {
    if (note !== null) await sayFolded(io, t`note: ${note}`);
  }
  if (write !== null && write !== "-") {
    const size = count(frames.reduce((sum, { length }) => sum + length, 0), "byte");
    await sayFolded(
      io,
      t`wrote ${write} (${
        count(frames.length, "packet")
      }, ${size}); open it with: wireshark ${write}`,
    );
  }
}

/** Returns the headers that `options` ask for, the outermost first. */
function headersFor(
  options: Options,
  around: Around,
  settings: readonly string[],
): Wanted[] {
  const { from, to, udp, icmp, arp, vlan, ipv6Ext } = options;
  const transport: Transport = udp ? "udp" : icmp ? "icmp" : arp ? "arp" : "tcp";
  return planFrame({
    version: versionOf(options),
    transport,
    from: from ?? UNSPECIFIED,
    to: to ?? UNSPECIFIED,
    vlans: vlan,
    extensions: ipv6Ext ?? [],
    around,
    settings,
    suggest: didYouMean,
  });
}

/** A side without address and port: those of the documentation are taken. */
const UNSPECIFIED: Side = { address: null, port: null };

/** The most bytes that are read of a payload: more than fit into any packet. */
const MAX_PAYLOAD = 0x10000;

async function readPayload(
  text: string,
  { hex, arp }: Options,
  io: Io,
): Promise<Uint8Array> {
  const bytes = text === "-"
    ? await readUpTo(io.stdin, hex ? 4 * MAX_PAYLOAD : MAX_PAYLOAD)
    : new TextEncoder().encode(text);
  const payload = hex ? digitsOf(bytes) : bytes;
  if (arp && payload.length > 0) throw new UserError(t`ARP carries no data: leave PAYLOAD out`);
  return payload;
}

function digitsOf(text: Uint8Array): Uint8Array {
  try {
    return parseHexDigits(new TextDecoder().decode(text));
  } catch (error) {
    if (error instanceof HexDumpError) throw new UserError(`PAYLOAD: ${error.message}`);
    throw error;
  }
}

/** Returns a frame as a packet of a capture, the last `fcs` bytes of which are its check sequence. */
function frameOf(bytes: Uint8Array, number: number, fcs: number): CapturedPacket {
  return { number, time: 0n, linkType: LINK.ethernet, bytes, length: bytes.length, fcs };
}

async function writeFrames(
  packets: readonly CapturedPacket[],
  path: string | null,
  io: Io,
): Promise<void> {
  if (path === null) return;
  const sink = await createBytes(path, io);
  const writer = captureWriter(path);
  const time = BigInt(io.now()) * 1_000_000n;
  for (const packet of packets) await sink.write(writer.packet({ ...packet, time }));
  sink.close();
}

/** Shows several frames, a line each. */
async function showAll(
  packets: readonly CapturedPacket[],
  { json, write }: Options,
  io: Io,
): Promise<void> {
  const output = write === "-" ? io.stderr : io.stdout;
  const listing = new PacketListing(json ? "json" : "auto", styleFor(output, io));
  for (const packet of packets) listing.add(await dissectFully(packet));
  listing.end();
  const text = listing.text.takeText();
  await print(output, json ? text : inLocale(text, io));
}

async function show(packet: Dissected, { json, write }: Options, io: Io): Promise<void> {
  const explained = explain(packet);
  // With the file on standard output, the text for people goes to standard error.
  const output = write === "-" ? io.stderr : io.stdout;
  const text = new TextBuffer();
  if (json) {
    addPacketRecord(text, explained, packet.bytes);
    return await print(output, text.bytes);
  }
  const style = styleFor(output, io);
  const picture = pictureLines(explained, packet.bytes, style);
  for (const line of picture) text.line(line);
  if (picture.length > 0) text.line();
  addLayers(text, explained, packet.bytes, style);
  await print(output, inLocale(text.takeText(), io));
}
