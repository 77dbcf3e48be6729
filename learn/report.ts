/**
 * Tries and times of a lesson, for a teacher: practice, no examination; it has no names.
 *
 * @module
 */
import { formatJson } from "../cli/json.ts";
import { type Field, recordOf } from "../cli/record.ts";

/** The tries at a question. */
export interface Tries {
  /** The name of the lesson. */
  readonly lesson: string;
  /** The number of the step, counted from 1. */
  readonly step: number;
  /** The question. */
  readonly question: string;
  /** The number of answers that were given. */
  readonly tries: number;
  /** Whether the last one was right. */
  readonly right: boolean;
  /** Milliseconds from the question to the last answer. */
  readonly milliseconds: number;
}

/** The fields of a line of the report. */
export const FIELDS: readonly Field<Tries>[] = [
  { name: "lesson", type: "string", says: "the name of the lesson", of: ({ lesson }) => lesson },
  { name: "step", type: "number", says: "the number of the step", of: ({ step }) => step },
  { name: "question", type: "string", says: "the question", of: ({ question }) => question },
  { name: "tries", type: "number", says: "answers that were given", of: ({ tries }) => tries },
  {
    name: "right",
    type: "boolean",
    says: "whether the last of them was right",
    of: ({ right }) => right,
  },
  {
    name: "ms",
    type: "number",
    says: "milliseconds from the question to the last answer",
    of: ({ milliseconds }) => Math.round(milliseconds),
  },
];

/** Returns the report: a JSON object a line (NDJSON). */
export function reportOf(all: readonly Tries[]): string {
  return all.map((tries) => `${formatJson(recordOf(FIELDS, tries))}\n`).join("");
}
