/**
 * The forms in which connections are shown: ladder, JSON, list, statistics.
 *
 * @module
 */
import type { Io } from "../cli/io.ts";
import { speaksUnicode } from "../cli/io.ts";
import { formatJson } from "../cli/json.ts";
import { columnsOf, palette } from "../cli/terminal.ts";
import { Ladder, type LadderStyle } from "../ladder/ladder.ts";
import { formatStatistics } from "../ladder/statistics.ts";
import { formatSummary } from "../ladder/summary.ts";
import { sideName, titleOf } from "../ladder/text.ts";
import type { Step, TcpConnection } from "../tcp/connection.ts";
import type { Both } from "../tcp/side.ts";
import { escapeLine } from "../text/escape.ts";
import type { Form } from "./form.ts";
import { ConnectionList } from "./list.ts";
import type { LocalProcess } from "./local_processes.ts";
import type { Options } from "./options.ts";
import { connectionRecord, revisionRecord, segmentRecord } from "./record.ts";
import { Selection } from "./selection.ts";
import { StatesForm } from "./states.ts";
import { t } from "../text/messages.ts";

/** Returns the processes at both ends of a connection, `null` for one that is not known. */
export type ProcessesOf = (connection: TcpConnection) => Both<LocalProcess | null>;

/** Returns the form that the options ask for. */
export function formFor(
  options: Options,
  io: Io,
  processesOf: ProcessesOf = () => [null, null],
): Form {
  const style: LadderStyle = {
    columns: columnsOf(io.stdout, io),
    ascii: options.ascii || !speaksUnicode(io),
    colors: palette(io, io.stdout),
    all: options.all,
    explain: options.explain ? "always" : io.stdout.isTerminal() ? "few" : "never",
    namesOf: (connection) => describeProcesses(processesOf(connection)),
  };
  const make = (): Form => {
    if (options.json) return new JsonForm(options.list, processesOf);
    if (options.list) return new ConnectionList(style);
    if (options.states) {
      const isLive = options.read === null && options.only === null && io.stdout.isTerminal();
      return new StatesForm(style, isLive, () => io.now());
    }
    return options.stats ? new StatisticsForm(style) : new Ladder(style);
  };
  if (options.only === null) return make();
  if (!options.list || options.json) return new Selection(options.only, make);
  const list = make(); // it has one heading, whatever is left out of it
  return new Selection(options.only, () => list);
}

/** Returns the processes at the ends in words: `client: curl (pid 4711)`; `null` if none is known. */
function describeProcesses(processes: Both<LocalProcess | null>): string | null {
  const known = processes.flatMap((process, side) =>
    process === null ? [] : [t`${sideName(side)}: ${escapeLine(process.name)} (pid ${process.pid})`]
  );
  return known.length === 0 ? null : known.join(t`; `);
}

/** Records of JSON, one a line. */
class JsonForm implements Form {
  readonly isHolding = false;
  readonly #onlyEnds: boolean;
  readonly #processesOf: ProcessesOf;

  constructor(onlyEnds: boolean, processesOf: ProcessesOf) {
    this.#onlyEnds = onlyEnds;
    this.#processesOf = processesOf;
  }

  step(step: Step): string[] {
    if (this.#onlyEnds) return [];
    const revision = revisionRecord(step);
    return [...(revision ? [formatJson(revision)] : []), formatJson(segmentRecord(step))];
  }

  rest(): string[] {
    return [];
  }

  end(connection: TcpConnection): string[] {
    return [formatJson(connectionRecord(connection, this.#processesOf(connection)))];
  }
}

/** The summary and the statistics of each connection at its end. */
class StatisticsForm implements Form {
  readonly isHolding = false;
  readonly #style: LadderStyle;
  #isFirst = true;

  constructor(style: LadderStyle) {
    this.#style = style;
  }

  step(): string[] {
    return [];
  }

  rest(): string[] {
    return [];
  }

  end(connection: TcpConnection, isEnd: boolean): string[] {
    const gap = this.#isFirst ? [] : [""];
    this.#isFirst = false;
    return [
      ...gap,
      ...titleOf(connection, this.#style).map(this.#style.colors.bold),
      ...formatSummary(connection, isEnd, this.#style),
      ...formatStatistics(connection, this.#style),
    ];
  }
}
