/**
 * MAC addresses as answers.
 *
 * @module
 */

/** The address to which all cards of a link listen (IEEE 802-2014, section 8.2.2). */
export const BROADCAST = "ff:ff:ff:ff:ff:ff";

/** Returns a MAC address in the forms in which it is typed, the first one as netkit prints it. */
export function spellings(mac: string): string[] {
  return [
    mac,
    mac.replaceAll(":", "-"),
    ...mac === BROADCAST ? ["broadcast", "广播", "广播地址"] : [],
  ];
}
