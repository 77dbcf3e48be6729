/**
 * The neighbour table of Windows: `arp -a`.
 *
 * @module
 */
import {
  hardwareAddress,
  isIPv4,
  lines,
  type Neighbour,
  neighbour,
  type NeighbourFormat,
} from "./neighbours.ts";

/**
 * `arp -a` of Windows in any language: a section per interface, headed by its address and index
 * (`Interface: 192.0.2.10 --- 0xb`), with lines `ADDRESS MAC TYPE` whose MAC may be empty.
 */
export const windowsArp: NeighbourFormat = {
  name: "arp of Windows",
  recognise: (text) => lines(text).some((line) => interfaceOf(line) !== null),
  read: readWindows,
};

function readWindows(text: string): Neighbour[] {
  const neighbours: Neighbour[] = [];
  let section: string | null = null;
  for (const line of lines(text)) {
    section = interfaceOf(line) ?? section;
    const [address = "", ...columns] = line.split(/\s+/);
    if (section === null || columns.length === 0 || !isIPv4(address)) continue;
    const mac = hardwareAddress(columns[0]!);
    const type = columns.slice(mac === null ? 0 : 1).join(" ");
    neighbours.push(neighbour(address, {
      mac: mac === "00:00:00:00:00:00" ? null : mac, // of an entry that is invalid
      interface: section,
      kind: DYNAMIC.test(type) ? "dynamic" : STATIC.test(type) ? "static" : null,
      flags: /^invalid/i.test(type) ? ["invalid"] : [],
    }));
  }
  return neighbours;
}

function interfaceOf(line: string): string | null {
  if (!/ 0x[0-9a-f]+$/i.test(line)) return null;
  const address = line.match(/(?<=[^\d.])\d+(?:\.\d+){3}(?![\d.])/)?.[0];
  return address !== undefined && isIPv4(address) ? address : null;
}

/** "Dynamic": dynamic, dynamisch, dynamique, dinámico, dinamico; Chinese, Japanese, Korean, Russian. */
const DYNAMIC = /^(?:d[iy]n|动态|動態|動的|동적|динам)/i;

/** "Static": static, statisch, statique, estático, statico; Chinese, Japanese, Korean, Russian. */
const STATIC = /^(?:e?st|静态|靜態|静的|정적|стат)/i;
