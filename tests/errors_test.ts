import { assert, assertEquals, assertInstanceOf, assertMatch } from "@std/assert";
import { ParseError } from "../address/parse_error.ts";
import { cannot, EXIT, OutputClosed, Stopped, UserError } from "../cli/errors.ts";
import { useCatalogue } from "../text/messages.ts";
import { reasonOf } from "../text/reason.ts";
import { freePort } from "./free_port.ts";

interface Row {
  /** What happens. */
  readonly when: string;
  readonly error: Error;
  /** What the user reads behind "cannot ACTION: ". */
  readonly words: string;
  readonly exit: number;
  readonly hint?: string;
}

const { errors } = Deno;

/** A system error without a class of its own. */
function plainError(message: string, code?: string): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

const ERRORS: readonly Row[] = [
  {
    when: "a port is busy",
    error: new errors.AddrInUse("Address already in use (os error 98)"),
    words: "address already in use",
    exit: 2,
  },
  {
    when: "an address to listen on is not local",
    error: new errors.AddrNotAvailable("Cannot assign requested address (os error 99)"),
    words: "not an address of this machine",
    exit: 2,
  },
  {
    when: "a port below 1024 is not for this user",
    error: new errors.PermissionDenied("Permission denied (os error 13)"),
    words: "permission denied",
    exit: 2,
  },
  {
    when: "--allow-net is missing",
    error: new errors.NotCapable(
      'Requires net access to "127.0.0.1:1", run again with the --allow-net flag',
    ),
    words: "Deno was not given the permission",
    exit: 2,
    hint: "run again with --allow-net (or -A)",
  },
  {
    when: "a permission is missing that no flag gives",
    error: new errors.NotCapable("Requires all access"),
    words: "Deno was not given the permission",
    exit: 2,
  },
  {
    when: "a hostname is empty",
    error: new URIError("invalid empty host: ''"),
    words: "it is no host name",
    exit: 2,
  },
  {
    when: "a hostname has a character of no name",
    error: new URIError("invalid host 'a b': invalid char found in FQDN"),
    words: "it is no host name",
    exit: 2,
  },
  {
    when: "the system takes an argument for invalid",
    error: Object.assign(new TypeError("Invalid argument (os error 22)"), { code: "EINVAL" }),
    words: "the system refuses this address (invalid argument)",
    exit: 2,
  },
  {
    when: "a node: module has no code for what happened",
    error: plainError("send UNKNOWN 255.255.255.255:9", "UNKNOWN"),
    words: "the system refuses it (UNKNOWN)",
    exit: 1,
  },
  {
    when: "a node: module has a code that is not known here",
    error: plainError(
      "connect EPROTONOSUPPORT 127.0.0.1:9 - Local (undefined:undefined)",
      "EPROTONOSUPPORT",
    ),
    words: "the system refuses it (EPROTONOSUPPORT)",
    exit: 1,
  },
  {
    when: "a code is not known here and the system has words of its own",
    error: plainError("Protocol not supported (os error 93)", "EPROTONOSUPPORT"),
    words: "Protocol not supported",
    exit: 1,
  },
  {
    when: "the system does not speak this version of IP",
    error: plainError("Address family not supported by protocol (os error 97)", "EAFNOSUPPORT"),
    words: "this system does not speak this version of IP",
    exit: 2,
  },
  {
    when: "something is no socket",
    error: plainError("Socket operation on non-socket (os error 88)", "ENOTSOCK"),
    words: "it is no socket",
    exit: 2,
  },
  {
    when: "a TLS peer does not say goodbye",
    error: new errors.UnexpectedEof(
      "peer closed connection without sending TLS close_notify: https://docs.rs/rustls/latest/x",
    ),
    words: "the peer broke off without ending TLS",
    exit: 1,
  },
  {
    when: "rustls names a page about itself",
    error: new errors.InvalidData("something new: https://docs.rs/rustls/latest/rustls/x.html#y"),
    words: "something new",
    exit: 1,
  },
  {
    when: "a key is that of another certificate",
    error: new Error("keys may not be consistent: KeyMismatch"),
    words: "the private key does not belong to the certificate",
    exit: 1,
  },
  {
    when: "a peer on the TLS port does not speak it",
    error: new errors.InvalidData("received corrupt message of type InvalidContentType"),
    words: "what the peer says is not TLS",
    exit: 1,
  },
  {
    when: "a name does not resolve",
    error: plainError("failed to lookup address information: Name or service not known"),
    words: "the name does not resolve",
    exit: 2,
  },
  {
    when: "a connection is refused",
    error: new errors.ConnectionRefused("Connection refused (os error 111)"),
    words: "connection refused",
    exit: 1,
  },
  {
    when: "the system gives up connecting",
    error: new errors.TimedOut("Connection timed out (os error 110)"),
    words: "timed out",
    exit: 1,
  },
  {
    when: "a signal's time is over",
    error: new DOMException("The operation was aborted due to timeout", "TimeoutError"),
    words: "timed out",
    exit: 1,
  },
  {
    when: "the peer resets",
    error: new errors.ConnectionReset("Connection reset by peer (os error 104)"),
    words: "connection reset by peer",
    exit: 1,
  },
  {
    when: "a connection is aborted",
    error: new errors.ConnectionAborted("Software caused connection abort (os error 103)"),
    words: "connection aborted",
    exit: 1,
  },
  {
    when: "the peer has closed",
    error: new errors.BrokenPipe("Broken pipe (os error 32)"),
    words: "the peer has closed the connection",
    exit: 1,
  },
  {
    when: "there is no route to the host",
    error: plainError("No route to host (os error 113)", "EHOSTUNREACH"),
    words: "no route to host",
    exit: 1,
  },
  {
    when: "there is no route to the network",
    error: new errors.NetworkUnreachable("Network is unreachable (os error 101)"),
    words: "network is unreachable",
    exit: 1,
  },
  {
    when: "a socket is not connected",
    error: new errors.NotConnected("Transport endpoint is not connected (os error 107)"),
    words: "not connected",
    exit: 1,
  },
  {
    when: "a read is interrupted",
    error: new errors.Interrupted("operation canceled"),
    words: "operation canceled",
    exit: 1,
  },
  {
    when: "a resource is used after it was closed",
    error: new errors.BadResource("Bad resource ID"),
    words: "Bad resource ID",
    exit: 1,
  },
  {
    when: "two accept at once",
    error: new errors.Busy("Another accept task is ongoing"),
    words: "Another accept task is ongoing",
    exit: 1,
  },
  {
    when: "the descriptors of the process run out",
    error: plainError("Too many open files (os error 24)", "EMFILE"),
    words: "too many open files",
    exit: 1,
  },
  {
    when: "a path is missing",
    error: new errors.NotFound("No such file or directory (os error 2): 'x'"),
    words: "no such file or directory",
    exit: 1,
  },
  {
    when: "a path is a directory",
    error: new errors.IsADirectory("Is a directory (os error 21)"),
    words: "it is a directory",
    exit: 1,
  },
  {
    when: "a certificate is not trusted",
    error: new errors.InvalidData("invalid peer certificate: UnknownIssuer"),
    words: "invalid peer certificate: UnknownIssuer",
    exit: 1,
  },
  {
    when: "a datagram is too long",
    error: plainError("Message too long (os error 90)"),
    words: "Message too long",
    exit: 1,
  },
  {
    when: "a path of links is a circle",
    error: new errors.FilesystemLoop("Too many levels of links (os error 40), open 'x'\nand more"),
    words: "a symbolic link leads back to itself",
    exit: 1,
  },
  { when: "an error has no message", error: new errors.Http(""), words: "Http", exit: 1 },
];

for (const { when, error, words, exit, hint } of ERRORS) {
  Deno.test(`cannot() says "${words}" and exits with ${exit} when ${when}`, () => {
    const explained = cannot("do it", error);
    assertInstanceOf(explained, UserError);
    assertEquals(explained.message, `cannot do it: ${words}`);
    assertEquals(explained.exit, exit);
    assertEquals(explained.hint, hint ?? null);
    assert(explained.cause === error);
  });

  Deno.test(`reasonOf() says "${words}" when ${when}`, () => {
    assertEquals(reasonOf(error), words);
  });
}

Deno.test("cannot() never shows the number of a system error, for any class", () => {
  for (const [name, Class] of Object.entries(errors)) {
    const { message } = cannot(
      "do it",
      new Class(`${name} happened (os error 5): 'x' (os error 6)`),
    );
    assert(!message.includes("os error"), message);
    assert(message.startsWith("cannot do it: "), message);
  }
});

Deno.test("cannot() explains a real refused connection", async () => {
  const port = freePort();
  const explained = await Deno.connect({ hostname: "127.0.0.1", port })
    .then((conn) => conn.close(), (error) => cannot(`connect to 127.0.0.1:${port}`, error));
  assertInstanceOf(explained, UserError);
  assertEquals(explained.message, `cannot connect to 127.0.0.1:${port}: connection refused`);
  assertEquals(explained.exit, 1);
});

Deno.test("cannot() explains a real busy port", () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  try {
    Deno.listen({ hostname: "127.0.0.1", port: listener.addr.port }).close();
  } catch (error) {
    const explained = cannot("listen", error);
    assertInstanceOf(explained, UserError);
    assertEquals([explained.message, explained.exit], ["cannot listen: address already in use", 2]);
    return;
  }
  throw new Error("two listeners have one port");
});

Deno.test("cannot() lets the caller decide about the exit code and the hint", () => {
  const explained = cannot("run arp", new errors.NotFound("x"), { exit: 2, hint: "install it" });
  assertInstanceOf(explained, UserError);
  assertEquals([explained.exit, explained.hint], [2, "install it"]);
});

const BUGS = [
  new TypeError("x is not a function"),
  new RangeError("Invalid port: 70000"),
  Object.assign(new TypeError("The argument must be"), { code: "ERR_INVALID_ARG_TYPE" }),
];

for (const bug of BUGS) {
  Deno.test(`cannot() leaves a ${bug.name} alone: it is a bug, not the user's`, () => {
    assert(cannot("do it", bug) === bug);
  });
}

for (
  const spoken of [
    new ParseError("a port", "x", "it is no number"),
    new UserError("it is enough"),
    new Stopped("SIGINT"),
    new OutputClosed(),
  ]
) {
  Deno.test(`cannot() leaves a ${spoken.name} alone: it already speaks to the user`, () => {
    assert(cannot("do it", spoken) === spoken);
  });
}

for (const thrown of ["a word", 5, null, undefined, Symbol("s")]) {
  Deno.test(`cannot() explains what is thrown and no error: ${String(thrown)}`, () => {
    const explained = cannot("do it", thrown);
    assertInstanceOf(explained, UserError);
    assertEquals(explained.exit, EXIT.failed);
    assertEquals(explained.message, `cannot do it: ${String(thrown)}`);
  });
}

Deno.test("UserError exits with 2 and has no hint unless told otherwise", () => {
  const { exit, hint, name } = new UserError("no");
  assertEquals({ exit, hint, name }, { exit: 2, hint: null, name: "UserError" });
});

Deno.test("Stopped exits with 128 and the number of its signal", () => {
  assertEquals(new Stopped("SIGINT").exit, 130);
  assertEquals(new Stopped("SIGTERM").exit, 143);
});

Deno.test("EXIT is what it is documented to be", () => {
  assertEquals(EXIT, { ok: 0, failed: 1, usage: 2, bug: 70, interrupted: 130, terminated: 143 });
});

/** Messages of the system and of netkit's own parts that have reached users as they are. */
const SYSTEM_ERRORS: readonly Error[] = [
  new errors.AlreadyExists("File exists (os error 17)"),
  ...["EDQUOT", "EFBIG", "ENOEXEC", "ENOTSUP", "EOPNOTSUPP", "EPROTO", "ESTALE", "ETIMEDOUT"].map(
    (code) => Object.assign(new Error(`${code} happened (os error 1)`), { code }),
  ),
  ...["it does not listen", "it does not answer a ping", "the connection was closed"].map(
    (words) => plainError(words),
  ),
  new errors.Interrupted("the socket was closed"),
];

Deno.test("reasonOf() has Chinese words for every error that is told to users", async () => {
  const { default: chinese } = await import("../text/zh_CN.json", { with: { type: "json" } });
  useCatalogue(chinese);
  try {
    for (const error of SYSTEM_ERRORS) assertMatch(reasonOf(error), /^\p{Script=Han}/u);
  } finally {
    useCatalogue(null);
  }
});
