/**
 * Small deliberate bugs in what lies still: addresses, packets, captures, the states of TCP.
 *
 * @module
 */
import { type Mutation, mutationsOf } from "./mutation.ts";

/** The bugs of `address/` and `packet/`. */
export const PACKET_MUTATIONS: readonly Mutation[] = [
  ...mutationsOf("address/embedded.ts", ["tests/special_test.ts"], [
    ["ipv4(low ^ ONES)", "ipv4(low)", "the client's address in a Teredo address is wrong"],
    ["value >> 80n & ONES", "value >> 64n & ONES", "the router in a 6to4 address is wrong"],
  ]),
  ...mutationsOf("address/special.ts", ["tests/special_test.ts"], [
    ['["fe80::/10"', '["fe80::/64"', "febf::1 is not told to be link-local"],
    ['"198.18.0.0/15"', '"198.18.0.0/16"', "198.19.0.1 is not told to be for benchmarks"],
  ]),
  ...mutationsOf("address/network.ts", ["tests/network_test.ts"], [
    ["4 && hostBits(network) > 1;", "4 && hostBits(network) > 0;", "a /31 has no hosts (RFC 3021)"],
    [
      "return hostBits(network) > 1 ?",
      "return hostBits(network) > 0 ?",
      "the first host of a /31 is the second address",
    ],
  ]),
  ...mutationsOf("address/ipv6.ts", ["tests/ipv6_test.ts"], [
    ["if (run > length)", "if (run >= length)", ":: stands for the last longest run"],
  ]),
  ...mutationsOf("address/mac.ts", ["tests/mac_test.ts"], [
    ["group.length === 1)", "group.length === 3)", "0:0:5e:0:53:1 of macOS is no MAC address"],
  ]),
  ...mutationsOf("address/port_class.ts", ["tests/port_names_test.ts"], [
    ["range: [0, 1023]", "range: [0, 1024]", "1024 is a system port"],
  ]),
  ...mutationsOf("address/range_set.ts", ["tests/address_sets_test.ts"], [
    [
      "first <= words[2 * kept - 2]! + 1",
      "first <= words[2 * kept - 2]!",
      "networks side by side are not merged",
    ],
    ["if (end < first.value) continue;", "", "a range before the network is in it"],
  ]),
  ...mutationsOf("address/prefix_table.ts", ["tests/address_sets_test.ts"], [
    ["if (left > prefix) return false;", "", "a longer prefix matches a network"],
  ]),
  ...mutationsOf("address/reverse_zones.ts", ["tests/ipinfo_operations_test.ts"], [
    ["prefix > LONGEST_CLASSFUL &&", "prefix >= LONGEST_CLASSFUL &&", "a /24 needs RFC 2317"],
    ["Math.ceil(prefix / bits)", "Math.floor(prefix / bits)", "the zone of a /23 is that of a /16"],
  ]),
  ...mutationsOf("address/host_plan.ts", ["tests/subnets_test.ts"], [
    ["a.hosts < b.hosts ? 1 :", "a.hosts < b.hosts ? -1 :", "a plan wastes addresses"],
  ]),
  ...mutationsOf("address/subnets.ts", ["tests/subnets_test.ts"], [
    [
      "/ size * size",
      "/ size * size + 0n * size - 0n + size",
      "the next free network is not the next",
    ],
  ]),
  ...mutationsOf("packet/checksum.ts", ["tests/frame_codec_test.ts", "tests/frame_test.ts"], [
    ["if (i < end) sum += bytes[i]! << 8;", "if (i < end) sum += bytes[i]!;", "odd payloads: bad"],
  ]),
  ...mutationsOf(
    "packet/checksum_status.ts",
    ["tests/frame_codec_test.ts", "tests/frame_test.ts"],
    [
      ["return found === folded ? {", "return found === 0 ? {", "offload is called an error"],
      ["if (rule.optional && found === 0)", "if (found === 0)", "a TCP checksum of 0 is none"],
    ],
  ),
  ...mutationsOf("capture/pcap.ts", ["tests/capture_test.ts"], [
    ["const linkType = link & 0xffff;", "const linkType = link;", "FCS bits: no link type"],
    ["=== MAGIC_NANOSECONDS ? 1 : 1000", "=== MAGIC_NANOSECONDS ? 1 : 1", "times are wrong"],
    ["length: Math.max(length, captured)", "length", "a packet is shorter than its bytes"],
  ]),
  ...mutationsOf("capture/pcapng.ts", ["tests/capture_test.ts"], [
    ["length: Math.max(length, captured)", "length", "a packet is shorter than its bytes"],
    ["(size + 3 & ~3)", "size", "a clock behind an odd option is not seen"],
    ["resolution & 0x80 ? 2n : 10n", "10n", "times in powers of two are wrong"],
    ["from.snapLength || length, ", "", "a simple packet has the padding as content"],
  ]),
  ...mutationsOf("tcp/sequence.ts", ["tests/segment_test.ts", "tests/tcp_test.ts"], [
    ["((a - b) | 0) < 0", "a < b", "numbers that wrap around are out of order"],
  ]),
  ...mutationsOf("tcp/analysis.ts", ["tests/tcp_test.ts"], [
    [
      "if (length > 1 && seq === advance(forth.next, -1)) return;",
      "",
      "what goes on behind a probe is a retransmission",
    ],
    [
      "window !== 0 && window !== forth.window && ack",
      "window !== forth.window && ack",
      "window updates",
    ],
  ]),
  ...mutationsOf("tcp/sender.ts", ["tests/trace_test.ts"], [
    [
      "if (isNew || this.bytes > 0) this.bytes--;",
      "",
      "the FIN counts as a byte of data",
    ],
  ]),
  ...mutationsOf("tcp/receiver.ts", ["tests/tcp_test.ts"], [
    ["return !isOld && !this", "return !this", "an old copy moves the states"],
    ["flags & FLAG.syn || !scaled ? 0", "!scaled ? 0", "the window of a SYN is scaled"],
  ]),
  ...mutationsOf("ladder/fold.ts", ["tests/ladder_test.ts"], [
    [
      "for (const mark of step.marks) {",
      "for (const mark of []) {",
      "a fold hides marks",
    ],
    ["this.#bytes[step.from] += step.segment.length;", "", "a fold says 0 B"],
  ]),
  ...mutationsOf("ladder/summary.ts", ["tests/ladder_test.ts"], [
    [
      "closing.segments === 3",
      "closing.segments === 4",
      "the wrong close is told to be one of three",
    ],
  ]),
  ...mutationsOf("ladder/verdict.ts", ["tests/ladder_test.ts"], [
    ['count(summary.segments, "SYN")', "`${summary.segments} SYNs`", "1 SYNs"],
  ]),
  ...mutationsOf("ladder/kind.ts", ["tests/trace_list_test.ts"], [
    ["opening >= SLOW", "opening >= 0", "every connection is slow"],
  ]),
  ...mutationsOf("frame/line.ts", ["tests/frame_test.ts"], [
    [
      "Math.min(layer.wireEnd, length) - start",
      "layer.end - start",
      "a line has the captured size, not that of the packet",
    ],
  ]),
  ...mutationsOf("capture/timestamp.ts", ["tests/capture_test.ts", "tests/frame_test.ts"], [
    [
      "(time % billion + billion) % billion",
      "time % billion",
      "a packet from before 1970 has a damaged time",
    ],
  ]),
  ...mutationsOf("packet/problems.ts", ["tests/frame_codec_test.ts", "tests/frame_test.ts"], [
    [
      'over?.name === "ipv6" ?',
      'over?.name === "ip" ?',
      "UDP without a checksum is wrong over IPv4",
    ],
    ["if (fragment) return", "if (quoted) return", "a fragment is not told to be one"],
  ]),
  ...mutationsOf("capture/hex_dump.ts", ["tests/hex_tools_test.ts"], [
    ["previous.slice(0, 2 * size)", "previous", "hexdump's odd last byte gets a zero"],
    ["offset.length > 5 || wide", "offset.length > 9 || wide", "a dump of xxd is no dump"],
  ]),
  ...mutationsOf("address/link_layer.ts", ["tests/frame_test.ts", "tests/frame_codec_test.ts"], [
    ["value & 0x7f_ffffn", "value & 0xff_ffffn", "the MAC of a group is wrong (RFC 1112)"],
  ]),
  ...mutationsOf("frame/plan.ts", ["tests/frame_test.ts", "tests/frame_codec_test.ts"], [
    [
      "if (version === 4 && receiver === 0xffff_ffffn) return BROADCAST;",
      "",
      "a broadcast goes to one card",
    ],
  ]),
];
