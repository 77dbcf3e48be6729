/**
 * Programs and systems that tests need and that a machine may not have. Without them the tests are skipped,
 * and `deno task test` says at its end how many and why; in CI everything is installed, and a missing
 * program makes them fail.
 *
 * @module
 */
import { GUARD } from "./waiting.ts";

/** A need of a test: the name of a program, or something else. */
export type Need = string | {
  /** Its name, as in "3 tests need a Unix system". */
  readonly what: string;
  /** Whether it is here. */
  readonly isHere: boolean;
};

/** Whether every program must be there: in CI, on the system for which `.ci/run` installs them. */
export const ALL_INSTALLED: boolean = Deno.env.get("CI") === "true" && Deno.build.os === "linux";

/** Linux. */
export const LINUX: Need = { what: "Linux", isHere: Deno.build.os === "linux" };

/** Whether a process can be sent a signal; on Windows that ends it, and it never knows. */
export const HAS_SIGNALS: boolean = Deno.build.os !== "windows";

/** Signals, Unix sockets, a shell. */
export const UNIX: Need = { what: "a Unix system", isHere: HAS_SIGNALS };

/** Network namespaces, and TAP devices in them: Linux, as root. */
export const LABORATORY: Need = {
  what: "root on Linux, and TAP devices",
  isHere: Deno.build.os === "linux" && mayMakeNetworks(),
};

/**
 * Whether this process has CAP_SYS_ADMIN and CAP_NET_ADMIN, and the device is there. It is not opened: that
 * would be a descriptor more of the process, in which another file of tests may be looking for its own.
 */
function mayMakeNetworks(): boolean {
  try {
    if (!Deno.statSync("/dev/net/tun").isCharDevice) return false;
    const [, rights] = Deno.readTextFileSync("/proc/self/status").match(/^CapEff:\s*(\w+)/m)!;
    return [12n, 21n].every((bit) => (BigInt(`0x${rights}`) >> bit & 1n) === 1n);
  } catch {
    return false;
  }
}

/** Whether a program is installed. Where all must be, a test without it fails. */
export function installed(program: string): boolean {
  if (ALL_INSTALLED) return true;
  const folders = [...(Deno.env.get("PATH") ?? "").split(":"), "/usr/sbin", "/sbin"];
  return folders.some((folder) => {
    try {
      return Deno.statSync(`${folder}/${program}`).isFile;
    } catch {
      return false;
    }
  });
}

/**
 * Returns the options of a test that waits, and needs something: `timeout`, and `ignore` where something
 * is missing. Reading `ignore`, as `Deno.test` does, counts a skipped test.
 */
export function needs(
  ...all: readonly Need[]
): { readonly ignore: boolean; readonly timeout: number } {
  const missing = [...new Set(all)].filter((need) =>
    typeof need === "string" ? !installed(need) : !need.isHere
  )
    .map((need) => typeof need === "string" ? need : need.what);
  return {
    get ignore() {
      if (missing.length > 0) tellSkipped(missing.join(" and "));
      return missing.length > 0;
    },
    timeout: GUARD,
  };
}

/** Writes down for `tasks/test.ts` what one test more was skipped for. */
function tellSkipped(why: string): void {
  const path = Deno.env.get("NETKIT_SKIPPED");
  if (path !== undefined) Deno.writeTextFileSync(path, `${why}\n`, { append: true });
}
