/**
 * Network namespaces of Linux as hosts of their own (network_namespaces(7)), without a name: a child holds
 * one until the pipe on its standard input ends. It does however this program ends, also by SIGKILL; and
 * as that child is the first process of a PID namespace, the kernel then ends all other processes of it
 * (pid_namespaces(7)).
 *
 * @module
 */
import type { Io, Running } from "../cli/io.ts";

/** A host of its own on this machine. Disposing of it ends all that runs in it. */
export interface Host extends AsyncDisposable {
  /** The number of a process in its network. */
  readonly pid: number;
  /** Starts a program in it; see `Io`. */
  readonly spawn: Io["spawn"];
}

/** The word that tells that the namespaces are there. */
const READY = "ready";

/**
 * Makes a host.
 *
 * @throws {Error} With what unshare(1) says, if it may not.
 */
export async function makeHost({ spawn }: Pick<Io, "spawn">): Promise<Host> {
  const holder = new Deno.Command("unshare", {
    args: ["-n", "-p", "-f", "sh", "-c", `echo ${READY}; exec cat`],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = holder.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const complaint = new Response(holder.stderr).text();
  const { value } = await output.read();
  const over = (async () => {
    await output.cancel();
    await Promise.all([holder.status, complaint]);
  })();
  if (!value?.startsWith(READY)) {
    await over;
    throw new Error((await complaint).trim());
  }
  const { pid } = holder;
  // Of the PID namespace the holder is only the parent; its own one is still that of this program.
  const enter = [`--net=/proc/${pid}/ns/net`, `--pid=/proc/${pid}/ns/pid_for_children`, "--"];
  return {
    pid,
    spawn(program, args, options) {
      const running = spawn("nsenter", [...enter, program, ...args], options);
      return { ...running, kill: (signal) => kill(running, signal) };
    },
    async [Symbol.asyncDispose]() {
      await holder.stdin.close().catch(() => {}); // it may have ended by Ctrl-C, as this program does
      await over;
    },
  };
}

/** Sends a signal to the program that nsenter(1) has started; it stands between, and hands nothing on. */
function kill(running: Running, signal: "SIGINT" | "SIGKILL"): void {
  const [child] = childrenOf(running.pid!);
  try {
    if (child === undefined) running.kill(signal);
    else Deno.kill(child, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error; // it has ended
  }
}

/** Returns the processes that a process has started (proc_pid_task(5)). */
function childrenOf(pid: number): number[] {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`);
    return text.trim().split(" ").filter((each) => each !== "").map(Number);
  } catch {
    return []; // it has ended
  }
}
