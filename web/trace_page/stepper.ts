/**
 * The stepper: the first segment, one back, one forward, the last, and a segment a second.
 *
 * @module
 */
/// <reference lib="dom" />
import type { LadderView } from "./ladder_view.ts";
import { byId, setText } from "./elements.ts";
import { fill, translate } from "./words.ts";

/** Milliseconds from a segment to the next one. */
const PACE = 1000;

/** The signs on the button that plays: two triangles, two bars. */
const PLAY = "M2 2l6 6-6 6zM8 2l6 6-6 6z";
const PAUSE = "M3 2h4v12H3zM9 2h4v12H9z";

/** The buttons and keys. */
export class Stepper {
  readonly #ladder: LadderView;
  readonly #onUse: () => void;
  #timer: ReturnType<typeof setInterval> | null = null;

  /** Steps through `ladder`; `onUse` is told before each step. */
  constructor(ladder: LadderView, onUse: () => void) {
    this.#ladder = ladder;
    this.#onUse = onUse;
    const actions = {
      first: () => this.#go(() => ladder.choose(0, true)),
      previous: () => this.#go(() => ladder.step(-1)),
      next: () => this.#go(() => ladder.step(1)),
      last: () => this.#go(() => ladder.choose(Infinity, true)),
      play: () => this.#toggle(),
    };
    for (const [id, action] of Object.entries(actions)) byId(id).addEventListener("click", action);
  }

  /** Takes a key; returns whether it was one of the stepper's. */
  key({ key, target }: KeyboardEvent): boolean {
    const buttons: Readonly<Record<string, string>> = {
      ArrowRight: "next",
      ArrowLeft: "previous",
      Home: "first",
      End: "last",
      " ": "play",
    };
    const id = buttons[key];
    const isPressing = key === " " &&
      (target as HTMLElement).closest("button, [role=button]") !== null;
    if (id === undefined || isPressing) return false;
    byId(id).click();
    return true;
  }

  /** Shows where it is. */
  show(): void {
    const { chosen, length } = this.#ladder;
    const words = chosen < 0 ? translate("beginning") : fill("position", chosen + 1, length);
    setText(byId("position"), length === 0 ? "" : words);
    for (const id of ["first", "previous"]) byId<HTMLButtonElement>(id).disabled = chosen < 0;
    for (const id of ["next", "last", "play"]) {
      byId<HTMLButtonElement>(id).disabled = length === 0;
    }
    const key = this.#timer === null ? "play" : "pause";
    const play = byId("play");
    for (const name of ["aria-label", "title"]) play.setAttribute(name, translate(key));
    play.querySelector("path")!.setAttribute("d", this.#timer === null ? PLAY : PAUSE);
  }

  #go(step: () => void): void {
    this.#stop();
    this.#onUse();
    step();
  }

  #toggle(): void {
    if (this.#timer !== null) {
      this.#stop();
      return this.show();
    }
    this.#onUse();
    if (this.#ladder.isAtLast) this.#ladder.choose(-1, true);
    this.#timer = setInterval(() => {
      if (!this.#ladder.isAtLast) this.#ladder.step(1);
      if (this.#ladder.isAtLast) {
        this.#stop();
        this.show();
      }
    }, PACE);
    this.show();
  }

  #stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
