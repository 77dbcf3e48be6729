/**
 * Captures read by netkit and by tshark: how many fields agree, by protocol, and the differences by kind.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a task prints
import { readPackets } from "../capture/packet_source.ts";
import { CaptureError } from "../packet/captured_packet.ts";
import { type DissectedPacket, dissectFully } from "../packet/dissect.ts";
import { explain } from "../packet/explain.ts";
import { askTshark, disagreement, type TsharkField } from "./tshark.ts";

/** The count of what was compared. */
export class Comparison {
  /** The packets. */
  packets = 0;
  /** Packets that end in content announced by a number that netkit does not know, by its name. */
  readonly undecoded: Map<string, number> = new Map();
  /** The fields of each protocol: how many were compared, and how many agreed. */
  readonly fields: Map<string, { compared: number; agreed: number }> = new Map();
  /** The differences, by the name of the field. */
  readonly differences: Map<string, string[]> = new Map();

  /** Adds a packet, with what tshark says of it; `where` tells it from others. */
  add(packet: DissectedPacket, theirs: readonly TsharkField[], where: string): void {
    this.packets++;
    const layers = explain(packet);
    const last = layers.findLast(({ name }) => name !== "padding");
    const isFragment = packet.layers.some(({ fragment }) => fragment);
    if (last?.name === "data" && last.title !== "data" && !isFragment) {
      this.undecoded.set(last.title, (this.undecoded.get(last.title) ?? 0) + 1);
    }
    for (const { name, fields, quoted } of layers) {
      if (quoted || name === "data" || name === "padding") continue; // tshark has its own ideas of content
      const count = this.fields.get(name) ?? { compared: 0, agreed: 0 };
      this.fields.set(name, count);
      for (const field of fields) {
        count.compared++;
        const difference = disagreement(field, theirs);
        if (difference === null) count.agreed++;
        else this.#note(field.name, `${where}: ${difference}`);
      }
    }
  }

  #note(kind: string, text: string): void {
    const list = this.differences.get(kind) ?? [];
    this.differences.set(kind, list);
    list.push(text);
  }

  /** Prints all, and the first `show` differences of each kind. */
  print(show: number): void {
    for (const [name, { compared, agreed }] of [...this.fields].sort()) {
      console.log(`${name.padEnd(16)} ${String(agreed).padStart(8)} of ${compared} fields agree`);
    }
    const kinds = [...this.differences].sort(([, a], [, b]) => b.length - a.length);
    for (const [kind, list] of kinds) {
      console.log(`\n${kind}: ${list.length} differ`);
      for (const each of list.slice(0, show)) console.log(`  ${each}`);
    }
    const undecoded = [...this.undecoded].sort(([, a], [, b]) => b - a);
    const sum = undecoded.reduce((total, [, count]) => total + count, 0);
    console.log(`\n${this.packets} packets, ${sum} end in content that netkit does not read`);
    for (const [title, count] of undecoded) console.log(`  ${count} ${title}`);
  }
}

/** Compares the capture at `path`; captures that one of both cannot read are left out. */
export async function compareFile(path: string, comparison: Comparison): Promise<void> {
  let theirs: TsharkField[][];
  try {
    theirs = await askTshark(path);
  } catch {
    return;
  }
  const file = await Deno.open(path);
  try {
    for await (const packet of readPackets(file.readable)) {
      const fields = theirs[packet.number - 1];
      if (fields === undefined) break;
      const where = `${path.split("/").at(-1)} packet ${packet.number}`;
      comparison.add(await dissectFully(packet), fields, where);
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
  }
}
