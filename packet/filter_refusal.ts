/**
 * Names of Wireshark that a display filter refuses, each with the reason and with what to write.
 *
 * @module
 */
import { msg, translate } from "../text/messages.ts";

/** Names of Wireshark that are refused, by their beginning: why, and what to write. */
const REFUSED: readonly (readonly [names: RegExp, why: string, hint: string])[] = [
  [
    /^tcp\.(seq|ack|nxtseq)$/,
    msg("is relative in Wireshark, counted from the SYN, which netkit does not remember here"),
    msg("for the number in the header write tcp.seq_raw or tcp.ack_raw"),
  ],
  [
    /^tcp\.options\.sack_[lr]e$/,
    msg("is relative in Wireshark, counted from the SYN, which netkit does not remember here"),
    msg("tcp.options.sack tells whether there is one"),
  ],
  [
    /^tcp\.window_size$/,
    msg(
      "is scaled in Wireshark by what the handshake has agreed on, which netkit does not remember here",
    ),
    msg("for the number in the header write tcp.window_size_value"),
  ],
  [
    /^(tcp|udp)\.(stream|time_relative|time_delta|completeness)\b/,
    msg("is a matter of the whole connection, and each packet is looked at alone"),
    msg("write both addresses and ports, or netkit trace --conn"),
  ],
  [
    /^tcp\.analysis\b/,
    msg("is a matter of the whole connection, and each packet is looked at alone"),
    msg("netkit trace marks such segments"),
  ],
  [/^frame\.time(_utc)?$/, msg("is a date"), msg("write frame.time_epoch, in seconds since 1970")],
  [
    /^ip(v6)?\.(host|src_host|dst_host)$/,
    msg("is the name of an address, and no names are looked up"),
    msg("write the address"),
  ],
  [/^_ws\./, msg("is what Wireshark says of a packet"), msg("write the field itself")],
];

/** Returns why a name of Wireshark is no name here, and what to write instead, or `null`. */
export function refusalOf(name: string): { readonly why: string; readonly hint: string } | null {
  const found = REFUSED.find(([names]) => names.test(name));
  return found === undefined ? null : {
    why: translate(found[1]),
    hint: translate(found[2]),
  };
}
