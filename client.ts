/**
 * `netkit client`: standard input to a server, its answers to standard output, both at once.
 *
 * @module
 */
import { type Command, command, option, port, seconds } from "./cli/command.ts";
import { cannot, EXIT, OutputClosed, reasonOf, Stopped, UserError } from "./cli/errors.ts";
import { type Io, print, say } from "./cli/io.ts";
import { formatDuration } from "./cli/log.ts";
import type { Prompt } from "./cli/prompt.ts";
import { TerminalText } from "./cli/terminal.ts";
import type { Connection } from "./net/accept.ts";
import { chooseEndpoint, type Endpoint, formatEndpoint, parseHost } from "./net/endpoint.ts";
import type { Writable } from "./net/stream.ts";
import { NearSideError, talk } from "./net/talk.ts";
import { connect } from "./net/connect.ts";

/** The command. */
export const client: Command = command({
  name: "client",
  summary: "talk to a server: keyboard or pipe to it, its answers to the screen",
  description: [
    "Full-duplex: standard input goes to the server and its answers to standard output at the same " +
    "time, byte for byte. The end of input (Ctrl-D) ends this half of the connection; answers are " +
    "received however late they come. When the server ends, the client ends.",
    "Standard output is what was received and nothing else. On a terminal, what arrives does not " +
    "disturb what is being typed, and control characters are shown instead of obeyed.",
  ],
  operands: [{
    name: "ENDPOINT",
    summary: "the server: HOST:PORT, PORT, :PORT, [IPv6]:PORT or unix:PATH; " +
      "127.0.0.1:8000 if left out",
  }],
  options: {
    host: option({ value: "HOST", summary: "connect to this host", parse: parseHost }, null),
    port: port("connect to this port", null),
    connectTimeout: seconds("give up connecting after this time; 10 if left out", 10_000),
  },
  examples: [
    { line: "netkit client", says: "talks to 127.0.0.1:8000" },
    { line: "echo hello | netkit client localhost:7000", says: "sends a line, prints the answer" },
    { line: "netkit client unix:/tmp/upper.sock <in >out", says: "sends a file, keeps the answer" },
  ],
  permissions: ["--allow-net", "--allow-read and --allow-write for unix:PATH"],
  async run({ options, operands }, io) {
    const endpoint = chooseEndpoint(operands[0], options);
    const connection = await connectTo(endpoint, options.connectTimeout, io.stop);
    await converse(connection, formatEndpoint(endpoint), io);
  },
});

async function connectTo(
  endpoint: Endpoint,
  timeout: number,
  signal: AbortSignal,
): Promise<Connection> {
  const name = formatEndpoint(endpoint);
  if (endpoint.transport === "tcp" && endpoint.port === 0) {
    throw new UserError(`cannot connect to ${name}: 0 is no port of a server`, {
      hint: "0 asks the system for a free port when listening; connect to the one that it chose",
    });
  }
  try {
    return await connect(endpoint, { timeout, signal });
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") {
      throw new UserError(`cannot connect to ${name}: no answer in ${formatDuration(timeout)}`, {
        exit: EXIT.failed,
      });
    }
    throw cannot(`connect to ${name}`, error);
  }
}

/** Talks until the server ends. */
async function converse({ channel, peer }: Connection, name: string, io: Io): Promise<void> {
  const typing = io.stdin.isTerminal();
  if (typing) {
    const where = name === peer ? name : `${name} (${peer})`;
    await say(io, `connected to ${where}; Ctrl-D ends input, Ctrl-C ends`);
  }
  const prompt: Prompt | null = typing && io.stdout.isTerminal() ? await openPrompt() : null;
  const signal = prompt ? AbortSignal.any([io.stop, prompt.interrupted]) : io.stop;
  const output: Received = prompt ?? received(io);
  try {
    await talk(channel, prompt ?? io.stdin, output, signal);
    await output.end?.();
    if (typing) await say(io, "the server has closed the connection");
  } catch (error) {
    throw explained(error, name);
  }
}

async function openPrompt(): Promise<Prompt> {
  const { openPrompt } = await import("./cli/prompt.ts");
  return openPrompt();
}

/** Where received bytes go. */
interface Received extends Writable {
  /** Writes what may be left at the end. */
  end?(): Promise<void>;
}

/** Returns standard output as it is, or, where it is a terminal, with what is written escaped. */
function received({ stdout }: Io): Received {
  if (!stdout.isTerminal()) return stdout;
  const text = new TerminalText();
  return {
    async write(bytes) {
      await print(stdout, text.push(bytes));
      return bytes.length;
    },
    end: () => print(stdout, text.end()),
  };
}

/** Returns the error for the user when the conversation with `name` failed. */
function explained(error: unknown, name: string): Error {
  if (error instanceof NearSideError) {
    const cause = error.cause;
    if (error.doing === "read") return cannot("read standard input", cause);
    const closed = cause instanceof Error && cause.name === "BrokenPipe";
    return closed ? new OutputClosed() : cannot("write to standard output", cause);
  }
  if (error instanceof Stopped) return error;
  return new UserError(`the connection to ${name} broke: ${reasonOf(error)}`, {
    exit: EXIT.failed,
    cause: error,
  });
}
