/**
 * Names of Wireshark that a display filter refuses, each with the reason and with what to write.
 *
 * @module
 */

/** Names of Wireshark that are refused, by their beginning: why, and what to write. */
const REFUSED: readonly (readonly [names: RegExp, why: string, hint: string])[] = [
  [
    /^tcp\.(seq|ack|nxtseq)$/,
    "is relative in Wireshark, counted from the SYN, which netkit does not remember here",
    "for the number in the header write tcp.seq_raw or tcp.ack_raw",
  ],
  [
    /^tcp\.options\.sack_[lr]e$/,
    "is relative in Wireshark, counted from the SYN, which netkit does not remember here",
    "tcp.options.sack tells whether there is one",
  ],
  [
    /^tcp\.window_size$/,
    "is scaled in Wireshark by what the handshake has agreed on, which netkit does not remember here",
    "for the number in the header write tcp.window_size_value",
  ],
  [
    /^(tcp|udp)\.(stream|time_relative|time_delta|completeness)\b/,
    "is a matter of the whole connection, and each packet is looked at alone",
    "write both addresses and ports, or netkit trace --conn",
  ],
  [
    /^tcp\.analysis\b/,
    "is a matter of the whole connection, and each packet is looked at alone",
    "netkit trace marks such segments",
  ],
  [/^frame\.time(_utc)?$/, "is a date", "write frame.time_epoch, in seconds since 1970"],
  [
    /^ip(v6)?\.(host|src_host|dst_host)$/,
    "is the name of an address, and no names are looked up",
    "write the address",
  ],
  [/^_ws\./, "is what Wireshark says of a packet", "write the field itself"],
];

/** Returns why a name of Wireshark is no name here, and what to write instead, or `null`. */
export function refusalOf(name: string): { readonly why: string; readonly hint: string } | null {
  const found = REFUSED.find(([names]) => names.test(name));
  return found === undefined ? null : { why: found[1], hint: found[2] };
}
