/**
 * Rows of neighbour tables for tests.
 *
 * @module
 */
import type { NeighbourRow } from "../arp/classify.ts";

/** Returns a row of which only `known` is known. */
export function row(address: string, known: Partial<NeighbourRow> = {}): NeighbourRow {
  return {
    address,
    mac: null,
    hardwareType: null,
    interface: "eth0",
    interfaceIndex: null,
    vlan: null,
    state: null,
    kind: null,
    name: null,
    expiresSeconds: null,
    ageSeconds: null,
    flags: [],
    gateway: false,
    own: false,
    source: "arp -an",
    vendor: null,
    ...known,
  };
}
