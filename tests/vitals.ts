/**
 * Memory, descriptors and threads of a process, as Linux tells them (proc_pid_status(5), proc_pid_fd(5)).
 *
 * @module
 */

/** The resources of a process. */
export interface Vitals {
  /** Resident memory in KiB. */
  readonly residentKib: number;
  /** The number of open file descriptors. */
  readonly descriptors: number;
}

/** Resolves to what the process `pid` uses now. */
export async function vitals(pid: number | "self"): Promise<Vitals> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  let descriptors = 0;
  for await (const _ of Deno.readDir(`/proc/${pid}/fd`)) descriptors++;
  return { residentKib: Number(status.match(/^VmRSS:\s+(\d+) kB/m)?.[1]), descriptors };
}
