/**
 * The needs of a laboratory: Linux, root, the programs of iproute2 and util-linux, TAP devices.
 *
 * @module
 */
import { UserError } from "../../cli/errors.ts";
import type { Io } from "../../cli/io.ts";
import { t } from "../../text/messages.ts";

/** The programs, each with an option that makes it do nothing, and the package that has it. */
const PROGRAMS = [
  { program: "ip", args: ["-V"], from: "iproute2" },
  { program: "unshare", args: ["-h"], from: "util-linux" },
  { program: "nsenter", args: ["-h"], from: "util-linux" },
] as const;

/** The effective user and the capabilities of a process stand in the file (proc_pid_status(5)). */
const STATUS = "/proc/self/status";

/** `CAP_SYS_ADMIN` and `CAP_NET_ADMIN`, as bits (linux/capability.h). */
const RIGHTS = 1n << 21n | 1n << 12n;

/**
 * Looks whether this machine and this user can have a laboratory.
 *
 * @throws {UserError} With what is missing.
 */
export async function canMakeLab(io: Io): Promise<void> {
  if (io.platform !== "linux") throw missing(t`it takes Linux`);
  const status = await io.readTextFile(STATUS, { ask: false }).catch(() => "");
  const rights = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  if ((rights & RIGHTS) !== RIGHTS) {
    throw missing(t`it takes root`, t`start it with sudo; in a container: docker run --privileged`);
  }
  for (const { program, args, from } of PROGRAMS) {
    try {
      await io.capture(program, args, { timeout: 60_000, ask: false });
    } catch (error) {
      if (!(error instanceof Error && error.name === "NotFound")) throw error;
      throw missing(t`${program} is not installed`, t`the package ${from} has it`);
    }
  }
  try {
    (await io.openFile("/dev/net/tun")).close();
  } catch {
    throw missing(
      t`this machine has no /dev/net/tun`,
      t`where modules may be loaded: modprobe tun`,
    );
  }
}

function missing(reason: string, hint?: string): UserError {
  return new UserError(
    t`cannot make the laboratory: ${reason}`,
    hint === undefined ? {} : { hint },
  );
}
