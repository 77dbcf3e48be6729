/**
 * Streams of requests and what a server has to answer by RFC 9110 and RFC 9112. The kinds of cases are
 * those of the request fixtures of nodejs/llhttp; the streams are our own, and the expected answers those
 * of the standards where llhttp, which parses for any server, leaves them to its user.
 *
 * The server has `/healthz` (200) and `/ws` (a WebSocket), answers GET and HEAD, and is `localhost`.
 *
 * @module
 */

/** A stream and the status codes of the answers to it, in order. */
export interface HttpCase {
  /** The kind, for the name of the test. */
  readonly kind: string;
  /** The special thing about it, for the name of the test. */
  readonly what: string;
  /** The bytes, a character each. */
  readonly stream: string;
  /** The status codes of the answers. Requests behind an answer that ends the connection have none. */
  readonly answers: readonly number[];
}

const HOST = "Host: localhost\r\n";

/** Returns a request of this first line and these lines of fields behind the host, each with its end. */
function ask(line: string, ...fields: readonly string[]): string {
  return `${line}\r\n${HOST}${fields.map((field) => `${field}\r\n`).join("")}\r\n`;
}

/** A good request, which would be answered if a broken one before it did not end the connection. */
const NEXT = ask("GET /healthz HTTP/1.1");

/** Cases of a kind: what is special, the answers, the stream. */
type Rows = readonly (readonly [what: string, answers: readonly number[], stream: string])[];

const METHODS: Rows = [
  ["GET", [200], ask("GET /healthz HTTP/1.1")],
  ["HEAD", [200], ask("HEAD /healthz HTTP/1.1")],
  ...["POST", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "PURGE", "REPORT", "LINK", "UNLINK"]
    .map((method) => [method, [405], ask(`${method} /healthz HTTP/1.1`)] as const),
  ["a method that nobody knows", [405], ask("MKCOFFEE /healthz HTTP/1.1")],
  ["a method with a hyphen", [405], ask("M-SEARCH /healthz HTTP/1.1")],
  ["all characters of a token", [405], ask("!#$%&'*+-.^_`|~09azAZ /healthz HTTP/1.1")],
  ["a method in lower case, which is another one", [405], ask("get /healthz HTTP/1.1")],
  ["a character that no token has", [400], ask("G(T /healthz HTTP/1.1")],
  ["no method", [400], ask(" /healthz HTTP/1.1")],
  ["a comma in the method", [400], ask("GET, /healthz HTTP/1.1")],
  ["CONNECT to this server", [405], ask("CONNECT localhost:80 HTTP/1.1")],
  ["CONNECT in HTTP/1.0", [405], "CONNECT localhost:443 HTTP/1.0\r\n\r\n"],
  [
    "CONNECT to another server, with data behind",
    [405],
    "CONNECT a_b.example:443 HTTP/1.0\r\n\r\nx",
  ],
  ["CONNECT with content", [405], ask("CONNECT localhost:80 HTTP/1.1", "Content-Length: 2") + "hi"],
  ["CONNECT to a path", [400], ask("CONNECT /healthz HTTP/1.1")],
  ["CONNECT without a port", [400], ask("CONNECT localhost HTTP/1.1")],
  ["OPTIONS *", [405], ask("OPTIONS * HTTP/1.1")],
  ["GET *", [400], ask("GET * HTTP/1.1")],
  ["M-SEARCH * as in SSDP", [400], ask("M-SEARCH * HTTP/1.1", 'MAN: "ssdp:discover"')],
];

const TARGETS: Rows = [
  ["a query", [200], ask("GET /healthz?a=b HTTP/1.1")],
  ["a question mark in the query", [200], ask("GET /healthz?a=b?c HTTP/1.1")],
  ["an empty query", [200], ask("GET /healthz? HTTP/1.1")],
  ["quotation marks", [200], ask('GET /healthz?"x" HTTP/1.1')],
  ["a vertical bar", [200], ask("GET /healthz?x|y HTTP/1.1")],
  ["the absolute form", [200], ask("GET http://localhost/healthz HTTP/1.1")],
  ["the absolute form with a port", [200], ask("GET http://localhost:81/healthz?x HTTP/1.1")],
  ["the absolute form in upper case", [200], ask("GET HTTP://LOCALHOST/healthz HTTP/1.1")],
  ["the absolute form with a query and no path", [200], ask("GET http://localhost?x HTTP/1.1")],
  ["the absolute form of another server", [421], ask("GET http://a.example/healthz HTTP/1.1")],
  ["the absolute form without a host", [400], ask("GET http:///healthz HTTP/1.1")],
  ["a user in the absolute form", [400], ask("GET http://u:p@localhost/healthz HTTP/1.1")],
  ["the absolute form and no field", [400], "GET http://localhost/healthz HTTP/1.1\r\n\r\n"],
  ["a scheme that is not HTTP", [400], ask("GET ftp://localhost/healthz HTTP/1.1")],
  ["a fragment", [400], ask("GET /healthz#a HTTP/1.1")],
  ["a fragment in the absolute form", [400], ask("GET http://localhost/healthz#a HTTP/1.1")],
  ["bytes above ASCII", [400], ask("GET /h\xc3\xa9 HTTP/1.1")],
  ["a blank", [400], ask("GET /health z HTTP/1.1")],
  ["a tab", [400], ask("GET /health\tz HTTP/1.1")],
  ["a control character", [400], ask("GET /health\x01 HTTP/1.1")],
  ["DEL", [400], ask("GET /health\x7f HTTP/1.1")],
  ["a relative path", [400], ask("GET healthz HTTP/1.1")],
  ["no target", [400], ask("GET  HTTP/1.1")],
];

const VERSIONS: Rows = [
  ["HTTP/1.0 without a host", [200], "GET /healthz HTTP/1.0\r\n\r\n"],
  ["HTTP/1.0 with fields", [200], ask("GET /healthz HTTP/1.0", "Accept: */*")],
  ["HTTP/1.2, which is answered as 1.1", [200], ask("GET /healthz HTTP/1.2")],
  ["HTTP/0.9", [400], "GET /healthz\r\n"],
  ["HTTP/0.9 that names itself", [505], ask("GET /healthz HTTP/0.9")],
  ["the preface of HTTP/2", [505], "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["that preface with another version", [400], "PRI * HTTP/1.1\r\n\r\nSM\r\n\r\n"],
  ["HTTP/5.6", [505], ask("GET /healthz HTTP/5.6")],
  ["two digits behind the point", [400], ask("GET /healthz HTTP/1.10")],
  ["two digits before it", [400], ask("GET /healthz HTTP/01.1")],
  ["no minor number", [400], ask("GET /healthz HTTP/1")],
  ["lower case", [400], ask("GET /healthz http/1.1")],
  ["ICE", [400], ask("SOURCE /healthz ICE/1.0")],
  ["what only looks like HTTP", [400], ask("GET /healthz IHTTP/1.0")],
  ["RTSP", [400], ask("OPTIONS /healthz RTSP/1.0")],
  ["a blank behind it", [400], ask("GET /healthz HTTP/1.1 ")],
  ["a TLS hello", [400], "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
  ["SSH", [400], "SSH-2.0-OpenSSH_9.2\r\n"],
  ["an answer", [400], "HTTP/1.1 200 OK\r\n\r\n"],
];

const LINES: Rows = [
  ["CRLF before the request", [200], `\r\n${NEXT}`],
  ["several of them", [200], `\r\n\r\n\n\r\n${NEXT}`],
  ["CRLF between requests", [200, 200], `${NEXT}\r\n${NEXT}`],
  ["nothing but CRLF", [], "\r\n\r\n"],
  ["a lone CR before the request", [400], `\r${NEXT}`],
  ["a blank before the request", [400], ` ${NEXT}`],
  ["LF alone at every end", [200], "GET /healthz HTTP/1.1\nHost: localhost\n\n"],
  ["LF in some lines", [200], "GET /healthz HTTP/1.1\r\nHost: localhost\nA: b\r\n\n"],
  ["LF and then CRLF", [200], "GET /healthz HTTP/1.1\nHost: localhost\n\r\n"],
  ["CR alone at every end", [400], "GET /healthz HTTP/1.1\rHost: localhost\r\r"],
  ["CR instead of the end of the first line", [400], "GET /healthz HTTP/1.1\rA: b\r\n\r\n"],
  ["CR between fields", [400], ask("GET /healthz HTTP/1.1", "A: b\rC: d")],
  ["CR behind the colon", [400], ask("GET /healthz HTTP/1.1", "A:\rContent-Length: 5")],
  ["two CR at the end of a line", [400], ask("GET /healthz HTTP/1.1", "A: b\r")],
  [
    "CR and a request in what should be the end",
    [400],
    ask("GET /healthz HTTP/1.1", "\rZGET /: x"),
  ],
  ["the end in the first line", [400], "GET /heal"],
  ["the end behind the first line", [400], "GET /healthz HTTP/1.1\r\n"],
  ["the end in a field", [400], `GET /healthz HTTP/1.1\r\n${HOST}Content-Leng`],
  ["the end between CR and LF", [400], `GET /healthz HTTP/1.1\r\n${HOST}\r`],
  ["a head of more than 16 KiB", [431], ask("GET /healthz HTTP/1.1", `A: ${"b".repeat(16384)}`)],
  ["a first line without an end", [431], `GET /${"a".repeat(16384)}`],
];

const FIELDS: Rows = [
  ["blanks and tabs around a value", [200], ask("GET /healthz HTTP/1.1", "A: \t b \t ")],
  ["none", [200], ask("GET /healthz HTTP/1.1", "A:b")],
  ["an empty value", [200], ask("GET /healthz HTTP/1.1", "A:")],
  ["a value of blanks", [200], ask("GET /healthz HTTP/1.1", "A:   ")],
  ["a colon in the value", [200], ask("GET /healthz HTTP/1.1", "A: ::b:")],
  ["bytes above ASCII in a value", [200], ask("GET /healthz HTTP/1.1", "A: D\xfcsseldorf \xff")],
  [
    "all characters of a token in a name",
    [200],
    ask("GET /healthz HTTP/1.1", "!#$%&'*+-.^_`|~0aA: b"),
  ],
  ["a thousand of them", [200], ask("GET /healthz HTTP/1.1", ...Array(1000).fill("A: b"))],
  ["no colon", [400], ask("GET /healthz HTTP/1.1", "A")],
  ["no name", [400], ask("GET /healthz HTTP/1.1", ": b")],
  ["a blank before the colon", [400], ask("GET /healthz HTTP/1.1", "A : b")],
  ["a tab before the colon", [400], ask("GET /healthz HTTP/1.1", "A\t: b")],
  ["a blank in the name", [400], ask("GET /healthz HTTP/1.1", "A B: c")],
  ["an at sign in the name", [400], ask("GET /healthz HTTP/1.1", "A@: b")],
  ["a control character in the name", [400], ask("GET /healthz HTTP/1.1", "A\x01B: c")],
  ["a byte above ASCII in the name", [400], ask("GET /healthz HTTP/1.1", "Connecti\xd5on: b")],
  ["NUL in a value", [400], ask("GET /healthz HTTP/1.1", "A: b\0c")],
  ["a form feed in a value", [400], ask("GET /healthz HTTP/1.1", "A: b\fc")],
  ["ESC in a value", [400], ask("GET /healthz HTTP/1.1", "A: \x1b[2J")],
  ["DEL in a value", [400], ask("GET /healthz HTTP/1.1", "A: \x7f")],
  ["a folded value", [400], ask("GET /healthz HTTP/1.1", "A: b", " c")],
  ["a value folded with a tab", [400], ask("GET /healthz HTTP/1.1", "A: b", "\tc")],
  ["a name folded before its colon", [400], ask("GET /healthz HTTP/1.1", "A", " : b")],
  ["a blank before the first one", [400], "GET /healthz HTTP/1.1\r\n Host: localhost\r\n\r\n"],
  ["a blank before the length of the content", [400], ask("POST / HTTP/1.1", " Content-Length: 9")],
  ["a line of a blank before the end", [400], ask("GET /healthz HTTP/1.1", " ")],
];

const HOSTS: Rows = [
  ["none in HTTP/1.1", [400], "GET /healthz HTTP/1.1\r\n\r\n"],
  ["two that are equal", [400], ask("GET /healthz HTTP/1.1", "Host: localhost")],
  ["another one", [421], "GET /healthz HTTP/1.1\r\nHost: a.example\r\n\r\n"],
  ["an empty one", [421], "GET /healthz HTTP/1.1\r\nHost:\r\n\r\n"],
  ["two in one", [421], "GET /healthz HTTP/1.1\r\nHost: localhost,localhost\r\n\r\n"],
  ["a blank in it", [400], "GET /healthz HTTP/1.1\r\nHost: local host\r\n\r\n"],
  ["a path in it", [400], "GET /healthz HTTP/1.1\r\nHost: localhost/x\r\n\r\n"],
  ["a user in it", [400], "GET /healthz HTTP/1.1\r\nHost: x@localhost\r\n\r\n"],
  ["a port that is no number", [400], "GET /healthz HTTP/1.1\r\nHost: localhost:a\r\n\r\n"],
  ["an equals sign in it", [421], "GET /healthz HTTP/1.1\r\nHost: 0.0.0.0=5000\r\n\r\n"],
  ["an IPv6 address", [200], "GET /healthz HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"],
];

const CONNECTIONS: Rows = [
  ["keep-alive", [200, 200], ask("GET /healthz HTTP/1.1", "Connection: keep-alive") + NEXT],
  ["none in HTTP/1.1", [200, 200], NEXT + NEXT],
  ["none in HTTP/1.0", [200], ask("GET /healthz HTTP/1.0") + NEXT],
  ["keep-alive in HTTP/1.0", [200], ask("GET /healthz HTTP/1.0", "Connection: keep-alive") + NEXT],
  ["close", [200], ask("GET /healthz HTTP/1.1", "Connection: close") + NEXT],
  [
    "close in upper case with a tab behind",
    [200],
    ask("GET /healthz HTTP/1.1", "connection: CLOSE\t") + NEXT,
  ],
  [
    "close in a list",
    [200],
    ask("GET /healthz HTTP/1.1", "Connection: a, close ,keep-alive") + NEXT,
  ],
  [
    "close in a second field",
    [200],
    ask("GET /healthz HTTP/1.1", "Connection: a", "Connection: close") + NEXT,
  ],
  [
    "a word that begins like close",
    [200, 200],
    ask("GET /healthz HTTP/1.1", "Connection: closed") + NEXT,
  ],
  ["CR in a word", [400], ask("GET /healthz HTTP/1.1", "Connection: keep\ralive") + NEXT],
  ["a blank before the colon", [400], ask("GET /healthz HTTP/1.1", "Connection : close") + NEXT],
  [
    "a list with empty members",
    [200],
    ask("GET /healthz HTTP/1.1", "Connection: , ,close,") + NEXT,
  ],
];

const post = (...fields: readonly string[]) => ask("POST /healthz HTTP/1.1", ...fields);

const LENGTHS: Rows = [
  ["0", [405, 200], post("Content-Length: 0") + NEXT],
  ["000", [405, 200], post("Content-Length: 000") + NEXT],
  ["0 for GET", [200, 200], ask("GET /healthz HTTP/1.1", "Content-Length: 0") + NEXT],
  ["5, and nothing behind the content is read", [405], `${post("Content-Length: 5")}hello${NEXT}`],
  ["005", [405], `${post("Content-Length: 005")}hello${NEXT}`],
  ["5 of which little comes", [405], `${post("Content-Length: 5")}he`],
  ["a request in the content", [405], post(`Content-Length: ${NEXT.length}`) + NEXT],
  ["blanks and tabs around it", [405], `${post("Content-Length: \t 5\t ")}hello`],
  ["content of GET", [400], `${ask("GET /healthz HTTP/1.1", "conTENT-Length: 5")}hello${NEXT}`],
  ["content of HEAD", [400], `${ask("HEAD /healthz HTTP/1.1", "Content-Length: 5")}hello${NEXT}`],
  ["more than any number has bits", [405], post("Content-Length: 1000000000000000000000") + NEXT],
  ["two that differ", [400], post("Content-Length: 1", "Content-Length: 2") + NEXT],
  ["two that are equal", [400], post("Content-Length: 5", "Content-Length: 5") + NEXT],
  ["two zeroes", [400], post("Content-Length: 0", "Content-Length: 0") + NEXT],
  ["a list", [400], post("Content-Length: 5, 5") + NEXT],
  ["one below zero", [400], post("Content-Length: -5") + NEXT],
  ["a plus", [400], post("Content-Length: +5") + NEXT],
  ["hexadecimal", [400], post("Content-Length: 0x5") + NEXT],
  ["a fraction", [400], post("Content-Length: 5.0") + NEXT],
  ["a blank in it", [400], post("Content-Length: 4 2") + NEXT],
  ["nothing", [400], post("Content-Length:") + NEXT],
  ["digits of another script", [400], post("Content-Length: \xb2") + NEXT],
  ["a no-break space behind it", [400], post("Content-Length: 5\xa0") + NEXT],
  ["a blank before the colon", [400], post("Content-Length : 5") + NEXT],
  ["CR instead of the hyphen", [400], post("Content\rLength: 5") + NEXT],
  [
    "CR instead of the empty line",
    [400],
    `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\rabc\r\n\r\n`,
  ],
];

const coded = (...codings: readonly string[]) =>
  post(...codings.map((c) => `Transfer-Encoding: ${c}`));
const CHUNKS = "5\r\nhello\r\n0\r\n\r\n";

const CODINGS: Rows = [
  ["chunked", [405], coded("chunked") + CHUNKS + NEXT],
  ["chunked in upper case", [405], coded("CHUNKED") + CHUNKS + NEXT],
  [
    "chunked of GET",
    [400],
    ask("GET /healthz HTTP/1.1", "Transfer-Encoding: chunked") + CHUNKS + NEXT,
  ],
  ["an extension", [405], `${coded("chunked")}5;a="b;c"\r\nhello\r\n0\r\n\r\n${NEXT}`],
  ["trailers", [405], `${coded("chunked")}0\r\nA: b\r\n\r\n${NEXT}`],
  ["chunks that are none", [405], `${coded("chunked")}5\r\r;hello${NEXT}`],
  ["no chunk at all", [405], coded("chunked")],
  ["deflate, chunked", [405], coded("deflate, chunked") + CHUNKS + NEXT],
  ["the same in two fields", [405], coded("deflate", "chunked") + CHUNKS + NEXT],
  ["chunked, deflate", [400], coded("chunked, deflate") + CHUNKS + NEXT],
  ["the same in two fields, chunked first", [400], coded("chunked", "deflate") + CHUNKS + NEXT],
  ["chunked twice", [400], coded("chunked, chunked") + CHUNKS + NEXT],
  ["chunkedchunked", [400], coded("chunkedchunked") + CHUNKS + NEXT],
  ["a word of no meaning", [400], coded("pigeons") + NEXT],
  ["identity", [400], coded("identity") + NEXT],
  ["nothing", [400], coded("") + NEXT],
  [
    "nothing three times with a length",
    [400],
    `${post("Content-Length: 5", ...Array(3).fill("Transfer-Encoding:"))}hello`,
  ],
  ["a vertical tab before chunked", [400], coded("\vchunked") + CHUNKS + NEXT],
  ["a no-break space before chunked", [400], coded("\xa0chunked") + CHUNKS + NEXT],
  ["quotation marks", [400], coded('"chunked"') + CHUNKS + NEXT],
  ["a parameter", [400], coded("chunked;a=b") + CHUNKS + NEXT],
  [
    "chunked and a length",
    [400],
    `${post("Transfer-Encoding: chunked", "Content-Length: 5")}${CHUNKS}${NEXT}`,
  ],
  [
    "a length and then chunked",
    [400],
    `${post("Content-Length: 5", "Transfer-Encoding: chunked")}${CHUNKS}${NEXT}`,
  ],
  [
    "chunked and a length of 0",
    [400],
    `${post("Content-Length: 0", "Transfer-Encoding: chunked")}${CHUNKS}${NEXT}`,
  ],
  [
    "identity and a length",
    [400],
    `${post("Content-Length: 5", "Transfer-Encoding: identity")}hello${NEXT}`,
  ],
  [
    "chunked in HTTP/1.0",
    [400],
    ask("POST / HTTP/1.0", "Transfer-Encoding: chunked") + CHUNKS + NEXT,
  ],
  ["a folded one", [400], post("Transfer-Encoding: chunked", " abc") + CHUNKS + NEXT],
  [
    "LF between name and chunked, which RFC 9112 takes for an end",
    [405],
    `POST /healthz HTTP/1.1\r\n${HOST}x:x\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}${NEXT}`,
  ],
];

const PIPELINES: Rows = [
  ["three requests", [200, 404, 200], NEXT + ask("GET /x HTTP/1.1") + NEXT],
  ["a hundred", Array(100).fill(200), NEXT.repeat(100)],
  ["one that is refused between others", [200, 405, 200], NEXT + post() + NEXT],
  ["HEAD before GET", [200, 200], ask("HEAD /healthz HTTP/1.1") + NEXT],
  ["one that is broken", [200, 400], `${NEXT}GET\r\n\r\n${NEXT}`],
  ["one with content", [200, 405], `${NEXT}${post("Content-Length: 3")}AAA${NEXT}`],
  ["one that is not whole", [200, 400], `${NEXT}GET /he`],
  [
    "a second one that looks good to who skips a line",
    [200, 400],
    `${NEXT}X: GET / HTTP/1.1\r\n${NEXT}`,
  ],
];

const WEBSOCKET = [
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];
const upgrade = (line: string, ...replaced: readonly string[]) =>
  ask(
    line,
    ...WEBSOCKET.filter((field) =>
      !replaced.some((each) => each.split(":")[0] === field.split(":")[0])
    ),
    ...replaced,
  );

const UPGRADES: Rows = [
  ["a WebSocket", [101], upgrade("GET /ws HTTP/1.1")],
  [
    "words in other cases and lists",
    [101],
    upgrade("GET /ws HTTP/1.1", "Upgrade: h2c, WebSocket", "Connection: keep-alive,upgrade"),
  ],
  ["a WebSocket in HTTP/1.0", [426], upgrade("GET /ws HTTP/1.0")],
  ["a WebSocket by POST", [405], upgrade("POST /ws HTTP/1.1")],
  [
    "a WebSocket with content",
    [400],
    `${upgrade("GET /ws HTTP/1.1", "Content-Length: 2")}hi${NEXT}`,
  ],
  ["another protocol", [426, 200], upgrade("GET /ws HTTP/1.1", "Upgrade: h2c") + NEXT],
  [
    "no word in the connection",
    [426, 200],
    upgrade("GET /ws HTTP/1.1", "Connection: keep-alive") + NEXT,
  ],
  ["an old version", [426, 200], upgrade("GET /ws HTTP/1.1", "Sec-WebSocket-Version: 8") + NEXT],
  [
    "a key of 15 bytes",
    [400, 200],
    upgrade("GET /ws HTTP/1.1", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j") + NEXT,
  ],
  ["two keys", [400, 200], upgrade("GET /ws HTTP/1.1", WEBSOCKET[3]!, WEBSOCKET[3]!) + NEXT],
  ["where there is nothing to change to", [200, 200], upgrade("GET /healthz HTTP/1.1") + NEXT],
  [
    "that of HTTP/2, which may be ignored",
    [200, 200],
    ask(
      "GET /healthz HTTP/1.1",
      "Connection: Upgrade, HTTP2-Settings",
      "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABk",
    ) + NEXT,
  ],
  [
    "one that another method asks for",
    [405, 200],
    ask("PUT /healthz HTTP/1.1", "Connection: upgrade", "Upgrade: ws") + NEXT,
  ],
];

/** All cases. */
export const HTTP_CASES: readonly HttpCase[] = Object.entries({
  method: METHODS,
  target: TARGETS,
  version: VERSIONS,
  line: LINES,
  field: FIELDS,
  host: HOSTS,
  connection: CONNECTIONS,
  "content-length": LENGTHS,
  "transfer-encoding": CODINGS,
  pipeline: PIPELINES,
  upgrade: UPGRADES,
}).flatMap(([kind, rows]) =>
  rows.map(([what, answers, stream]) => ({ kind, what, stream, answers }))
);
