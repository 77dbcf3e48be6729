/**
 * Values of the options of `netkit frame`, from text.
 *
 * @module
 */
import { ParseError } from "../address/parse_error.ts";
import { PASTE_FORMS, type PasteForm } from "../capture/paste_forms.ts";
import { TIME_FORMS, type TimeForm } from "./packet_times.ts";
import { t } from "../text/messages.ts";

/** The packets that are wanted, both ends included. */
export interface Numbers {
  /** The first one, from 1. */
  readonly first: number;
  /** The last one. */
  readonly last: number;
}

/** Returns the VLAN ID that `text` is. */
export function parseVlan(text: string): number {
  if (/^[0-9]{1,4}$/.test(text) && Number(text) <= 0xfff) return Number(text);
  throw new ParseError(t`a VLAN ID`, text, t`it has 12 bits: 0-4095`);
}

/** The fewest bytes of a longest packet: 68 (RFC 791, section 3.2). */
const LEAST = 68;

/** Returns the longest packet that `text` is, in bytes. */
export function parseLongest(text: string): number {
  const value = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (value >= LEAST && value <= 0xffff) return value;
  throw new ParseError(t`the length of a packet`, text, t`it is from ${LEAST} to 65535 bytes`);
}

/** Returns the notation of bytes called `text`. */
export function parseForm(text: string): PasteForm {
  const form = PASTE_FORMS.find((each) => each === text.toLowerCase());
  if (form !== undefined) return form;
  throw new ParseError(t`a notation of bytes`, text, t`it is not known`, {
    hint: t`choose ${PASTE_FORMS.join(", ")}`,
    names: PASTE_FORMS,
  });
}

/** Returns the packets that `text` names: `7` or `7-9`. */
export function parseNumbers(text: string): Numbers {
  const match = text.match(/^([1-9][0-9]{0,14})(?:-([1-9][0-9]{0,14}))?$/);
  if (!match) {
    const isLetter = /^n{0,2}[rvtqeA]{0,3}$/.test(text); // as in tcpdump -nr FILE
    const reason = isLetter ? t`-n is --number here` : t`packets are counted from 1`;
    const hint = isLetter ? t`no names are looked up: leave -n out` : t`write it like 7 or 7-9`;
    throw new ParseError(t`a packet number`, text, reason, { hint });
  }
  const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
  if (first > last) throw new ParseError(t`a range of packets`, text, t`it ends before it begins`);
  return { first, last };
}

/** Returns the form of times called `text`. */
export function parseTimeForm(text: string): TimeForm {
  const form = TIME_FORMS.find((each) => each === text.toLowerCase());
  if (form !== undefined) return form;
  throw new ParseError(t`a form of times`, text, t`it is not known`, {
    hint: t`choose ${TIME_FORMS.join(", ")}`,
  });
}
