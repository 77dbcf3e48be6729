/**
 * The table of `arp-scan`: answers to ARP requests, with a MAC address and its maker each.
 *
 * @module
 */
import { isIPv4 } from "../address/ipv4.ts";
import {
  hardwareAddress,
  MAX_LINE,
  type Neighbour,
  neighbour,
  type NeighbourFormat,
} from "./neighbour.ts";

/** `arp-scan`: a line with its interface, then rows `ADDRESS MAC MAKER` with tabs between. */
export const arpScan: NeighbourFormat = {
  name: "arp-scan",
  fixture: "written-arp-scan",
  read(lines, at) {
    const line = lines[at]!;
    if (line.length > MAX_LINE) return null;
    const device = line.match(/^Interface: (\S+), (?:type|datalink type): /)?.[1];
    if (device === undefined) return null;
    return { neighbours: [], length: 1, readBelow: (row) => readScanRow(row, device) };
  },
};

function readScanRow(line: string, device: string): Neighbour | null {
  const [address = "", cell = ""] = line.split("\t");
  const mac = hardwareAddress(cell);
  return isIPv4(address) && mac !== null ? neighbour(address, { mac, interface: device }) : null;
}
