/**
 * A capture at a pace, for `bench/page.ts`: it speaks as tcpdump does, and writes the segments of one
 * connection, `BENCH_BEFORE` of them at once, then `BENCH_RATE` a second, until SIGINT.
 *
 * @module
 */
import { pcapHeader, pcapRecord } from "../capture/pcap.ts";
import { LINK } from "../packet/link.ts";
import { packetOf, talkRows } from "./segments.ts";

/** Milliseconds between two writes. */
const PACE = 20;

function write(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

if (import.meta.main) {
  const rate = Number(Deno.env.get("BENCH_RATE"));
  const before = Number(Deno.env.get("BENCH_BEFORE"));
  const rows = talkRows();
  const next = () => {
    const bytes = packetOf(0, rows.next().value);
    const time = BigInt(Date.now()) * 1_000_000n;
    write(pcapRecord({ time, bytes, length: bytes.length }));
  };
  Deno.addSignalListener("SIGINT", () => Deno.exit());
  Deno.stderr.writeSync(new TextEncoder().encode("tcpdump: listening on lo\n"));
  write(pcapHeader(LINK.raw));
  for (let i = 0; i < before; i++) next();
  const start = performance.now();
  let sent = 0;
  setInterval(() => {
    const due = rate * (performance.now() - start) / 1000;
    while (sent < due) {
      next();
      sent++;
    }
  }, PACE);
}
