/**
 * The inputs of `ipinfo`: operands, and lines of standard input.
 *
 * @module
 */
import type { IpVersion } from "../address/ip.ts";
import { parseIp } from "../address/ip_text.ts";
import { parsePrefix } from "../address/network.ts";
import type { Io } from "../cli/io.ts";
import { readLineGroups } from "./line_groups.ts";

/** A text that should be an address, and its line of standard input, `null` for an operand. */
export interface Input {
  /** The text. */
  readonly text: string;
  /** The line, counted from 1. */
  readonly line: number | null;
}

/** Returns `operands` with each mask behind an address of its own joined to it by a blank. */
export function joinMasks(operands: readonly string[], integers: IpVersion): string[] {
  const joined: string[] = [];
  let open = false; // whether the last one may still get a mask
  for (const operand of operands) {
    if (open && isMask(operand)) {
      joined.push(`${joined.pop()} ${operand}`);
      open = false;
    } else {
      joined.push(operand);
      open = isBareIpv4(operand, integers);
    }
  }
  return joined;
}

function isBareIpv4(text: string, integers: IpVersion): boolean {
  try {
    return parseIp(text, integers).version === 4;
  } catch {
    return false;
  }
}

/** Whether `text` is a mask, or looks so much like one that its fault is worth a message. */
function isMask(text: string): boolean {
  if (!/^[0-9]+(\.[0-9]+){3}$/.test(text)) return false;
  try {
    return parsePrefix(text, 4).prefix >= 0;
  } catch {
    return text.startsWith("255.");
  }
}

/** Yields the operands, and for `-` the lines of standard input that are not blank, in groups. */
export async function* readInputs(
  operands: readonly string[],
  io: Io,
): AsyncGenerator<readonly Input[]> {
  for (const operand of operands) {
    if (operand !== "-") {
      yield [{ text: operand, line: null }];
      continue;
    }
    let line = 0;
    for await (const group of readLineGroups(io)) {
      const inputs: Input[] = [];
      for (const text of group) {
        line++;
        if (text !== "" && text.trim() !== "") inputs.push({ text, line });
      }
      yield inputs;
    }
  }
}
