/**
 * The page of `netkit serve --web`: a conversation over a WebSocket, and the traffic of the server, which
 * sends a sample twice a second.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { Plot } from "./plot.js";
import { setText, Table } from "./table.js";
import { formatBytes, formatCount } from "./units.js";
import { translate, translator } from "./words.js";

/** @typedef {{ open: number, accepted: number, received: number, sent: number }} Sums */
/** @typedef {{ received: number, sent: number }} Sample */
/**
 * @typedef {{ now: number, draining: boolean, own: number | null, sample: Sample | null, tcp: Sums,
 *   web: Sums }} State
 */

/** The most messages that are kept on the page, and the most characters that are shown of one. */
const MAX_MESSAGES = 200;
const MAX_SHOWN = 2000;

/** Milliseconds for which a page that is not seen goes on watching. */
const UNSEEN = 60_000;

/** The name of this page, by which the server knows which of its connections are the page's. */
const tab = crypto.getRandomValues(new Uint32Array(3)).join("-");

/** @type {(id: string) => HTMLElement} */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const input = /** @type {HTMLInputElement} */ (element("message"));
const log = element("log");
const table = new Table(element("rows"));
const plot = new Plot(/** @type {HTMLCanvasElement} */ (element("plot")));

/** @type {WebSocket | null} */
let socket = null;
/** The WebSocket when it is open. @type {Promise<WebSocket>} */
let opening;
/** The stream of events. @type {EventSource | null} */
let eventSource = null;
/** The times at which messages were sent that are not answered yet. @type {number[]} */
let waiting = [];
/** @type {State | null} */
let state = null;
/** The clock of the server ahead of this one, in milliseconds. */
let ahead = 0;
/** Bytes per second in a byte per sample. */
let perSecond = 2;
let status = "connecting";
/** The server's reason for closing the conversation. */
let whyClosed = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let resting;

// The conversation

/** Resolves to the WebSocket when it is open; rejects when it does not open. */
function connect() {
  if (socket && socket.readyState <= WebSocket.OPEN) return opening;
  const url = new URL(`ws?tab=${tab}`, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const opened = socket = new WebSocket(url);
  opened.binaryType = "arraybuffer";
  waiting = [];
  opened.addEventListener("message", ({ data }) => {
    const since = waiting.shift();
    say("received", String(data), since === undefined ? null : performance.now() - since);
  });
  opening = new Promise((resolve, reject) => {
    opened.addEventListener("open", () => {
      element("closed").hidden = true;
      resolve(opened);
    });
    opened.addEventListener("close", ({ reason }) => {
      reject(reason);
      whyClosed = reason;
      setText(element("reason"), translate(reason));
      element("closed").hidden = false;
    });
  });
  opening.catch(() => {}); // the page says it
  return opening;
}

/** @param {string} text */
async function send(text) {
  if (text === "") return;
  try {
    const open = await connect();
    say("sent", text, null);
    waiting.push(performance.now());
    open.send(text);
  } catch {
    if (input.value === "") input.value = text;
  }
}

/**
 * Adds a message to the conversation.
 *
 * @param {"sent" | "received"} way
 * @param {string} text
 * @param {number | null} milliseconds The time to the answer.
 */
function say(way, text, milliseconds) {
  element("welcome").hidden = true;
  const item = document.createElement("li");
  item.className = way;
  item.textContent = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  const note = document.createElement("small");
  const size = formatBytes(new TextEncoder().encode(text).length);
  note.textContent = milliseconds === null
    ? size
    : `${size} · ${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
  item.append(note);
  log.append(item);
  while (log.children.length > MAX_MESSAGES) log.firstElementChild?.remove();
  log.scrollTop = log.scrollHeight;
}

// The traffic of the server

/** Opens the stream of events. */
function watch() {
  eventSource?.close();
  const opened = eventSource = new EventSource(`events?tab=${tab}`);
  opened.addEventListener("start", ({ data }) => {
    const { interval, capacity, samples, address, protocol } = JSON.parse(data);
    perSecond = 1000 / interval;
    plot.start(samples.map(rate), capacity, interval);
    table.sockets = protocol;
    const here = address.replace(/^(0\.0\.0\.0|\[::\]):/, `${location.hostname}:`);
    const tls = protocol === "TLS" ? "--tls " : "";
    setText(element("command"), `netkit client ${tls}${here}`);
  });
  opened.addEventListener("rows", ({ data }) => {
    table.show(JSON.parse(data), Date.now() + ahead);
    showMore();
  });
  opened.addEventListener("message", ({ data }) => {
    const next = /** @type {State} */ (JSON.parse(data));
    state = next;
    ahead = next.now - Date.now();
    showState(next);
  });
  opened.addEventListener("stop", () => {
    opened.close();
    const nothing = { received: 0, sent: 0 };
    if (state) {
      state = { ...state, own: null, sample: nothing };
      for (const listener of /** @type {const} */ (["tcp", "web"])) state[listener].open = 0;
      showState(state);
    }
    table.show([], Date.now() + ahead);
    showStatus("stopped");
    element("closed").hidden = false;
  });
  opened.addEventListener("error", () => {
    showStatus(opened.readyState === EventSource.CLOSED ? "stopped" : "connecting");
    if (opened.readyState === EventSource.CLOSED) element("closed").hidden = false;
  });
}

/** Lets go of the stream when nobody has seen the page for a while: a browser has six for a server. */
function rest() {
  clearTimeout(resting);
  if (document.visibilityState === "hidden") {
    resting = setTimeout(() => eventSource?.close(), UNSEEN);
  } else if (eventSource?.readyState === EventSource.CLOSED && status !== "stopped") watch();
}

/** @param {Sample} sample @returns {Sample} */
function rate({ received, sent }) {
  return { received: received * perSecond, sent: sent * perSecond };
}

/** @param {State} next */
function showState({ draining, sample, tcp, web }) {
  showStatus(draining ? "draining" : "live");
  const now = rate(sample ?? { received: 0, sent: 0 });
  plot.push(now);
  const texts = {
    "rate-received": `${formatBytes(now.received)}/s`,
    "rate-sent": `${formatBytes(now.sent)}/s`,
    "open-tcp": formatCount(tcp.open),
    "open-web": formatCount(web.open),
    accepted: formatCount(tcp.accepted + web.accepted),
    bytes: formatBytes(tcp.received + tcp.sent + web.received + web.sent),
  };
  for (const [id, text] of Object.entries(texts)) setText(element(id), text);
  table.own = state?.own ?? null;
  table.update(Date.now() + ahead);
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
  setText(element("reason"), translate(whyClosed));
  table.update(Date.now() + ahead);
  showMore();
}

element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  send(input.value);
  input.value = "";
});
element("again").addEventListener("click", () => {
  watch();
  connect();
  input.focus();
});
for (const chip of document.querySelectorAll(".chips button")) {
  chip.addEventListener("click", () => {
    send(chip.textContent ?? "");
    input.focus();
  });
}
for (const button of document.querySelectorAll("#languages button")) {
  button.addEventListener("click", () => speak(button.getAttribute("value") ?? "en"));
}

document.addEventListener("visibilitychange", rest);

speak(translator.language);
connect();
watch();
if (matchMedia("(pointer: fine)").matches) input.focus();
