/**
 * The port for browsers, and the ports to which they refuse to connect.
 *
 * @module
 */
import { BLOCKED_PORTS } from "../address/blocked_ports.ts";
import { ParseError } from "../address/parse_error.ts";
import { readOption } from "../cli/parse.ts";

/**
 * Refuses a port to which no browser connects.
 *
 * @throws {UserError} About the option `--web`.
 */
export function checkWebPort(port: number): void {
  if (!BLOCKED_PORTS.includes(port)) return;
  readOption("web", () => {
    throw new ParseError("a port for browsers", String(port), "they refuse to connect to it", {
      hint: "the ports from 7000 to 9999 are all right",
    });
  });
}
