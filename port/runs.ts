/**
 * Reports on ports next to each other, joined into runs: a row of the table for each.
 *
 * @module
 */
import type { PortRange } from "../address/port_class.ts";
import { describeProcesses, describeUnknownHolder, holdersOf } from "./holders.ts";
import { describeKernelUse } from "./kernel_sockets.ts";
import { isInUse } from "./binding.ts";
import type { PortReport } from "./report.ts";
import { msg, t } from "../text/messages.ts";

/** A run: ports next to each other that have the same state and holder. */
export interface PortRun {
  /** The ports. */
  readonly range: PortRange;
  /** The address that was asked for; `null` for all. */
  readonly hostname: string | null;
  /** Their protocol. */
  readonly protocol: PortReport["protocol"];
  /** Whether they are free, in words. */
  readonly state: "free" | "held" | "refused" | "not tried";
  /** Their holder in words, `null` if they have none. */
  readonly holder: string | null;
}

/** Joins reports of ports in ascending order where neighbours have the same state and holder. */
export function joinRuns(reports: readonly PortReport[], platform: string): PortRun[] {
  const runs: PortRun[] = [];
  for (const report of reports) {
    const { port, hostname, protocol, free, bind, sockets } = report;
    const held = (sockets ?? []).length > 0 || (bind !== null && isInUse(bind));
    const state = free === null ? msg("not tried") : free ? "free" : held ? "held" : "refused";
    const holder = state !== "held"
      ? null
      : report.kernel
      ? describeKernelUse(report.kernel)
      : describeProcesses(holdersOf(sockets ?? []), { folders: false }).join(t`; `) ||
        describeUnknownHolder(report, platform);
    const last = runs.at(-1);
    const joins = last?.state === state && last.holder === holder && last.protocol === protocol &&
      last.hostname === hostname && last.range[1] === port - 1;
    if (joins) runs[runs.length - 1] = { ...last, range: [last.range[0], port] };
    else runs.push({ range: [port, port], hostname, protocol, state, holder });
  }
  return runs;
}
