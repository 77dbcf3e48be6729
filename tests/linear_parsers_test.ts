import { parseIpRoute, parseProcRoute, parseRoutePrint } from "../system/gateways.ts";
import { readNeighbours } from "../arp/formats.ts";
import { parseCommandLine, parseProcNet, parseUsers } from "../sockets/proc_net.ts";
import { parseLsof } from "../sockets/lsof.ts";
import {
  parseDynamicPorts,
  parseExcludedPorts,
  parseNetstat,
  parseTasklist,
} from "../sockets/netstat.ts";
import { parseServices } from "../sockets/port_names.ts";
import { assertLinear } from "./linear.ts";

/** What reads the output of another program, or a file of the system. */
const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  readNeighbours,
  parseCommandLine,
  parseDynamicPorts,
  parseExcludedPorts,
  parseIpRoute,
  parseLsof,
  parseNetstat: (text) => parseNetstat(text, new Map()),
  parseProcNet: (text) => parseProcNet(text, "tcp", { littleEndian: true, zoneOf: () => null }),
  parseProcRoute,
  parseRoutePrint,
  parseServices,
  parseTasklist,
  parseUsers,
};

/** What is repeated, on one line and on many. */
const UNITS = [" ", "\n", "\r", "\0", "1", "1 ", ":", ": ", ".", '"', "[", " \n1"];

for (const [name, parse] of Object.entries(PARSERS)) {
  Deno.test(`${name}() takes linear time`, async () => {
    for (const unit of UNITS) {
      const make = (size: number) => `1${unit.repeat(size / unit.length)}!`;
      await assertLinear(make, (text) => {
        try {
          parse(text);
        } catch { // it may refuse it, in linear time
        }
      }, { name: JSON.stringify(unit) });
    }
  });
}
