/**
 * Ports that Windows holds for WSL: in mirrored mode both share their ports, and Linux lists none of
 * Windows' sockets (learn.microsoft.com/windows/wsl/networking).
 *
 * @module
 */
import type { SocketSystem } from "../sockets/socket.ts";
import { output } from "../system/programs.ts";
import { t } from "../text/messages.ts";

/**
 * Resolves to a sentence about Windows where it may hold a port that no socket of Linux holds; to `null`
 * outside WSL, and where WSL has a network of its own.
 */
export async function describeWindowsSide(system: SocketSystem): Promise<string | null> {
  if (system.platform !== "linux") return null;
  const release = await system.readTextFile("/proc/sys/kernel/osrelease", { ask: false })
    .catch(() => "");
  if (!/microsoft/i.test(release)) return null;
  const mode = (await output(system, "wslinfo", ["--networking-mode"]).catch(() => "")).trim();
  if (mode !== "" && mode !== "mirrored") return null;
  const windows =
    t`Windows, which shares its ports with WSL in mirrored mode: netstat.exe -ano names the
      process`;
  return mode === "mirrored" ? windows : t`perhaps ${windows}`;
}
