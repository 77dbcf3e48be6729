/**
 * The page of `netkit serve --web`: a conversation over a WebSocket, and what goes through the server,
 * told by it twice a second.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { Plot } from "./plot.js";
import { translate, translator } from "./words.js";

/** @typedef {{ open: number, accepted: number, received: number, sent: number }} Sums */
/** @typedef {{ received: number, sent: number }} Sample */
/**
 * @typedef {{ number: number, door: "tcp" | "web", peer: string, since: number, received: number,
 *   sent: number, state: "open" | "close" | "reset" | "error", ended: number | null }} Row
 */
/**
 * @typedef {{ now: number, accepting: boolean, own: number | null, sample: Sample | null, tcp: Sums,
 *   web: Sums }} State
 */

/** The most messages that are kept on the page, and the most characters that are shown of one. */
const MAX_MESSAGES = 200;
const MAX_SHOWN = 2000;

/** The columns of the table. */
const COLUMN = { number: 0, client: 1, received: 2, sent: 3, age: 4, state: 5 };

/** Tells the server which of its connections are this page's. */
const tab = crypto.getRandomValues(new Uint32Array(3)).join("-");

/** @type {(id: string) => HTMLElement} */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const input = /** @type {HTMLInputElement} */ (element("message"));
const log = element("log");
const plot = new Plot(/** @type {HTMLCanvasElement} */ (element("plot")));

/** @type {WebSocket | null} */
let socket = null;
/** @type {EventSource | null} */
let events = null;
/** When the messages were sent that are not answered yet. @type {number[]} */
let waiting = [];
/** @type {State | null} */
let state = null;
/** @type {Row[]} */
let rows = [];
/** The clock of the server ahead of this one, in milliseconds. */
let ahead = 0;
/** Bytes per second in a byte per sample. */
let perSecond = 2;
let status = "connecting";

// The conversation

/** Opens the WebSocket; resolves when it is open. @returns {Promise<WebSocket>} */
function connect() {
  if (socket && socket.readyState <= WebSocket.OPEN) {
    const open = socket;
    if (open.readyState === WebSocket.OPEN) return Promise.resolve(open);
    return new Promise((resolve) => open.addEventListener("open", () => resolve(open)));
  }
  const url = new URL(`ws?tab=${tab}`, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const opened = socket = new WebSocket(url);
  opened.binaryType = "arraybuffer";
  waiting = [];
  opened.addEventListener("message", ({ data }) => {
    const since = waiting.shift();
    say("received", String(data), since === undefined ? null : performance.now() - since);
  });
  opened.addEventListener("close", () => {
    if (opened === socket) element("closed").hidden = false;
  });
  return new Promise((resolve) =>
    opened.addEventListener("open", () => {
      element("closed").hidden = true;
      resolve(opened);
    })
  );
}

/** @param {string} text */
async function send(text) {
  if (text === "") return;
  const open = await connect();
  say("sent", text, null);
  waiting.push(performance.now());
  open.send(text);
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

// What goes through the server

/** Opens the stream of events. */
function watch() {
  events?.close();
  const opened = events = new EventSource(`events?tab=${tab}`);
  opened.addEventListener("start", ({ data }) => {
    const { interval, capacity, samples, address } = JSON.parse(data);
    perSecond = 1000 / interval;
    plot.start(samples.map(rate), capacity, interval);
    element("command").textContent = `netkit client ${address}`;
  });
  opened.addEventListener("rows", ({ data }) => {
    rows = JSON.parse(data);
    showRows();
  });
  opened.addEventListener("message", ({ data }) => {
    const next = /** @type {State} */ (JSON.parse(data));
    state = next;
    ahead = next.now - Date.now();
    showState(next);
  });
  opened.addEventListener("stop", () => {
    opened.close();
    showStatus("stopped");
    element("closed").hidden = false;
  });
  opened.addEventListener("error", () => {
    showStatus(opened.readyState === EventSource.CLOSED ? "stopped" : "connecting");
    if (opened.readyState === EventSource.CLOSED) element("closed").hidden = false;
  });
}

/** @param {Sample} sample @returns {Sample} */
function rate({ received, sent }) {
  return { received: received * perSecond, sent: sent * perSecond };
}

/** @param {State} next */
function showState({ accepting, sample, tcp, web }) {
  showStatus(accepting ? "live" : "draining");
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
  showAges();
  markOwn();
}

/** @param {string} next */
function showStatus(next) {
  status = next;
  element("status").dataset.state = next;
  setText(element("status-text"), translate(`status.${next}`));
}

/** Shows the connections; a row stays the same element as long as it is there. */
function showRows() {
  const body = element("rows");
  const before = new Map(
    [...body.children].map((row) => [/** @type {HTMLElement} */ (row).id, row]),
  );
  body.replaceChildren(...rows.map((row) => {
    const id = `connection-${row.number}`;
    const found = before.get(id);
    const line = /** @type {HTMLTableRowElement} */ (found ?? newRow(row));
    line.id = id;
    const ended = row.state !== "open";
    line.className = `${row.door} ${row.state}${ended ? " ended" : ""}`;
    setText(cell(line, COLUMN.received), formatBytes(row.received));
    setText(cell(line, COLUMN.sent), formatBytes(row.sent));
    setText(cell(line, COLUMN.state), translate(`state.${row.state}`));
    return line;
  }));
  showAges();
  markOwn();
}

/** @param {Row} row @returns {HTMLTableRowElement} */
function newRow({ number, door, peer }) {
  const line = document.createElement("tr");
  for (const name of ["number", "client", "amount", "amount", "amount", "state"]) {
    line.insertCell().className = name;
  }
  setText(cell(line, COLUMN.number), String(number));
  cell(line, COLUMN.client).append(
    newMark("door", door === "tcp" ? "TCP" : "Web"),
    newMark("peer", peer),
  );
  return line;
}

/** @param {string} name @param {string} text */
function newMark(name, text) {
  const mark = document.createElement("span");
  mark.className = name;
  mark.textContent = text;
  return mark;
}

/** @param {HTMLTableRowElement} line @param {number} column @returns {HTMLElement} */
function cell(line, column) {
  return /** @type {HTMLElement} */ (line.cells[column]);
}

/** Shows how old the connections are, and how many there are beside those in the table. */
function showAges() {
  const now = Date.now() + ahead;
  for (const { number, since, ended } of rows) {
    const line = /** @type {HTMLTableRowElement | null} */ (
      document.getElementById(`connection-${number}`)
    );
    if (line) setText(cell(line, COLUMN.age), formatAge((ended ?? now) - since));
  }
  const shown = rows.filter((row) => row.state === "open").length;
  const more = state ? state.tcp.open + state.web.open - shown : 0;
  element("more").hidden = more <= 0;
  setText(element("more"), translate("more").replace("%", formatCount(more)));
}

/** Marks this page's own connection. */
function markOwn() {
  for (const mark of document.querySelectorAll(".own-mark")) {
    if (mark.closest("tr")?.id !== `connection-${state?.own}`) mark.remove();
  }
  const line = /** @type {HTMLTableRowElement | null} */ (
    document.getElementById(`connection-${state?.own}`)
  );
  if (!line || line.querySelector(".own-mark")) return;
  cell(line, COLUMN.client).append(newMark("own-mark", translate("own")));
}

// Words and numbers

/** @param {Element} where @param {string} text */
function setText(where, text) {
  if (where.textContent !== text) where.textContent = text;
}

/** @param {number} bytes */
function formatBytes(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1023.95 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${Math.round(bytes)} B` : `${value.toFixed(1)} ${units[unit]}`;
}

/** @param {number} count */
function formatCount(count) {
  return count.toLocaleString(document.documentElement.lang);
}

/** @param {number} milliseconds */
function formatAge(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h`;
}

/** @param {string} language */
function speak(language) {
  translator.speak(language);
  for (const button of document.querySelectorAll("#languages button")) {
    button.setAttribute(
      "aria-pressed",
      String(button.getAttribute("value") === translator.language),
    );
  }
  for (const mark of document.querySelectorAll(".own-mark")) mark.textContent = translate("own");
  showStatus(status);
  showRows();
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

speak(translator.language);
connect();
watch();
if (matchMedia("(pointer: fine)").matches) input.focus();
