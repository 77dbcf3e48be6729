/**
 * A mail server that knows STARTTLS and no more, in Python; behind TLS it answers each line in upper case.
 *
 * @module
 */
import { certificateFiles } from "./certificates.ts";
import { endProcess } from "./waiting.ts";

const PROGRAM = `
import socket, ssl, sys
cert, key, protocol = sys.argv[1:4]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)
context.set_alpn_protocols(["x"])
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    conn, _ = server.accept()
    try:
        lines = conn.makefile("rb")
        def say(text):
            conn.sendall(text.replace("\\n", "\\r\\n").encode())
        def hear():
            line = lines.readline().decode().rstrip("\\r\\n")
            print(line, flush=True)
            return line
        if protocol == "smtp":
            say("220-mail.example ESMTP\\n220 ready when you are\\n")
            hear()
            say("250-mail.example\\n250-SIZE 1000\\n250-STARTTLS\\n250 HELP\\n")
            hear()
            say("220 2.0.0 go ahead\\n")
        else:
            say("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\\n")
            tag = hear().split()[0]
            say("* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\\n%s OK done\\n" % tag)
            tag = hear().split()[0]
            say("%s OK begin TLS now\\n" % tag)
        with context.wrap_socket(conn, server_side=True, suppress_ragged_eofs=False) as secured:
            while True:
                received = secured.recv(1000)
                if not received: break
                secured.sendall(received.upper())
            secured.unwrap()
    except (OSError, IndexError, ValueError) as error:
        print("!", type(error).__name__, flush=True)
    print("-", flush=True)
`;

/** A mail server that was started. */
export interface MailServer extends AsyncDisposable {
  /** The TCP port at which it listens on 127.0.0.1. */
  readonly port: number;
  /** Its certificate, which is its own authority, in PEM. */
  readonly authority: string;
  /** Resolves to the lines that a client has said before TLS, when that has gone. */
  heard(): Promise<string[]>;
}

/** Starts a mail server for one of the protocols. */
export async function startMailServer(protocol: "smtp" | "imap"): Promise<MailServer> {
  const files = await certificateFiles();
  const child = new Deno.Command("python3", {
    args: ["-c", PROGRAM, files.args[1]!, files.args[3]!, protocol],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream());
  const reader = lines.getReader();
  let text = "";
  const line = async () => {
    while (!text.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the mail server has ended: ${text}`);
      text += value;
    }
    const end = text.indexOf("\n");
    const first = text.slice(0, end);
    text = text.slice(end + 1);
    return first;
  };
  return {
    port: Number(await line()),
    authority: files.args[1]!,
    async heard() {
      const heard: string[] = [];
      for (let next = await line(); next !== "-"; next = await line()) heard.push(next);
      return heard;
    },
    async [Symbol.asyncDispose]() {
      endProcess(child);
      await reader.cancel();
      await child.status;
      await files[Symbol.asyncDispose]();
    },
  };
}
