/**
 * A minute of traffic as bars: what was received above the line, what was sent below it.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />

/** @typedef {{ received: number, sent: number }} Sample */

/** The least width of a bar with its gap, in pixels. */
const PITCH = 5.5;

/** The rates that have a line of their own, in bytes per second. */
const GRID = /** @type {const} */ ([
  [1024, "1 KiB/s"],
  [64 * 1024, "64 KiB/s"],
  [1024 ** 2, "1 MiB/s"],
  [16 * 1024 ** 2, "16 MiB/s"],
  [128 * 1024 ** 2, "128 MiB/s"],
  [1024 ** 3, "1 GiB/s"],
]);

/** The least rate at the top, so that a word is seen and does not fill the plot. */
const LEAST_TOP = 2048;

/** The power of a rate that is drawn: a word is seen beside a file, and twice as much is more. */
const POWER = 0.4;

/** The least distance between two lines with labels, in pixels. */
const LEAST_GAP = 15;

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Draws samples on a canvas, and moves them on as time passes. */
export class Plot {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    /** @type {Sample[]} */
    this.samples = [];
    this.capacity = 120;
    this.interval = 500;
    this.last = performance.now();
    this.top = LEAST_TOP;
    this.waits = false;
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  /**
   * Begins anew.
   *
   * @param {Sample[]} samples Those of the past, the newest last.
   * @param {number} capacity How many are kept.
   * @param {number} interval Milliseconds between two.
   */
  start(samples, capacity, interval) {
    this.samples = samples;
    this.capacity = capacity;
    this.interval = interval;
    this.draw();
  }

  /** @param {Sample} sample */
  push(sample) {
    this.samples.push(sample);
    if (this.samples.length > this.capacity) this.samples.shift();
    this.last = performance.now();
    this.move();
  }

  /** Draws until the newest bar has come in. */
  move() {
    if (this.waits) return;
    this.waits = true;
    requestAnimationFrame(() => {
      this.waits = false;
      this.draw();
      if (!still.matches && performance.now() - this.last < 2 * this.interval) this.move();
    });
  }

  draw() {
    const { canvas, context, samples } = this;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    const ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);

    const style = getComputedStyle(canvas);
    const color = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    const count = Math.max(1, Math.min(this.capacity, Math.floor(width / PITCH)));
    const pitch = width / count;
    const shown = samples.slice(-count - 1);
    const highest = Math.max(
      LEAST_TOP,
      ...shown.map(({ received, sent }) => Math.max(received, sent)),
    );
    this.top += (highest - this.top) * (still.matches ? 1 : 0.12);
    const middle = height / 2;
    const room = middle - 6;
    const heightOf = (/** @type {number} */ rate) =>
      Math.min(room, room * (rate / this.top) ** POWER);

    const lines = this.drawGrid(width, middle, heightOf, color);
    const passed = still.matches ? 1 : Math.min(1, (performance.now() - this.last) / this.interval);
    const bar = Math.max(2, pitch * 0.62);
    for (
      const [way, name] of /** @type {const} */ ([["received", "--received"], ["sent", "--sent"]])
    ) {
      context.fillStyle = color(name);
      const up = way === "received";
      for (let i = 0; i < count + 1; i++) {
        const sample = shown[shown.length - 1 - i];
        const x = width - (i + passed) * pitch + (pitch - bar) / 2;
        const rate = sample?.[way] ?? 0;
        const long = rate === 0 ? 0 : Math.max(bar, heightOf(rate) * (i === 0 ? passed : 1));
        context.globalAlpha = sample === undefined ? 0.18 : rate === 0 ? 0.4 : 1 - 0.55 * i / count;
        context.beginPath();
        if (long === 0) context.roundRect(x, middle + (up ? -3.5 : 1.5), bar, 2, 1);
        else context.roundRect(x, up ? middle - 1.5 - long : middle + 1.5, bar, long, bar / 2);
        context.fill();
      }
    }
    context.globalAlpha = 1;
    this.drawLabels(lines, color);
  }

  /**
   * Draws the lines; returns where their labels go.
   *
   * @param {number} width
   * @param {number} middle
   * @param {(rate: number) => number} heightOf
   * @param {(name: string) => string} color
   * @returns {[y: number, label: string][]}
   */
  drawGrid(width, middle, heightOf, color) {
    const { context } = this;
    /** @type {[y: number, label: string][]} */
    const labels = [];
    context.lineWidth = 1;
    let last = 0;
    for (const [rate, label] of GRID) {
      const up = heightOf(rate);
      if (rate > this.top || up - last < LEAST_GAP || up > middle - LEAST_GAP) continue;
      last = up;
      context.strokeStyle = color("--line");
      context.setLineDash([2, 4]);
      context.beginPath();
      for (const y of [middle - up, middle + up]) {
        context.moveTo(0, Math.round(y) + 0.5);
        context.lineTo(width, Math.round(y) + 0.5);
      }
      context.stroke();
      labels.push([middle - up, label]);
    }
    context.setLineDash([]);
    return labels;
  }

  /**
   * Writes labels over the bars.
   *
   * @param {[y: number, label: string][]} labels
   * @param {(name: string) => string} color
   */
  drawLabels(labels, color) {
    const { context } = this;
    context.font = "11px ui-monospace, Menlo, Consolas, monospace";
    context.textBaseline = "middle";
    for (const [y, label] of labels) {
      context.fillStyle = color("--card");
      context.globalAlpha = 0.85;
      context.beginPath();
      context.roundRect(0, y - 8, context.measureText(label).width + 10, 16, 4);
      context.fill();
      context.globalAlpha = 1;
      context.fillStyle = color("--soft");
      context.fillText(label, 5, y + 0.5);
    }
  }
}
