/**
 * Files of a connection for the browser to save: its packets as pcap, its ladder as a picture.
 *
 * @module
 */
/// <reference lib="dom" />
import { pcapHeader, pcapRecord } from "../../capture/pcap.ts";
import { LadderPicture } from "../../ladder/svg.ts";
import type { CapturedPacket } from "../../packet/captured_packet.ts";
import type { ConnectionModel } from "./connection_model.ts";

/** Returns packets as a pcap file; those of another link than the first one's are left out. */
export function pcapOf(packets: readonly CapturedPacket[]): Blob {
  const linkType = packets[0]?.linkType ?? 1;
  const records = packets.filter((packet) => packet.linkType === linkType).map(pcapRecord);
  return new Blob([pcapHeader(linkType), ...records], { type: "application/vnd.tcpdump.pcap" });
}

/** Returns the ladder as `netkit trace --svg` draws it. */
export function svgOf(model: ConnectionModel, isToScale: boolean, isUnfolded: boolean): Blob {
  const picture = new LadderPicture({
    all: isUnfolded,
    scale: isToScale ? "time" : "rows",
    blank: [],
  });
  for (const step of model.steps) picture.step(step);
  const { connection } = model;
  if (connection !== null) picture.end(connection, true);
  return new Blob([picture.toSvg()], { type: "image/svg+xml" });
}

/** Lets the browser save a file. */
export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000); // the browser has begun to read it
}
