/**
 * A minute of traffic as bars: what was received above the line, what was sent below it.
 *
 * It is drawn when a sample comes and not between two: a page on which nothing moves costs nothing.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />
import { AXIS, drawGrid, drawLabels, drawTimes, fill } from "./axes.js";
import { formatBytes } from "./units.js";
import { translate } from "./words.js";

/** @typedef {{ received: number, sent: number }} Sample */

/** The least width of a bar with its gap, in pixels. */
const PITCH = 5.5;

/** The least rate at the top, so that a word is seen and does not fill the plot. */
const LEAST_TOP = 2048;

/**
 * The power of a rate that is drawn: a word is seen beside a file, and 32 times as much is 4 times as
 * high, which the page says.
 */
const POWER = 0.4;

const NOTHING = { received: 0, sent: 0 };

/** Draws samples on a canvas. */
export class Plot {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    /** The samples, the newest last. @type {Sample[]} */
    this.samples = [];
    /** The number of the newest sample, by which a page that slept knows what it has missed. */
    this.number = 0;
    this.capacity = 120;
    this.interval = 500;
    this.top = LEAST_TOP;
    this.waits = false;
    /** The number of the sample that is read, or `null`. @type {number | null} */
    this.chosen = null;
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  /**
   * Goes on with samples that were missed, or begins anew with all that there are.
   *
   * @param {Sample[]} samples The newest last.
   * @param {number} number The number of the newest.
   */
  add(samples, number) {
    const wasStill = this.isStill();
    const missed = number - this.number;
    const goesOn = missed >= 0 && missed <= samples.length;
    const news = goesOn ? samples.slice(samples.length - missed) : samples;
    this.samples = [...(goesOn ? this.samples : []), ...news].slice(-this.capacity);
    this.number = number;
    if (!wasStill || !this.isStill() || this.back !== null) this.drawSoon();
  }

  /** Whether nothing has moved for as long as is drawn. */
  isStill() {
    return this.samples.every(({ received, sent }) => received === 0 && sent === 0);
  }

  /** Draws before the browser shows the next picture: never, while nobody sees the page. */
  drawSoon() {
    if (this.waits) return;
    this.waits = true;
    requestAnimationFrame(() => {
      this.waits = false;
      this.draw();
    });
  }

  /** The number of bars for which there is room. */
  get count() {
    return Math.max(1, Math.min(this.capacity, Math.floor(this.canvas.clientWidth / PITCH)));
  }

  /** Chooses the bar that is so many before the newest to be read; `null` for none. @param {number | null} back */
  choose(back) {
    this.chosen = back === null
      ? null
      : this.number - Math.max(0, Math.min(this.count - 1, Math.round(back)));
    this.draw();
  }

  /** The number of samples after the chosen one; `null` if none is chosen, or it is not drawn any more. */
  get back() {
    if (this.chosen === null) return null;
    const back = this.number - this.chosen;
    return back >= 0 && back < this.count ? back : null;
  }

  /** Chooses the bar at a place. @param {number} x Pixels from the left. */
  chooseAt(x) {
    const pitch = this.canvas.clientWidth / this.count;
    this.choose((this.canvas.clientWidth - x) / pitch - 0.5);
  }

  /** Returns the chosen sample in words, empty if there is none. */
  describe() {
    const { back } = this;
    if (back === null) return "";
    const { received, sent } = this.samples.at(-1 - back) ?? NOTHING;
    const seconds = (back * this.interval / 1000).toFixed(1);
    const more = received === sent
      ? translate("same")
      : translate(received > sent ? "moreIn" : "moreOut")
        .replace("%", `${formatBytes(Math.abs(received - sent))}/s`);
    return translate("at").replace("%t", seconds).replace("%in", `${formatBytes(received)}/s`)
      .replace("%out", `${formatBytes(sent)}/s`).replace("%more", more);
  }

  draw() {
    const { canvas, context, samples, count } = this;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (width === 0 || height === 0) return; // it is not laid out
    const ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);

    const style = getComputedStyle(canvas);
    const color = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    const pitch = width / count;
    const shown = samples.slice(-count);
    this.top = Math.max(
      LEAST_TOP,
      ...shown.map(({ received, sent }) => Math.max(received, sent)),
    );
    const middle = (height - AXIS) / 2;
    const room = middle - 6;
    const heightOf = (/** @type {number} */ rate) =>
      Math.min(room, room * (rate / this.top) ** POWER);

    const lines = drawGrid(context, { width, middle, top: this.top, heightOf, color });
    drawTimes(context, { width, height, second: 1000 / this.interval * pitch, color });
    const bar = Math.max(2, pitch * 0.62);
    for (
      const [way, other, name] of /** @type {const} */ ([
        ["received", "sent", "--received"],
        ["sent", "received", "--sent"],
      ])
    ) {
      context.fillStyle = color(name);
      const up = way === "received";
      for (let i = 0; i < count; i++) {
        const sample = shown[shown.length - 1 - i];
        const x = width - (i + 1) * pitch + (pitch - bar) / 2;
        const rate = sample?.[way] ?? 0;
        if (rate === 0) {
          context.globalAlpha = sample === undefined ? 0.18 : 0.4;
          fill(context, x, up ? middle - 3.5 : middle + 1.5, bar, 2);
          continue;
        }
        const long = Math.max(bar, heightOf(rate));
        const both = rate > (sample?.[other] ?? 0) ? heightOf(sample?.[other] ?? 0) : long;
        // What is more than the other way stands apart: by a gap, and by its strength.
        const rest = both < long ? Math.max(2, long - both - 1.5) : 0;
        const common = rest > 0 ? Math.max(0, long - rest - 1.5) : long;
        context.globalAlpha = 0.62;
        if (common > 0) fill(context, x, up ? middle - 1.5 - common : middle + 1.5, bar, common);
        context.globalAlpha = 1;
        if (rest === 0) continue;
        fill(context, x, up ? middle - 1.5 - long : middle + 1.5 + long - rest, bar, rest);
      }
    }
    context.globalAlpha = 1;
    this.drawChosen(width, pitch, middle, color);
    drawLabels(context, lines, color);
  }

  /**
   * Draws a frame around the chosen bar.
   *
   * @param {number} width
   * @param {number} pitch
   * @param {number} middle
   * @param {(name: string) => string} color
   */
  drawChosen(width, pitch, middle, color) {
    const { context, back } = this;
    if (back === null) return;
    context.strokeStyle = color("--text");
    context.lineWidth = 1.5;
    context.strokeRect(width - (back + 1) * pitch + 0.75, 1, pitch - 1.5, 2 * middle - 2);
  }
}
