/**
 * The operation of `ipinfo` without an operation on networks: each address in all its forms, or in
 * those that are asked for.
 *
 * @module
 */
import { formatIp } from "../address/ip_text.ts";
import type { PrefixedAddress } from "../address/network.ts";
import type { Io } from "../cli/io.ts";
import { columnsOf, palette } from "../cli/terminal.ts";
import { formatBlock } from "./block.ts";
import { drawAnd, explainNetwork, formatSteps } from "./explain.ts";
import { formatForms, quickForms } from "./forms.ts";
import type { Options } from "./options.ts";
import { isName, readAddress, type Reading, resolveName } from "./reading.ts";
import { addressRecord } from "./record.ts";
import type { Operation, Result } from "./results.ts";

/** Returns the operation that shows addresses as `options` ask for. */
export function showAddresses(options: Options, reading: Reading, io: Io): Operation {
  const { explain, form: forms, resolve, strict } = options;
  const style = { columns: columnsOf(io.stdout, io), palette: palette(io, io.stdout) };
  const show = (input: string, parsed: PrefixedAddress): Result => ({
    get text() {
      if (explain) return formatExplained(parsed, style.columns);
      if (forms.length > 0) return formatForms(parsed, forms);
      return formatBlock(input, parsed, style).trimEnd();
    },
    get json() {
      const record = addressRecord(input, parsed);
      return explain ? { ...record, steps: explainNetwork(parsed) } : record;
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

/** Returns the steps to the network of an address, and below them the AND with its mask. */
function formatExplained(parsed: PrefixedAddress, columns: number): string {
  const { address, network } = parsed;
  const title = formatIp(address) + (network ? `/${network.prefix}` : "");
  return [title, ...formatSteps(explainNetwork(parsed), columns), ...drawAnd(parsed)].join("\n");
}
