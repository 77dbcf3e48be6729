/**
 * Packets as `netkit frame --json` prints them, as far as lessons ask about them.
 *
 * @module
 */

/** A packet. */
export interface Dissected {
  /** Its number in the capture, from 1. */
  readonly number: number;
  /** Its length in bytes. */
  readonly bytes: number;
  /** Its layers from the outside in. */
  readonly layers: readonly Layer[];
}

/** A layer of a packet. */
export interface Layer {
  /** The name of its protocol: `eth`. */
  readonly name: string;
  /** The bytes of its header. */
  readonly size: number;
  /** Its fields. */
  readonly fields: readonly { readonly name: string; readonly value: string | number }[];
}

/** Returns the layer of a protocol, `undefined` if the packet has none. */
export function layerOf(packet: Dissected, name: string): Layer | undefined {
  return packet.layers.find((layer) => layer.name === name);
}

/** Returns the value of a field, `undefined` if the packet does not have it. */
export function fieldOf(packet: Dissected, name: string): string | number | undefined {
  return packet.layers.flatMap(({ fields }) => fields).find((field) => field.name === name)?.value;
}
