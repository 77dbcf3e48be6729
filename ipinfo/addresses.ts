/**
 * The operation of `ipinfo` without an operation on networks: each address in all its forms, or in
 * those that are asked for.
 *
 * @module
 */
import type { PrefixedAddress } from "../address/network.ts";
import type { Io } from "../cli/io.ts";
import { palette } from "../cli/terminal.ts";
import { formatBlock } from "./block.ts";
import { formatForms, quickForms } from "./forms.ts";
import type { Options } from "./options.ts";
import { isName, readAddress, type Reading, resolveName } from "./reading.ts";
import { addressRecord } from "./record.ts";
import type { Operation, Result } from "./results.ts";

/** Returns the operation that shows addresses as `options` ask for. */
export function showAddresses(options: Options, reading: Reading, io: Io): Operation {
  const { form: forms, resolve, strict } = options;
  const style = { columns: io.columns(), palette: palette(io, io.stdout) };
  const show = (input: string, parsed: PrefixedAddress): Result => ({
    get text() {
      if (forms.length > 0) return formatForms(parsed, forms);
      return formatBlock(input, parsed, style).trimEnd();
    },
    get json() {
      return addressRecord(input, parsed);
    },
  });
  return {
    blocks: forms.length === 0,
    quick: forms.length > 0 && !strict ? quickForms(forms) : null,
    take({ text }) {
      if (!resolve || !isName(text)) return [show(text, readAddress(text, reading))];
      return resolveName(text, reading).then((found) => found.map((each) => show(text, each)));
    },
  };
}
