/**
 * The needs of tests that capture packets on the loopback interface.
 *
 * @module
 */
import { installed, type Need } from "./needs.ts";
import { endProcess } from "./waiting.ts";

/** Packets captured here: it takes tcpdump and the right to. All files of an isolate ask once. */
export async function capturing(): Promise<Need> {
  return { what: "tcpdump and the right to capture", isHere: await (asked ??= canCapture()) };
}

let asked: Promise<boolean> | undefined;

async function canCapture(): Promise<boolean> {
  if (!installed("tcpdump") || Deno.build.os !== "linux") return false;
  const child = new Deno.Command("tcpdump", {
    args: ["-i", "lo", "-w", "-", "tcp port 1"],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let said = "";
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (said.includes("listening on")) endProcess(child, "SIGINT"); // it says more after that
  }
  await child.status;
  return said.includes("listening on");
}
