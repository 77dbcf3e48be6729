/**
 * Every capture of a folder, read by netkit and by tshark: how many fields agree, by protocol, and the
 * differences by kind.
 *
 *     deno task compare-tshark DIR [--show N]
 *
 * `--show N` prints the first N differences of each kind. The folder is not changed.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a task prints
import { parseArgs } from "@std/cli/parse-args";
import { compareFile, Comparison } from "../tests/tshark_comparison.ts";

if (import.meta.main) {
  const { _: [dir], show = 1 } = parseArgs(Deno.args);
  if (typeof dir !== "string") {
    console.error("usage: deno task compare-tshark DIR [--show N]");
    Deno.exit(2);
  }
  const comparison = new Comparison();
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(dir)) if (isFile) names.push(name);
  for (const name of names.sort()) await compareFile(`${dir}/${name}`, comparison);
  comparison.print(Number(show));
}
