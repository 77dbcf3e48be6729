import { assert, assertEquals } from "@std/assert";
import { spawnSpooled } from "../system/spooled.ts";
import { needs } from "./needs.ts";

const UNIX = { what: "a shell and /proc", isHere: Deno.build.os === "linux" };

Deno.test({
  name: "spawnSpooled() yields all that a program writes, in order, and empties the file meanwhile",
  ...needs(UNIX, "seq"),
  async fn() {
    const running = spawnSpooled("seq", ["1", "12000000"], { LC_ALL: "C" })!;
    let [size, rest, expected] = [0, "", 1];
    const decoder = new TextDecoder();
    for await (const bytes of running.stdout) {
      size += bytes.length;
      const text = rest + decoder.decode(bytes);
      const end = text.lastIndexOf("\n") + 1;
      const lines = text.slice(0, end).split("\n");
      assertEquals(Number(lines[0]), expected);
      expected += lines.length - 1;
      rest = text.slice(end);
    }
    for await (const bytes of running.stderr) assertEquals(decoder.decode(bytes), "");
    assertEquals([await running.ended, expected - 1], [0, 12_000_000]);
    assert(size > 64 * 2 ** 20, `${size} bytes`);
  },
});

Deno.test({
  name: "spawnSpooled() leaves no file with a name, and a signal ends the program",
  ...needs(UNIX, "sleep"),
  async fn() {
    const running = spawnSpooled("sleep", ["100"], {})!;
    let isSent = false;
    const read = async () => {
      for await (const _ of running.stdout);
    };
    const reading = read();
    while (!isSent) {
      // The shell has become the program when it answers to its name.
      isSent = (await namesOfPrograms()).includes("sleep 100");
    }
    running.kill("SIGINT");
    assertEquals(await running.ended, 130);
    await reading;
    for await (const _ of running.stderr);
  },
});

Deno.test("spawnSpooled() leaves a program that is not there to the usual way", () => {
  assertEquals(spawnSpooled("no-such-program", [], {}), null);
});

/**
 * Starts a program that does not look at the success of its writes. With `fill` another file takes all that
 * is left of the disk meanwhile.
 */
const ON_A_SMALL_DISK = `
import { DISK_IS_FULL, spawnSpooled } from ${
  JSON.stringify(import.meta.resolve("../system/spooled.ts"))
};
const [script, fill] = Deno.args;
const running = spawnSpooled("sh", ["-c", script], { PATH: Deno.env.get("PATH") });
let [size, code] = [0, null];
if (running) {
  for await (const bytes of running.stdout) {
    size += bytes.length;
    if (size > bytes.length || !fill) continue;
    using other = Deno.createSync(Deno.env.get("TMPDIR") + "/other");
    try {
      for (;;) other.writeSync(new Uint8Array(4096));
    } catch {}
  }
  for await (const _ of running.stderr);
  code = await running.ended;
}
console.log(running === null ? "a pipe" : code === DISK_IS_FULL ? "the end" : code + ", " + size + " B");
`;

/** The shell itself writes less than the disk holds, and goes on when the file has been emptied. */
const THREE_TIMES = `exec 3>&1; x=$(head -c 11999 /dev/zero | tr '\\0' x); for each in 1 2 3; do
i=0; while [ $i -lt 1000 ]; do echo "$x"; i=$((i+1)); done
until [ "$(stat -Lc %s "/proc/$$/fd/3")" -lt 9000000 ]; do :; done; done`;
/** What it writes is lost where the disk is full, and it goes on. */
const ENDLESS = "while :; do head -c 1000 /dev/zero; done 2>&-";
for (
  const [what, size, script, fill, says] of [
    ["of 8 MiB is not used", "8m", ENDLESS, "", "a pipe"],
    ["of 24 MiB is emptied early", "24m", THREE_TIMES, "", "0, 36000000 B"],
    ["that others fill ends the program", "24m", ENDLESS, "fill", "the end"],
  ] as const
) {
  Deno.test({
    name: `spawnSpooled(): a disk ${what}`,
    ...needs({ what: "the right to mount", isHere: canMount() }),
    async fn() {
      const folder = await Deno.makeTempDir();
      const { stdout, stderr } = await new Deno.Command("unshare", {
        args: [
          "-rm",
          "sh",
          "-c",
          'mount -t tmpfs -o "size=$1" tmpfs "$2" && shift 2 && exec "$@"',
          "sh",
          size,
          folder,
          Deno.execPath(),
          "eval",
          ON_A_SMALL_DISK,
          script,
          fill,
        ],
        env: { TMPDIR: folder },
      }).output();
      await Deno.remove(folder);
      const decoder = new TextDecoder();
      assertEquals([decoder.decode(stdout), decoder.decode(stderr)], [`${says}\n`, ""]);
    },
  });
}

/** Whether a tmpfs can be mounted in a namespace of its own. */
function canMount(): boolean {
  try {
    const args = ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/tmp"];
    return new Deno.Command("unshare", { args, stdout: "null", stderr: "null" }).outputSync()
      .success;
  } catch {
    return false;
  }
}

/** Returns the command lines of all processes (proc_pid_cmdline(5)). */
async function namesOfPrograms(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    names.push(line.replaceAll("\0", " ").trim());
  }
  return names;
}
