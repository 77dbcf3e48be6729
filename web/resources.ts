/**
 * The page for browsers, as files to be served. They are imported as text, so that they are part of a
 * bundle and of a binary.
 *
 * @module
 */
import axes from "./page/axes.js" with { type: "text" };
import base from "./page/base.css" with { type: "text" };
import calls from "./page/calls.js" with { type: "text" };
import callsCss from "./page/calls.css" with { type: "text" };
import chinese from "./page/chinese.js" with { type: "text" };
import css from "./page/page.css" with { type: "text" };
import english from "./page/english.js" with { type: "text" };
import frames from "./page/frames.js" with { type: "text" };
import html from "./page/page.html" with { type: "text" };
import icon from "./page/icon.svg" with { type: "text" };
import language from "./page/language.js" with { type: "text" };
import script from "./page/page.js" with { type: "text" };
import plot from "./page/plot.js" with { type: "text" };
import rove from "./page/rove.js" with { type: "text" };
import stream from "./page/stream.js" with { type: "text" };
import table from "./page/table.js" with { type: "text" };
import talk from "./page/talk.js" with { type: "text" };
import text from "./page/text.js" with { type: "text" };
import token from "./page/token.js" with { type: "text" };
import units from "./page/units.js" with { type: "text" };
import words from "./page/words.js" with { type: "text" };

const SCRIPT = "text/javascript; charset=utf-8";

/** The files by their paths; `/` is the page. */
export const RESOURCES: ReadonlyMap<string, { readonly type: string; readonly content: string }> =
  new Map([
    ["/", { type: "text/html; charset=utf-8", content: html }],
    ["/page.css", { type: "text/css; charset=utf-8", content: base + css }],
    ["/axes.js", { type: SCRIPT, content: axes }],
    ["/calls.css", { type: "text/css; charset=utf-8", content: callsCss }],
    ["/calls.js", { type: SCRIPT, content: calls }],
    ["/chinese.js", { type: SCRIPT, content: chinese }],
    ["/english.js", { type: SCRIPT, content: english }],
    ["/frames.js", { type: SCRIPT, content: frames }],
    ["/language.js", { type: SCRIPT, content: language }],
    ["/page.js", { type: SCRIPT, content: script }],
    ["/plot.js", { type: SCRIPT, content: plot }],
    ["/rove.js", { type: SCRIPT, content: rove }],
    ["/stream.js", { type: SCRIPT, content: stream }],
    ["/table.js", { type: SCRIPT, content: table }],
    ["/talk.js", { type: SCRIPT, content: talk }],
    ["/text.js", { type: SCRIPT, content: text }],
    ["/token.js", { type: SCRIPT, content: token }],
    ["/units.js", { type: SCRIPT, content: units }],
    ["/words.js", { type: SCRIPT, content: words }],
    ["/icon.svg", { type: "image/svg+xml", content: icon }],
  ]);
