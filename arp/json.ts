/**
 * Entries in JSON of any program: of an API, of `show ip arp | json`, of `netkit arp --json`.
 *
 * @module
 */
import { entriesOf, plainName } from "./key_values.ts";
import { MAX_LINE, type Neighbour, type NeighbourFormat } from "./neighbour.ts";

/** The most levels of objects and arrays. */
const DEEPEST = 20;

/** Objects with an address and a MAC address, at any depth; a value over several lines is one text. */
export const json: NeighbourFormat = {
  name: "JSON",
  fixture: "written-json",
  read(lines, at) {
    if (!/^[[{]/.test(lines[at]!)) return null;
    const length = lengthOf(lines, at);
    const neighbours = length === 0 ? [] : neighboursIn(lines.slice(at, at + length).join("\n"));
    return neighbours.length === 0 ? null : { neighbours, length, readBelow: null };
  },
};

/** Returns the number of lines of the value that begins at a line; 0 if it does not end, or is none. */
function lengthOf(lines: readonly string[], at: number): number {
  let depth = 0;
  for (let i = at; i < lines.length && depth <= DEEPEST; i++) {
    const line = lines[i]!;
    // A line of JSON over several lines begins with a mark, a name or a value.
    if (i > at && (line.length > MAX_LINE || !/^(?:["{}[\]\d-]|true|false|null)/.test(line))) {
      return 0;
    }
    depth += bracketsIn(line);
    if (depth <= 0) return i + 1 - at;
  }
  return 0;
}

/** Returns how many brackets a line opens more than it closes; those in texts do not count. */
function bracketsIn(line: string): number {
  let open = 0;
  let isText = false;
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (isText && character === "\\") i++; // what it escapes
    else if (character === '"') isText = !isText;
    else if (isText) continue;
    else if (character === "{" || character === "[") open++;
    else if (character === "}" || character === "]") open--;
  }
  return open;
}

function neighboursIn(text: string): Neighbour[] {
  try {
    return neighboursOf(JSON.parse(text), DEEPEST);
  } catch {
    return []; // it is no JSON
  }
}

/** Returns the entries in a value and in all that it has inside. */
function neighboursOf(value: unknown, depth: number): Neighbour[] {
  if (typeof value !== "object" || value === null || depth === 0) return [];
  const inside = Object.values(value).flatMap((each) => neighboursOf(each, depth - 1));
  return Array.isArray(value) ? inside : [...entriesOf(pairsOf(value)), ...inside];
}

/** Returns the texts and numbers of an object by their `plainName`. */
function pairsOf(value: object): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const [name, each] of Object.entries(value)) {
    if (typeof each !== "string" && typeof each !== "number") continue;
    if (String(each).length > MAX_LINE) continue;
    const plain = plainName(name);
    if (plain === "ages") pairs.set("age", `${each} s`); // of netkit
    else if (plain !== "dst") pairs.set(plain, String(each)); // of iproute2: see ipNeighJson
  }
  return pairs;
}
