/**
 * Small deliberate bugs in connections and servers, in the tables of neighbours, and in those of sockets.
 *
 * @module
 */
import { type Mutation, mutationsOf } from "./mutation.ts";

const MARKS = ["tests/arp_classify_test.ts", "tests/arp_hints_test.ts"];

/** The bugs of `net/`, `server/` and `web/`. */
export const NET_MUTATIONS: readonly Mutation[] = [
  ...mutationsOf("net/listen.ts", ["tests/no_delay_test.ts"], [
    ["conn.setNoDelay(true);", "", "Nagle: a server's second small answer comes 40 ms late"],
  ]),
  ...mutationsOf("net/dial.ts", ["tests/no_delay_test.ts"], [
    ["conn.setNoDelay(true);", "", "Nagle: a client's second small message comes 40 ms late"],
  ]),
  ...mutationsOf("talk/duplex.ts", ["tests/duplex_test.ts"], [
    [" || pieces.sent < pieces.read", "", "what waits for a slow peer is taken for silence"],
    ["if (wait !== null && !over) timer", "if (wait !== null) timer", "client --wait 60 ends late"],
    ["    else refusal = error;\n", "", "a reset while sending is a clean end"],
  ]),
  ...mutationsOf("server/accept.ts", ["tests/accept_test.ts"], [
    ["      wait = FIRST_WAIT;\n", "", "once out of descriptors, slow for ever"],
    ["if (gone) continue;", "if (gone) return;", "a client that resets early ends the server"],
  ]),
  ...mutationsOf("client/retry.ts", ["tests/retry_test.ts"], [
    ["if (wait >= left) throw error;", "", "a try without time hides the reason of the one before"],
  ]),
  ...mutationsOf("server/access.ts", ["tests/access_test.ts"], [
    ["!denied.some(has) && (", "(", "--deny denies nobody"],
    ["network.prefix - more", "network.prefix", "--deny ::ffff:10.0.0.0/104 is too narrow"],
  ]),
  ...mutationsOf("talk/crlf.ts", ["tests/crlf_test.ts"], [
    ["i === 0 ? before : buffer[i - 1]", "buffer[i - 1]", "CR|LF in two reads becomes CR CR LF"],
  ]),
  ...mutationsOf("talk/turns.ts", ["tests/turns_test.ts"], [
    [
      "joined(buffer.subarray(end, count), rest)",
      "joined(rest, buffer.subarray(end, count))",
      "lines change places",
    ],
    ['if (turn === "rest" && end > 0) clearTimeout(timer);', "", "--turn-timeout after the answer"],
  ]),
  ...mutationsOf("talk/idle_channel.ts", ["tests/idle_channel_test.ts"], [
    ["if (!ended) watch.delete(channel);", "", "--idle-timeout while the user's screen is slow"],
  ]),
  ...mutationsOf("net/idle.ts", ["tests/limits_test.ts"], [
    [
      "this.#touched.set(thing, this.#time());",
      "if (!this.#touched.has(thing)) this.#touched.set(thing, 0);",
      "--idle-timeout closes busy connections",
    ],
    [
      "Math.min(now - this.#read, 2 * this.#interval)",
      "now - this.#read",
      "a laptop that wakes up closes connections whose bytes have arrived",
    ],
  ]),
  ...mutationsOf("net/endpoint.ts", ["tests/endpoint_test.ts"], [
    [
      'if (colon <= 0) return { transport: "tcp", hostname: DEFAULT_HOST, port };',
      'if (colon <= 0) return { transport: "tcp", hostname: "0.0.0.0", port };',
      "serve 7000 is open to the whole network",
    ],
  ]),
  ...mutationsOf("net/udp_channel.ts", ["tests/connect_test.ts"], [
    ["from.port === port && ", "", "client --udp takes datagrams of others for answers"],
  ]),
  ...mutationsOf("net/dial.ts", ["tests/connect_test.ts"], [
    [
      "localAddress === remoteAddress && localPort === remotePort",
      "localAddress === remoteAddress && localPort !== localPort",
      "client --retry takes itself for a server",
    ],
  ]),
  ...mutationsOf("net/udp_inbox.ts", ["tests/udp_channel_test.ts"], [
    [
      "    if (this.#timer !== undefined) this.endWhenSilent();\n",
      "",
      "client --udp ends in the middle of answers",
    ],
  ]),
  ...mutationsOf("server/proxy_protocol.ts", ["tests/proxy_protocol_test.ts"], [
    ["if (rest.length === 0) prefixed.read = direct;", "prefixed.read = direct;", "bytes are lost"],
  ]),
  ...mutationsOf("server/proxy_header.ts", ["tests/proxy_protocol_test.ts"], [
    ["view.getUint16(8))", "view.getUint16(10))", "the client's port is the server's"],
    ["if (header[at] === CRC32C_TYPE)", "if (header[at] === 0)", "a wrong checksum is believed"],
  ]),
  ...mutationsOf("web/allowed_hosts.ts", ["tests/allowed_hosts_test.ts"], [
    [
      "(everywhere && isIpAddress(name))",
      "everywhere",
      "DNS rebinding: any page reads this server",
    ],
  ]),
  ...mutationsOf("web/web_access.ts", ["tests/web_access_test.ts"], [
    ["return difference === 0;", "return true;", "any token opens the page"],
    [
      "hosts.some((host) => !isLoopback(host))",
      "false",
      "behind a proxy everybody looks without a token",
    ],
    ["!origins.has(origin)) return {};", "false) return {};", "any page reads the events"],
  ]),
  ...mutationsOf("web/event_stream.ts", ["tests/event_stream_test.ts"], [
    [" || !traffic.isStill()", " || true", "an idle page costs a third of a core"],
    ["told = number;", "", "a slow page has samples twice"],
  ]),
  ...mutationsOf("web/call_journal.ts", ["tests/call_journal_test.ts"], [
    ["data.slice(0, BEGINNING)", "data", "bytes that are kept become others"],
    ["if (entry.last.length > LAST)", "if (false)", "the calls of all time are kept"],
    ["if (each === number || this.#opened.has(each)) continue;", "", "what is opened is forgotten"],
  ]),
  ...mutationsOf("web/stats.ts", ["tests/traffic_test.ts"], [
    [
      "while (this.#ended.length > MAX_ROWS)",
      "while (this.#ended.length > Infinity)",
      "a crowd of short connections fills the memory",
    ],
    ["].slice(-MAX_ROWS)", "].slice()", "ten thousand rows are sent to each page twice a second"],
    [
      "if (this.samples.length > SAMPLES) this.samples.shift();",
      "",
      "the samples of all time are kept",
    ],
  ]),
  ...mutationsOf("web/serve_with_web.ts", ["tests/web_test.ts"], [
    [
      "/^(0\\.0\\.0\\.0|\\[::\\]):/",
      "/^(0\\.0\\.0\\.0):/",
      "the log says http://[::]:8080/, which opens nowhere",
    ],
  ]),
  ...mutationsOf("web/conversation.ts", ["tests/web_test.ts"], [
    [
      " && this.#tabs.get(tab) === number)",
      ")",
      "a page that was loaded again loses its row",
    ],
  ]),
  ...mutationsOf("web/histogram.ts", ["tests/traffic_test.ts"], [
    ["seconds <= bound", "seconds < bound", "/metrics: a bound is not in its bucket"],
  ]),
  ...mutationsOf("arp/order.ts", ["tests/arp_formats_test.ts"], [
    [
      'group.includes(".")',
      "false",
      "::ffff:10.0.0.2 is in the wrong place of the table",
    ],
  ]),
  ...mutationsOf("arp/windows.ts", ["tests/arp_formats_test.ts"], [
    ["/[(（]/.test(words)", "/[(]/.test(words)", "a router is none on a Chinese Windows"],
    [
      "mac: mac === NO_MAC ? null : mac,\n    kind: kindOf",
      "mac,\n    kind: kindOf",
      "zeros are a MAC address",
    ],
  ]),
  ...mutationsOf("arp/address.ts", MARKS, [
    ["/^fe[89ab][0-9a-f]:/i", "/^fe80:/i", "febf::1 of another link is this machine's own"],
  ]),
  ...mutationsOf("arp/classify.ts", MARKS, [
    [
      'neighbour.mac === "ff:ff:ff:ff:ff:ff" || ',
      "",
      "a broadcast address is an ordinary neighbour",
    ],
    ["(!isLinkLocal(key) ||", "(true ||", "a router with this machine's fe80::1 is its own"],
  ]),
  ...mutationsOf("arp/changes.ts", ["tests/arp_changes_test.ts"], [
    ["was.mac !== row.mac || ", "", "arp --watch does not tell of a new MAC address"],
  ]),
  ...mutationsOf("arp/search.ts", ["tests/arp_search_test.ts"], [
    ['octets.join(":").toLowerCase()', 'octets.join(":")', "arp 00:00:5E finds nothing"],
    ['.replace(/\\.$/, "")', "", "arp router.lan. finds nothing"],
  ]),
  ...mutationsOf("arp/mac_vendors.ts", ["tests/mac_vendors_test.ts"], [
    ["[9, 7, 6] as const", "[6, 7, 9] as const", "the maker is who has sold the block"],
  ]),
  ...mutationsOf("system/gateways.ts", ["tests/gateways_test.ts"], [
    [
      "Uint8Array.fromHex(address!).reverse()",
      "Uint8Array.fromHex(address!)",
      "1.2.0.192 is the gateway",
    ],
  ]),
  ...mutationsOf("sockets/proc_net.ts", ["tests/sockets_linux_test.ts"], [
    ["/^fe[89ab]/", "/^fe80/", "port --list: febf::1 without the zone that connecting needs"],
    ["parseInt(row[7]!, 16) / TICKS", "parseInt(row[7]!, 16) * TICKS", "TIME-WAIT lasts a week"],
  ]),
  ...mutationsOf("sockets/linux.ts", ["tests/sockets_linux_test.ts"], [
    [
      "forEachSocketIn(system, folder, use)) > 0) return;",
      "forEachSocketIn(system, folder, use)) >= 0) return;",
      "nobody holds a port whose process has lost its first thread",
    ],
  ]),
  ...mutationsOf("port/advice.ts", ["tests/port_advice_test.ts"], [
    [
      'kind === "crowded" || kind === "privileged"',
      "true",
      "port --free proposes what browsers refuse",
    ],
    [
      "port < rules.firstUnprivileged && {",
      "port <= rules.firstUnprivileged && {",
      "1024 needs root",
    ],
  ]),
  ...mutationsOf("port/watch.ts", ["tests/port_watch_test.ts"], [
    ["a?.state !== b?.state || ", "", "port --watch does not tell of a new state"],
  ]),
  ...mutationsOf("sockets/text.ts", ["tests/port_text_test.ts"], [
    ["word.replaceAll(\"'\", `'\\\\''`)", "word", "a command line that is no command line"],
  ]),
  ...mutationsOf("web/page/table.js", ["tests/page_test.ts"], [
    ["mark.hidden = !own;", "mark.hidden = own;", "the page does not find its own row"],
  ]),
  ...mutationsOf("web/page/talk.js", ["tests/page_test.ts"], [
    [
      "while (log.children.length > MAX_MESSAGES)",
      "while (log.children.length > Infinity)",
      "a long conversation makes the page slow",
    ],
    ['if (input.value === "") input.value = text;', "", "a message that cannot be sent is lost"],
  ]),
  ...mutationsOf("web/page/page.js", ["tests/page_test.ts"], [
    [
      "/^(0\\.0\\.0\\.0|\\[::\\]):/",
      "/^(0\\.0\\.0\\.0):/",
      "the page proposes netkit client [::]:8000",
    ],
  ]),
];
