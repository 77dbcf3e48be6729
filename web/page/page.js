/**
 * The page of `netkit serve --web`: a conversation over a WebSocket, and the traffic of the server, which
 * sends a sample twice a second while something moves.
 *
 * In this folder: `talk.js` is the conversation, `stream.js` receives the events of the server, `token.js`
 * has what it may ask for; `plot.js` and `axes.js` draw, `table.js` shows connections, `calls.js` one that
 * is opened, `frames.js` a frame of a WebSocket; `rove.js` moves
 * the focus; `text.js`, `units.js` and `words.js` write, in the language of `language.js`.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { keepLanguage } from "./language.js";
import { Plot } from "./plot.js";
import { EventStream } from "./stream.js";
import { Table } from "./table.js";
import { Talk } from "./talk.js";
import { setText } from "./text.js";
import { fields } from "./token.js";
import { formatBytes, formatCount } from "./units.js";
import { translate, translator } from "./words.js";

/** @typedef {{ open: number, accepted: number, received: number, sent: number }} Sums */
/** @typedef {{ received: number, sent: number }} Sample */
/**
 * @typedef {{ now: number, number: number, samples: Sample[], draining: boolean, own: number | null,
 *   tcp: Sums, web: Sums }} State
 */

/** Milliseconds for which a page that is not seen goes on watching. */
const UNSEEN = 60_000;

/** The name of this page, by which the server knows which of its connections are the page's. */
const tab = crypto.getRandomValues(new Uint32Array(3)).join("-");

/** @type {(id: string) => HTMLElement} */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const canvas = /** @type {HTMLCanvasElement} */ (element("plot"));
const talk = new Talk(tab);
const table = new Table(element("rows"));
const plot = new Plot(canvas);

/** @type {State | null} */
let state = null;
/** The clock of the server ahead of this one, in milliseconds. */
let ahead = 0;
/** Bytes per second in a byte per sample. */
let perSecond = 2;
let status = "connecting";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let resting;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let aging;

// The traffic of the server

/** @type {Record<string, (data: string) => void>} */
const ON_EVENT = {
  start(data) {
    const { interval, capacity, samples, number, address, protocol, trace } = JSON.parse(data);
    perSecond = 1000 / interval;
    plot.capacity = capacity;
    plot.interval = interval;
    plot.add(samples.map(rate), number);
    table.sockets = protocol;
    table.hasTrace = trace;
    const here = address.replace(/^(0\.0\.0\.0|\[::\]):/, `${location.hostname}:`);
    const tls = protocol === "TLS" ? "--tls " : "";
    setText(element("command"), `netkit client ${tls}${here}`);
  },
  rows(data) {
    table.show(JSON.parse(data), Date.now() + ahead);
    showMore();
    growOlder();
  },
  calls(data) {
    const record = /** @type {import("./calls.js").Opened} */ (JSON.parse(data));
    if (record.connection === table.opened?.row.number) table.opened.calls.show(record);
    if (record.connection === state?.own) talk.take(record.calls);
  },
  message(data) {
    state = /** @type {State} */ (JSON.parse(data));
    ahead = state.now - Date.now();
    plot.add(state.samples.map(rate), state.number);
    showState(state);
    ask(); // a message may have been opened before the number of the page's connection was known
  },
  stop() {
    stream.close();
    if (state) {
      state = { ...state, own: null, samples: [] };
      for (const listener of /** @type {const} */ (["tcp", "web"])) state[listener].open = 0;
      showState(state);
    }
    table.show([], Date.now() + ahead);
    showStatus("stopped");
    talk.showEnd();
  },
};

const stream = new EventStream({
  url() {
    const since = plot.samples.length > 0 ? `&since=${plot.number}` : "";
    const opened = openedNumbers().join();
    return `events?tab=${tab}${since}${opened === "" ? "" : `&open=${opened}`}`;
  },
  headers: fields,
  onEvent: (name, data) => ON_EVENT[name]?.(data),
  onTrouble(refusal) {
    showStatus(refusal === null ? "connecting" : refusal === 401 ? "refused" : "stopped");
    if (refusal === 401) talk.whyClosed = "needsToken";
    if (refusal !== null) talk.showEnd();
  },
});

/** Returns the numbers of the connections whose calls are shown. */
function openedNumbers() {
  const own = talk.opened.size > 0 ? state?.own ?? null : null;
  const row = table.opened?.row.number ?? null;
  return [...new Set([row, own])].filter((number) => number !== null);
}

/** The connections that the stream was asked for. */
let asked = "";

/** Asks the server for the calls of what is opened now, if that is something else. */
function ask() {
  const wanted = openedNumbers().join();
  if (wanted === asked || status === "stopped") return;
  asked = wanted;
  stream.open();
}
table.onOpen = ask;
talk.onOpen = ask;

/** Lets go of the stream when nobody has seen the page for a while: a browser has six for a server. */
function rest() {
  clearTimeout(resting);
  if (document.visibilityState === "hidden") {
    resting = setTimeout(() => stream.close(), UNSEEN);
  } else {
    if (!stream.isOpen && (status === "live" || status === "draining" || status === "connecting")) {
      stream.open();
    }
    growOlder();
  }
}

/** Shows the ages of connections, now and when the next one will be another. */
function growOlder() {
  clearTimeout(aging);
  const now = Date.now() + ahead;
  table.update(now);
  const wait = table.nextChange(now);
  if (wait !== null && document.visibilityState === "visible") aging = setTimeout(growOlder, wait);
}

/** @param {Sample} sample @returns {Sample} */
function rate({ received, sent }) {
  return { received: received * perSecond, sent: sent * perSecond };
}

/** @param {State} next */
function showState({ draining, samples, tcp, web }) {
  showStatus(draining ? "draining" : "live");
  const now = rate(samples.at(-1) ?? { received: 0, sent: 0 });
  const texts = {
    "rate-received": `${formatBytes(now.received)}/s`,
    "rate-sent": `${formatBytes(now.sent)}/s`,
    "open-tcp": formatCount(tcp.open),
    "open-web": formatCount(web.open),
    accepted: formatCount(tcp.accepted + web.accepted),
    bytes: formatBytes(tcp.received + tcp.sent + web.received + web.sent),
  };
  for (const [id, text] of Object.entries(texts)) setText(element(id), text);
  showReading();
  table.own = state?.own ?? null;
  growOlder();
  showMore();
}

/** Says how many connections are open beside those in the table. */
function showMore() {
  const shown = table.rows.filter((row) => row.ended === null).length;
  const more = state ? state.tcp.open + state.web.open - shown : 0;
  element("more").hidden = more <= 0;
  setText(element("more"), translate("more").replace("%", formatCount(more)));
}

/** @param {string} next */
function showStatus(next) {
  status = next;
  element("status").dataset.state = next;
  setText(element("status-text"), translate(`status.${next}`));
}

// Reading the plot

/** Says what the chosen bar of the plot is. */
function showReading() {
  const { back } = plot;
  setText(element("reading"), plot.describe() || translate("scale"));
  canvas.setAttribute("aria-valuemin", String(1 - plot.count));
  canvas.setAttribute("aria-valuenow", String(-(back ?? 0)));
  canvas.setAttribute("aria-valuetext", plot.describe() || translate("noReading"));
}

/** Steps to another bar, by the key. @type {Record<string, (back: number) => number | null>} */
const KEYS = {
  ArrowLeft: (back) => back + 1,
  ArrowDown: (back) => back + 1,
  ArrowRight: (back) => back - 1,
  ArrowUp: (back) => back - 1,
  PageUp: (back) => back - 10,
  PageDown: (back) => back + 10,
  Home: () => plot.count,
  End: () => 0,
  Escape: () => null,
};

canvas.addEventListener("keydown", (event) => {
  const step = KEYS[event.key];
  if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  plot.choose(step(plot.back ?? -1));
  showReading();
});
canvas.addEventListener("pointermove", ({ offsetX }) => {
  plot.chooseAt(offsetX);
  showReading();
});
for (const type of ["pointerleave", "blur"]) {
  canvas.addEventListener(type, () => {
    plot.choose(null);
    showReading();
  });
}

// Words and numbers

/** @param {string} language */
function speak(language) {
  translator.speak(language);
  for (const button of document.querySelectorAll("#languages button")) {
    button.setAttribute(
      "aria-pressed",
      String(button.getAttribute("value") === translator.language),
    );
  }
  showStatus(status);
  talk.speak();
  table.opened?.calls.speak();
  table.update(Date.now() + ahead);
  showMore();
  showReading();
  plot.draw();
}

element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  void talk.send(talk.input.value);
  talk.input.value = "";
});
element("again").addEventListener("click", () => {
  stream.open();
  void talk.connect().catch(() => {}); // the page says it
  talk.input.focus();
});
for (const chip of document.querySelectorAll(".chips button")) {
  chip.addEventListener("click", () => {
    void talk.send(chip.textContent ?? "");
    talk.input.focus();
  });
}
for (const button of document.querySelectorAll("#languages button")) {
  button.addEventListener("click", () => {
    const language = button.getAttribute("value") ?? "en";
    keepLanguage(language);
    speak(language);
  });
}

document.addEventListener("visibilitychange", rest);

speak(translator.language);
void talk.connect().catch(() => {}); // the page says it
stream.open();
if (matchMedia("(pointer: fine)").matches) talk.input.focus();
