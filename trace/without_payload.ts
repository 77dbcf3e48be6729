/**
 * Packets without the payload of TCP: a page that is handed out must not mail passwords.
 *
 * @module
 */
import { dissectPacket } from "../packet/dissect.ts";
import type { PacketKeeper, RecordablePacket } from "./view.ts";

/** Returns `packet` up to the end of its TCP header; the length on the wire stays. */
export function cutPayload(packet: RecordablePacket): RecordablePacket {
  const tcp = dissectPacket(packet).layers.find(({ name, quoted }) => name === "tcp" && !quoted);
  return tcp === undefined ? packet : { ...packet, bytes: packet.bytes.subarray(0, tcp.body) };
}

/** Returns `keeper`, which gets packets without their payload. */
export function withoutPayload(keeper: PacketKeeper): PacketKeeper {
  return {
    add: (packet, connection) => keeper.add(cutPayload(packet), connection),
    end: (connection, isCut) => keeper.end(connection, isCut),
    drop: (connection) => keeper.drop(connection),
  };
}
