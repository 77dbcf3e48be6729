/**
 * A selection of connections by how they ended (`trace --only`): their lines wait for their end.
 *
 * @module
 */
import { isOfKinds, type Kind } from "../ladder/kind.ts";
import type { Step, TcpConnection } from "../tcp/connection.ts";
import type { Form } from "./form.ts";

/** The most lines of a connection that wait. */
const MAX_LINES = 10_000;

/** Lines that wait, and the form that makes them. */
interface Waiting {
  readonly form: Form;
  readonly lines: string[];
}

/** The form of connections of some kinds. */
export class Selection implements Form {
  readonly isHolding = false;
  readonly #kinds: readonly Kind[];
  readonly #make: () => Form;
  readonly #waiting = new Map<TcpConnection, Waiting>();
  #isFirst = true;

  /** Makes the form of connections of any of `kinds`; `make` returns the form of each one. */
  constructor(kinds: readonly Kind[], make: () => Form) {
    this.#kinds = kinds;
    this.#make = make;
  }

  /** Keeps the lines for `step`. */
  step(step: Step): string[] {
    const { form, lines } = this.#of(step.connection);
    this.#keep(lines, form.step(step));
    return [];
  }

  /** Returns nothing: the end of each connection tells whether it is shown. */
  rest(): string[] {
    return [];
  }

  /** Returns all lines of a connection if it is of one of the kinds. */
  end(connection: TcpConnection, isEnd: boolean): string[] {
    const { form, lines } = this.#of(connection);
    this.#waiting.delete(connection);
    if (!isOfKinds(this.#kinds, connection)) return [];
    const isCut = lines.length === MAX_LINES;
    const all = [...lines, ...(isCut ? ["…"] : []), ...form.end(connection, isEnd)];
    if (!this.#isFirst && all.length > 1 && lines.length > 0 && !all[0]!.startsWith("{")) {
      all.unshift("");
    }
    this.#isFirst = false;
    return all;
  }

  #of(connection: TcpConnection): Waiting {
    let waiting = this.#waiting.get(connection);
    if (!waiting) this.#waiting.set(connection, waiting = { form: this.#make(), lines: [] });
    return waiting;
  }

  #keep(lines: string[], more: readonly string[]): void {
    for (const line of more.slice(0, MAX_LINES - lines.length)) lines.push(line);
  }
}
