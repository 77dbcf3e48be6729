/**
 * A network namespace of Linux of its own, in which a Python program makes sockets in known states.
 *
 * @module
 */
import { endProcess } from "./waiting.ts";

/** Says what went wrong, or `null`. */
async function sh(script: string): Promise<string | null> {
  const { success, stderr } = await new Deno.Command("sh", {
    args: ["-ec", script],
    env: { PATH: `${Deno.env.get("PATH")}:/usr/sbin:/sbin` },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  return success ? null : new TextDecoder().decode(stderr);
}

/** A Python program that runs until it is disposed of. */
export class Python implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #rest = "";

  constructor(words: readonly string[]) {
    const [program, ...args] = words;
    this.#child = new Deno.Command(program!, { args, stdin: "piped", stdout: "piped" }).spawn();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Its number. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Resolves to the next line that it prints, as JSON. */
  async line<T>(): Promise<T> {
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) throw new Error(`Python has ended: ${this.#rest}`);
      this.#rest += value;
    }
    const end = this.#rest.indexOf("\n");
    const line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 1);
    return JSON.parse(line);
  }

  /** Gives it a line to read. */
  async tell(line: string): Promise<void> {
    const writer = this.#child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(`${line}\n`));
    writer.releaseLock();
  }

  /** Ends it, and resolves when it has ended. */
  async end(): Promise<void> {
    endProcess(this.#child);
    await this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.close().catch(() => {});
    endProcess(this.#child);
    await this.#lines.cancel();
    await this.#child.status;
  }
}

/** The namespace; disposing of it removes it. */
export class SocketSpace implements AsyncDisposable {
  readonly #name: string;

  private constructor(name: string) {
    this.#name = name;
  }

  /** Makes one in which the loopback interface is up, and `script` has been run by a shell. */
  static async make(script = "true"): Promise<SocketSpace> {
    const made = new SocketSpace(`netkit-${crypto.randomUUID().slice(0, 8)}`);
    const failed = await sh(`
      ip netns add ${made.#name}
      ip -n ${made.#name} link set lo up
      ip netns exec ${made.#name} sh -ec '${script}'`);
    if (failed === null) return made;
    await made[Symbol.asyncDispose]();
    throw new Error(failed);
  }

  /** Returns the words of a command that runs `words` in the namespace. */
  inside(words: readonly string[]): string[] {
    return ["ip", "netns", "exec", this.#name, ...words];
  }

  /** Starts a Python program in the namespace. */
  python(
    program: string,
    wrap: (words: readonly string[]) => readonly string[] = (w) => w,
  ): Python {
    return new Python(this.inside(wrap(["python3", "-uc", program])));
  }

  /** Resolves to what a command in the namespace writes to standard output. */
  async output(words: readonly string[]): Promise<string> {
    const [program, ...args] = this.inside(words);
    const { stdout } = await new Deno.Command(program!, { args, stdin: "null" }).output();
    return new TextDecoder().decode(stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await sh(`ip netns del ${this.#name}`);
  }
}

/**
 * A Python program with a socket in every state: it prints a line when they are there, and ends with
 * its standard input. `fe80::5` has to be an address of lo, and 192.0.2.9 a neighbour who is silent.
 */
export const EVERY_STATE = `
import os, socket, sys, json
from socket import *
kept = []
def listener(family=AF_INET, host="127.0.0.1", only=None, reuse=False, backlog=5):
    s = socket(family, SOCK_STREAM)
    if only is not None: s.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, only)
    if reuse: s.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
    s.bind((host, 0) if not isinstance(host, tuple) else host)
    s.listen(backlog)
    kept.append(s)
    return s
def pair(l, host=None):
    c = socket(l.family if host is None else AF_INET, SOCK_STREAM)
    c.connect(l.getsockname() if host is None else (host, l.getsockname()[1]))
    s, _ = l.accept()
    kept.extend([c, s])
    return c, s
def fill(s):
    s.setblocking(False)
    try:
        while True: s.send(b"x" * 65536)
    except BlockingIOError: pass
l = listener()
pair(l)                                           # ESTABLISHED
c, s = pair(l); c.shutdown(SHUT_WR); s.recv(1)    # FIN-WAIT-2 and CLOSE-WAIT
c, s = pair(l); c.close(); s.recv(1)              # FIN-WAIT-2 without a process
c, s = pair(l); fill(c); c.shutdown(SHUT_WR)      # FIN-WAIT-1: the FIN is behind what nobody reads
c, s = pair(l); fill(c); c.close()                # FIN-WAIT-1 without a process
c, s = pair(l); fill(s); c.shutdown(SHUT_WR); s.setblocking(True); s.recv(1); s.shutdown(SHUT_WR)  # LAST-ACK
c, s = pair(l); fill(s); c.shutdown(SHUT_WR); s.setblocking(True); s.recv(1); s.close()  # the same, without a process
c, s = pair(l); fill(c); fill(s); c.shutdown(SHUT_WR); s.shutdown(SHUT_WR)
s.setblocking(True)
while s.recv(1 << 20): pass                       # CLOSING at s
for i in range(3):
    c, s = pair(l); c.close(); s.recv(1); s.close()  # TIME-WAIT
d = listener(); d.setsockopt(IPPROTO_TCP, TCP_DEFER_ACCEPT, 60)
c = socket(); c.connect(d.getsockname()); kept.append(c)  # SYN-RECEIVED at d: it waits for data
c = socket(); c.setblocking(False); c.connect_ex(("192.0.2.9", 9)); kept.append(c)  # SYN-SENT
b = socket(); b.bind(("127.0.0.1", 0)); kept.append(b)   # bound only: in no table
l6 = listener(AF_INET6, "::1"); pair(l6)
dual = listener(AF_INET6, "::", False); pair(dual, "127.0.0.1")  # IPv4 in IPv6
only = listener(AF_INET6, "::", True)
scoped = listener(AF_INET6, ("fe80::5", 0, 0, if_nametoindex("lo"))); pair(scoped)
listener(AF_INET, "0.0.0.0")
for f, h in ((AF_INET, "127.0.0.1"), (AF_INET6, "::1"), (AF_INET, "0.0.0.0"), (AF_INET6, "::")):
    u = socket(f, SOCK_DGRAM); u.bind((h, 0)); kept.append(u)
    if h in ("127.0.0.1", "::1"):
        v = socket(f, SOCK_DGRAM); v.connect(u.getsockname()); kept.append(v)
shared = listener()
dup = os.dup(shared.fileno())
r1 = listener(reuse=True); port = r1.getsockname()[1]
workers = []
for i in range(3):
    ready, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        for s in kept:
            if s is not shared: s.close()
        os.close(dup)
        r = socket(); r.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1); r.bind(("127.0.0.1", port)); r.listen()
        os.write(told, b"!")
        sys.stdin.read()
        os._exit(0)
    os.read(ready, 1); os.close(ready); os.close(told)
    workers.append(pid)
print(json.dumps({"pid": os.getpid(), "workers": workers, "shared": shared.getsockname()[1],
  "reuse": port, "bound": b.getsockname()[1], "dual": dual.getsockname()[1],
  "only": only.getsockname()[1], "deferred": d.getsockname()[1]}))
sys.stdin.read()
`;

/** A script for `SocketSpace.make` that gives `EVERY_STATE` what it needs. */
export const SILENT_NEIGHBOUR = `
  ip -6 address add fe80::5/64 dev lo nodad
  ip link add near type veth peer name far
  ip link set near up
  ip link set far up
  ip address add 192.0.2.1/24 dev near
  ip neigh add 192.0.2.9 lladdr 00:00:5e:00:53:09 nud permanent dev near`;
