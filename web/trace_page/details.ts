/**
 * The details of the chosen segment: the states of both ends, the way there, its words and its bytes.
 *
 * @module
 */
/// <reference lib="dom" />
import { formatWait } from "../../ladder/state_diagram.ts";
import { formatPath } from "../../ladder/state_path.ts";
import { formatSummary } from "../../ladder/summary.ts";
import type { Step } from "../../tcp/connection.ts";
import type { BytesView } from "./bytes_view.ts";
import type { ConnectionModel } from "./connection_model.ts";
import { byId, element, setText } from "./elements.ts";
import type { LadderView } from "./ladder_view.ts";
import { edgesOf, legendOf, StateDiagramView } from "./state_diagram_view.ts";
import { fill, translate } from "./words.ts";

/** Milliseconds until the bytes of another segment are shown, where the newest one is followed. */
const PACE = 500;

/** Milliseconds between two looks at the clock while TIME-WAIT runs down. */
const TICK = 1000;

const NO_COLUMNS = { columns: Infinity, ascii: false };

/** The parts of the page that follow the chosen segment. */
export class Details {
  /** The connection; `null` for none. */
  model: ConnectionModel | null = null;
  readonly #bytes: BytesView;
  readonly #diagram: StateDiagramView;
  #index = -1;
  /** The step whose bytes are shown; `null` for none. */
  #explained: Step | null = null;
  /** The time at which they were, in milliseconds. */
  #explainedAt = -Infinity;
  #later: ReturnType<typeof setTimeout> | undefined;
  /** The legend and the ways as they are shown: where nothing is new nothing is made. */
  #shown = "";
  #isLive = false;
  /** The place of the segment that is pointed at. */
  #pointed: number | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Shows bytes in `bytes`; states that are pointed at light rungs of `ladder`. */
  constructor(bytes: BytesView, ladder: LadderView) {
    this.#bytes = bytes;
    this.#diagram = new StateDiagramView(byId("diagram-picture"), {
      onPoint: (state) => ladder.pointState(state),
      onChoose: (state) => {
        const steps = this.model?.steps ?? [];
        const leads = (index: number) => steps[index]!.moves.flat().includes(state);
        const places = steps.map((_, index) => index).filter(leads);
        const next = places.find((index) => index > this.#index) ?? places[0];
        if (next === undefined) return;
        ladder.openFor(next);
        ladder.choose(next, true);
      },
    });
  }

  /**
   * Shows the segment at a place; -1 for the time before the first. `isNewest` if it is the newest one, which
   * nobody has chosen: then the bytes follow twice a second, as nobody reads faster.
   */
  show(index: number, isLive: boolean, isNewest: boolean): void {
    const pointed = index === this.#index ? this.#pointed : null; // more has come, nothing else was chosen
    this.#index = index;
    this.#isLive = isLive;
    this.#showStates();
    this.light(pointed);
    this.#showSummary();
    clearTimeout(this.#later);
    const wait = isNewest ? this.#explainedAt + PACE - performance.now() : 0;
    if (wait > 0) this.#later = setTimeout(() => this.#explain(), wait);
    else this.#explain();
  }

  /** Makes the words anew, in another language. */
  refresh(): void {
    this.#explained = null;
    this.#shown = "";
    this.show(this.#index, this.#isLive, false);
  }

  /** Shows the words of the segment, and its bytes. */
  #explain(): void {
    const { model } = this;
    const index = this.#index;
    const step = model?.steps[index];
    setText(
      byId("bytes-title"),
      step ? fill("bytesTitle", `${index + 1} (#${step.segment.number})`) : translate("bytesNone"),
    );
    this.#showWords();
    if (!model || !step) {
      this.#explained = null;
      return this.#bytes.show(null);
    }
    if (this.#explained === step) return; // a person may be looking into them
    this.#explained = step;
    this.#explainedAt = performance.now();
    model.packetOf(step).then((packet) => {
      if (this.#explained === step) this.#bytes.show(packet);
    });
  }

  /** Lights the edges of the segment that is pointed at, or else of the chosen one. */
  light(index: number | null): void {
    this.#pointed = index;
    const step = this.model?.steps[index ?? this.#index];
    this.#diagram.light(step ? edgesOf(step.before, step.moves) : new Set());
  }

  #showStates(): void {
    const { model } = this;
    const connection = model?.connection ?? null;
    const paths = model?.pathsAt(this.#index);
    const isLast = model !== null && this.#index >= model.steps.length - 1 && this.#index >= 0;
    const presumed = connection !== null && isLast ? connection.presume() : [[], []] as const;
    const ends = connection === null ? [] : connection.isSelf ? [0] as const : [0, 1] as const;
    const names = ends.map((side) => connection!.ends[side].address);
    const states = ends.map((side) => {
      const last = presumed[side].at(-1);
      return last === undefined ? paths![side].state : `${paths![side].state} (${last})`;
    });
    const lines = ends.flatMap((side) => {
      const { path, resetSteps } = paths![side];
      const isReset = connection!.ends[side].isReset;
      const name = translate(connection!.isSelf ? "socket" : side === 0 ? "client" : "server");
      const states = path.length > 0 ? path : ["?" as const];
      if (states.length + presumed[side].length < 2) return [];
      const end = { resetSteps: new Set(resetSteps), isReset };
      return formatPath(name, states, presumed[side], end, NO_COLUMNS);
    });
    const isPresumed = presumed[0].length + presumed[1].length > 0;
    const shown = JSON.stringify([names, states, lines, isPresumed]);
    if (shown !== this.#shown) {
      this.#shown = shown;
      byId("legend").replaceChildren(...legendOf(names, states));
      byId("paths").replaceChildren(
        ...lines.map((line) => element("p", {}, line)),
        ...isPresumed ? [element("p", { class: "soft" }, translate("arrived"))] : [],
      );
    }
    const still = { path: [], resetSteps: new Set<number>(), state: "?" as const };
    this.#diagram.show(paths ?? [still, still], connection?.isSelf ?? false);
    this.#showWait(isLast);
  }

  /** Shows how long TIME-WAIT lasts; it runs down while the end is live. */
  #showWait(isLast: boolean): void {
    clearInterval(this.#timer);
    const states = this.model?.statesAt(this.#index);
    if (!states?.includes("TIME-WAIT")) return this.#diagram.setWait("");
    const entry = this.model!.steps.findLast(({ moves }) => moves.flat().includes("TIME-WAIT"));
    const since = Number((entry?.segment.time ?? 0n) / 1_000_000n);
    const tick = () => {
      const text = isLast && this.#isLive ? formatWait(Date.now() - since) : "2 MSL";
      this.#diagram.setWait(text);
      if (!/\d s$/.test(text)) clearInterval(this.#timer);
    };
    if (isLast && this.#isLive) this.#timer = setInterval(tick, TICK);
    tick();
  }

  #showWords(): void {
    const { model } = this;
    const text = model?.textAt(this.#index);
    const words = text === undefined ? [] : [
      element("bdi", { class: "label" }, text.label),
      ...[text.remark, text.meaning, text.revision].filter((each) => each !== "")
        .map((each) => element("span", {}, each)),
    ];
    byId("segment-words").replaceChildren(...words);
  }

  #showSummary(): void {
    const { model } = this;
    const connection = model?.connection ?? null;
    const lines = connection === null || !model!.isOver
      ? []
      : formatSummary(connection, true, NO_COLUMNS);
    const summary = byId("summary");
    if (lines.length === 0 && summary.firstChild === null) return;
    summary.replaceChildren(...lines.map((line) => element("p", {}, line)));
  }
}
