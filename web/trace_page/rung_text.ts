/**
 * The words of a rung, by the same functions as in the terminal's ladder.
 *
 * @module
 */
import type { Bundle } from "../../ladder/fold.ts";
import { formatSeconds } from "../../ladder/ladder.ts";
import { formatPayload } from "../../ladder/payload.ts";
import { formatRevision } from "../../ladder/revision.ts";
import { countMarks, countsOf, labelOf, meaningOf, remarkOf } from "../../ladder/text.ts";
import type { Step } from "../../tcp/connection.ts";
import { FLAG } from "../../tcp/segment.ts";
import { escapeLine } from "../../text/escape.ts";

/** The words of a rung. */
export interface RungText {
  /** Seconds since the first segment. */
  readonly time: string;
  /** Flags, numbers and length, for the arrow. */
  readonly label: string;
  /** The payload in a few words; empty without one. */
  readonly payload: string;
  /** The meaning of the segment to the programs; empty without one. */
  readonly meaning: string;
  /** Its marks and its event; empty without any. */
  readonly remark: string;
  /** The correction of an earlier verdict; empty without one. */
  readonly revision: string;
}

/** Columns of a label at most: everything that `labelOf` knows. */
const LABEL = 120;

/** Returns the words of a rung; every character in them can be shown. */
export function textOf(step: Step): RungText {
  const { segment, connection, revision } = step;
  const start = connection.summary.start ?? segment.time;
  return {
    time: formatSeconds(segment.time - start),
    label: escapeLine(labelOf(step, LABEL, false)),
    payload: escapeLine(formatPayload(segment.data, segment.length)),
    meaning: escapeLine(meaningOf(step)),
    remark: escapeLine(remarkOf(step)),
    revision: revision === null ? "" : escapeLine(formatRevision(revision, connection)),
  };
}

/** Returns the kind of a segment, by which it is drawn. */
export function kindOf(
  { segment: { flags, length } }: Step,
): "syn" | "fin" | "rst" | "data" | "ack" {
  if (flags & FLAG.rst) return "rst";
  if (flags & FLAG.syn) return "syn";
  if (flags & FLAG.fin) return "fin";
  return length > 0 ? "data" : "ack";
}

/** Returns the words of a fold: `98 segments, 140.6 KiB →   49 segments, 0 B ←`, and its marks. */
export function foldText(bundle: Bundle): string {
  return [countsOf(bundle), ...countMarks(bundle.marks)].join(" · ");
}
