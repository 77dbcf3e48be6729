/**
 * Parts of fields that have names of their own: the bits of TCP's flags.
 *
 * @module
 */

/** A part of a field that has a name of its own. */
export interface Part {
  /** The layer that it is in. */
  readonly layer: string;
  /** The field that it is a part of. */
  readonly of: string;
  /** The place of its lowest bit, counted from the lowest bit of the field. */
  readonly shift: number;
  /** The number of its bits. */
  readonly bits: number;
}

/** Parts of fields by their Wireshark names. */
export const PARTS: Readonly<Record<string, Part>> = {
  "ipv6.tclass.dscp": { layer: "ipv6", of: "ipv6.tclass", shift: 2, bits: 6 },
  "ipv6.tclass.ecn": { layer: "ipv6", of: "ipv6.tclass", shift: 0, bits: 2 },
  ...Object.fromEntries(
    ["fin", "syn", "reset", "push", "ack", "urg", "ece", "cwr", "ae"].map((name, shift) => [
      `tcp.flags.${name}`,
      { layer: "tcp", of: "tcp.flags", shift, bits: 1 } as const,
    ]),
  ),
  "tcp.flags.res": { layer: "tcp", of: "tcp.flags", shift: 9, bits: 3 },
};

/** Returns the parts of the fields of a layer that have names of their own, with their bits. */
export function partsOf(layer: string): (readonly [name: string, bits: number])[] {
  return Object.entries(PARTS).flatMap(([name, part]) =>
    part.layer === layer ? [[name, part.bits] as const] : []
  );
}
