/**
 * Rules of `--allow` and `--deny` as they are written: networks, host names, and files of them.
 *
 * @module
 */
import { type IpNetwork, networkOf } from "../address/network.ts";
import { BITS } from "../address/ip.ts";
import { parseIp } from "../address/ip_text.ts";
import { ParseError } from "../address/parse_error.ts";
import { withoutZone } from "../address/zone.ts";
import { cannot, EXIT, UserError } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";
import { readOption } from "../cli/parse.ts";
import { lookUp } from "../net/dns.ts";
import { parseHost } from "../net/endpoint.ts";
import { parseCidr } from "./access.ts";
import { t } from "../text/messages.ts";

/** A rule: a network, a host by its name, or a file with one rule a line. */
export type Rule =
  | { readonly network: IpNetwork }
  | { readonly host: string }
  | { readonly file: string };

/**
 * Returns the rule that `text` means: a network or an address as `parseCidr` reads it, `@FILE`, or else the
 * name of a host.
 *
 * @throws {ParseError} For anything else: a text with digits, dots and slashes only is never a name.
 */
export function parseRule(text: string): Rule {
  if (text.startsWith("@")) {
    if (text.length > 1) return { file: text.slice(1) };
    throw new ParseError(t`a rule`, text, t`the file is missing`, { hint: t`write ${"@FILE"}` });
  }
  if (text.includes("*")) {
    throw new ParseError(
      t`a rule`,
      text,
      t`a name stands for its own addresses, not for a
      pattern`,
    );
  }
  if (/[g-wyz]/i.test(text) && !/[/:]/.test(text)) return { host: parseHost(text) };
  try {
    return { network: parseCidr(text) };
  } catch (error) {
    // Names may be of the letters of numbers: "cafe". parseHost knows the forms of addresses (0xcafe).
    if (!(error instanceof ParseError) || !/[a-z]/i.test(text) || /[/:]/.test(text)) throw error;
    return { host: parseHost(text) };
  }
}

/**
 * Refuses rules that are none, without reading a file or resolving a name.
 *
 * @throws {UserError} For the first one.
 */
export function checkRules(rules: Readonly<Record<"allow" | "deny", readonly string[]>>): void {
  for (const name of ["allow", "deny"] as const) {
    for (const text of rules[name]) readOption(name, () => parseRule(text));
  }
}

/**
 * Resolves to the networks of rules, for the option `name`: those of files and, as single addresses, those
 * that hosts have now.
 *
 * @throws {UserError} For a rule that is none, a file that cannot be read, a name that does not resolve; with
 * exit code 2.
 */
export async function readRules(
  name: "allow" | "deny",
  texts: readonly string[],
  io: Pick<Io, "readTextFile">,
): Promise<readonly IpNetwork[]> {
  const found: IpNetwork[] = [];
  for (const text of texts) {
    const rule = readOption(name, () => parseRule(text));
    if ("file" in rule) found.push(...await readFile(name, rule.file, io));
    else found.push(...await networksOf(name, rule));
  }
  return found;
}

/** Resolves to the networks of a file: a rule a line; `#` begins a remark. */
async function readFile(
  name: string,
  path: string,
  io: Pick<Io, "readTextFile">,
): Promise<IpNetwork[]> {
  let text;
  try {
    text = await io.readTextFile(path);
  } catch (error) {
    throw cannot(t`read ${path} for --${name}`, error, { exit: EXIT.usage });
  }
  const found: IpNetwork[] = [];
  for (const [i, line] of text.replace(/^\ufeff/, "").split("\n").entries()) {
    const [words = ""] = line.split("#");
    const at = t`${path}, line ${i + 1}`;
    for (const word of words.split(/[\s,]+/).filter(Boolean)) {
      let rule;
      try {
        rule = parseRule(word);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        throw new UserError(`--${name}: ${at}: ${error.message}`, { hint: error.hint });
      }
      if ("file" in rule) {
        throw new UserError(t`--${name}: ${at}: a file has no other files in
        it`);
      }
      found.push(...await networksOf(name, rule));
    }
  }
  return found;
}

/** Resolves to the network of a rule, or to the addresses of a host. */
async function networksOf(
  name: string,
  rule: Exclude<Rule, { readonly file: string }>,
): Promise<IpNetwork[]> {
  if ("network" in rule) return [rule.network];
  let addresses;
  try {
    addresses = await lookUp(rule.host);
  } catch (error) {
    throw cannot(t`find ${rule.host} for --${name}`, error, { exit: EXIT.usage });
  }
  return addresses.map((text) => {
    const address = parseIp(withoutZone(text));
    return networkOf(address, BITS[address.version]);
  });
}
