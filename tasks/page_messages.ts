/**
 * The words of the pages for browsers, as messages, and the modules with their Chinese.
 *
 * @module
 */
import { ENGLISH as SERVE } from "../web/page/english.js";
import { ENGLISH as TRACE } from "../web/trace_page/english.ts";
import { entriesOf, moduleOf } from "./catalogue.ts";
import type { Message } from "./message_source.ts";

/** The contexts of the words of the two pages. */
const CONTEXTS = { serve: "page of serve", trace: "page of trace" } as const;

/** Returns the words of both pages as messages. */
export function pageMessages(): Message[] {
  const messages = (words: Readonly<Record<string, string>>, context: string, where: string) =>
    Object.values(words).filter((id) => /[a-z]/i.test(id))
      .map((id) => ({ id, places: null, where, context }));
  return [
    ...messages(SERVE, CONTEXTS.serve, "web/page/english.js"),
    ...messages(TRACE, CONTEXTS.trace, "web/trace_page/english.ts"),
  ];
}

/** Folders whose messages the page of `trace` has, and parts of what commands list. */
const SHARED = /^(ladder|tcp|packet|text|web\/trace_page)\/|^(fields of .*|layers)$/;

/** Returns the module of the page of `trace`: its messages, and those that it shares with the terminal. */
export function tracePageModule(po: string, messages: readonly Message[]): string {
  return moduleOf(po, messages.filter(({ where }) => SHARED.test(where)));
}

/** Returns the module of the page of `serve`: its Chinese words by their keys. */
export function servePageModule(po: string): string {
  const chinese = new Map(
    entriesOf(po).filter(({ context }) => context === CONTEXTS.serve)
      .map(({ id, translations }) => [id, translations[0]]),
  );
  const lines = Object.entries(SERVE).map(([key, english]) => {
    const name = /^\w+$/.test(key) ? key : JSON.stringify(key);
    return `  ${name}: ${JSON.stringify(chinese.get(english) ?? english)},\n`;
  });
  return `/**
 * The words of the page in Chinese, from po/zh_CN.po by \`deno task messages\`.
 *
 * @module
 */
// @ts-check

/** The words by their keys. */
export const CHINESE = {
${lines.join("")}};
`;
}
