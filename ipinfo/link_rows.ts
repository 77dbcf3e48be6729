/**
 * The lines of an address's block on the link layer: MAC addresses, groups, scopes.
 *
 * @module
 */
import type { IpAddress } from "../address/ip.ts";
import { formatIp } from "../address/ip_text.ts";
import {
  groupFlags,
  groupMac,
  groupScope,
  macOfEui64,
  solicitedNodeGroup,
} from "../address/link_layer.ts";
import { formatMac } from "../address/mac.ts";
import { t } from "../text/messages.ts";

/** Returns the lines on the MAC addresses and the scope of `address`, none for a plain IPv4 address. */
export function linkRows(address: IpAddress): { label: string; value: string }[] {
  const mac = macOfEui64(address);
  const solicited = solicitedNodeGroup(address);
  const group = groupMac(address);
  const flags = groupFlags(address);
  return [
    ...(mac
      ? [{ label: t`EUI-64`, value: t`from MAC ${formatMac(mac)} (RFC 4291, appendix A)` }]
      : []),
    ...(solicited
      ? [{
        label: t`solicited`,
        value: `${formatIp(solicited)}, MAC ${formatMac(groupMac(solicited)!)} (RFC 4291, 2.7.1)`,
      }]
      : []),
    ...(group
      ? [
        { label: t`scope`, value: `${groupScope(address)}${flags === null ? "" : `, ${flags}`}` },
        { label: t`group MAC`, value: formatMac(group) },
      ]
      : []),
  ];
}
