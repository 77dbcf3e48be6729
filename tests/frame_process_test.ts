import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { pcapHeader, pcapRecord } from "../capture/pcap.ts";
import { captureOf } from "./frames.ts";
import { needs, UNIX } from "./needs.ts";
import { Netkit, netkit } from "./processes.ts";

Deno.test({
  name: "frame and trace do not write the file that they read, by whatever name",
  ...needs(UNIX),
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const bytes = captureOf([new Uint8Array(66), new Uint8Array(66)]);
      const path = `${folder}/one.pcap`;
      await Deno.writeFile(path, bytes);
      await Deno.link(path, `${folder}/hard.pcap`);
      await Deno.symlink(path, `${folder}/soft.pcap`);
      for (const name of ["one", "hard", "soft"]) {
        for (const input of [path, "-"]) {
          const other = `${folder}/${name}.pcap`;
          const left = await netkit(["frame", "-r", input, "-w", other], "", {
            wrap: (words) => ["sh", "-c", `exec "$@" <'${path}'`, "sh", ...words],
          });
          assertEquals(left.code, 2, left.err);
          assertStringIncludes(left.err, `${other} is the file that is read`);
        }
        const left = await netkit(["trace", "-r", path, "--svg", `${folder}/${name}.pcap`]);
        assertStringIncludes(left.err, "is the file that is read");
      }
      assertEquals(await Deno.readFile(path), bytes);
      const left = await netkit(["frame", "-r", path, "-w", `${folder}/new.pcap`]);
      assertEquals(left.code, 0, left.err);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "frame -r - shows the first packet of a live pipe before the second one comes",
  ...needs(),
  async fn() {
    await using process = new Netkit(["frame", "-r", "-"], {
      stdin: "piped",
      env: { COLUMNS: "200" },
    });
    const writer = process.child.stdin.getWriter();
    const record = (time: bigint) => pcapRecord({ time, bytes: new Uint8Array(60), length: 60 });
    await writer.write(pcapHeader(1));
    await writer.write(record(0n));
    const lines: string[] = [];
    let text = "";
    for await (const piece of process.child.stdout.pipeThrough(new TextDecoderStream())) {
      text += piece;
      const whole = text.split("\n");
      text = whole.pop()!;
      for (const line of whole) {
        lines.push(line);
        if (lines.length === 1) await writer.write(record(1_000_000_000n));
        else await writer.close();
      }
    }
    assertEquals(lines.length, 2);
    assert(lines[0]!.startsWith("   1   0.000000  "), lines[0]);
    assert(lines[1]!.startsWith("   2   1.000000  "), lines[1]);
    assertEquals((await process.child.status).code, 0, process.err);
  },
});

/** Starts a program when what it is to read, and the end of that, is in the pipe already. */
const FROM_PIPE = 'mkfifo "$0" && { cat "$1" >"$0" & exec 3<"$0"; wait; shift; exec "$@" <&3; }';

Deno.test({
  name: "frame -r - explains a packet that comes alone through a pipe",
  ...needs(UNIX),
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const path = `${folder}/one.pcap`;
      await Deno.writeFile(path, captureOf([new Uint8Array(60)]));
      await using process = new Netkit(["frame", "-r", "-"], {
        env: { COLUMNS: "200" },
        wrap: (words) => ["sh", "-c", FROM_PIPE, `${folder}/pipe`, path, ...words],
      });
      assertStringIncludes((await process.end()).out, "eth.dst");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
