/**
 * What a process uses, as Linux tells it (proc_pid_status(5), proc_pid_fd(5)).
 *
 * @module
 */

/** What a process uses. */
export interface Vitals {
  /** Resident memory in KiB. */
  readonly residentKib: number;
  /** How many file descriptors are open. */
  readonly descriptors: number;
}

/** Resolves to what the process `pid` uses now. */
export async function vitals(pid: number | "self"): Promise<Vitals> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  let descriptors = 0;
  for await (const _ of Deno.readDir(`/proc/${pid}/fd`)) descriptors++;
  return { residentKib: Number(status.match(/^VmRSS:\s+(\d+) kB/m)?.[1]), descriptors };
}
