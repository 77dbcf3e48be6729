/**
 * STARTTLS: the plain part of a mail protocol, up to the point where both sides begin TLS.
 *
 * Text that comes in it is read to find that point, and then forgotten (RFC 3207, section 4.2; RFC 9051, section
 * 6.2.1). Whatever stands behind the last answer, before TLS, is refused: it was not protected, and taken for the
 * beginning of what is, it would be a way to put words into the server's mouth (CVE-2011-0411 and its kind).
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { ExplainedError } from "../text/reason.ts";
import { type Channel, closeQuietly, writeAll } from "./stream.ts";
import { t } from "../text/messages.ts";

/** A protocol that can begin TLS on a plain connection. */
export type StartTls = "smtp" | "imap";

/** The most bytes of a line: RFC 5321, section 4.5.3.1.5 says 512, and IMAP lists its capabilities in one. */
const LONGEST_LINE = 8192;

/** The most lines of an answer. */
const MOST_LINES = 100;

/** The plain part of a protocol: resolves when the server expects TLS. */
type Opening = (lines: Lines, address: string) => Promise<void>;

const OPENINGS: Readonly<Record<StartTls, Opening>> = { smtp: openSmtp, imap: openImap };

/**
 * Speaks `protocol` over `channel` until the server expects TLS; closes it if that fails.
 *
 * @param address The IP address of this side, by which a client of SMTP without a name introduces itself.
 * @throws {ExplainedError} When the server has no STARTTLS, refuses it, or breaks the rules. As the channel does,
 * or the reason of `signal`.
 */
export async function askForTls(
  channel: Channel,
  protocol: StartTls,
  address: string,
  signal: AbortSignal,
): Promise<void> {
  const stop = () => closeQuietly(channel);
  signal.addEventListener("abort", stop);
  try {
    signal.throwIfAborted();
    const lines = new Lines(channel);
    await OPENINGS[protocol](lines, address);
    if (!lines.isEmpty) {
      throw refused(
        t`the server has sent more behind its answer to STARTTLS, before TLS`,
        t`that is how somebody on the way puts words into its mouth; nothing of it was taken`,
      );
    }
  } catch (error) {
    stop();
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** SMTP (RFC 3207, section 4). */
async function openSmtp(lines: Lines, address: string): Promise<void> {
  await smtpReply(lines, "220", t`greets with`);
  // RFC 5321, section 4.1.3: an address stands for a host that has no name.
  await lines.send(`EHLO [${address.includes(":") ? "IPv6:" : ""}${address}]`);
  const offered = await smtpReply(lines, "250", t`answers EHLO with`);
  if (!offered.some((line) => /^STARTTLS\b/i.test(line))) throw notOffered("SMTP");
  await lines.send("STARTTLS");
  await smtpReply(lines, "220", t`answers STARTTLS with`);
}

/** Resolves to the texts of a reply of SMTP, which is to have this code (RFC 5321, section 4.2.1). */
async function smtpReply(lines: Lines, code: string, says: string): Promise<string[]> {
  const texts: string[] = [];
  for (;;) {
    const line = await lines.next();
    const [, given, mark, text] = line.match(/^([2-5][0-9]{2})([ -]|$)(.*)$/) ?? [];
    if (given === undefined) throw refused(t`the server speaks no SMTP: ${preview(line)}`);
    if (given !== code) throw refused(t`the server ${says} ${preview(line)}`);
    texts.push(text!);
    if (mark !== "-") return texts;
    if (texts.length === MOST_LINES) throw refused(t`an answer of the server has no end`);
  }
}

/** IMAP (RFC 9051, sections 6.2.1 and 7.1). */
async function openImap(lines: Lines): Promise<void> {
  const greeting = await lines.next();
  if (!/^\* (OK|PREAUTH|BYE)\b/i.test(greeting)) {
    throw refused(t`the server speaks no IMAP: ${preview(greeting)}`);
  }
  // Logged in already, it takes no STARTTLS: a client that went on would do so in the open.
  if (!/^\* OK\b/i.test(greeting)) throw refused(t`the server greets with ${preview(greeting)}`);
  await lines.send("a1 CAPABILITY");
  const offered = await imapAnswer(lines, "a1", "CAPABILITY");
  if (!offered.some((line) => /^\* CAPABILITY\b.* STARTTLS( |$)/i.test(line))) {
    throw notOffered("IMAP");
  }
  await lines.send("a2 STARTTLS");
  await imapAnswer(lines, "a2", "STARTTLS");
}

/** Resolves to the lines before the one with `tag`, which is to say OK. */
async function imapAnswer(lines: Lines, tag: string, command: string): Promise<string[]> {
  const texts: string[] = [];
  for (;;) {
    const line = await lines.next();
    if (line.startsWith(`${tag} `)) {
      if (/^\S+ OK\b/i.test(line)) return texts;
      throw refused(t`the server answers ${command} with ${preview(line)}`);
    }
    texts.push(line);
    if (texts.length === MOST_LINES) throw refused(t`an answer of the server has no end`);
  }
}

/** The lines that a server sends, and those that are sent to it. */
class Lines {
  readonly #channel: Channel;
  readonly #buffer = new Uint8Array(LONGEST_LINE);
  #length = 0;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Whether nothing has come behind the last line. */
  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Sends a line. */
  async send(line: string): Promise<void> {
    await writeAll(this.#channel, new TextEncoder().encode(`${line}\r\n`));
  }

  /** Resolves to the next line without its end. */
  async next(): Promise<string> {
    for (;;) {
      const end = this.#buffer.subarray(0, this.#length).indexOf(0x0a);
      if (end !== -1) {
        const line = new TextDecoder().decode(this.#buffer.subarray(0, end));
        this.#buffer.copyWithin(0, end + 1, this.#length);
        this.#length -= end + 1;
        return line.endsWith("\r") ? line.slice(0, -1) : line;
      }
      if (this.#length === LONGEST_LINE) throw refused(t`a line of the server has no end`);
      const count = await this.#channel.read(this.#buffer.subarray(this.#length));
      if (count === null) throw refused(t`the server has ended the connection before TLS`);
      this.#length += count;
    }
  }
}

/** The most characters of a server's line in an error. */
const LONGEST_PREVIEW = 80;

function preview(line: string): string {
  const text = escapeLine(line.slice(0, LONGEST_PREVIEW));
  return `"${text}${line.length > LONGEST_PREVIEW ? "…" : ""}"`;
}

function notOffered(protocol: string): ExplainedError {
  return refused(
    t`the server does not offer STARTTLS in ${protocol}`,
    t`somebody on the way may have taken the offer out; or TLS is spoken from the start on
      another port`,
  );
}

function refused(words: string, hint?: string): ExplainedError {
  return new ExplainedError({ words, ...(hint === undefined ? {} : { hint }) });
}
