/**
 * Damage to packets and files, at random.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";

/** Random numbers, the same for the same seed (a linear congruential generator, as in POSIX's rand). */
export function generator(seed: number): (below: number) => number {
  let state = BigInt(seed);
  return (below) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn;
    return Number(state >> 33n) % below;
  };
}

/** Returns a damaged copy: bits flipped, cut anywhere, lengths that lie, pieces moved. */
export function damaged(
  bytes: Uint8Array,
  random: (below: number) => number,
): Uint8Array<ArrayBuffer> {
  let copy = bytes.slice() as Uint8Array<ArrayBuffer>;
  for (let i = random(6); i >= 0; i--) {
    const at = random(copy.length);
    switch (random(6)) {
      case 0:
        copy[at] = copy[at]! ^ 1 << random(8);
        break;
      case 1:
        copy = copy.slice(0, at + 1);
        break;
      case 2: // where a length often is
        new DataView(copy.buffer).setUint16(
          Math.min(at, Math.max(0, copy.length - 2)) & ~1,
          random(65536),
        );
        break;
      case 3:
        copy.fill(random(2) * 0xff, at, at + random(16));
        break;
      case 4:
        copy = concat([copy.slice(0, at), copy.slice(random(copy.length))]);
        break;
      default:
        copy[random(Math.min(64, copy.length))] = random(256);
    }
    if (copy.length < 2) break;
  }
  return copy;
}
