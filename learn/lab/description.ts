/**
 * The text about a laboratory: its hosts, their addresses, and the way into them.
 *
 * @module
 */
import { columnsOf } from "../../cli/terminal.ts";
import { formatTable } from "../../text/layout.ts";
import { t } from "../../text/messages.ts";
import type { Screen } from "../screen.ts";
import { CARDS, HOST_NAMES, type Lab } from "./lab.ts";

/** Shows the cards of the hosts. */
export async function describeHosts(screen: Screen): Promise<void> {
  const rows = HOST_NAMES.flatMap((name) =>
    CARDS[name].map(({ address, mac, wire }, i) => [
      ` ${i === 0 ? name : ""}`,
      `eth${i}`,
      address,
      mac,
      wire === "near" ? t`wire of a, b and r` : t`wire of r and c`,
    ])
  );
  await screen.write(`${formatTable(rows, columnsOf(screen.io.stdout, screen.io))}\n`);
}

/** Says what is there, and how to look at it from another terminal. */
export async function describe(lab: Lab, screen: Screen): Promise<void> {
  await screen.paragraph(
    t`The laboratory is there as long as this command runs: hosts with network cards of their own, and
    a router r between two wires.`,
  );
  await describeHosts(screen);
  const command = `sudo nsenter -t ${lab.host("a").pid} -n`;
  await screen.paragraph(
    t`A shell on a, from another terminal: ${command}. Commands
    behind a$ run on a, those behind $ on this machine.`,
  );
}
