/**
 * Neighbour tables that net-snmp has walked: the address stands in the name of the object.
 *
 * @module
 */
import { formatMac } from "../address/mac.ts";
import { isIPv4 } from "../address/ipv4.ts";
import { hardwareAddress, neighbour, type NeighbourFormat, rowFormat } from "./neighbour.ts";
import { msg } from "../text/messages.ts";

/** ipNetToMediaPhysAddress (RFC 4293, 1.3.6.1.2.1.4.22.1.2): number of the interface, and address. */
const OBJECT =
  /(?:ipNetToMediaPhysAddress|\b1\.3\.6\.1\.2\.1\.4\.22\.1\.2|\bip\.22\.1\.2)\.(\d{1,10})\.([\d.]{7,15}) = (?:Hex-)?STRING: "?([0-9a-f: ]+)"?$/i;

/** `snmpwalk` of ipNetToMediaPhysAddress, with names or numbers. */
export const snmpWalk: NeighbourFormat = rowFormat({
  name: msg("snmpwalk of ipNetToMediaTable"),
  fixture: "written-snmpwalk",
  readRow(line) {
    const [, index, address = "", digits = ""] = line.match(OBJECT) ?? [];
    if (index === undefined || !isIPv4(address)) return null;
    const octets = digits.trim().split(" ");
    const mac = octets.length === 6 && octets.every((octet) => /^[0-9a-f]{2}$/i.test(octet))
      ? formatMac(Uint8Array.from(octets, (octet) => parseInt(octet, 16)))
      : hardwareAddress(digits.trim());
    return mac === null ? null : neighbour(address, { mac, interfaceIndex: Number(index) });
  },
});
