/**
 * Packets of each protocol, made by hand, and what one line says of them.
 *
 * @module
 */
import { LINK } from "../packet/link.ts";

/** A packet with what is to be said of it. */
export interface Sample {
  /** The names of its layers. */
  readonly layers: string;
  /** What its line says, without number, time and addresses. */
  readonly says: string;
  /** Its bytes as hexadecimal digits. */
  readonly hex: string;
  /** The type of its link. */
  readonly link: number;
}

function sample(layers: string, says: string, hex: string, link: number = LINK.ethernet): Sample {
  return { layers, says, hex, link };
}

/** The packets. */
export const SAMPLES: readonly Sample[] = [
  sample(
    "eth ip etherip eth ip tcp data",
    'EtherIP, TCP PSH,ACK  5 B  "hello"',
    "00005e00530200005e005301080045000051000100004061f647c0000201c0000202300000005e00530200005e005301" +
      "08004500002d000100004006f6c6c0000201c0000202c7381f40000000000000000050182000e178000068656c6c6f",
  ),
];
