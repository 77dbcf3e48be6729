import { assertEquals } from "@std/assert";
import { needs, UNIX } from "./needs.ts";
import { freePort, RUN } from "./processes.ts";
import { readAll } from "./servers.ts";
import { until } from "./waiting.ts";

const encoder = new TextEncoder();

/** A terminal of 40 columns in tmux, in which netkit runs. Disposing of it ends tmux. */
class Terminal {
  readonly #socket = `netkit-${crypto.randomUUID()}`;

  async tmux(...args: string[]): Promise<string> {
    const { stdout } = await new Deno.Command("tmux", { args: ["-L", this.#socket, ...args] })
      .output();
    return new TextDecoder().decode(stdout);
  }

  /** Runs netkit; `between` is done when a key has stopped it, or it has ended. */
  async run(args: readonly string[], between = ""): Promise<void> {
    const command = [Deno.execPath(), ...RUN, ...args].join(" ");
    // What it printed stays to be seen when it has ended.
    const shell =
      `${between && "set -m; "}env -u NO_COLOR TERM=screen LC_ALL=C.UTF-8 ${command}; ` +
      `${between}echo "exit $?"; read -r _`;
    await this.tmux("-u", "-f", "/dev/null", "new-session", "-d", "-x", "40", "-y", "12", shell);
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.tmux("kill-server");
  }
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
    // 59 characters on a terminal of 40
    const greeting = `connected to 127.0.0.1:${port}; Ctrl-D ends input, Ctrl-C ends`;
    const head = [greeting.slice(0, 40), greeting.slice(40)];

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
      "you have ended, and so has the server",
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
    const greeting = `connected to 127.0.0.1:${port}; Ctrl-D ends input, Ctrl-C ends`;
    const head = [greeting.slice(0, 40), greeting.slice(40)];
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
      "the server has closed the connection",
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
    const greeting = `connected to 127.0.0.1:${port}; Ctrl-D ends input, Ctrl-C ends`;
    const head = [greeting.slice(0, 40), greeting.slice(40)];
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
      "the server has closed the connection",
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
    const greeting = `connected to 127.0.0.1:${port}; Ctrl-D ends input, Ctrl-C ends`;
    const head = [greeting.slice(0, 40), greeting.slice(40)];
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
    const port = freePort();
    await using alice = new Terminal();
    await using bob = new Terminal();
    await alice.run(["serve", "--talk", "--log", "none", `${port}`]);
    await bob.run(["client", "--retry", "60", `${port}`]);
    await bob.shows(/^connected to [^]*>$/);
    await bob.type("hello alice", "Enter");
    await alice.shows(/^connected to [^]*\nhello alice\n>$/);
    await bob.type("half a li");
    await alice.type("hello bob", "Enter");
    await bob.shows(/\n> hello alice\nhello bob\n> half a li$/);
    await alice.type("C-d");
    await bob.shows(/\nthe server has closed the connection\nexit 0$/);
    await alice.shows(/\nyou have ended, and so has the client\nexit 0$/);
  },
});

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
