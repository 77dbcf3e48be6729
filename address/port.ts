/**
 * Port numbers of TCP and UDP.
 *
 * @module
 */
import { ParseError } from "./parse_error.ts";
import { t } from "../text/messages.ts";

/** The highest port: ports are 16 bits (RFC 9293, section 3.1). */
export const MAX_PORT = 65535;

/**
 * Returns the port, 0 to 65535, that `text` names in decimal digits.
 *
 * @throws {ParseError} For anything but ASCII digits without leading zeros, and for numbers above 65535.
 */
export function parsePort(text: string): number {
  if (text === "") throw new ParseError(t`a port`, text, t`it is empty`);
  const stray = text.search(/[^0-9]/);
  if (stray !== -1) {
    const plain = text.normalize("NFKC");
    throw new ParseError(t`a port`, text, t`a port is a decimal number`, {
      at: [stray, stray + 1],
      ...(/^[0-9]+$/.test(plain) ? { hint: t`write it in ASCII digits: ${plain}` } : {}),
    });
  }
  if (text.length > 1 && text.startsWith("0")) {
    throw new ParseError(t`a port`, text, t`a leading zero is ambiguous`, {
      at: [0, 1],
      hint: t`write ${text.replace(/^0+(?=.)/, "")}`,
    });
  }
  const port = Number(text);
  if (port > MAX_PORT) throw new ParseError(t`a port`, text, t`ports are 16 bits, 0-65535`);
  return port;
}

/**
 * Returns operands `HOST PORT` or `HOST PORT PORT…`, as other programs have them, as the endpoints that they
 * are here; any others as they are. A host that has a port or is a number is an endpoint of its own.
 */
export function joinHostPort(operands: readonly string[]): readonly string[] {
  const [host = "", ...ports] = operands;
  const form = ports.length === 1 ? /^[a-z0-9-]+$/i : /^\d+(-\d+)?$/;
  if (ports.length === 0 || !ports.every((port) => form.test(port.normalize("NFKC")))) {
    return operands;
  }
  if (/^[^:]*:[^:]*$|\]:|^[0-9]*$|^\d+-\d+$|^unix:/.test(host)) return operands;
  const start = host.includes(":") && !host.startsWith("[") ? `[${host}]:` : `${host}:`;
  return ports.map((port) => start + port);
}
