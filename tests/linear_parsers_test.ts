import { parseIpRoute, parseProcRoute, parseRoutePrint } from "../net/gateways.ts";
import { readNeighbours } from "../net/neighbour_formats.ts";
import { parseCommandLine, parseProcNet, parseUsers } from "../net/sockets_linux.ts";
import { parseLsof } from "../net/sockets_macos.ts";
import {
  parseDynamicPorts,
  parseExcludedPorts,
  parseNetstat,
  parseTasklist,
} from "../net/sockets_windows.ts";
import { parseServices } from "../address/port_names.ts";
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
