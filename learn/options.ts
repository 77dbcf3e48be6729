/**
 * The options of `netkit learn`, and their check.
 *
 * @module
 */
import { ParseError } from "../address/parse_error.ts";
import { anyText, flag, option, type OptionGroups, type Values } from "../cli/command.ts";
import { UserError } from "../cli/errors.ts";
import { t } from "../text/messages.ts";

/** The options. */
export const OPTIONS = {
  list: flag("print a row for each lesson, and what is done"),
  lab: flag(
    "play the lessons of the laboratory: hosts, a router and wires on this machine (Linux, root)",
  ),
  from: option({
    value: "STEP",
    summary: "begin with this step, not with the one at which the lesson was left",
    parse: parseStep,
  }, null),
  seed: option({
    value: "N",
    summary: "the same exercises for everybody who gives the same number",
    parse: parseSeed,
  }, null),
  answers: flag("print the questions of the lesson with their answers, for the teacher"),
  report: option({
    value: "FILE",
    summary: "write a JSON object for each question into FILE: tries, time, no names",
    parse: anyText,
  }, null),
  sheet: option({
    value: "FILE",
    summary:
      "write the lesson into FILE for printing (HTML), with the answers on a page of their own",
    parse: anyText,
  }, null),
};

/** The options by their purpose. */
export const GROUPS: OptionGroups<typeof OPTIONS> = {
  "the lesson": ["list", "lab", "from", "seed"],
  "for the teacher": ["answers", "report", "sheet"],
};

/** The values of the options. */
export type Options = Values<typeof OPTIONS>;

/**
 * Refuses what cannot be asked for.
 *
 * @throws {UserError} For options that contradict each other, and for those that need a lesson.
 */
export function check(options: Options, operands: readonly string[]): void {
  const { list, lab, answers, sheet, report, from } = options;
  const asked = [list && "--list", answers && "--answers", sheet !== null && "--sheet"]
    .filter((each) => each !== false);
  if (asked.length > 1) {
    throw new UserError(t`${asked[0]!} and ${asked[1]!} cannot be given together`, {
      hint: t`leave one of them out`,
    });
  }
  const given = [report !== null && "--report", from !== null && "--from"]
    .find((each) => each !== false);
  if (asked.length > 0 && given !== undefined) {
    throw new UserError(t`${given} is for a lesson that is played, and ${asked[0]!} plays none`, {
      hint: t`leave one of them out`,
    });
  }
  const needs = answers ? "--answers" : sheet !== null ? "--sheet" : given;
  const isForAll = lab && from === null && needs === "--report"; // of those that are played
  if (needs !== undefined && !isForAll && operands.length === 0) {
    const list = lab ? "netkit learn --lab --list" : "netkit learn";
    throw new UserError(t`${needs} needs a lesson`, { hint: t`for all lessons: ${list}` });
  }
  if (list && operands.length > 0) {
    throw new UserError(t`--list takes no lesson`, { hint: t`leave one of them out` });
  }
}

function parseStep(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new ParseError(t`a step`, text, t`steps are counted from 1`);
}

function parseSeed(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new ParseError(t`a seed`, text, t`write up to nine digits`);
}
