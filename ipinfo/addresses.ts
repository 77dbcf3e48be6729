/**
 * The operation of `ipinfo` without an operation on networks: each address in all its forms, or in
 * those that are asked for.
 *
 * @module
 */
import type { PrefixedAddress } from "../address/network.ts";
import type { Io } from "../cli/io.ts";
import { columnsOf, palette } from "../cli/terminal.ts";
import type { Options } from "./options.ts";
import { isName, readAddress, type Reading, resolveName } from "./reading.ts";
import type { Operation, Result } from "./results.ts";

/** Makes the result of an address that was given as `input`. */
type Show = (input: string, parsed: PrefixedAddress) => Result;

/** Resolves to the operation that shows addresses as `options` ask for; loads what that needs. */
export async function showAddresses(
  options: Options,
  reading: Reading,
  io: Io,
): Promise<Operation> {
  const { form: forms, resolve, strict } = options;
  const show = await resultsFor(options, io);
  return {
    blocks: forms.length === 0,
    quick: forms.length > 0 && !strict ? (await import("./forms.ts")).quickForms(forms) : null,
    take({ text }) {
      if (!resolve || !isName(text)) return [show(text, readAddress(text, reading))];
      return resolveName(text, reading).then((found) => found.map((each) => show(text, each)));
    },
  };
}

/** Resolves to the maker of results in the one form that the options ask for. */
async function resultsFor({ explain, form: forms, json, csv }: Options, io: Io): Promise<Show> {
  const columns = columnsOf(io.stdout, io);
  if (json || csv) {
    const { addressRecord } = await import("./record.ts");
    if (!explain) return (input, parsed) => ({ text: "", json: addressRecord(input, parsed) });
    const { explainNetwork } = await import("./explain.ts");
    return (input, parsed) => ({
      text: "",
      json: { ...addressRecord(input, parsed), steps: explainNetwork(parsed) },
    });
  }
  if (explain) {
    const { explainAddress } = await import("./explain.ts");
    return (_, parsed) => ({ text: explainAddress(parsed, columns), json: {} });
  }
  if (forms.length > 0) {
    const { formatForms } = await import("./forms.ts");
    return (_, parsed) => ({ text: formatForms(parsed, forms), json: {} });
  }
  const { formatBlock } = await import("./block.ts");
  const style = { columns, palette: palette(io, io.stdout) };
  return (input, parsed) => ({ text: formatBlock(input, parsed, style).trimEnd(), json: {} });
}
