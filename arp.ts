/**
 * `netkit arp`: the neighbour table of this machine, from whichever program or file can tell it.
 *
 * @module
 */
import { type Command, command, flag } from "./cli/command.ts";
import { cannot, UserError } from "./cli/errors.ts";
import { reasonOf } from "./text/reason.ts";
import { type Io, print, say } from "./cli/io.ts";
import { formatJson } from "./cli/json.ts";
import { escapeLine } from "./text/escape.ts";
import { formatTable } from "./text/layout.ts";
import { palette } from "./cli/terminal.ts";
import { decodeTable, readNeighbours } from "./net/neighbour_formats.ts";
import { compareNeighbours, type Neighbour } from "./net/neighbours.ts";

/** The command. */
export const arp: Command = command({
  name: "arp",
  summary: "show which MAC address answers for which IP address",
  description: [
    "Prints the neighbour table of this machine: the hosts on the same link that it has talked to " +
    "lately, ordered by interface and address. It asks nobody on the network.",
    "The table comes from `arp -an` (Windows: `arp -a`), in whatever language it answers. Where that " +
    "fails, it comes from `ip -j neigh`, which knows IPv6 and more states, or from /proc/net/arp, " +
    "which Deno lets a program read with -A only. Standard error says which one it was.",
    'An entry whose source tells no state has the state "-". On Windows an interface is called by ' +
    "its IPv4 address.",
  ],
  operands: [],
  options: { json: flag("print a JSON array of objects") },
  examples: [
    { line: "netkit arp", says: "print the table" },
    { line: "netkit arp --json", says: "print it for a program, one entry a line" },
  ],
  json: [
    {
      name: "address",
      type: "string or null",
      says: "the IPv4 or IPv6 address; without it, see name",
    },
    { name: "mac", type: "string or null", says: "the MAC address, lower case, with colons" },
    { name: "hardware_type", type: "string or null", says: "such as ether" },
    { name: "interface", type: "string or null", says: "the interface" },
    { name: "interface_index", type: "number or null", says: "its number (Windows)" },
    {
      name: "state",
      type: "string or null",
      says: "reachable, stale, incomplete, permanent, delay, probe, failed or noarp",
    },
    {
      name: "kind",
      type: "string or null",
      says: "dynamic (learned) or static (set by hand, multicast)",
    },
    { name: "name", type: "string or null", says: "the name of the host" },
    { name: "expires_s", type: "number or null", says: "seconds until the entry expires" },
    {
      name: "age_s",
      type: "number or null",
      says: "seconds since the neighbour was last reachable",
    },
    {
      name: "flags",
      type: "array of strings",
      says: "what else the source says, such as published or router",
    },
  ],
  permissions: ["--allow-run=arp,ip"],
  async run({ options }, io) {
    const { source, neighbours } = await readTable(io);
    await say(io, `source: ${source}`);
    if (neighbours.length === 0) await say(io, "the table is empty");
    const rows = neighbours.toSorted(compareNeighbours);
    await print(io.stdout, options.json ? formatArray(rows) : formatNeighbours(rows, io));
  },
});

/** How long a program may take, in milliseconds: reading the table needs no network. */
const TIME_LIMIT = 5000;

/** Where a table may come from. */
interface Source {
  readonly name: string;
  /** Resolves to the table's text. */
  readonly read: (io: Io) => Promise<string>;
}

const PROC_NET_ARP: Source = {
  name: "/proc/net/arp",
  read: (io) => io.readTextFile("/proc/net/arp"),
};

/** The sources of a system, the first choice first. */
function sources(platform: string): readonly Source[] {
  if (platform === "windows") return [program("arp", "-a")];
  // With -n, because looking up each host's name can take seconds.
  return [program("arp", "-an"), program("ip", "-j", "neigh"), PROC_NET_ARP];
}

/** A program that is not there, or did not do it. */
class Failure extends Error {}

function program(name: string, ...args: readonly string[]): Source {
  return {
    name: [name, ...args].join(" "),
    async read(io) {
      const env = io.platform === "windows" ? {} : { LC_ALL: "C", LANGUAGE: "C" };
      const { code, stdout, stderr } = await io.capture(name, args, { timeout: TIME_LIMIT, env })
        .catch((error) => {
          throw error instanceof Error && error.name === "NotFound"
            ? new Failure("not installed")
            : error;
        });
      const text = decodeTable(stdout);
      // Some programs end with 1 after they have said that the table is empty; silence is a failure.
      if (code === 0 || (code === 1 && text.trim() !== "")) return text;
      const [complaint = ""] = decodeTable(stderr).trim().split("\n", 1);
      throw new Failure(`exit code ${code}${complaint && `, "${complaint.trim()}"`}`);
    },
  };
}

/** A table, and in words where it came from. */
interface Found {
  readonly source: string;
  readonly neighbours: readonly Neighbour[];
}

/** Reads the table from the first source that has it. */
async function readTable(io: Io): Promise<Found> {
  const failures: string[] = [];
  let hint: string | null = null;
  for (const { name, read } of sources(io.platform)) {
    try {
      const table = readNeighbours(await read(io));
      if (table) {
        const instead = failures.length > 0 ? ` (${failures.join("; ")})` : "";
        return { source: escapeLine(name + instead), neighbours: table.neighbours };
      }
      failures.push(`${name}: its output is in no known format`);
    } catch (error) {
      const refusal = cannot(`read ${name}`, error);
      if (!(refusal instanceof UserError)) throw refusal; // a bug, or the user has stopped it
      if (failures.length === 0) hint = refusal.hint; // what helps the first choice helps most
      failures.push(`${name}: ${reasonOf(error)}`);
    }
  }
  throw new UserError(escapeLine(`cannot read the neighbour table: ${failures.join("; ")}`), {
    hint: hint ??
      (io.platform === "windows"
        ? "arp.exe is a part of Windows: look whether PATH leads to System32"
        : "install arp (package net-tools) or ip (package iproute2)"),
  });
}

function formatNeighbours(neighbours: readonly Neighbour[], io: Io): string {
  if (neighbours.length === 0) return "";
  const { bold } = palette(io, io.stdout);
  const rows = neighbours.map((neighbour) =>
    [neighbour.address ?? neighbour.name, neighbour.mac, neighbour.interface, stateOf(neighbour)]
      .map((cell) => escapeLine(cell ?? "-"))
  );
  return formatTable(
    [["Address", "MAC", "Interface", "State"], ...rows],
    io.columns(),
    (line, row) => row === 0 ? bold(line) : line,
  );
}

/** Returns the state, or what comes nearest to it, and all else that the source says. */
function stateOf({ state, kind, expiresSeconds, flags }: Neighbour): string {
  const words = [state ?? kind, ...flags];
  if (expiresSeconds !== null) {
    words.push(expiresSeconds === 0 ? "expired" : `expires in ${expiresSeconds} s`);
  }
  return words.filter((word) => word !== null).join(", ") || "-";
}

/** Returns a JSON array with an object a line. */
function formatArray(neighbours: readonly Neighbour[]): string {
  if (neighbours.length === 0) return "[]\n";
  const rows = neighbours.map((neighbour) =>
    formatJson({
      address: neighbour.address,
      mac: neighbour.mac,
      hardware_type: neighbour.hardwareType,
      interface: neighbour.interface,
      interface_index: neighbour.interfaceIndex,
      state: neighbour.state,
      kind: neighbour.kind,
      name: neighbour.name,
      expires_s: neighbour.expiresSeconds,
      age_s: neighbour.ageSeconds,
      flags: neighbour.flags,
    })
  );
  return `[\n${rows.join(",\n")}\n]\n`;
}
