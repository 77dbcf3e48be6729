/**
 * The page as a whole: its parts, and what they tell each other.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { usualLanguage } from "../page/language.js";
import type { ConnectionRow } from "../recording.ts";
import { BytesView } from "./bytes_view.ts";
import { ConnectionModel } from "./connection_model.ts";
import { ConnectionsView } from "./connections_view.ts";
import { Details } from "./details.ts";
import { byId, setText } from "./elements.ts";
import { FilterBar } from "./filter_bar.ts";
import { Finder } from "./finder.ts";
import { KeepView } from "./keep_view.ts";
import { LadderView } from "./ladder_view.ts";
import { type Facts, type Link, type Source, sourceFor } from "./source.ts";
import { StatusView } from "./status_view.ts";
import { Stepper } from "./stepper.ts";
import { formatView, parseView } from "./view_link.ts";
import { type Language, speak, translate } from "./words.ts";

/** Milliseconds after which a SYN is shown whose answer has not come. */
const HELD = 300;

/** Milliseconds after which segments are shown though more of them are there: a page catches up. */
const PACE = 200;

/** The switches of the ladder: their identifiers. */
const SWITCHES = { isUnfolded: "unfold", isToScale: "to-scale" } as const;

/** The page. */
export class TracePage {
  readonly #connections: ConnectionsView;
  readonly #filter: FilterBar;
  readonly #ladder: LadderView;
  readonly #details: Details;
  readonly #stepper: Stepper;
  readonly #finder: Finder;
  readonly #status = new StatusView();
  readonly #keeper: KeepView;
  #source: Source | null = null;
  #facts: Facts = { title: "", live: false, problem: null };
  #isComplete = false;
  #model: ConnectionModel | null = null;
  /** The number of the chosen connection, and whether a person has chosen it. */
  #chosen: number | null = null;
  #isPicked = false;
  /** The client of the connection that a link wants, until it is there. */
  #client: string | null = null;
  /** The segment that a link wants, from 1, until it is there. */
  #wanted: number | null = null;
  #follows = true;
  readonly #looks = { isUnfolded: false, isToScale: false };
  /** Batches of packets that were not taken yet, and the time at which some were shown, in milliseconds. */
  #coming = 0;
  #arrivedAt = -Infinity;
  /** Packets are taken one batch after the other. */
  #taking: Promise<void> = Promise.resolve();
  #held: ReturnType<typeof setTimeout> | undefined;

  /** Makes the parts. */
  constructor() {
    const bytes = new BytesView(byId("boxes"), byId("hex"), byId("told"));
    this.#connections = new ConnectionsView(
      byId("grid"),
      byId("no-connections"),
      (number) => this.#pick(number),
    );
    this.#filter = new FilterBar(this.#connections, () => this.#keepView());
    this.#ladder = new LadderView(byId("rungs"), byId("rungs").querySelector(".rows-body")!, {
      onChoose: (index, byUser) => this.#show(index, byUser),
      onPoint: (index) => this.#details.light(index),
      onScroll: (isAtEnd) => this.#follow(isAtEnd && this.#follows),
    });
    this.#details = new Details(bytes, this.#ladder);
    this.#stepper = new Stepper(this.#ladder, () => this.#follow(false));
    this.#finder = new Finder(this.#ladder);
    this.#keeper = new KeepView(this.#ladder);
  }

  /** Speaks the usual language, and begins to listen. */
  start(): void {
    const view = parseView(location.hash);
    ({ connection: this.#chosen, client: this.#client, segment: this.#wanted } = view);
    this.#isPicked = view.connection !== null || view.client !== null;
    this.#follows = view.segment === null;
    this.#listen();
    this.#speak(usualLanguage());
    this.#filter.set(view.query, view.choice);
    this.#look("isUnfolded", view.isUnfolded);
    this.#look("isToScale", view.isToScale);
    this.#follow(this.#follows);
    const events = {
      onStart: () => this.#begin(),
      onFacts: (facts: Facts, isComplete: boolean) => this.#tell(facts, isComplete),
      onRows: (rows: readonly ConnectionRow[]) => this.#take(rows),
      onPackets: (connection: number, packets: Parameters<ConnectionModel["add"]>[0]) => {
        this.#coming++;
        this.#taking = this.#taking.then(() => this.#add(connection, packets));
      },
      onLink: (link: Link) => this.#status.link = link,
    };
    this.#source = sourceFor(events);
    this.#source.start();
  }

  #listen(): void {
    for (const button of document.querySelectorAll<HTMLButtonElement>("#languages button")) {
      button.addEventListener("click", () => this.#speak(button.value as Language));
    }
    byId("follow").addEventListener("click", () => this.#follow(!this.#follows));
    byId("bytes").addEventListener("focusin", () => this.#follow(false)); // they would be others at once
    for (const name of ["isUnfolded", "isToScale"] as const) {
      byId(SWITCHES[name]).addEventListener("click", () => this.#look(name, !this.#looks[name]));
    }
    globalThis.addEventListener("hashchange", () => this.#goTo());
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Another recording begins. */
  #begin(): void {
    this.#isComplete = false;
    this.#connections.clear();
    this.#setModel(null);
    if (!this.#isPicked) this.#chosen = null;
    this.#filter.count();
  }

  #tell(facts: Facts, isComplete: boolean): void {
    this.#facts = facts;
    this.#isComplete = isComplete;
    this.#status.tell(facts);
    byId("follow").hidden = !facts.live;
    this.#taking = this.#taking.then(() => this.#settle());
  }

  #take(rows: readonly ConnectionRow[]): void {
    this.#connections.take(rows);
    this.#filter.count();
    if (!this.#isPicked) this.#chooseNewest(rows);
    const wanted = rows.findLast(({ client }) => client === this.#client);
    if (wanted !== undefined) this.#pick(wanted.number);
    this.#choose();
    this.#settle();
  }

  /** Chooses a connection as long as nobody has: the first, and the next one when that is over. */
  #chooseNewest(rows: readonly ConnectionRow[]): void {
    if (this.#chosen === null) this.#chosen = this.#connections.shown[0]?.number ?? null;
    if (!this.#facts.live || !this.#follows || this.#chosen === null) return;
    const newest = rows.reduce((most, { number }) => Math.max(most, number), 0);
    if (newest > this.#chosen && this.#connections.row(this.#chosen)?.over) this.#chosen = newest;
  }

  #pick(number: number): void {
    this.#isPicked = true;
    this.#client = this.#wanted = null;
    this.#chosen = number;
    if (!this.#facts.live) this.#follow(true);
    this.#choose();
  }

  /** Shows the chosen connection, if it is another one. */
  #choose(): void {
    const row = this.#connections.row(this.#chosen ?? -1);
    if (row === undefined || this.#model?.number === row.number) return;
    this.#setModel(new ConnectionModel(row));
    this.#connections.choose(row.number);
    this.#source?.choose(row.number);
  }

  #setModel(model: ConnectionModel | null): void {
    this.#model = model;
    this.#details.model = model;
    this.#finder.model = model;
    this.#keeper.model = model;
    this.#ladder.show(model);
    this.#show(-1, false);
    this.#status.name(this.#connections.row(this.#model?.number ?? -1));
  }

  async #add(connection: number, packets: Parameters<ConnectionModel["add"]>[0]): Promise<void> {
    const model = this.#model;
    if (model?.number === connection) await model.add(packets);
    if (--this.#coming > 0 && performance.now() - this.#arrivedAt < PACE) return; // more is there
    if (model === null || model !== this.#model) return;
    this.#arrive();
    clearTimeout(this.#held);
    this.#held = setTimeout(() => {
      model.release(false);
      if (model === this.#model) this.#arrive();
    }, HELD);
    this.#settle();
    if (this.#coming > 0) await new Promise((resolve) => setTimeout(resolve)); // a person may click
  }

  /** Shows the segments that have come. */
  #arrive(): void {
    const model = this.#model!;
    this.#arrivedAt = performance.now();
    this.#ladder.layOut();
    this.#finder.update();
    const last = model.steps.length - 1;
    if (this.#wanted !== null) {
      if (this.#wanted > model.steps.length) return;
      this.#ladder.openFor(this.#wanted - 1);
      this.#ladder.choose(this.#wanted - 1, false);
      this.#wanted = null;
    } else if (this.#follows && last >= 0) {
      this.#ladder.choose(last, false, !this.#facts.live); // a recording is read from its beginning
    } else this.#show(this.#ladder.chosen, false);
  }

  /** Tells the end of the chosen connection when all of its packets are there. */
  #settle(): void {
    const model = this.#model;
    const row = this.#connections.row(model?.number ?? -1);
    if (!model || !row || model.isOver || model.taken < row.kept) return;
    if (!row.over && !this.#isComplete) return;
    model.release(true);
    this.#arrive();
  }

  #show(index: number, byUser: boolean): void {
    if (byUser) this.#follow(this.#ladder.isAtLast && this.#follows);
    this.#details.show(index, this.#facts.live, this.#facts.live && this.#follows && !byUser);
    this.#stepper.show();
    byId("no-segments").hidden = this.#model !== null && this.#model.steps.length > 0;
    setText(byId("no-segments"), translate(this.#model === null ? "choose" : "waiting"));
    this.#keepView();
  }

  #follow(follows: boolean): void {
    this.#follows = follows;
    byId("follow").setAttribute("aria-pressed", `${follows}`);
    const last = (this.#model?.steps.length ?? 0) - 1;
    if (follows && last >= 0 && this.#ladder.chosen !== last) {
      this.#ladder.choose(last, false, !this.#facts.live);
    }
    this.#keepView();
  }

  #look(name: keyof typeof SWITCHES, value: boolean): void {
    this.#looks[name] = this.#ladder[name] = this.#keeper[name] = value;
    byId(SWITCHES[name]).setAttribute("aria-pressed", `${value}`);
    this.#keepView();
  }

  #speak(language: Language): void {
    speak(language);
    this.#filter.refresh();
    this.#connections.refresh();
    this.#ladder.refresh();
    this.#details.refresh();
    this.#stepper.show();
    this.#finder.update();
    this.#status.show();
    this.#status.name(this.#connections.row(this.#model?.number ?? -1));
  }

  /** Puts the view into the fragment, so that a reload, or a link, shows the same. */
  #keepView(): void {
    if (this.#source === null) return;
    const isNewest = this.#follows || this.#ladder.chosen < 0;
    const fragment = formatView({
      connection: this.#chosen,
      client: this.#client,
      segment: isNewest ? this.#wanted : this.#ladder.chosen + 1,
      ...this.#looks,
      query: this.#filter.query,
      choice: this.#filter.choice,
    });
    if (fragment !== location.hash.slice(1)) history.replaceState(null, "", `#${fragment}`);
  }

  /** Shows the view of a fragment that was typed, or of a link that was followed. */
  #goTo(): void {
    const { connection, segment } = parseView(location.hash);
    if (connection === null) return;
    this.#pick(connection);
    this.#wanted = segment;
    this.#follow(segment === null);
    if (this.#model?.number === connection && this.#model.steps.length > 0) this.#arrive();
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const target = event.target as HTMLElement;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return;
    if (event.key === "/") byId("find").focus();
    else if (event.key === "f" || event.key === "F") this.#follow(!this.#follows);
    else if (!this.#stepper.key(event)) return;
    event.preventDefault();
  }
}
