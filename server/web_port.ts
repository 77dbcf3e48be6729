/**
 * The page for browsers as the options ask for it: its port, its further names, and the URL that opens it.
 *
 * @module
 */
import { checkBrowserPort } from "../address/blocked_ports.ts";
import { ParseError } from "../address/parse_error.ts";
import { UserError } from "../cli/errors.ts";
import { type Io, print } from "../cli/io.ts";
import { readOption } from "../cli/parse.ts";
import { chooseEndpoint } from "../net/endpoint.ts";
import { formatSocketAddress } from "../sockets/socket.ts";
import type { Options } from "./options.ts";
import { t } from "../text/messages.ts";

/** The options about the page's names. */
export type NameOptions = Pick<Options, "webName" | "webOrigin">;

/**
 * Refuses options that do not go with the page, a port to which no browser connects, and names and origins
 * that are none; does nothing without `--web`.
 *
 * @throws {UserError} About the first of them.
 */
export function checkWeb(options: Options, operands: readonly string[]): void {
  const { once, web } = options;
  if (web === null) return;
  if (once) {
    throw new UserError(t`--once is over before a browser has looked: leave it or --web out`);
  }
  const endpoint = chooseEndpoint(operands[0], options);
  if (endpoint.transport === "tcp" && web === endpoint.port && web !== 0) {
    throw new UserError(t`--web needs a port of its own, and ${web} is that of the other clients`, {
      hint: t`for example: netkit serve ${web} --web ${web + 1 > 65535 ? web - 1 : web + 1}`,
    });
  }
  if (options.trace && endpoint.transport === "unix") {
    throw new UserError(t`a Unix socket has no segments: leave --trace out`);
  }
  if (options.echo || options.hold || options.reset || options.linger !== null) {
    throw new UserError(t`--web does not go with --echo, --hold, --reset or --linger`);
  }
  readWebNames(options);
  readOption("web", () => checkBrowserPort(web));
}

/** Further names of the page's server, and origins of further pages. */
export interface WebNames {
  /** The names, in lower case: `lab.local`. */
  readonly names: readonly string[];
  /** The origins: `https://lab.example`. */
  readonly origins: readonly string[];
}

/**
 * Returns the names and origins that the options name.
 *
 * @throws {UserError} For a name with a port, a wildcard or a path, and for what is no origin.
 */
export function readWebNames({ webName, webOrigin }: NameOptions): WebNames {
  return {
    names: webName.map((text) => readOption("web-name", () => parseName(text))),
    origins: webOrigin.map((text) => readOption("web-origin", () => parseOrigin(text))),
  };
}

/** A host name or IP address as a browser has it in `Host`, without the port: no wildcard. */
const NAME = /^([a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\])$/;

function parseName(text: string): string {
  const name = text.toLowerCase();
  if (NAME.test(name)) return name.replace(/^\[|\]$/g, "");
  throw new ParseError(t`a host`, text, t`it has a port or a path`, {
    hint: t`for example: --web-name lab.local`,
  });
}

function parseOrigin(text: string): string {
  const url = URL.parse(text);
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) &&
    [url.origin, `${url.origin}/`].includes(text.toLowerCase());
  if (isOrigin && NAME.test(url.hostname)) return url.origin;
  throw new ParseError(
    t`an origin`,
    text,
    t`write http(s)://HOST`,
    {
      hint: t`for example: --web-origin https://lab.example`,
    },
  );
}

/** The page's names and system, as its listener takes them, and the way to tell its URL. */
export interface PageOptions {
  /** The names. */
  readonly names: WebNames;
  /** Whether TLS is spoken. */
  readonly secure: boolean;
  /** The system, from which the states of sockets are read. */
  readonly system: Io;
  /** Prints the URL with the token on standard output: it stays out of the log, which is on standard error. */
  readonly onToken: (token: string) => void;
}

/** Returns the page's names and system for the listener at `address`. */
export function pageOf(
  options: NameOptions,
  { address }: { readonly address: string },
  secure: boolean,
  io: Io,
): PageOptions {
  const names = readWebNames(options);
  const onToken = (token: string) => {
    const url = names.origins[0] ?? `${secure ? "https" : "http"}://${hostOf(names, address, io)}`;
    print(io.stdout, `${url}/#token=${token}\n`).catch(() => {}); // nobody reads it
  };
  return { names, secure, system: io, onToken };
}

/** Returns the host and port by which other machines reach the page. */
function hostOf(
  { names: [name] }: WebNames,
  address: string,
  io: Pick<Io, "networkInterfaces">,
): string {
  const everywhere = /^(0\.0\.0\.0|\[::\]):/.test(address);
  const host = name ?? (everywhere ? ownAddress(io) : null);
  if (host === null) return address;
  const port = Number(address.slice(address.lastIndexOf(":") + 1));
  return formatSocketAddress({ hostname: host, port });
}

/** Returns an address by which other machines reach this one, or that of this machine for itself. */
function ownAddress(io: Pick<Io, "networkInterfaces">): string {
  return io.networkInterfaces().map(({ address }) => address)
    .find((address) => /^\d/.test(address) && !address.startsWith("127.")) ?? "127.0.0.1";
}
