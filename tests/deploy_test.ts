import { assertEquals } from "@std/assert";
import { needs } from "./needs.ts";
import { Netkit, netkit } from "./processes.ts";

const UNITS = new URL("../examples/deploy/", import.meta.url);

/** Returns the words of netkit in the line `ExecStart=` of the unit. */
async function execStart(): Promise<string[]> {
  const unit = await Deno.readTextFile(new URL("netkit.service", UNITS));
  const [, words = ""] = unit.match(/^ExecStart=\/usr\/local\/bin\/netkit (.*)$/m) ?? [];
  return words.split(" ");
}

Deno.test("the systemd units of examples/deploy have only keys and values that systemd knows", {
  ...needs("systemd-analyze"),
}, async () => {
  const folder = await Deno.makeTempDir();
  try {
    const files: string[] = [];
    for (const name of ["netkit.service", "netkit.socket"]) {
      const text = await Deno.readTextFile(new URL(name, UNITS));
      const file = `${folder}/${name}`;
      await Deno.writeTextFile(file, text.replace("/usr/local/bin/netkit", Deno.execPath()));
      files.push(file);
    }
    const { code, stdout, stderr } = await new Deno.Command("systemd-analyze", {
      args: ["verify", "--man=no", ...files],
    }).output();
    // An unknown key is a warning only: standard error tells, not the exit code.
    const decoder = new TextDecoder();
    assertEquals([code, decoder.decode(stderr), decoder.decode(stdout)], [0, "", ""]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the command of examples/deploy/netkit.service serves, and answers its health check", async () => {
  const [command, ...words] = await execStart();
  assertEquals(command, "serve");
  await using server = new Netkit(["serve", "0", ...words]);
  const [, address] = await server.says(/"event":"listen",.*"address":"([^"]+)"/);
  const { code, out } = await netkit(["client", "--mode", "half", address!], "are you there?\n");
  assertEquals([code, out], [0, "ARE YOU THERE?\n"]);
});
