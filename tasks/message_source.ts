/**
 * Messages in the sources: found in the syntax tree by their tags, and in the values of commands.
 *
 * @module
 */
import { knownPorts } from "../address/known_ports.ts";
import { BY_WORD, COMMON, GUESSES, type HabitRows, PROGRAMS } from "../cli/habits.ts";
import { ENVIRONMENT, EXIT_CODES, HELP_ROW, PROGRAM_OPTIONS } from "../cli/help.ts";
import type { Program } from "../cli/program.ts";
import { SERVICES } from "../cli/services.ts";
import { OPTION_SETTINGS } from "../frame/option_settings.ts";
import { DATA, FCS, PADDING } from "../packet/content.ts";
import { rowsOf } from "../packet/filter_names.ts";
import { loadedProtocols, loadProtocols } from "../packet/protocols.ts";
import { onOneLine } from "../text/messages.ts";

/** A message, in English. */
export interface Message {
  /** The text with named places for values: `cannot connect to {where}`. */
  readonly id: string;
  /** The names of these places in order; `null` for the text of a table, in which braces are text. */
  readonly places: readonly string[] | null;
  /** The text for several, where it counts something. */
  readonly plural?: string;
  /** The context that tells it from the same text with another meaning. */
  readonly context?: string;
  /** The file in which it stands, or the command whose help has it. */
  readonly where: string;
}

/** The used part of a node of the syntax tree (ESTree). */
interface Node {
  readonly type: string;
  readonly name?: string;
  readonly value?: unknown;
  readonly operator?: string;
  readonly computed?: boolean;
  readonly tag?: Node;
  readonly quasi?: Node;
  readonly quasis?: readonly { readonly cooked: string }[];
  readonly expressions?: readonly Node[];
  readonly callee?: Node;
  readonly arguments?: readonly Node[];
  readonly object?: Node;
  readonly property?: Node;
  readonly left?: Node;
  readonly right?: Node;
  readonly expression?: Node;
  readonly argument?: Node;
  readonly consequent?: Node;
  readonly alternate?: Node;
}

/** Returns the messages that are marked in `source`, the text of the file at `path`. */
export function messagesIn(path: string, source: string): Message[] {
  const found: Message[] = [];
  const add = (message: Omit<Message, "where">) => found.push({ ...message, where: path });
  const plugin: Deno.lint.Plugin = {
    name: "messages",
    rules: {
      find: {
        create: () => ({
          TaggedTemplateExpression(node) {
            const { tag, quasi } = node as unknown as Node;
            if (tag?.name === "t") add(templateMessage(quasi!));
            if (tag?.callee?.name === "inContext") {
              add({ ...templateMessage(quasi!), context: textOf(tag.arguments![0]!)! });
            }
          },
          CallExpression(node) {
            const { callee, arguments: args = [] } = node as unknown as Node;
            if (callee?.name === "msg") add({ id: required(args[0], path), places: null });
            if (callee?.name === "count") {
              for (const noun of textsOf(args[1]!)) {
                const many = args[2] === undefined ? `${noun}s` : required(args[2], path);
                add({ id: `{n} ${noun}`, places: ["n"], plural: `{n} ${many}` });
              }
            }
          },
        }),
      },
    },
  };
  Deno.lint.runPlugin(plugin, path, source);
  return found;
}

function templateMessage({ quasis = [], expressions = [] }: Node): Omit<Message, "where"> {
  const places: string[] = [];
  for (const expression of expressions) {
    const name = nameOf(expression);
    let place = name;
    for (let i = 2; places.includes(place); i++) place = `${name}${i}`;
    places.push(place);
  }
  const parts = quasis.map(({ cooked }) => onOneLine(cooked));
  return {
    id: parts.map((part, i) => part + (i < places.length ? `{${places[i]}}` : "")).join(""),
    places,
  };
}

/** Returns a name for the value of an expression: that of the variable, property or function. */
function nameOf(node: Node): string {
  switch (node.type) {
    case "Identifier":
      return node.name!;
    case "MemberExpression":
      return node.computed ? nameOf(node.object!) : nameOf(node.property!);
    case "CallExpression": {
      const [first, second] = node.arguments ?? [];
      const called = nameOf(node.callee!);
      if (called === "count") return (textOf(second!) ?? "things").replaceAll(/\W/g, "");
      const inner = first === undefined ? "value" : nameOf(first);
      return called === "join" ? nameOf(node.callee!.object!) : inner === "value" ? called : inner;
    }
    case "TSNonNullExpression":
    case "TSAsExpression":
      return nameOf(node.expression!);
    case "UnaryExpression":
    case "AwaitExpression":
      return nameOf(node.argument!);
    default:
      return "value";
  }
}

/** Returns the text of a literal, or of several joined by +; `null` for anything else. */
function textOf(node: Node): string | null {
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type === "TemplateLiteral" && node.expressions!.length === 0) {
    return node.quasis![0]!.cooked;
  }
  if (node.type === "BinaryExpression" && node.operator === "+") {
    const [left, right] = [textOf(node.left!), textOf(node.right!)];
    return left === null || right === null ? null : left + right;
  }
  return null;
}

function required(node: Node | undefined, path: string): string {
  const text = node === undefined ? null : textOf(node);
  if (text === null) throw new Error(`${path}: a message that is no literal`);
  return text;
}

/** Returns the texts that an expression may be: a literal, or the two of a condition. */
function textsOf(node: Node): readonly string[] {
  if (node.type === "ConditionalExpression") {
    return [...textsOf(node.consequent!), ...textsOf(node.alternate!)];
  }
  const text = textOf(node);
  return text === null ? [] : [text];
}

/** Resolves to the messages in the values of the commands, and in the tables beside them. */
export async function messagesOf(program: Program): Promise<Message[]> {
  const found: Message[] = [];
  const add = (where: string, texts: readonly (string | undefined)[]) =>
    found.push(
      ...texts.flatMap((id) => id === undefined || id === "" ? [] : [{ id, places: null, where }]),
    );
  add("help", [
    program.summary,
    ...[...SERVICES, ...PROGRAM_OPTIONS, ...EXIT_CODES, ...ENVIRONMENT, HELP_ROW].map(([, text]) =>
      text
    ),
  ]);
  // A use that is only a name, such as "PostgreSQL", is the same in every language.
  add("ports", knownPorts().map(({ use }) => use).filter((use) => /(?<![\w.])[a-z]{2,}/.test(use)));
  for (const command of program.commands) {
    add(`help ${command.name}`, [
      command.summary,
      ...command.description,
      ...command.operands.map(({ summary }) => summary),
      command.behind?.summary,
      ...Object.values(command.options).map(({ summary }) => summary),
      ...Object.values(command.options).map(({ choices, value }) =>
        choices === undefined ? undefined : value?.toLowerCase()
      ),
      ...Object.keys(command.groups ?? {}),
      ...command.examples.map(({ says }) => says),
      ...command.permissions,
    ]);
    add(`help ${command.name} json`, command.json.map(({ says }) => says));
    add(`advice of ${command.name}`, advices((await command.habits?.())?.HABITS ?? []));
  }
  add("advice", [
    ...advices([...COMMON, ...PROGRAMS]),
    ...BY_WORD.map(([, , advice]) => advice),
    ...advices(GUESSES),
  ]);
  const content = [DATA, PADDING, FCS];
  await loadProtocols();
  const protocols = [...loadedProtocols(), ...content];
  for (const protocol of protocols) {
    add(
      `fields of ${protocol.name}`,
      rowsOf(protocol).map(({ about }) => about).filter((about) => /[a-z]{2}/i.test(about)),
    );
  }
  const words = [
    ...protocols.flatMap(({ model, pdu }) => [model, pdu]),
    ...content.map(({ title }) => title as string),
  ].filter((word) => word !== undefined);
  found.push(...words.map((id) => ({ id, places: null, where: "layers", context: "layer" })));
  add("fields of tcp", Object.values(OPTION_SETTINGS).map(({ about }) => about));
  return found;
}

function advices(rows: HabitRows | typeof GUESSES): string[] {
  return rows.map(([, advice]) => advice);
}
