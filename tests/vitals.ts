/**
 * Memory, descriptors and threads of a process, as Linux tells them (proc_pid_status(5), proc_pid_fd(5)).
 *
 * @module
 */

/** The resources of a process. */
export interface Vitals {
  /** Resident memory in KiB. */
  readonly residentKib: number;
  /** The most resident memory that it has had, in KiB. */
  readonly peakKib: number;
  /** The number of open file descriptors. */
  readonly descriptors: number;
}

/** Resolves to what the process `pid` uses now. */
export async function vitals(pid: number | "self"): Promise<Vitals> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  let descriptors = 0;
  for await (const _ of Deno.readDir(`/proc/${pid}/fd`)) descriptors++;
  const kib = (line: RegExp) => Number(status.match(line)?.[1]);
  return {
    residentKib: kib(/^VmRSS:\s+(\d+) kB/m),
    peakKib: kib(/^VmHWM:\s+(\d+) kB/m),
    descriptors,
  };
}
