/**
 * Programs whose output goes through a file: they write as fast as they can, and netkit follows.
 *
 * A pipe holds 64 KiB. Where netkit does not get the processor at once, a capture program waits for the
 * pipe, and the kernel drops packets meanwhile. The file has no name any more when the program starts, so
 * that nothing is left of it, however netkit ends; the program ends with netkit. It is emptied when all of
 * it was read, and holds 1 GiB at most. tcpdump goes on where the disk is full, and says nothing (`fflush`
 * unchecked): so the room on the disk is watched, and the program is ended before there is none.
 *
 * @module
 */
import type { Running } from "../cli/io.ts";
import { sendSignal } from "./io.ts";

/** Bytes that were read after which the file is emptied. */
const EMPTIED = 64 * 1024 * 1024;

/** The greatest size of the file, in blocks of 512 bytes (POSIX, `ulimit -f`): 1 GiB. */
const MOST = 2 * 1024 * 1024;

/** Bytes of room on the disk: with less than the first the file is emptied early, with less than the second all ends. */
const [TIGHT, FULL] = [16 * 1024 * 1024, 1024 * 1024];

/** Milliseconds between two looks at the room on the disk. */
const LOOK = 20;

/** The exit code of a program that was ended because the disk is full: no program has it. */
export const DISK_IS_FULL: number = -28;

/** Bytes that are read at once. */
const CHUNK = 256 * 1024;

/**
 * Milliseconds until more is looked for: a little, and longer each time that there was nothing. A capture in
 * which nothing comes took 3 % of a core with 16 ms.
 */
const [SHORT_WAIT, LONG_WAIT] = [4, 64];

/**
 * The shell opens the file and removes its name; then it becomes the program. Beside it a part of it waits
 * for the end of its input, which is that of netkit, unless that says `end` before.
 */
const SCRIPT = `exec 3>>"$1"; rm -f -- "$1"; ulimit -f "$2"; shift 2
exec 4<&0
{ read -r word <&4; [ "$word" = end ] || kill -INT $$ && kill -CONT $$; } >/dev/null 2>&1 3>&- &
exec "$@" >&3 3>&- 4<&- </dev/null`;

/** Whether netkit may start a shell and write a file, and there is a program of this name. */
function canSpool(program: string): boolean {
  if (Deno.build.os === "windows") return false;
  const names = ["run", "read", "write", "env"] as const;
  if (!names.every((name) => Deno.permissions.querySync({ name }).state === "granted")) {
    return false;
  }
  return (Deno.env.get("PATH") ?? "").split(":").some((folder) => {
    try {
      return Deno.statSync(`${folder}/${program}`).isFile;
    } catch {
      return false;
    }
  });
}

/**
 * Starts a program whose standard output goes through a file; returns `null` where that cannot be: there is
 * no such program, no shell, no room for a file, or netkit may not.
 */
export function spawnSpooled(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Running | null {
  if (!canSpool(program)) return null;
  let path: string | null = null;
  let file: Deno.FsFile | null = null;
  let child: Deno.ChildProcess;
  try {
    path = Deno.makeTempFileSync({ prefix: "netkit-" });
    file = Deno.openSync(path, { read: true, write: true });
    fill(file);
    child = new Deno.Command("sh", {
      args: ["-c", SCRIPT, "sh", path, `${MOST}`, program, ...args],
      env,
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
    }).spawn();
  } catch {
    file?.close();
    if (path !== null) Deno.removeSync(path);
    return null;
  }
  let [hasEnded, isFull] = [false, false];
  const end = () => {
    isFull = true;
    sendSignal(child, "SIGINT");
  };
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const ended = child.status.then(async ({ code }) => {
    hasEnded = true;
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode("end\n")).catch(() => {}); // it has gone as well
    await writer.close().catch(() => {});
    return isFull ? DISK_IS_FULL : code;
  });
  return {
    stdout: follow(file, child, () => hasEnded, { folder, end }),
    stderr: child.stderr,
    ended,
    kill: (signal) => sendSignal(child, signal),
  };
}

/**
 * Takes as much room on the disk as there must be, and gives it back.
 *
 * @throws If there is less.
 */
function fill(file: Deno.FsFile): void {
  const zeros = new Uint8Array(FULL);
  for (let size = 0; size < TIGHT;) size += file.writeSync(zeros);
  file.truncateSync(0);
  file.seekSync(0, Deno.SeekMode.Start);
}

/** The disk of the file. */
interface Disk {
  /** A folder on it. */
  readonly folder: string;
  /** Ends the program, because there is no more room. */
  end(): void;
}

/** Returns a function to the bytes of room on the disk of `folder`; without the right to know there is enough. */
async function roomIn(folder: string): Promise<() => number> {
  const { statfsSync } = await import("node:fs");
  return () => {
    try {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    } catch {
      return Infinity;
    }
  };
}

/** Yields what is written to `file` until its writer has ended. */
async function* follow(
  file: Deno.FsFile,
  child: Deno.ChildProcess,
  hasEnded: () => boolean,
  { folder, end }: Disk,
): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(CHUNK);
  const room = await roomIn(folder);
  let [taken, wait, looked, most] = [0, SHORT_WAIT, -Infinity, EMPTIED];
  try {
    for (;;) {
      const isLast = hasEnded();
      if (!isLast && performance.now() - looked >= LOOK) {
        const bytes = room();
        if (bytes < FULL) end();
        most = bytes < TIGHT ? FULL : EMPTIED;
        looked = performance.now();
      }
      const count = await file.read(buffer) ?? 0;
      if (count > 0) {
        taken += count;
        wait = SHORT_WAIT;
        yield buffer.subarray(0, count);
        continue;
      }
      if (isLast) return;
      if (taken >= most && await stopped(child)) {
        if (room() < FULL) end(); // it has perhaps written less than it meant to
        const rest = await file.read(buffer) ?? 0;
        taken = rest === 0 ? 0 : taken + rest;
        if (rest === 0) {
          file.truncateSync(0); // the program appends: it goes on at the beginning
          file.seekSync(0, Deno.SeekMode.Start);
        }
        sendSignal(child, "SIGCONT");
        if (rest > 0) yield buffer.subarray(0, rest);
        continue;
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait = Math.min(LONG_WAIT, 2 * wait);
    }
  } finally {
    file.close();
  }
}

/** Times that a program is asked whether it stands still. */
const TRIES = 50;

/** Stops a program; resolves to whether it stands still (proc_pid_stat(5)), or else lets it go on. */
async function stopped(child: Deno.ChildProcess): Promise<boolean> {
  try {
    child.kill("SIGSTOP");
    for (let i = 0; i < TRIES; i++) {
      const stat = await Deno.readTextFile(`/proc/${child.pid}/stat`);
      if (stat.slice(stat.lastIndexOf(")") + 2).startsWith("T")) return true;
    }
  } catch {
    // It has ended, or there is no /proc.
  }
  sendSignal(child, "SIGCONT");
  return false;
}
