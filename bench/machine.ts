/**
 * The machine on which the bench runs.
 *
 * @module
 */

/** Returns what describes the machine: titles and texts, in the order in which they are read. */
export function describeMachine(): Record<string, string> {
  const model = read("/proc/cpuinfo").match(/^model name\s*: (.*)$/m)?.[1];
  const kib = Number(read("/proc/meminfo").match(/^MemTotal:\s+(\d+)/m)?.[1]);
  return {
    processor: `${model ?? Deno.build.arch}, ${navigator.hardwareConcurrency} cores`,
    memory: `${(kib / 2 ** 20).toFixed(1)} GiB`,
    kernel: `Linux ${Deno.osRelease()}`,
    load: Deno.loadavg().map((each) => each.toFixed(2)).join(" "),
  };
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
