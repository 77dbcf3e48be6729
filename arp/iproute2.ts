/**
 * Neighbour tables of `ip neigh`, of iproute2 and BusyBox: text, brief and JSON.
 *
 * @module
 */
import {
  hardwareAddress,
  isIP,
  MAX_LINE,
  type Neighbour,
  neighbour,
  NEIGHBOUR_STATES,
  type NeighbourFormat,
  type NeighbourState,
  NO_FLAGS,
  parseHost,
  type Part,
  rowFormat,
} from "./neighbour.ts";

/** `ip -j neigh` of iproute2: an array of objects; a flag is a key whose value is `null`. */
export const ipNeighJson: NeighbourFormat = {
  name: "ip -j neigh",
  fixture: "ip-neigh-j",
  read: readJsonBlock,
};

/** `ip neigh`, with `-s`, `-o`, `-r` or `-c` too: `ADDRESS dev IF lladdr MAC FLAGS STATE`. */
export const ipNeigh: NeighbourFormat = rowFormat({
  name: "ip neigh",
  fixture: "ip-neigh-nud-all",
  readRow: readIpRow,
});

/** `ip -br neigh`: three columns without a heading, of 39, 16 and any number of characters. */
export const ipNeighBrief: NeighbourFormat = rowFormat({
  name: "ip -br neigh",
  fixture: "ip-neigh-br",
  readRow: readBriefRow,
});

function ipEntry(
  address: string | null,
  state: NeighbourState | null,
  known: Partial<Neighbour>,
): Neighbour {
  const kind = state === "permanent" || state === "noarp" ? "static" : null;
  // The kernel starts this clock when it asks: without an answer the age means nothing.
  const ageSeconds = known.mac && kind === null ? known.ageSeconds ?? null : null;
  const { name, mac, interface: device, interfaceIndex, flags } = known;
  return neighbour(address, {
    name,
    mac,
    interface: device,
    interfaceIndex,
    ageSeconds,
    state,
    kind,
    flags,
  });
}

/** The last line of JSON over several lines: `]` in the first column, or `} ]`. */
const JSON_END = /^(?:\]|\}\s*\])$/;

/** Reads an array that begins with its line, and ends with it or with one like `JSON_END`. */
function readJsonBlock(lines: readonly string[], at: number): Part | null {
  const first = lines[at]!;
  if (!first.startsWith("[")) return null;
  let end = at;
  if (!first.endsWith("]")) {
    // Only lines that such JSON can have; so a text is read once, not once per bracket.
    do end++; while (end < lines.length && /^["{}\]]/.test(lines[end]!) && !isJsonEnd(lines[end]!));
    if (end === lines.length || !isJsonEnd(lines[end]!)) return null;
  }
  const neighbours = readJson(lines.slice(at, end + 1).join("\n"));
  return neighbours && { neighbours, length: end - at + 1, readBelow: null };
}

function isJsonEnd(line: string): boolean {
  return line.length <= MAX_LINE && JSON_END.test(line);
}

/** Returns the entries, or `null` if `text` is not an array of neighbours in JSON. */
function readJson(text: string): Neighbour[] | null {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(rows) || !rows.every((row) => typeof row === "object" && row !== null)) {
    return null;
  }
  const neighbours = rows.map(readJsonObject).filter((neighbour) => neighbour !== null);
  return neighbours.length > 0 || rows.length === 0 ? neighbours : null;
}

/** The states with the words that `ip` has for them. */
const STATES = NEIGHBOUR_STATES.map((state) => ({ state, word: state.toUpperCase() }));

function readJsonObject(row: Readonly<Record<string, unknown>>): Neighbour | null {
  const { dst, dev, lladdr, ifindex, confirmed } = row;
  const host = typeof dst === "string" && dst.length <= MAX_LINE ? parseHost(dst) : null;
  // Other programs write names in JSON, too; only `ip neigh` calls an address "dst".
  if (!host || (host.address === null && !Array.isArray(row.state))) return null;
  const words = Array.isArray(row.state) ? row.state : [];
  const state = STATES.find(({ word }) => words.includes(word))?.state ?? null;
  return ipEntry(host.address, state, {
    name: host.name,
    mac: typeof lladdr === "string" ? hardwareAddress(lladdr) : null,
    interface: typeof dev === "string" ? dev : null,
    interfaceIndex: Number.isSafeInteger(ifindex) ? Number(ifindex) : null,
    ageSeconds: Number.isSafeInteger(confirmed) ? Number(confirmed) : null,
    flags: flagsOf(row),
  });
}

/** Returns the flags of an entry: the keys without a value. */
function flagsOf(row: Readonly<Record<string, unknown>>): readonly string[] {
  let flags: string[] | null = null; // most entries have none
  for (const key in row) if (row[key] === null) (flags ??= []).push(key); // parsed, so all keys are its own
  return flags ?? NO_FLAGS;
}

/** The flags of `ip-neighbour(8)`: words that stand alone in a line and are no state. */
const IP_FLAGS: ReadonlySet<string> = new Set([
  "router",
  "proxy",
  "extern_learn",
  "extern_valid",
  "managed",
  "offload",
]);

/** The statistics of `-s`; iproute2 writes no blank before "probes", BusyBox does. */
const STATISTICS = / (?:ref \d+ )?used \d+\/(\d+)\/\d+ ?probes \d+(?= |$)/;

function readIpRow(line: string): Neighbour | null {
  // "dev" is left out if it was asked for; older releases leave its blanks.
  if (!/^\S+ {1,2}(?:dev |lladdr |(?:[a-z_]{1,20} ){0,3}[A-Z]+$)/.test(line)) return null;
  const host = parseHost(line.slice(0, line.indexOf(" ")));
  if (!host) return null;
  const statistics = line.match(STATISTICS);
  const words = line.replace(STATISTICS, "").trimEnd().split(/ +/).slice(1);
  const known: { dev?: string; lladdr?: string } = {};
  const flags: string[] = [];
  let state: NeighbourState | null = null;
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const named = STATES.find(({ word: upper }) => upper === word)?.state;
    if (word === "dev" || word === "lladdr") known[word] = words.shift() ?? "";
    else if (word === "proto") words.shift();
    else if (named) state = named;
    else if (IP_FLAGS.has(word)) flags.push(word);
    else if (!/^(?:0x[0-9a-f]+|\\)$/.test(word)) return null;
  }
  // `ip link` and `ip route` have lines with "dev" as well, but not after an address alone.
  if (host.address === null && known.lladdr === undefined && state === null) return null;
  return ipEntry(host.address, state, {
    name: host.name,
    mac: hardwareAddress(known.lladdr ?? ""),
    interface: known.dev || null,
    ageSeconds: statistics ? Number(statistics[1]) : null,
    flags,
  });
}

/** The first characters of the columns of `ip -br neigh`; interfaces have at most 15 (IFNAMSIZ). */
const BRIEF = { interface: 40, mac: 57 } as const;

function readBriefRow(line: string): Neighbour | null {
  if (line[BRIEF.interface - 1] !== " ") return null;
  const [address = "", device = "", lladdr, ...more] = line.split(/ +/);
  if (more.length > 0 || line.indexOf(` ${device}`, address.length) !== BRIEF.interface - 1) {
    return null;
  }
  if (!isIP(address) || device.length > 15 || device === "") return null;
  const mac = lladdr === undefined ? null : hardwareAddress(lladdr);
  if (lladdr !== undefined && (mac === null || line.indexOf(lladdr) !== BRIEF.mac)) return null;
  return neighbour(address, { mac, interface: device });
}
