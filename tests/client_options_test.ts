import { assertEquals } from "@std/assert";
import { main } from "../main.ts";
import { fakeIo } from "./fakes.ts";

/** Combinations that are refused: the arguments, the message, the hint. */
const REFUSED: [args: string, message: string, hint?: string][] = [
  ["unix:/s --udp", "--udp needs HOST:PORT: a Unix socket is a connection"],
  ["unix:/s --tls", "--tls needs HOST:PORT: a Unix socket stays on this machine"],
  ["unix:/s --source ::1", "--source needs HOST:PORT: a Unix socket comes from nowhere"],
  ["--udp --tls", "--udp and --tls do not go together: TLS needs a connection"],
  ["--ca f", "--ca is about TLS", "add --tls"],
  ["--server-name n", "--server-name is about TLS", "add --tls"],
  ["--insecure", "--insecure is about TLS", "add --tls"],
  ["--tls --insecure --ca f", "--ca and --insecure do not go together: choose one"],
  [
    "--turn-timeout 5",
    "--turn-timeout is about taking turns",
    "add --mode half, or use --idle-timeout",
  ],
  ["--keep-open --udp", "--keep-open is about connections, and UDP has none"],
  [
    "--keep-open --mode receive",
    "--keep-open goes on sending, and --mode receive sends nothing",
  ],
  [
    "--keep-open --mode half",
    "--mode half ends with the peer's turns: leave --keep-open out",
  ],
  [
    "--udp --mode receive",
    "--mode receive sends nothing, and by UDP a server only answers",
  ],
  ["1 2", '"2" is one operand too many', "--check takes several endpoints"],
  [
    "--check --udp",
    "--check needs TCP: UDP does not tell whether a port is open",
    "send what a server answers: echo hello | netkit client --udp localhost:7000",
  ],
  ["-z --keep-open", "--check has no conversation: leave --keep-open out"],
  ["--check --days 3", "--days is about the certificate", "add --tls"],
  ["--days 3", "--days is about the certificate that --check looks at", "add --check --tls"],
  ["--days x", '--days: "x" is not a number of days: write it in digits, like 14'],
  ["--time --mode send", "--time is about what arrives, and --mode send drops it"],
  [
    "--mode duplex",
    '--mode: "duplex" is not a mode: choose full, half, send, receive',
  ],
  ["--tls --ca none.pem", "cannot read none.pem: no such file or directory"],
  [
    "--tls --ca text.pem",
    "text.pem has no certificate in PEM",
    "it has to have a line -----BEGIN CERTIFICATE-----",
  ],
];

for (const [args, message, hint] of REFUSED) {
  Deno.test(`netkit client ${args} is refused: ${message}`, async () => {
    const io = fakeIo({ files: { "text.pem": "hello" } });
    const code = await main(["client", ...args.split(" ")], io);
    const err = `netkit client: ${message}\n${hint ? `  ${hint}\n` : ""}`;
    assertEquals({ code, out: io.out(), err: io.err() }, { code: 2, out: "", err });
  });
}
