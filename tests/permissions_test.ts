import { assertEquals, assertMatch } from "@std/assert";
import { certificateFiles } from "./certificates.ts";
import { capturing } from "./live_capture.ts";
import { LINUX, type Need, needs, UNIX } from "./needs.ts";
import { allowed, netkit, startServer } from "./processes.ts";
import { writeProgram } from "./written_program.ts";

const CAPTURING = await capturing();

/** A capture and a table outside the project's folder, which every command may read. */
async function outside() {
  const folder = await Deno.makeTempDir();
  const copy = (from: string, to: string) =>
    Deno.copyFile(new URL(`../examples/${from}`, import.meta.url), `${folder}/${to}`);
  await copy("hello.pcap", "in.pcap");
  await copy("three-segment-close.pcap", "close.pcap");
  await Deno.writeTextFile(`${folder}/table`, "? (192.0.2.1) at 00:00:5e:00:53:01 on eth0\n");
  await Deno.writeTextFile(`${folder}/list`, "192.0.2.1\n10.0.0.1\n");
  return { folder, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

/** A command line, the permissions that README gives it, and what it prints; TMP is a folder. */
const ROWS: readonly (readonly [line: string, permissions: string, out: RegExp, Need?])[] = [
  ["arp", "--allow-run=arp,ip --allow-sys=networkInterfaces", /^/, LINUX],
  ["arp --read TMP/table", "--allow-read=TMP/table", /00:00:5e:00:53:01/],
  ["ipinfo 192.0.2.1/24", "", /192\.0\.2\.255/],
  ["ipinfo", "--allow-sys=networkInterfaces --allow-run=ip", /127\.0\.0\.1/, LINUX],
  ["ipinfo --in TMP/list 192.0.2.1", "--allow-read=TMP/list", /192\.0\.2\.1/],
  ["ipinfo --resolve localhost", "--allow-net", /127\.0\.0\.1|::1/],
  ["frame hello", "", /hello|68 65 6c 6c 6f/],
  ["frame -r TMP/in.pcap", "--allow-read=TMP/in.pcap", /hello/],
  ["frame -w TMP/out.pcap hello", "--allow-write=TMP/out.pcap", /^/],
  ["trace -r TMP/close.pcap", "--allow-read=TMP/close.pcap", /TIME-WAIT/],
  [
    "trace -r TMP/close.pcap --svg TMP/out.svg",
    "--allow-read=TMP/close.pcap --allow-write=TMP/out.svg",
    /^/,
  ],
  [
    "trace -i lo -- TMP/command",
    "--allow-run --allow-sys=networkInterfaces",
    /^/,
    CAPTURING,
  ],
];

for (const [line, permissions, expected, need = UNIX] of ROWS) {
  Deno.test(`netkit ${line} works with ${permissions || "no permission"}`, {
    ...needs(need),
  }, async () => {
    await using files = await outside();
    await writeProgram(`${files.folder}/command`, "#!/bin/sh\nexit 0\n");
    const words = (text: string) =>
      text.replaceAll("TMP", files.folder).split(" ").filter((word) => word !== "");
    const { code, out, err } = await netkit(words(line), "", allowed(...words(permissions)));
    assertEquals([code <= 1, /--allow-|permission/i.test(err)], [true, false], `${code}: ${err}`);
    assertMatch(out, expected);
  });
}

Deno.test("netkit serve and client work with --allow-net, and with the files of TLS", {
  ...needs(UNIX, "openssl"),
}, async () => {
  {
    await using server = await startServer([], allowed("--allow-net"));
    const { out } = await netkit(["client", server.address], "a\n", allowed("--allow-net"));
    assertEquals(out, "A\n");
  }
  await using files = await certificateFiles();
  const paths = files.args.filter((word) => word.startsWith("/")).join(",");
  const given = allowed("--allow-net", `--allow-read=${paths}`, "--allow-ffi");
  await using server = await startServer([...files.args], given);
  const trusting = ["client", "--tls", "--ca", files.args[1]!, `localhost:${server.port}`];
  const { code, out, err } = await netkit(
    trusting,
    "a\n",
    allowed("--allow-net", `--allow-read=${files.args[1]}`),
  );
  assertEquals([code, out, err], [0, "A\n", ""]);
});
