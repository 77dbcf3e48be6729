/**
 * The operands of `ipinfo`, and what they mean.
 *
 * @module
 */
import type { IpVersion } from "../address/ip.ts";
import { formatIp, parseIp } from "../address/ip_text.ts";
import {
  formatNetwork,
  parsePrefix,
  parsePrefixedAddress,
  type PrefixedAddress,
} from "../address/network.ts";
import { ParseError } from "../address/parse_error.ts";
import type { Io } from "../cli/io.ts";
import { readLineGroups } from "./line_groups.ts";

/** How addresses are read. */
export interface Reading {
  /** The version of integers. */
  readonly integers: IpVersion;
  /** Whether networks with host bits are refused. */
  readonly strict: boolean;
}

/** Returns what `text`, ADDRESS, ADDRESS/PREFIX or `ADDRESS MASK`, means. */
export function readAddress(text: string, { integers, strict }: Reading): PrefixedAddress {
  const plain = text.replace(/^([^\s/]+) ([0-9.]+)$/, "$1/$2"); // places stay the same
  try {
    const parsed = parsePrefixedAddress(plain, integers);
    const { address, network } = parsed;
    if (strict && network && address.value !== network.address.value) {
      throw new ParseError("an IP network", plain, "its host bits are set", {
        hint: `write ${formatNetwork(network)}`,
      });
    }
    return parsed;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new ParseError(wanted(error), text, error.reason, {
      at: error.at,
      ...hintFor(error, integers),
    });
  }
}

/** Returns what `error` says that its input is not. */
function wanted(error: ParseError): string {
  return error.message.match(/ is not (an? [^:]*): /)![1]!;
}

/** Returns the hint of `error`, or that a long integer may be IPv6. */
function hintFor({ hint, input }: ParseError, integers: IpVersion): { hint?: string } {
  if (hint !== null) return { hint };
  const [integer = ""] = input.match(/^[0-9][0-9a-fbx]*(?=\/|$)/i) ?? [];
  if (integers === 6 || integer === "") return {};
  try {
    return { hint: `-6 reads it as IPv6, ${formatIp(parseIp(integer, 6))}` };
  } catch {
    return {};
  }
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

/** Whether `text` is a mask, or looks so much like one that it is worth saying what is wrong. */
function isMask(text: string): boolean {
  if (!/^[0-9]+(\.[0-9]+){3}$/.test(text)) return false;
  try {
    return parsePrefix(text, 4).prefix >= 0;
  } catch {
    return text.startsWith("255.");
  }
}

/** A text that should be an address, and its line of standard input, `null` for an operand. */
export interface Given {
  /** The text. */
  readonly text: string;
  /** The line, counted from 1. */
  readonly line: number | null;
}

/** Yields the operands, and for `-` the lines of standard input that are not blank, in groups. */
export async function* readInputs(
  operands: readonly string[],
  io: Io,
): AsyncGenerator<readonly Given[]> {
  for (const operand of operands) {
    if (operand !== "-") {
      yield [{ text: operand, line: null }];
      continue;
    }
    let line = 0;
    for await (const group of readLineGroups(io)) {
      const given: Given[] = [];
      for (const text of group) {
        line++;
        if (text !== "" && text.trim() !== "") given.push({ text, line });
      }
      yield given;
    }
  }
}
