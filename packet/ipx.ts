/**
 * IPX: the network layer of Novell NetWare.
 *
 * @module
 */
import { field, headerTable } from "./field.ts";
import { u16 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

const SOCKETS: Readonly<Record<number, string>> = {
  0x0451: "NCP",
  0x0452: "SAP",
  0x0453: "RIP",
  0x0455: "NetBIOS",
  0x0456: "diagnostics",
};

/** IPX. */
export const IPX: Protocol = {
  name: "ipx",
  title: "IPX",
  model: "network",
  table: headerTable(
    field("ipx.checksum", 16, "hex", "0xffff: none"),
    field("ipx.len", 16, "decimal", "bytes of header and content"),
    field("ipx.hops", 8, "decimal", "routers that it has passed"),
    field("ipx.packet_type", 8, "hex", "the kind of packet"),
    field("ipx.dst.net", 32, "hex", "the receiver's network"),
    field("ipx.dst.node", 48, "mac", "the receiver"),
    field("ipx.dst.socket", 16, "hex", "its program", { names: SOCKETS }),
    field("ipx.src.net", 32, "hex", "the sender's network"),
    field("ipx.src.node", 48, "mac", "the sender"),
    field("ipx.src.socket", 16, "hex", "its program", { names: SOCKETS }),
  ),
  extent: (bytes, start) => u16(bytes, start + 2),
  line({ start }, bytes, line) {
    const socket = u16(bytes, start + 16);
    line.what = `IPX ${SOCKETS[socket] ?? `socket 0x${socket.toString(16).padStart(4, "0")}`}`;
  },
};
