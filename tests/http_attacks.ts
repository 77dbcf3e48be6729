/**
 * Heads with which a client may try to stop, slow down or mislead a server, and the answers: those that are as
 * long as a head may be, those of which two readers could make two things, and other protocols.
 *
 * The server is that of `http_cases.ts`, in whose form they are.
 *
 * @module
 */
import type { HttpCase } from "./http_cases.ts";
import { UPGRADE } from "./web_servers.ts";

const HOST = "Host: localhost";

/** Returns a request of these fields behind the host. */
function ask(...fields: readonly string[]): string {
  return ["GET /healthz HTTP/1.1", HOST, ...fields, "", ""].join("\r\n");
}

/** Returns `unit` so often that a head with it has about 16 KiB, and not more. */
function filling(unit: string): string {
  return unit.repeat(Math.floor(16_000 / unit.length));
}

/** Cases of a kind: what is special, the answers, the stream. */
type Rows = readonly (readonly [what: string, answers: readonly number[], stream: string])[];

const GOOD = ask();

const LONG: Rows = [
  ["4,000 blanks and a control character", [400], ask(`x:${" ".repeat(4000)}\x01`)],
  ["blanks to the end of the head", [200], ask(`x:${filling(" ")}`)],
  ["blanks and tabs in turn, then NUL", [400], ask(`x:${filling(" \t")}\0`)],
  ["a word behind each blank", [200], ask(`x: ${filling("a ")}`)],
  ["colons", [200], ask(`x${filling(":")}`)],
  ["a name as long as a head", [200], ask(`${filling("x")}:`)],
  ["a name as long as a head without a colon", [400], ask(filling("x"))],
  ["a method as long as a head", [405], `${filling("X")} / HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["a method longer than a head", [431], "X".repeat(17_000)],
  ["a target as long as a head", [404], `GET /${filling("a")} HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["a target of slashes", [404], `GET ${filling("/")} HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["a target of dots", [404], `GET ${filling("/..")} HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["a target of question marks", [200], `GET /healthz${filling("?")} HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["a query of ampersands", [200], `GET /healthz?${filling("a=&")} HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["a target of per cent signs", [404], `GET /${filling("%25")} HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["an authority of at signs", [400], `GET http://${filling("a@")}/ HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["an authority of colons", [400], `CONNECT ${filling("a:")} HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["a host as long as a head", [421], `GET / HTTP/1.1\r\nHost: ${filling("a.")}\r\n\r\n`],
  ["a host of half a per cent code", [400], `GET / HTTP/1.1\r\nHost: ${filling("%25")}%\r\n\r\n`],
  ["a host of brackets", [400], `GET / HTTP/1.1\r\nHost: ${filling("[")}\r\n\r\n`],
  ["a port as long as a head", [200], `GET /healthz HTTP/1.1\r\n${HOST}:${filling("0")}\r\n\r\n`],
  ["a version with blanks before it", [400], `GET /${filling(" ")}HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["thousands of fields", [200], ask(...Array<string>(3900).fill("a:"))],
  ["thousands of fields that end with LF alone", [200], ask(filling("a:\n") + "a:")],
  ["a field of each name", [200], ask(...Array.from({ length: 1900 }, (_, i) => `x${i}:`))],
  ["names of JavaScript", [200], ask("__proto__: x", "constructor: x", "toString: x")],
  ["a connection of commas", [200, 200], ask(`Connection:${filling(",")}`) + GOOD],
  ["a connection of blanks and commas", [200, 200], ask(`Connection:${filling(" ,")}`) + GOOD],
  ["a length as long as a head", [400], ask(`Content-Length: ${filling("9")}`)],
  ["a length of zeroes", [200, 200], ask(`Content-Length: ${filling("0")}`) + GOOD],
  ["a list of lengths", [400], ask(`Content-Length: ${filling("0,")}0`)],
  ["a list of codings", [400], ask(`Transfer-Encoding: ${filling("chunked,")}chunked`)],
  ["empty codings", [400], ask(`Transfer-Encoding: ${filling(",")}`)],
  ["an upgrade to many things", [200], ask("Connection: upgrade", `Upgrade: ${filling("h2c, ")}x`)],
  ["empty lines before the head", [431], "\r\n".repeat(9000)],
  ["LF before the head", [200], filling("\n") + GOOD],
];

const TWO_READERS: Rows = [
  ["a field folded with many blanks", [400], ask("a: b", `${" ".repeat(3000)}c`) + GOOD],
  ["a folded host", [400], `GET /healthz HTTP/1.1\r\nHost:\r\n localhost\r\n\r\n${GOOD}`],
  ["a folded Connection", [400], ask("Connection: keep-alive,", "\tclose") + GOOD],
  ["CR within the empty line", [400], `GET /healthz HTTP/1.1\r\n${HOST}\r\n\r\r\n${GOOD}`],
  ["CR before the first field", [400], `GET /healthz HTTP/1.1\r\n\r${HOST}\r\n\r\n${GOOD}`],
  ["CR at the end of a value", [400], ask("a: b\r") + GOOD],
  ["CR in the method", [400], `G\rET /healthz HTTP/1.1\r\n${HOST}\r\n\r\n${GOOD}`],
  ["CR behind the target", [400], `GET /healthz\r HTTP/1.1\r\n${HOST}\r\n\r\n${GOOD}`],
  ["LF behind the method", [400], `GET\n/healthz HTTP/1.1\r\n${HOST}\r\n\r\n${GOOD}`],
  ["LF behind the target", [400], `GET /healthz\n HTTP/1.1\r\n${HOST}\r\n\r\n${GOOD}`],
  ["NUL before the request", [400], `\0${GOOD}`],
  ["NUL in the method", [400], `G\0ET /healthz HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["NUL in the target", [400], `GET /healthz\0 HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["NUL in the version", [400], `GET /healthz HTTP/1.1\0\r\n${HOST}\r\n\r\n`],
  ["NUL in a name", [400], ask("a\0b: c")],
  ["NUL in the host", [400], "GET /healthz HTTP/1.1\r\nHost: localhost\0.a.example\r\n\r\n"],
  ["NUL behind the request", [200, 400], `${GOOD}\0`],
  ["two blanks behind the method", [400], `GET  /healthz HTTP/1.1\r\n${HOST}\r\n\r\n${GOOD}`],
  ["a tab behind the method", [400], `GET\t/healthz HTTP/1.1\r\n${HOST}\r\n\r\n${GOOD}`],
  ["a vertical tab behind the target", [400], `GET /healthz\vHTTP/1.1\r\n${HOST}\r\n\r\n${GOOD}`],
  ["a no-break space behind the method", [400], `GET\xa0/ HTTP/1.1\r\n${HOST}\r\n\r\n${GOOD}`],
  ["two targets", [400], `GET /healthz /metrics HTTP/1.1\r\n${HOST}\r\n\r\n${GOOD}`],
  ["two versions", [400], `GET /healthz HTTP/1.0 HTTP/1.1\r\n${HOST}\r\n\r\n${GOOD}`],
  ["a version above all digits", [400], `GET /healthz HTTP/1.\xb9\r\n${HOST}\r\n\r\n${GOOD}`],
  ["a sign in the version", [400], `GET /healthz HTTP/1.-1\r\n${HOST}\r\n\r\n${GOOD}`],
  ["a backslash in the target", [404], `GET /a\\..\\healthz HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["a path that leads up", [404], `GET /../../etc/passwd HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["a path with a code for a slash", [404], `GET /%2fhealthz HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["a path with a code for NUL", [404], `GET /healthz%00 HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["a path with a code for a line end", [404], `GET /healthz%0d%0a HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["two slashes before the path", [404], `GET //healthz HTTP/1.1\r\n${HOST}\r\n\r\n`],
  ["another host behind two slashes", [404], `GET //a.example/x HTTP/1.1\r\n${HOST}\r\n\r\n`],
  [
    "a host in the target and another in the field",
    [421, 200],
    `GET http://a.example/healthz HTTP/1.1\r\n${HOST}\r\n\r\n${GOOD}`,
  ],
  [
    "a good host in the target and a broken one in the field",
    [400],
    "GET http://localhost/healthz HTTP/1.1\r\nHost: a b\r\n\r\n",
  ],
  ["a host with a tab before it", [200], "GET /healthz HTTP/1.1\r\nHost:\tlocalhost\r\n\r\n"],
  ["a host in other cases", [200], "GET /healthz HTTP/1.1\r\nhOST: LocalHost\r\n\r\n"],
  ["two hosts in other cases", [400], ask("HOST: localhost") + GOOD],
  ["two hosts, one of them empty", [400], ask("host:") + GOOD],
  ["a number for a host", [421], "GET /healthz HTTP/1.1\r\nHost: 2130706433\r\n\r\n"],
  ["a name that begins like the host", [421], ask().replace(HOST, `${HOST}.a.example`)],
  ["a length in fullwidth digits", [400], ask("Content-Length: \xef\xbc\x95") + GOOD],
  ["a length with an underscore", [400], ask("Content-Length: 1_0") + GOOD],
  ["a length with an exponent", [400], ask("Content-Length: 1e1") + GOOD],
  ["a length of Infinity", [400], ask("Content-Length: Infinity") + GOOD],
  ["a length behind a comma", [400], ask("Content-Length: ,5") + GOOD],
  ["a length of 0 and one of nothing", [400], ask("Content-Length: 0", "Content-Length:") + GOOD],
  ["two names of the length in other cases", [400], ask("CONTENT-LENGTH: 0", "content-length: 1")],
  ["an underscore in the name of the length", [200, 200], ask("Content_Length: 5") + GOOD],
  ["chunked in letters that look like it", [400], ask("Transfer-Encoding: chun\xe2\x84\xaaed")],
  ["chunked, then nothing", [400], ask("Transfer-Encoding: chunked,") + GOOD],
  ["chunked with a semicolon", [400], ask("Transfer-Encoding: chunked;") + GOOD],
  ["chunked with NUL behind it", [400], ask("Transfer-Encoding: chunked\0") + GOOD],
  ["chunked in HTTP/1.2", [400], ask("Transfer-Encoding: chunked").replace("1.1", "1.2") + GOOD],
  ["an underscore in the name of the coding", [200], ask("Transfer_Encoding: chunked")],
];

const post = ["POST /healthz HTTP/1.1", HOST, "Transfer-Encoding: chunked", "", ""].join("\r\n");

/** The answer comes with the head, and nothing of what is behind is taken for a request. */
const CHUNKS: Rows = [
  ["a chunk of no end", "ffffffffffffffff\r\n"],
  ["a chunk of more than 64 bits", "10000000000000005\r\nhello\r\n0\r\n\r\n"],
  ["a negative chunk", "-1\r\nhello\r\n0\r\n\r\n"],
  ["an extension as long as a head", `5;${filling("a=b;")}\r\nhello\r\n0\r\n\r\n`],
  ["an extension with LF", "5;a\nGET /x HTTP/1.1\r\n\r\n"],
  ["an extension in quotation marks that do not end", '5;a="\r\n\r\nhello\r\n0\r\n\r\n'],
  ["an extension without a name", "5;;;=\r\nhello\r\n0\r\n\r\n"],
  ["a chunk size behind 0x", "0x5\r\nhello\r\n0\r\n\r\n"],
  ["chunks of a byte", filling("1\r\na\r\n")],
  ["trailers as long as a head", `0\r\n${filling("a:\r\n")}\r\n`],
  ["a trailer with a length", "0\r\nContent-Length: 5\r\n\r\n"],
  ["LF alone behind chunks", "5\nhello\n0\n\n"],
].map(([what, chunks]) => [what!, [405], post + chunks + GOOD] as const);

const websocket = ["GET /ws HTTP/1.1", HOST, ...UPGRADE, "", ""].join("\r\n");

const UPGRADES: Rows = [
  ["a request behind it, which is no frame", [101], websocket + GOOD],
  ["a second one behind it", [101], websocket + websocket],
  ["a request before it", [200, 101], GOOD + websocket],
  ["a request of another site before it", [421, 101], ask().replace(HOST, "Host: x") + websocket],
  ["a folded one", [400], websocket.replace("Upgrade: websocket", "Upgrade:\r\n websocket")],
  ["a key as long as a head", [400], websocket.replace(/Key: .*/, `Key: ${filling("A")}`)],
  [
    "a key of another alphabet",
    [400],
    websocket.replace(/Key: .*/, "Key: dGhlIHNhbXBsZSBub25j_-=="),
  ],
  ["a version as long as a head", [426], websocket.replace("13", filling("13"))],
  ["a version of 13 and 8", [426], websocket.replace("13", "13, 8")],
  ["no version", [426], websocket.replace(/Sec-WebSocket-Version: 13\r\n/, "")],
  ["no key", [400], websocket.replace(/Sec-WebSocket-Key: .*\r\n/, "")],
  [
    "an extension as long as a head",
    [101],
    `${websocket.slice(0, -2)}Sec-WebSocket-Extensions: ${filling("a;b=c,")}\r\n\r\n`,
  ],
  [
    "protocols as long as a head",
    [101],
    `${websocket.slice(0, -2)}Sec-WebSocket-Protocol: ${filling("a, ")}b\r\n\r\n`,
  ],
  ["another origin", [403], `${websocket.slice(0, -2)}Origin: http://a.example\r\n\r\n`],
  ["the origin null", [403], `${websocket.slice(0, -2)}Origin: null\r\n\r\n`],
  ["a chunked one", [400], `${websocket.slice(0, -2)}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
];

const PROTOCOLS: Rows = [
  ["a TLS record that is none", [400], "\x16\x05\x05hello"],
  ["half a TLS hello, and the end", [400], "\x16"],
  ["SOCKS 5", [400], "\x05\x01\x00"],
  ["SOCKS 4", [400], "\x04\x01\x00\x50\x7f\x00\x00\x01\x00"],
  ["a PROXY header, version 1", [400], `PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n${GOOD}`],
  ["a PROXY header, version 2", [400], `\r\n\r\n\0\r\nQUIT\n!\x11\0\0${GOOD}`],
  ["SMTP", [400], "EHLO a.example\r\n"],
  ["Redis", [400], "*1\r\n$4\r\nPING\r\n"],
  ["Memcached", [400], "stats\r\n"],
  ["PostgreSQL's question for TLS", [400], "\0\0\0\x08\x04\xd2\x16\x2f"],
  ["MQTT", [400], "\x10\x0c\0\x04MQTT\x04\x02\0<\0\0"],
  ["RDP", [400], "\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0"],
  ["DNS over TCP", [400], "\0\x1d\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x07example\x03com\0\0\x01\0\x01"],
  ["JSON", [400], '{"jsonrpc":"2.0","method":"x","id":1}\n'],
  ["an answer of a server", [400], "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"],
  ["a frame of HTTP/2", [400], "\0\0\x12\x04\0\0\0\0\0"],
  ["a frame of a WebSocket", [400], "\x81\x85\0\0\0\0hello"],
  ["a byte-order mark", [400], `\xef\xbb\xbf${GOOD}`],
  ["UTF-16", [400], "\xff\xfeG\0E\0T\0"],
  ["Telnet's options", [400], "\xff\xfb\x1f\xff\xfd\x03"],
];

/** All of them. */
export const HTTP_ATTACKS: readonly HttpCase[] = Object.entries({
  "a long head": LONG,
  "two readings": TWO_READERS,
  chunks: CHUNKS,
  upgrade: UPGRADES,
  "another protocol": PROTOCOLS,
}).flatMap(([kind, rows]) =>
  rows.map(([what, answers, stream]) => ({ kind, what, stream, answers }))
);
