import { assert, assertEquals } from "@std/assert";
import { LINUX, needs, UNIX } from "./needs.ts";
import { freePort } from "./free_port.ts";
import { RUN } from "./processes.ts";
import { readAll } from "./servers.ts";
import { until } from "./waiting.ts";

const encoder = new TextEncoder();

const ENVIRONMENT = "env -u NO_COLOR TERM=screen LC_ALL=C.UTF-8";

/** A terminal of 40 columns, or as many as are given, in tmux, in which netkit runs. Disposing of it ends tmux. */
class Terminal {
  readonly #socket = `netkit-${crypto.randomUUID()}`;
  readonly #columns: number;

  constructor(columns = 40) {
    this.#columns = columns;
  }

  async tmux(...args: string[]): Promise<string> {
    const { stdout } = await new Deno.Command("tmux", { args: ["-L", this.#socket, ...args] })
      .output();
    return new TextDecoder().decode(stdout);
  }

  /** Runs netkit; `between` is done when a key has stopped it, or it has ended. */
  async run(args: readonly string[], between = ""): Promise<void> {
    const command = [Deno.execPath(), ...RUN, ...args].join(" ");
    // What it printed stays to be seen when it has ended.
    const jobs = between === "" ? "" : "set -m; "; // job control
    await this.#start(`${jobs}${ENVIRONMENT} ${command}; ${between}echo "exit $?"; read -r _`);
  }

  /** Starts a shell with job control. */
  async shell(): Promise<void> {
    await this.#start(`${ENVIRONMENT} PS1='$ ' bash --norc --noprofile -i`);
    await this.shows("$");
  }

  async #start(command: string): Promise<void> {
    const size = ["-x", `${this.#columns}`, "-y", "12"];
    await this.tmux("-u", "-f", "/dev/null", "new-session", "-d", ...size, command);
  }

  /** Types keys; text as it is, or names such as `Left` and `C-d`. */
  async type(...keys: string[]): Promise<void> {
    await this.tmux("send-keys", ...keys);
  }

  /** Resolves when the screen, without blank lines at its end, is `lines`, or as one pattern says. */
  async shows(...lines: string[] | [RegExp]): Promise<void> {
    let screen = "";
    const [pattern] = lines;
    await until(async () => {
      screen = (await this.tmux("capture-pane", "-p")).replace(/\s*$/, "");
      return pattern instanceof RegExp ? pattern.test(screen) : screen === lines.join("\n");
    }, () => `${screen}\n--- instead of\n${lines.join("\n")}`);
  }

  /** Returns what the client writes to the terminal from now on, also what leaves the screen as it was. */
  async written(): Promise<Disposable & { text(): string }> {
    const file = await Deno.makeTempFile();
    await this.tmux("pipe-pane", "-O", `cat >'${file}'`);
    return {
      text: () => Deno.readTextFileSync(file),
      [Symbol.dispose]: () => Deno.removeSync(file),
    };
  }

  /** Resolves to the number of the client's process, a child of the shell. */
  async clientPid(): Promise<number> {
    const shell = (await this.tmux("display", "-p", "#{pane_pid}")).trim();
    return Number(await Deno.readTextFile(`/proc/${shell}/task/${shell}/children`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.tmux("kill-server");
  }
}

/** Returns the greeting on a terminal of 40 columns, folded; a port that the system chooses has five digits. */
function greetingOf(port: number): string[] {
  return [`connected to 127.0.0.1:${port}; Ctrl-D`, "ends input, Ctrl-C ends"];
}

Deno.test({
  name: "netkit client on a terminal keeps the line that is typed whole while text arrives",
  ...needs(UNIX, "tmux"),
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    await using terminal = new Terminal();
    await terminal.run(["client", `${port}`]);
    using conn = await listener.accept();
    const says = (text: string) => conn.write(encoder.encode(text));
    const head = greetingOf(port);

    await terminal.shows(...head, ">");
    await terminal.type("hello wold");
    await terminal.shows(...head, "> hello wold");
    await says("news\nmore\n");
    await terminal.shows(...head, "news", "more", "> hello wold");
    await terminal.type("Left", "Left", "r"); // the cursor is where it was
    await terminal.shows(...head, "news", "more", "> hello world");
    await says("login: "); // a line without its end stands before what is typed
    await terminal.shows(...head, "news", "more", "login: hello world");
    await terminal.type("Enter");
    const buffer = new Uint8Array(100);
    const count = await conn.read(buffer);
    assertEquals(new TextDecoder().decode(buffer.subarray(0, count!)), "hello world\n");

    await terminal.type("一二三四五六七八九十一二三四五六七八九十一"); // more than a row
    const typed = ["> 一二三四五六七八九十一二三四五六七八九", "十一"];
    await terminal.shows(...head, "news", "more", "login: hello world", ...typed);
    await says("\x1b[2Jsafe\r\n");
    await terminal.shows(...head, "news", "more", "login: hello world", "\\x1b[2Jsafe", ...typed);
    await terminal.type("C-u", "C-d");
    assertEquals(await conn.read(buffer), null);
    await says("bye\n");
    conn.closeWrite();
    await terminal.shows(
      ...head,
      "news",
      "more",
      "login: hello world",
      "\\x1b[2Jsafe",
      "bye",
      "you have ended first, then the server",
      "exit 0",
    );
  },
});

Deno.test({
  name: "netkit client on a terminal shows whose turn it is, and tells of what comes out of turn",
  ...needs(UNIX, "tmux"),
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    await using terminal = new Terminal();
    await terminal.run(["client", `${port}`, "--mode", "half"]);
    using conn = await listener.accept();
    const head = greetingOf(port);
    await terminal.shows(...head, "you>");
    await terminal.type("hello", "Enter");
    await terminal.shows(...head, "you> hello", "…");
    const buffer = new Uint8Array(100);
    assertEquals(await conn.read(buffer), 6);
    await conn.write(encoder.encode("HELLO\n"));
    await terminal.shows(...head, "you> hello", "HELLO", "you>");
    await terminal.type("wor");
    await terminal.shows(...head, "you> hello", "HELLO", "you> wor");
    await conn.write(encoder.encode("late\n"));
    const more = ["! out of turn: 5 B", "late"];
    await terminal.shows(...head, "you> hello", "HELLO", ...more, "you> wor");
    conn.close();
    await terminal.shows(
      ...head,
      "you> hello",
      "HELLO",
      ...more,
      "the server has ended first",
      "exit 0",
    );
  },
});

Deno.test({
  name: "netkit client --keep-open on a terminal says when the server has ended its half",
  ...needs(UNIX, "tmux"),
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    await using terminal = new Terminal();
    await terminal.run(["client", `${port}`, "--keep-open"]);
    using conn = await listener.accept();
    const head = greetingOf(port);
    await terminal.shows(...head, ">");
    await terminal.type("after");
    await terminal.shows(...head, "> after");
    await conn.closeWrite();
    const note = "the server has ended its half; it still gets what you type";
    const noted = [note.slice(0, 40).trimEnd(), note.slice(40)];
    await terminal.shows(...head, ...noted, "> after");
    await terminal.type("Enter", "C-d");
    const buffer = new Uint8Array(100);
    assertEquals(await conn.read(buffer), 6);
    assertEquals(await conn.read(buffer), null);
    await terminal.shows(
      ...head,
      ...noted,
      "> after",
      "the server has ended first",
      "exit 0",
    );
  },
});

Deno.test({
  name: "netkit client on a terminal goes on after Ctrl-Z and fg with what was being typed",
  ...needs(UNIX, "tmux"),
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    await using terminal = new Terminal();
    await terminal.run(["client", `${port}`], "read -r _; fg >/dev/null; ");
    using conn = await listener.accept();
    const head = greetingOf(port);
    await terminal.shows(...head, ">");
    await terminal.type("half");
    await terminal.shows(...head, "> half");
    await terminal.type("C-z");
    await terminal.shows(/> half\n[^>]*Stopped|> half\n.*\[1\]/);
    await terminal.type("Enter"); // for the shell
    await terminal.shows(/> half\n[^>]*> half$/);
    await terminal.type(" a line", "Enter");
    const buffer = new Uint8Array(100);
    assertEquals(await conn.read(buffer), "half a line\n".length);
    await terminal.type("C-d");
    assertEquals(await conn.read(buffer), null);
    conn.close();
    await terminal.shows(/exit 0$/);
  },
});

Deno.test({
  name: "netkit client on a terminal sends a paste of many lines as it is",
  ...needs(UNIX, "tmux"),
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using terminal = new Terminal();
    await terminal.run(["client", `${listener.addr.port}`]);
    using conn = await listener.accept();
    await terminal.shows(/> *$/);
    const lines = Array.from({ length: 400 }, (_, i) => `line ${i} straße 你好\n`).join("");
    const file = await Deno.makeTempFile();
    await Deno.writeTextFile(file, `${lines}and`);
    await terminal.type("typed ");
    await terminal.shows(/> typed *$/);
    await terminal.tmux("load-buffer", file);
    await terminal.tmux("paste-buffer");
    await terminal.shows(/> and$/);
    await terminal.type(" more", "Enter", "C-d");
    const received = new TextDecoder().decode(await readAll(conn));
    assertEquals(received === `typed ${lines}and more\n`, true, received.slice(0, 200));
    conn.close();
    await terminal.shows(/exit 0$/);
    await Deno.remove(file);
  },
});

Deno.test({
  name: "netkit serve --talk and netkit client are a chat of two people",
  ...needs(UNIX, "tmux"),
  async fn() {
    await using alice = new Terminal();
    await using bob = new Terminal();
    const port = await startTalking(alice);
    await bob.run(["client", `${port}`]);
    await bob.shows(/^connected to [^]*>$/);
    await bob.type("hello alice", "Enter");
    await alice.shows(/^connected to [^]*\nhello alice\n>$/);
    await bob.type("half a li");
    await alice.type("hello bob", "Enter");
    await bob.shows(/\n> hello alice\nhello bob\n> half a li$/);
    await alice.type("C-d");
    await bob.shows(/\nthe server has ended first\nexit 0$/);
    await alice.shows(/\nyou have ended first, then the client\nexit 0$/);
  },
});

/** Starts `netkit serve --talk` on a terminal; resolves to its port when it listens. */
async function startTalking(terminal: Terminal): Promise<number> {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/port`;
  await terminal.run(["serve", "--talk", "--log", "none", "--port-file", file, "0"]);
  let port = 0;
  await until(async () => {
    port = Number(await Deno.readTextFile(file).catch(() => ""));
    return port !== 0;
  });
  await Deno.remove(folder, { recursive: true });
  return port;
}

/** Starts netkit at one end of a connection, on a terminal; resolves to the other end. */
async function startAt(end: "client" | "serve", terminal: Terminal): Promise<Deno.TcpConn> {
  if (end === "client") {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await terminal.run(["client", `${listener.addr.port}`]);
    return await listener.accept();
  }
  const port = await startTalking(terminal);
  return await Deno.connect({ hostname: "127.0.0.1", port });
}

for (const end of ["client", "serve"] as const) {
  const name = end === "client" ? "netkit client" : "netkit serve --talk";

  Deno.test({
    name: `a person at ${name} types, changes the width, and ends with Ctrl-D`,
    ...needs(UNIX, "tmux"),
    async fn() {
      await using terminal = new Terminal(60);
      using conn = await startAt(end, terminal);
      await terminal.shows(/\n>$/);
      const text = "0123456789".repeat(7);
      await terminal.type(text);
      await terminal.tmux("resize-window", "-x", "31", "-y", "12");
      const rows = `> ${text}`.match(/.{1,31}/g)!;
      await terminal.shows(new RegExp(`${rows.join("\n")}$`));
      await conn.write(encoder.encode("news\n"));
      await terminal.shows(new RegExp(`(^|\n)news\n${rows.join("\n")}$`));
      await terminal.type("Enter", "C-d");
      assertEquals(new TextDecoder().decode(await readAll(conn)), `${text}\n`);
      await conn.closeWrite();
      const peer = end === "client" ? "server" : "client";
      await terminal.shows(new RegExp(`you have ended first, then the *\n${peer}\nexit 0$`));
    },
  });

  Deno.test({
    name: `Ctrl-C ends ${name} while a line is being typed, and gives the terminal back`,
    ...needs(UNIX, "tmux"),
    async fn() {
      await using terminal = new Terminal(60);
      using conn = await startAt(end, terminal);
      await terminal.shows(/\n>$/);
      await terminal.type("never sent");
      await terminal.shows(/\n> never sent$/);
      await terminal.type("C-c");
      await terminal.shows(/ ends\nexit 130$/); // the line has gone with the prompt
      assertEquals((await readAll(conn)).length, 0);
      await terminal.type("visible"); // the terminal shows what is typed again
      await terminal.shows(/\nexit 130\nvisible$/);
    },
  });
}

Deno.test({
  name: "netkit serve --talk and netkit client take turns at two terminals",
  ...needs(UNIX, "tmux"),
  async fn() {
    const port = freePort();
    await using alice = new Terminal();
    await using bob = new Terminal();
    await alice.run(["serve", "--talk", "--log", "none", "--mode", "half", `${port}`]);
    await bob.run(["client", "--retry", "60", "--mode", "half", `${port}`]);
    await bob.shows(/you>$/);
    await alice.shows(/\n…$/); // a client speaks first
    await bob.type("ready?", "Enter");
    await bob.shows(/you> ready\?\n…$/);
    await alice.shows(/ends\nready\?\nyou>$/);
    await alice.type("yes", "Enter");
    await bob.shows(/\nyes\nyou>$/);
    await bob.type("over", "Enter");
    await alice.shows(/\nover\nyou>$/);
    await alice.type("C-c");
    await alice.shows(/exit 130$/);
    await bob.shows(/exit 0$/);
  },
});

/** Resolves to the lines that `conn` gives, so many. */
async function linesFrom(conn: Deno.Conn, count: number): Promise<string[]> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(64 * 1024);
  let text = "";
  let lines = 0;
  while (lines < count) {
    const read = await conn.read(buffer);
    if (read === null) break;
    const more = decoder.decode(buffer.subarray(0, read), { stream: true });
    lines += more.split("\n").length - 1;
    text += more;
  }
  return text.split("\n").slice(0, -1);
}

/** A client that talks to a listener of the test, started as a job of a shell. */
async function job(terminal: Terminal, listener: Deno.TcpListener): Promise<Deno.TcpConn> {
  await terminal.shell();
  const command = [Deno.execPath(), ...RUN, "client", `${listener.addr.port}`].join(" ");
  await terminal.type("-l", `clear; ${command}`);
  await terminal.type("Enter");
  const conn = await listener.accept();
  await terminal.shows(/Ctrl-C ends\n>$/);
  return conn;
}

Deno.test({
  name: "netkit client is stopped by Ctrl-Z and goes on with fg, the terminal given back meanwhile",
  ...needs(UNIX, "tmux", "bash"),
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using terminal = new Terminal(100);
    using conn = await job(terminal, listener);
    await terminal.type("half a");
    await terminal.shows(/\n> half a$/);
    for (let i = 0; i < 3; i++) {
      await terminal.type("C-z");
      await terminal.shows(/Stopped[^\n]*(\n[^\n]*)?\n\$$/);
      await terminal.type("stty -a | grep -o 'isig icanon iexten echo '", "Enter");
      await terminal.shows(/\nisig icanon iexten echo\n\$$/);
      await terminal.type("clear; fg", "Enter");
      await terminal.shows(/client \d+\n> half a$/);
    }
    await terminal.type(" line", "Enter");
    assertEquals(await linesFrom(conn, 1), ["half a line"]);
    await conn.write(encoder.encode("HALF A LINE\n"));
    await terminal.shows(/\n> half a line\nHALF A LINE\n>$/);
    await terminal.type("C-c");
    await terminal.shows(/\n\$$/); // before that the client may still read what is typed
    await terminal.type("stty -a | grep -o 'isig icanon iexten echo '", "Enter");
    await terminal.shows(/\nisig icanon iexten echo\n\$$/);
  },
});

for (const signal of ["SIGSTOP", "SIGTSTP"] as const) {
  Deno.test({
    name: `netkit client that ${signal} from elsewhere has stopped goes on with fg`,
    ...needs(LINUX, "tmux", "bash"),
    async fn() {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      await using terminal = new Terminal(100);
      using conn = await job(terminal, listener);
      await terminal.type("typed");
      await terminal.shows(/\n> typed$/);
      Deno.kill(await terminal.clientPid(), signal);
      await terminal.shows(/Stopped[^\n]*(\n[^\n]*)?\n\$$/);
      await terminal.type("clear; fg", "Enter");
      await terminal.shows(/client \d+\n> typed$/);
      await terminal.type("!", "Enter");
      assertEquals(await linesFrom(conn, 1), ["typed!"]);
    },
  });
}

Deno.test({
  name: "netkit client that is stopped and continued by signals alone draws its line again",
  ...needs(LINUX, "tmux"),
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using terminal = new Terminal();
    await terminal.run(["client", `${listener.addr.port}`]);
    using conn = await listener.accept();
    await terminal.shows(/\n>$/);
    await terminal.type("typed");
    await terminal.shows(/\n> typed$/);
    const pid = await terminal.clientPid();
    Deno.kill(pid, "SIGSTOP");
    await until(async () => /\) T /.test(await Deno.readTextFile(`/proc/${pid}/stat`)));
    Deno.kill(pid, "SIGCONT");
    await terminal.type("!");
    await terminal.shows(/ends\n> typed!$/);
    await terminal.type("Enter");
    assertEquals(await linesFrom(conn, 1), ["typed!"]);
    await terminal.type("C-z"); // no shell could let it go on: it is not stopped
    await terminal.type("again", "Enter");
    assertEquals(await linesFrom(conn, 1), ["again"]);
  },
});

for (const signal of ["SIGTERM", "SIGHUP", "SIGQUIT"] as const) {
  Deno.test({
    name: `netkit client gives the terminal back when ${signal} ends it`,
    ...needs(LINUX, "tmux", "bash"),
    async fn() {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      await using terminal = new Terminal(100);
      using conn = await job(terminal, listener);
      assert(conn.localAddr.transport === "tcp");
      Deno.kill(await terminal.clientPid(), signal);
      await terminal.shows(/\n\$$/);
      await terminal.type("stty -a | grep -o 'isig icanon iexten echo '", "Enter");
      await terminal.shows(/\nisig icanon iexten echo\n\$$/);
    },
  });
}

Deno.test({
  name: "the terminal is given back when an exception ends the program",
  ...needs(UNIX, "tmux", "bash"),
  async fn() {
    await using terminal = new Terminal(100);
    await terminal.shell();
    const module = new URL("../system/terminal.ts", import.meta.url);
    const script = `import { openTerminal } from "${module}";
      openTerminal({ resized() {}, continued() {} });
      console.log("ready");
      await Deno.stdin.read(new Uint8Array(9));
      throw new Error("a bug");`;
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${folder}/x.ts`, script);
      await terminal.type("-l", `clear; ${Deno.execPath()} run -A --no-check ${folder}/x.ts`);
      await terminal.type("Enter");
      await terminal.shows(/^ready$/);
      await terminal.type("x");
      await terminal.shows(/a bug[^]*\n\$$/);
      await terminal.type("clear; stty -a | grep -o 'isig icanon iexten echo '", "Enter");
      await terminal.shows(/^isig icanon iexten echo\n\$$/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name:
    "10,000 lines pasted into netkit client all arrive, in order, with marks around them and without",
  ...needs(UNIX, "tmux"),
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const lines = Array.from({ length: 10_000 }, (_, i) => `line ${i} 你好 $\t!`);
    const file = await Deno.makeTempFile();
    try {
      await Deno.writeTextFile(file, lines.map((line) => `${line}\n`).join("") + "rest");
      for (const marks of [["-p"], []]) {
        await using terminal = new Terminal();
        await terminal.run(["client", `${listener.addr.port}`]);
        using conn = await listener.accept();
        await terminal.shows(/\n>$/);
        await terminal.tmux("load-buffer", file);
        await terminal.tmux("paste-buffer", ...marks);
        assertEquals(await linesFrom(conn, lines.length), lines);
        await terminal.shows(/> line 9999 你好 \$ +!\n> rest$/);
        await conn.write(encoder.encode(lines.map((line) => `${line.toUpperCase()}\n`).join("")));
        await terminal.shows(/LINE 9999 你好 \$ +!\n> rest$/);
        await terminal.type("C-u", "C-d");
        assertEquals(await conn.read(new Uint8Array(1)), null);
      }
    } finally {
      await Deno.remove(file);
    }
  },
});

Deno.test({
  name: "a wrapped line of Chinese is drawn once at an odd width, and moved in",
  ...needs(UNIX, "tmux"),
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using terminal = new Terminal(49);
    await terminal.run(["client", `${listener.addr.port}`]);
    using conn = await listener.accept();
    await terminal.shows(/\n>$/);
    const text = "一二三四五六七八九十".repeat(6); // 120 columns: 23 and 24 characters a row, and the rest
    for (const character of text) await terminal.type(character);
    const rows = [`> ${text.slice(0, 23)}`, text.slice(23, 47), text.slice(47)];
    await terminal.shows(new RegExp(`ends\n${rows.join("\n")}$`));
    await terminal.type("Home", "头", "End", "尾");
    const moved = `头${text}尾`;
    const after = [`> ${moved.slice(0, 23)}`, moved.slice(23, 47), moved.slice(47)];
    await terminal.shows(new RegExp(`ends\n${after.join("\n")}$`));
    await conn.write(encoder.encode("消息\n"));
    await terminal.shows(new RegExp(`ends\n消息\n${after.join("\n")}$`));
    await terminal.type("Enter");
    assertEquals(await linesFrom(conn, 1), [moved]);
    await terminal.shows(new RegExp(`ends\n消息\n${after.join("\n")}\n>$`));
  },
});

Deno.test({
  name: "the line of netkit client stays whole when the terminal gets another width",
  ...needs(UNIX, "tmux"),
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using terminal = new Terminal(60);
    await terminal.run(["client", `${listener.addr.port}`]);
    using conn = await listener.accept();
    await terminal.shows(/\n>$/);
    const text = "0123456789".repeat(7);
    await terminal.type(text);
    await terminal.shows(new RegExp(`ends\n> ${text.slice(0, 58)}\n${text.slice(58)}$`));
    using drawn = await terminal.written();
    for (const columns of [31, 77, 44]) {
      const before = drawn.text().length;
      await terminal.tmux("resize-window", "-x", `${columns}`, "-y", "12");
      // tmux folds the line itself, and tells the client of the width up to a quarter of a second later.
      await until(() => drawn.text().slice(before).endsWith(text), () => drawn.text());
      const rows = `> ${text}`.match(new RegExp(`.{1,${columns}}`, "g"))!;
      // tmux itself may take what stands above out of sight.
      await terminal.shows(new RegExp(`^([^>]*\n)?${rows.join("\n")}$`));
    }
    await terminal.type("!", "Enter");
    assertEquals(await linesFrom(conn, 1), [`${text}!`]);
  },
});

Deno.test({
  name: "netkit client remembers lines: arrows, and Ctrl-R to search",
  ...needs(UNIX, "tmux"),
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using terminal = new Terminal(80);
    await terminal.run(["client", `${listener.addr.port}`]);
    using conn = await listener.accept();
    await terminal.shows(/\n>$/);
    await terminal.type("GET /one", "Enter", "GET /two", "Enter", "HEAD /", "Enter");
    await terminal.type("Up", "Up", "Enter");
    await terminal.shows(/> HEAD \/\n> GET \/two\n>$/);
    await terminal.type("C-r", "one");
    await terminal.shows(/\n\(reverse-i-search\)`one': GET \/one$/);
    await terminal.type("C-e", " now", "Enter");
    assertEquals(
      await linesFrom(conn, 5),
      ["GET /one", "GET /two", "HEAD /", "GET /two", "GET /one now"],
    );
    await terminal.shows(/> GET \/one now\n>$/);
  },
});

Deno.test({
  name: "netkit client says who ended first also where it needs no prompt: with --mode receive",
  ...needs(UNIX, "tmux"),
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using terminal = new Terminal(80);
    await terminal.run(["client", `${listener.addr.port}`, "--mode", "receive"]);
    using conn = await listener.accept();
    await conn.write(encoder.encode("news\n"));
    await terminal.shows(/\nnews$/);
    await conn.closeWrite();
    await terminal.shows(/\nnews\nthe server has ended\nexit 0$/);
  },
});

Deno.test({
  name: "netkit client --lang zh greets in Chinese to the end of the sentence",
  ...needs(UNIX, "tmux"),
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    await using terminal = new Terminal(80);
    await terminal.run(["--lang", "zh", "client", `${port}`]);
    using _conn = await listener.accept();
    await terminal.shows(`已连接到127.0.0.1:${port}；按Ctrl-D结束输入，按Ctrl-C结束`, ">");
  },
});
