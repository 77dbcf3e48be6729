/**
 * `netkit frame`: data wrapped by TCP, IP and Ethernet, and unwrapped again.
 *
 * @module
 */
import { type Command, command } from "./cli/command.ts";
import { check, OPTIONS } from "./frame/options.ts";
import { FIELDS } from "./frame/record.ts";

/** The command. */
export const frame: Command<typeof OPTIONS> = command({
  name: "frame",
  description: [
    "Wraps PAYLOAD as a sender does: TCP puts its header in front, then IP, then Ethernet. Shows the " +
    "layers, and each field with the bytes that it is in. Every length and checksum is right, unless " +
    "--set says otherwise.",
    "-r unwraps as a receiver does, from the outside in, and says what is wrong; -i does that " +
    "with what passes an interface. It reads pcap, pcapng and snoop (also compressed by gzip or " +
    "zstd) and pasted bytes: dumps, words in either order, decimal, octal, literals of " +
    "programming languages, base64; of several readings the most plausible one. Several packets " +
    "are a line each; -n explains one of them.",
    "Fields have the names of Wireshark's display filters. Values are as Wireshark shows them: " +
    "ip.hdr_len is in bytes, tcp.flags may be written SYN,ACK.",
  ],
  operands: [{
    name: "PAYLOAD",
    summary: "the data, as text; - reads it from standard input; none if left out",
  }],
  options: OPTIONS,
  groups: {
    "making a packet": ["from", "to", "udp", "icmp", "arp", "set", "hex"],
    "around it": ["vlan", "in", "vni", "mpls", "ipv6Ext", "fragment", "pad", "fcs"],
    "reading packets": ["read", "interface", "filter", "count", "number", "time", "verbose"],
    "what the bytes are": ["link", "as"],
    output: ["write", "json"],
  },
  examples: [
    { line: "netkit frame hello", says: "five bytes on their way through the layers" },
    { line: "netkit frame --udp --to [2001:db8::53]:53 hello", says: "in UDP and IPv6" },
    { line: "netkit frame --set tcp.flags=SYN --set tcp.options.mss_val=1460", says: "a SYN" },
    { line: "netkit frame --arp --to 192.0.2.7", says: "who has 192.0.2.7?" },
    { line: "netkit frame hello -w one.pcap", says: "a file for Wireshark" },
    { line: "netkit frame -r one.pcap", says: "unwraps it again" },
    { line: "netkit frame -r trace.pcapng -n 7", says: "explains the seventh packet" },
    {
      line: "netkit frame -r trace.pcapng -Y 'tcp.port==443&&!ipv6'",
      says: "some of its packets",
    },
    { line: "sudo netkit frame -i eth0 -c 10", says: "the next ten that pass, of any protocol" },
    { line: "xxd packet.bin | netkit frame -r -", says: "explains a pasted hex dump" },
  ],
  fields: () => Promise.resolve(FIELDS),
  permissions: [
    "--allow-read for -r",
    "--allow-write for -w",
    "--allow-run=tcpdump for -i (Windows: dumpcap)",
  ],
  check: ({ options, operands: [payload] }) => check(options, [payload]),
  habits: () => import("./frame/habits.ts"),
  async run({ options, operands: [payload] }, io) {
    check(options, [payload]);
    if (options.interface !== null) {
      const { listLive } = await import("./frame/live.ts");
      await listLive(options.interface, options, io);
    } else if (options.read !== null) {
      const { decapsulate } = await import("./frame/decapsulate.ts");
      await decapsulate(options.read, options, io);
    } else {
      const { encapsulate } = await import("./frame/encapsulate.ts");
      await encapsulate(payload ?? "", options, io);
    }
  },
});
