/**
 * Endpoints of `client --check` with a range of ports: `localhost:20-25` is six.
 *
 * @module
 */
import { isRange, parseRange } from "../address/port_range.ts";

/**
 * Returns an operand for each port of those in `operands` that have a range of ports; the others as they are.
 *
 * @throws {ParseError} For a range that is written otherwise, or ends before it begins.
 */
export function eachPort(operands: readonly string[]): readonly string[] {
  return operands.flatMap((operand) => {
    const colon = operand.lastIndexOf(":");
    const ports = operand.slice(colon + 1);
    if (!isRange(ports) || /^unix:/.test(operand)) return [operand];
    const [first, last] = parseRange(ports, operand);
    const host = operand.slice(0, colon + 1);
    return Array.from({ length: last - first + 1 }, (_, i) => `${host}${first + i}`);
  });
}
