import { assertEquals } from "@std/assert";
import { ROOT, sources } from "./sources.ts";

/** Two words of English, which a person reads. */
const WORDS = /[A-Za-z]{2,}[,;:]? [a-z]{2,}|[a-z]{2,} \{\}|\{\} [a-z]{2,}/;

/** A command to be typed, which is the same in all languages. */
const COMMAND_LINE = /^(?:netkit|\{\} help) /;

/** Folders and files whose texts are not in the catalogue, and why. */
const EXCEPTIONS: readonly (readonly [path: RegExp, why: string])[] = [
  [
    /^packet\/(?!filter|problems|options|fragment|explain|encode|dissect|checksum|udp|etherip)/,
    "the line of a packet and names of numbers, in the words of the protocols; the meanings of fields " +
    "are found by their values",
  ],
  [/^tcp\//, "names of marks, events and states, which are compared"],
  [/^frame\/line\.ts$/, "the line of a packet"],
  [/^capture\/(offset_rows|paste)\.ts$/, "names of units, which are compared"],
  [
    /^learn\/(sheet|typed|lab\/(lab|description)|lessons\/(browser|duplex))\.ts$/,
    "HTML, commands, a protocol, data that is sent",
  ],
  [/^ladder\/(text|revision|svg_layout)\.ts$/, "names of marks and verdicts, which are compared"],
  [/^ladder\/payload\.ts$/, "the line of a packet: TLS alert"],
  [/^ladder\/(svg|svg_parts|svg_diagram)\.ts$/, "elements of SVG; their words are messages"],
  [
    /^web\/(metrics|event_stream|routes|trace_document|trace_resources|trace_stream)\.ts$/,
    "lines of Prometheus, of server-sent events and of HTTP, which programs read; HTML",
  ],
  [
    /^web\/trace_page\/(connections_view|ladder_row|state_diagram_view|status_view|trace_page|words)\.ts$/,
    "classes and selectors of CSS, the name of the program, verdicts of a recording",
  ],
  [/^text\/units\.ts$/, "units"],
  [/^cli\/completions\.ts$/, "scripts of shells"],
  [
    /^net\/(unix_socket|dial|connect|permission|node_socket|listen|node_listen|udp|udp_listen)\.ts$/,
    "names of protocols, and errors as Deno words them",
  ],
  [
    /^system\/|^talk\/(conversation|duplex)\.ts$/,
    "errors as Deno words them, filters of tcpdump, bugs",
  ],
  [
    /^(arp\/search|port\/(kernel_sockets|remedies))\.ts$/,
    "names of parsers, which errors translate; keys; commands that are printed",
  ],
  [
    /^(client\/reach|ipinfo\/operations|server\/access)\.ts$/,
    "names of protocols and of forms, lines without words",
  ],
  [
    /^trace\/(both_ends|connection_record|list|tcpdump_line|wireshark_line)\.ts$/,
    "values of JSON and events, lines of other programs",
  ],
  [/^main\.ts$/, "the summary of the program, which help translates"],
  [/^talk\/stats\.ts$/, "fields of JSON, which help translates"],
];

/** The used part of a node of the syntax tree (ESTree). */
interface Node {
  readonly type: string;
  readonly parent?: Node;
  readonly value?: unknown;
  readonly tag?: unknown;
  readonly quasis?: readonly { readonly cooked: string }[];
  readonly callee?: { readonly name?: string; readonly property?: { readonly name?: string } };
}

/** Functions whose arguments are no messages, or messages already. */
const CALLS =
  /^(msg|count|Error|TypeError|RangeError|includes|startsWith|endsWith|split|join|test|flag|option|seconds|port|choice|repeated|optionalValue|command)$/;

/** Returns the texts of two English words in a source that have no tag and stand in a function. */
function untagged(path: string, source: string): string[] {
  const found: string[] = [];
  const look = (node: Node, text: string) => {
    if (!WORDS.test(text) || COMMAND_LINE.test(text)) return;
    let isInside = false;
    for (let at = node.parent; at; at = at.parent) {
      if (
        at.type === "TaggedTemplateExpression" || at.type.startsWith("Import") ||
        at.type.startsWith("TS")
      ) return;
      const name = at.callee?.name ?? at.callee?.property?.name;
      if (name !== undefined && CALLS.test(name)) return;
      if (/Function/.test(at.type)) isInside = true;
    }
    if (isInside) found.push(text);
  };
  Deno.lint.runPlugin(
    {
      name: "untagged",
      rules: {
        find: {
          create: () => ({
            Literal(node) {
              const { value } = node as unknown as Node;
              if (typeof value === "string") look(node as unknown as Node, value);
            },
            TemplateLiteral(node) {
              const { quasis = [] } = node as unknown as Node;
              look(node as unknown as Node, quasis.map(({ cooked }) => cooked).join("{}"));
            },
          }),
        },
      },
    },
    path,
    source,
  );
  return found;
}

for (const path of await sources()) {
  if (!path.endsWith(".ts") || EXCEPTIONS.some(([each]) => each.test(path))) continue;
  Deno.test(`${path} has no text for people without the tag of a message`, async () => {
    assertEquals(untagged(path, await Deno.readTextFile(new URL(path, ROOT))), []);
  });
}

Deno.test("untagged() finds texts without a tag, and no others", () => {
  const source = `
    const TABLE = ["a text in a table"];
    function f(x) {
      g("a text without a tag", \`\${x} has none either\`, t\`a message of \${x}\`, msg("a text of a table"));
    }
  `;
  assertEquals(untagged("x.ts", source), ["a text without a tag", "{} has none either"]);
});
