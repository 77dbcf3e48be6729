/**
 * The processes of the bench: each is known by its pid, has a time limit, and ends with the bench.
 *
 * @module
 */

/**
 * Descriptors that a process may have: more than 10,000 connections need. The same for all, because
 * some servers plan their memory by it.
 */
const DESCRIPTORS = 16_384;

/** Sets the limit, as far as it goes, and becomes the command. */
const WITH_LIMIT = `ulimit -n ${DESCRIPTORS} 2>/dev/null || ulimit -n "$(ulimit -Hn)"; exec "$@"`;

/** Longest complaint of a process that is kept, in characters. */
const COMPLAINT_LENGTH = 300;

const running = new Set<Process>();

/** The outcome of a process that has ended. */
export interface Left {
  /** Whether it ended by itself and with exit code 0. */
  readonly success: boolean;
  /** Its standard output. */
  readonly out: string;
  /** The end of its standard error. */
  readonly complaint: string;
}

/** A process that runs. */
export class Process implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #out: Promise<string>;
  readonly #complaint: Promise<string>;

  /** Starts `command`, without standard input. */
  constructor(command: readonly string[]) {
    this.#child = new Deno.Command("sh", {
      args: ["-c", WITH_LIMIT, "sh", ...command],
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    running.add(this);
    this.#out = new Response(this.#child.stdout).text();
    this.#complaint = endOf(this.#child.stderr);
  }

  /** Its process id: that of the command, whose shell it has replaced. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Resolves when it has ended, however it did. */
  get ended(): Promise<unknown> {
    return this.#child.status;
  }

  /** Resolves when it has ended; ends it after `timeout` milliseconds. */
  async end(timeout: number): Promise<Left> {
    const timer = setTimeout(() => this.kill(), timeout);
    const { success } = await this.#child.status;
    clearTimeout(timer);
    running.delete(this);
    const [out, complaint] = await Promise.all([this.#out, this.#complaint]);
    return { success, out, complaint };
  }

  /** Ends it and its descendants at once, each by its pid. */
  kill(): void {
    for (const pid of [...descendants(this.pid), this.pid]) {
      try {
        Deno.kill(pid, "SIGKILL");
      } catch {
        // it has ended
      }
    }
  }

  /** Ends it and waits for that. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.end(0);
  }
}

/** Ends every process that runs. */
export function killAll(): void {
  for (const process of running) process.kill();
}

/** Runs `command` to its end, at most `timeout` milliseconds. */
export async function run(command: readonly string[], timeout: number): Promise<Left> {
  return await new Process(command).end(timeout);
}

/** Resolves to the end of a stream of text. */
async function endOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let text = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    text = (text + chunk).slice(-COMPLAINT_LENGTH);
  }
  return text.trim();
}

/** Returns the children of a process, and theirs (proc_tid_children(5)). */
function descendants(pid: number): number[] {
  try {
    const children = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`);
    return children.split(" ").filter(Boolean).map(Number)
      .flatMap((child) => [child, ...descendants(child)]);
  } catch {
    return []; // it has ended
  }
}

/** Returns the processor time of a process in milliseconds (`/proc/PID/schedstat`, in all its threads). */
export function cpuOf(pid: number): number {
  let sum = 0;
  for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
    try {
      sum += Number(Deno.readTextFileSync(`/proc/${pid}/task/${name}/schedstat`).split(" ")[0]);
    } catch {
      // the thread has ended
    }
  }
  return sum / 1e6;
}

/** Resolves to how many connections a process may have open, a few descriptors kept for other things. */
export async function connectionsThatFit(): Promise<number> {
  const { out } = await run(["sh", "-c", "ulimit -n"], 5000);
  return Number(out) - 100;
}

/** Returns the path of an installed program, or `null`. */
export function findProgram(name: string): string | null {
  if (name.includes("/")) return isFile(name) ? name : null;
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    if (isFile(`${folder}/${name}`)) return `${folder}/${name}`;
  }
  return null;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
