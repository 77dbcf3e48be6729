/**
 * The options of neighbour discovery, which stand behind some messages of ICMPv6 (RFC 4861, section 4.6).
 *
 * @module
 */
import { field, headerTable, raw } from "./field.ts";
import type { OptionFamily, OptionSpec } from "./options.ts";

const RESERVED16 = field("icmpv6.opt.reserved", 16, "bytes", "reserved");
const LIFETIME = "seconds for which it is valid";

const KINDS: Readonly<Record<number, OptionSpec>> = {
  1: linkAddress("the sender's MAC address"),
  2: linkAddress("the target's MAC address"),
  3: {
    name: "icmpv6.opt",
    about: "a network on this link",
    head: headerTable(
      field("icmpv6.opt.prefix.length", 8, "decimal", "its prefix length"),
      field("icmpv6.opt.prefix.flag", 8, "hex", "80: on this link, 40: make an address from it"),
      field("icmpv6.opt.prefix.valid_lifetime", 32, "decimal", LIFETIME),
      field("icmpv6.opt.prefix.preferred_lifetime", 32, "decimal", "seconds for new connections"),
      field("icmpv6.opt.reserved", 32, "bytes", "reserved"),
      field("icmpv6.opt.prefix", 128, "ipv6", "the network"),
    ),
  },
  5: {
    name: "icmpv6.opt",
    about: "the longest packet on this link",
    head: headerTable(RESERVED16, field("icmpv6.opt.mtu", 32, "decimal", "bytes")),
  },
  14: {
    name: "icmpv6.opt",
    about: "tells an answer from an old one (RFC 3971)",
    rest: raw("icmpv6.opt.nonce", "random"),
  },
  25: {
    name: "icmpv6.opt",
    about: "name servers (RFC 8106)",
    head: headerTable(RESERVED16, field("icmpv6.opt.rdnss.lifetime", 32, "decimal", LIFETIME)),
    repeated: headerTable(field("icmpv6.opt.rdnss", 128, "ipv6", "a name server")),
  },
};

function linkAddress(about: string): OptionSpec {
  return {
    name: "icmpv6.opt",
    about,
    head: headerTable(field("icmpv6.opt.linkaddr", 48, "mac", "the address")),
  };
}

const UNKNOWN: OptionSpec = { name: "icmpv6.opt", about: "an option not known here" };

/** The options of neighbour discovery (RFC 4861, section 4.6). */
export const ND_OPTIONS: OptionFamily = {
  end: null,
  single: [],
  size: (length) => 8 * length,
  specOf: (kind) => KINDS[kind] ?? UNKNOWN,
  kinds: [...Object.values(KINDS), UNKNOWN],
};
